"""How good scores are: one number for rows of truth and score.

``truth`` holds values from 0 to 1. ``ece`` takes them as they are; every other metric reads a half
or more as yes. A metric that the rows cannot answer (no positive, no negative) is nan, never a
made-up number. Rows that do not pair up, truth outside 0 to 1 and scores that are not finite raise
ValueError naming the row.
"""

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray

from training import sweep
from training.bootstrap import Figure
from training.sweep import Floats, Metric


def measure(metric: Metric, truth: ArrayLike, scores: ArrayLike) -> float:
    """Return one metric of ``training.sweep`` on these rows, each counted once."""
    return float(metric(sweep.steps(sweep.rank(truth, scores)))[0])


def auc(truth: ArrayLike, scores: ArrayLike) -> float:
    """Return the area under the ROC curve, a tied pair counting half."""
    return measure(sweep.auc, truth, scores)


def average_precision(truth: ArrayLike, scores: ArrayLike) -> float:
    """Return the average precision: no interpolation, as scikit-learn computes it."""
    return measure(sweep.average_precision, truth, scores)


def best_f1(truth: ArrayLike, scores: ArrayLike) -> float:
    """Return the highest F1 of any threshold, chosen on these very rows (so it is flattering)."""
    return measure(sweep.best_f1, truth, scores)


def f1_at(truth: ArrayLike, scores: ArrayLike, threshold: float) -> float:
    """Return F1 of the rows at or over ``threshold``."""
    return measure(sweep.f1_at(threshold), truth, scores)


def precision_at(truth: ArrayLike, scores: ArrayLike, threshold: float) -> float:
    """Return precision of the rows at or over ``threshold``; nan where there are none."""
    return measure(sweep.precision_at(threshold), truth, scores)


def recall_at(truth: ArrayLike, scores: ArrayLike, threshold: float) -> float:
    """Return the share of the positives at or over ``threshold``."""
    return measure(sweep.recall_at(threshold), truth, scores)


def precision_at_recall(truth: ArrayLike, scores: ArrayLike, recall: float) -> float:
    """Return the highest precision of any threshold whose recall is at least ``recall``."""
    return measure(sweep.precision_at_recall(recall), truth, scores)


def recall_at_false_alarms(truth: ArrayLike, scores: ArrayLike, rate: float) -> float:
    """Return the highest recall of any threshold that flags at most ``rate`` of the negatives."""
    return measure(sweep.recall_at_false_alarms(rate), truth, scores)


def ece(truth: ArrayLike, scores: ArrayLike, *, bins: int = 15) -> float:
    """Return the expected calibration error over ``bins`` of equal mass; soft labels welcome."""
    return measure(sweep.calibration_error(bins), truth, scores)


def prior_corrected(scores: ArrayLike, *, pool_rate: float, source_rate: float) -> Floats:
    """Return the scores as they would be had the pool the source's share of positives.

    Saerens, Latinne & Decaestecker 2002, eq. 4, for two classes and a known new prior:
    logit(p') = logit(p) + logit(source_rate) - logit(pool_rate), that is
    p' = a p / (a p + b (1 - p)) with a = source_rate / pool_rate and
    b = (1 - source_rate) / (1 - pool_rate). Scores of 0 and 1 stay. Corpora choose how many bad
    comments they hold, so one calibration cannot fit each of them; ECE after this correction is the
    error that a base rate does not explain. Raises ValueError for a rate that has no odds.
    """
    for rate in (pool_rate, source_rate):
        if not 0 < rate < 1:
            raise ValueError(f"a base rate must lie between 0 and 1, not be {rate:g}")
    p = np.asarray(scores, dtype=np.float64)
    yes = p * (source_rate / pool_rate)
    no = (1 - p) * ((1 - source_rate) / (1 - pool_rate))
    corrected: Floats = yes / (yes + no)
    return corrected


@dataclass(frozen=True, slots=True)
class SubgroupAucs:
    """How an identity term moves scores: AUC within the subgroup, and across its border.

    ``bpsn`` (background positive, subgroup negative) falls where civil comments that name the
    subgroup score too high; ``bnsp`` falls where uncivil ones score too low.
    """

    subgroup: float
    bpsn: float
    bnsp: float


def subgroup_aucs(truth: ArrayLike, scores: ArrayLike, inside: ArrayLike) -> SubgroupAucs:
    """Return the three AUCs of Borkan et al. 2019 ("Nuanced metrics"), section 3.

    ``inside`` (n,) says which rows belong to the subgroup.
    """
    known, given = sweep.checked(truth, scores)

    def within(rows: np.ndarray) -> float:
        return auc(known[rows], given[rows]) if rows.any() else math.nan

    of = subgroup_rows(known, inside)
    return SubgroupAucs(**{name: within(rows) for name, rows in of.items()})


def subgroup_rows(truth: ArrayLike, inside: ArrayLike) -> dict[str, NDArray[np.bool_]]:
    """Return, by the name of each of the three AUCs, the rows (n,) that it is measured on."""
    member, positive = np.asarray(inside, dtype=bool), np.asarray(truth, dtype=np.float64) >= 0.5
    return {"subgroup": member, "bpsn": member != positive, "bnsp": member == positive}


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """A threshold and what it gives: precision at the stated prevalence, and recall."""

    threshold: float
    precision: float
    recall: float


def threshold_at_precision(
    truth: ArrayLike,
    scores: ArrayLike,
    *,
    precision: float,
    prevalence: float = 0.1,
    fewest: int = 1,
) -> OperatingPoint | None:
    """Return the lowest threshold that is at least ``precision`` right, or None if none is.

    Test rows hold more positives than a comment section, so positives and negatives are re-weighted
    to ``prevalence`` q: precision = q TPR / (q TPR + (1 - q) FPR). The lowest such threshold is the
    one of the highest recall. A row is flagged when its score is at or over the threshold; one that
    finds under ``fewest`` positives is luck and does not count.
    """
    at = sweep.steps(sweep.rank(truth, scores))
    found = np.cumsum(at.positives[0])
    alarms = np.cumsum(at.mass[0] - at.positives[0])
    caught = sweep.ratio(found, found[-1:])
    right = prevalence * caught
    stated = sweep.ratio(right, right + (1 - prevalence) * sweep.ratio(alarms, alarms[-1:]))
    enough = np.flatnonzero((stated >= precision - sweep.SLACK) & (found >= fewest))
    if not enough.size:
        return None
    last = enough[-1]
    return OperatingPoint(float(at.levels[last]), float(stated[last]), float(caught[last]))


@dataclass(frozen=True, slots=True)
class Share:
    """``right`` of ``n`` as a share, with its 95% Wilson interval."""

    right: int
    n: int
    value: float
    low: float
    high: float


def wilson(right: int, n: int, *, confidence: float = 0.95) -> Share:
    """Return the share with its score interval (Wilson 1927); nan where ``n`` is nought."""
    if not n:
        return Share(right, n, math.nan, math.nan, math.nan)
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share = right / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return Share(right, n, share, max(0.0, middle - half), min(1.0, middle + half))


def difference_of(first: Share | Figure, second: Share | Figure) -> Figure:
    """Return the first value less the second, of other rows, with an interval made of both intervals.

    Of shares it is Newcombe's hybrid score interval (1998, method 10): d - sqrt((p1 - l1)^2 +
    (u2 - p2)^2) to d + sqrt((u1 - p1)^2 + (p2 - l2)^2), with l and u the ends of each Wilson
    interval. The same holds of other figures (Zou & Donner 2008).
    """
    apart = first.value - second.value
    below = math.hypot(first.value - first.low, second.high - second.value)
    above = math.hypot(first.high - first.value, second.value - second.low)
    return Figure(apart, apart - below, apart + above)
