"""What is computed of truths and scores beside the sweep over thresholds (``training.sweep``).

Scores as another base rate would have them, the rows of an identity's AUCs, thresholds of a stated
precision, and shares with their intervals. A half or more of a truth is a yes.
"""

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray

from training import sweep
from training.bootstrap import Figure
from training.sweep import Floats


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


def subgroup_rows(truth: ArrayLike, inside: ArrayLike) -> dict[str, NDArray[np.bool_]]:
    """Return, by the name of each of the three AUCs of an identity term, the rows (n,) it is measured on.

    After Borkan et al. 2019 ("Nuanced metrics"), section 3. ``bpsn`` (background positive, subgroup
    negative) falls where civil comments that name the subgroup score too high; ``bnsp`` falls where
    uncivil ones score too low. ``inside`` (n,) says which rows belong to the subgroup.
    """
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
