"""Intervals of rows that come in clusters: sentences of one template, comments on one article.

Rows of a cluster are alike, so drawn one by one they would pass for more evidence than they are. A
resample draws whole clusters with replacement, each with all of its rows (Davison & Hinkley 1997,
section 3.8). The AUC is the share of positive-negative pairs in the right order (Mann-Whitney), so with
cluster a drawn w_a times it is sum w_a w_b right_ab / sum w_a w_b pairs_ab: pairs are compared once,
and a thousand resamples are a product of small matrices.
"""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from training import sweep
from training.bootstrap import RESAMPLES, Estimate, Figure, differences, figures, resamples
from training.sweep import Floats

# The one figure of an estimate here.
IT: Final = "it"


@dataclass(frozen=True, slots=True)
class Clusters:
    """Which cluster each row is of, (n,) from 0, and how often each was drawn, (resamples, clusters).

    The same clusters and seed draw the same resamples.
    """

    of: NDArray[np.intp]
    drawn: Floats

    def counted(self, rows: NDArray[np.bool_]) -> Floats:
        """Return how many of these rows (n,), true or false, each cluster has."""
        counts = np.bincount(self.of, rows.astype(np.float64), minlength=self.drawn.shape[1])
        return counts.astype(np.float64)


def cluster(names: Iterable[Hashable], *, seed: int, count: int = RESAMPLES) -> Clusters:
    """Return the clusters of rows by each row's name of its own; at least one row is needed."""
    numbers: dict[Hashable, int] = {}
    of = np.array([numbers.setdefault(name, len(numbers)) for name in names], dtype=np.intp)
    drawn = np.concatenate(list(resamples(len(numbers), count=count, seed=seed)))
    return Clusters(of, drawn.astype(np.float64))


def auc(
    truth: ArrayLike,
    scores: ArrayLike,
    clusters: Clusters,
    rows: NDArray[np.bool_] | None = None,
) -> Figure:
    """Return the AUC of the rows, or of some ``rows`` (n,) of them; nan where one kind is missing."""
    return figures(_auc(truth, scores, clusters, rows))[IT]


def auc_difference(
    truth: ArrayLike, ours: ArrayLike, theirs: ArrayLike, clusters: Clusters
) -> Figure:
    """Return the AUC of ``ours`` less that of ``theirs``, each resample being the same for both."""
    first, second = (_auc(truth, scores, clusters) for scores in (ours, theirs))
    return differences(first, second)[IT]


def _auc(
    truth: ArrayLike,
    scores: ArrayLike,
    clusters: Clusters,
    rows: NDArray[np.bool_] | None = None,
) -> Estimate:
    known, given = sweep.checked(truth, scores)
    among = np.ones(len(known), dtype=bool) if rows is None else rows
    positive, negative = among & (known >= 0.5), among & (known < 0.5)
    higher = np.sign(given[positive][:, None] - given[negative][None, :])
    right = _by_cluster(_by_cluster((higher + 1) / 2, positive, clusters).T, negative, clusters).T
    yes, no = clusters.counted(positive), clusters.counted(negative)

    def weighed(drawn: Floats) -> Floats:
        return sweep.ratio(((drawn @ right) * drawn).sum(axis=1), (drawn @ yes) * (drawn @ no))

    return _estimate(weighed(np.ones((1, len(yes)))), weighed(clusters.drawn))


def share_gap(
    right: NDArray[np.bool_],
    first: NDArray[np.bool_],
    second: NDArray[np.bool_],
    clusters: Clusters,
) -> Figure:
    """Return the share of the rows ``first`` that are ``right`` less that of the rows ``second``.

    Both are drawn together. Where the clusters do not differ the interval has no width: it knows
    nothing of clusters that are unlike those that are there.
    """
    sides = [(clusters.counted(right & side), clusters.counted(side)) for side in (first, second)]

    def weighed(drawn: Floats) -> Floats:
        ours, theirs = (sweep.ratio(drawn @ found, drawn @ of) for found, of in sides)
        return ours - theirs

    once = weighed(np.ones((1, clusters.drawn.shape[1])))
    return figures(_estimate(once, weighed(clusters.drawn)))[IT]


def _by_cluster(values: Floats, rows: NDArray[np.bool_], clusters: Clusters) -> Floats:
    """Return the sums (clusters, m) of ``values`` (rows, m) over each cluster's rows."""
    of = clusters.of[rows]
    member = np.zeros((clusters.drawn.shape[1], len(of)))
    member[of, np.arange(len(of))] = 1.0
    summed: Floats = member @ values
    return summed


def _estimate(once: Floats, draws: Floats) -> Estimate:
    return Estimate({IT: float(once[0])}, {IT: draws}, "")
