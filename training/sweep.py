"""Every threshold tried at once, for one weighting of the rows or for a thousand.

A bootstrap draws the same rows again and again, so the rows are ranked once and each resample is a
vector of weights (how often each row was drawn). scikit-learn's metrics rank anew at every call:
minutes where this takes seconds. tests/training hold every metric here to scikit-learn's value.

Shapes: n rows, t steps (distinct scores, falling), r weightings.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

# A share of the rows is a sum of whole counts; this absorbs the rounding of `share * total`.
SLACK = 1e-9


@dataclass(frozen=True, slots=True)
class Ranking:
    """Rows in order of falling score; rows of equal score form one step.

    ``order`` (n,) sorts the rows, ``truth`` (n,) is sorted by it, ``starts`` (t,) says where each
    step begins and ``levels`` (t,) which score it has.
    """

    order: NDArray[np.intp]
    truth: Floats
    starts: NDArray[np.intp]
    levels: Floats


@dataclass(frozen=True, slots=True)
class Steps:
    """Weights summed over the rows of each step.

    ``levels`` (t,); ``mass``, ``positives`` (truth of a half or more) and ``truth`` (r, t), where
    ``truth`` sums soft labels as they are.
    """

    levels: Floats
    mass: Floats
    positives: Floats
    truth: Floats


Metric = Callable[[Steps], Floats]


def checked(truth: ArrayLike, scores: ArrayLike) -> tuple[Floats, Floats]:
    """Return both as (n,) floats, or raise ValueError naming the row that cannot be measured."""
    known, given = np.asarray(truth, dtype=np.float64), np.asarray(scores, dtype=np.float64)
    if known.shape != given.shape or known.ndim != 1:
        raise ValueError(f"{known.size} truth values and {given.size} scores do not pair up")
    if not known.size:
        raise ValueError("there are no rows to measure")
    for row in np.flatnonzero(~((known >= 0) & (known <= 1)))[:1]:
        raise ValueError(f"truth value {row} is {known[row]:g}, not between 0 and 1")
    for row in np.flatnonzero(~np.isfinite(given))[:1]:
        raise ValueError(f"score {row} is {given[row]:g}, not a finite number")
    return known, given


def rank(truth: ArrayLike, scores: ArrayLike) -> Ranking:
    """Return the rows ranked by score; raises ValueError as ``checked`` does."""
    known, given = checked(truth, scores)
    order = np.argsort(-given, kind="stable")
    ranked = given[order]
    starts = np.flatnonzero(np.r_[True, np.diff(ranked) != 0])
    return Ranking(order, known[order], starts, ranked[starts])


def steps(ranking: Ranking, weights: NDArray[np.generic] | None = None) -> Steps:
    """Return the sums of each step under ``weights`` (r, n), or with every row once (r = 1)."""
    n = len(ranking.order)
    given = np.ones((1, n)) if weights is None else weights[:, ranking.order].astype(np.float64)
    hard = (ranking.truth >= 0.5).astype(np.float64)

    def summed(values: Floats) -> Floats:
        return np.add.reduceat(values, ranking.starts, axis=1)

    positives = summed(given * hard)
    soft = positives if (hard == ranking.truth).all() else summed(given * ranking.truth)
    return Steps(ranking.levels, summed(given), positives, soft)


def ratio(part: Floats, whole: Floats, *, otherwise: float = np.nan) -> Floats:
    """Return ``part / whole`` element by element, ``otherwise`` where ``whole`` is nought."""
    part, whole = np.broadcast_arrays(part, whole)
    out = np.full(part.shape, otherwise, dtype=np.float64)
    np.divide(part, whole, out=out, where=whole != 0)
    return out


def auc(at: Steps) -> Floats:
    """Return the share of positive-negative pairs in the right order, a tie counting half: (r,).

    The Mann-Whitney form of the area under the ROC curve; not a number with one kind only.
    """
    negatives = at.mass - at.positives
    above = np.cumsum(at.positives, axis=1) - at.positives
    right = (negatives * (above + at.positives / 2)).sum(axis=1)
    return ratio(right, at.positives.sum(axis=1) * negatives.sum(axis=1))


def average_precision(at: Steps) -> Floats:
    """Return the mean precision over the positives, as scikit-learn's: no interpolation. (r,)."""
    precision = ratio(np.cumsum(at.positives, axis=1), np.cumsum(at.mass, axis=1), otherwise=0)
    return ratio((at.positives * precision).sum(axis=1), at.positives.sum(axis=1))


def best_f1(at: Steps) -> Floats:
    """Return the highest F1 of any threshold: (r,)."""
    found, flagged = np.cumsum(at.positives, axis=1), np.cumsum(at.mass, axis=1)
    total = at.positives.sum(axis=1, keepdims=True)
    best = ratio(2 * found, flagged + total, otherwise=0).max(axis=1)
    return np.where(total[:, 0] > 0, best, np.nan)


def precision_at_recall(recall: float) -> Metric:
    """Return the metric: the highest precision of any threshold that reaches ``recall``."""

    def measure(at: Steps) -> Floats:
        found, flagged = np.cumsum(at.positives, axis=1), np.cumsum(at.mass, axis=1)
        total = at.positives.sum(axis=1, keepdims=True)
        reached = found >= recall * total - SLACK
        best = np.where(reached, ratio(found, flagged, otherwise=0), 0).max(axis=1)
        return np.where(total[:, 0] > 0, best, np.nan)

    return measure


def recall_at_false_alarms(rate: float) -> Metric:
    """Return the metric: the highest recall of any threshold that flags ``rate`` of the negatives.

    The rate is a share of the negatives (the false-positive rate), at most, from 0 to 1.
    """

    def measure(at: Steps) -> Floats:
        found = np.cumsum(at.positives, axis=1)
        alarms = np.cumsum(at.mass - at.positives, axis=1)
        allowed = alarms <= rate * alarms[:, -1:] + SLACK
        caught = np.where(allowed, found, 0).max(axis=1)
        return np.where(alarms[:, -1] > 0, ratio(caught, found[:, -1]), np.nan)

    return measure


def _flagged(at: Steps, threshold: float) -> tuple[Floats, Floats]:
    """Return the positives and all rows at or over the threshold, each (r,)."""
    over = at.levels >= threshold
    return at.positives[:, over].sum(axis=1), at.mass[:, over].sum(axis=1)


def precision_at(threshold: float) -> Metric:
    """Return the metric: precision of the rows at or over ``threshold``."""

    def measure(at: Steps) -> Floats:
        return ratio(*_flagged(at, threshold))

    return measure


def recall_at(threshold: float) -> Metric:
    """Return the metric: share of the positives at or over ``threshold``."""

    def measure(at: Steps) -> Floats:
        return ratio(_flagged(at, threshold)[0], at.positives.sum(axis=1))

    return measure


def f1_at(threshold: float) -> Metric:
    """Return the metric: F1 of the rows at or over ``threshold``."""

    def measure(at: Steps) -> Floats:
        found, flagged = _flagged(at, threshold)
        total = at.positives.sum(axis=1)
        return np.where(total > 0, ratio(2 * found, flagged + total, otherwise=0), np.nan)

    return measure


def calibration_error(bins: int = 15) -> Metric:
    """Return the metric: expected calibration error over bins of equal mass; takes soft labels.

    ECE = sum over bins of (rows in bin / rows) * |mean score - mean truth| (Naeini et al. 2015),
    the bins of equal mass as in Nguyen & O'Connor 2015. Rows of one score stay in one bin, that of
    the middle of their mass, so the order of tied rows changes nothing.
    """

    def measure(at: Steps) -> Floats:
        total = at.mass.sum(axis=1, keepdims=True)
        middle = np.cumsum(at.mass, axis=1) - at.mass / 2
        place = np.minimum((bins * middle / total).astype(np.intp), bins - 1)
        place += bins * np.arange(len(place), dtype=np.intp)[:, None]
        gap = at.mass * at.levels - at.truth
        sums = np.bincount(place.ravel(), gap.ravel(), minlength=bins * len(place))
        error: Floats = np.abs(sums).reshape(-1, bins).sum(axis=1) / total[:, 0]
        return error

    return measure
