"""95% percentile intervals by resampling rows, and paired differences of two scores.

A resample draws n of the n rows with replacement (Efron & Tibshirani 1993, chapter 13). The same
seed on the same rows draws the same resamples: that is what pairs two estimates. Resamples that a
metric cannot answer (no positive drawn) are left out of its interval. The interval of ECE leans
upwards, because drawing rows again adds noise to each bin; with few rows it may lie over the value.
"""

import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from training import sweep
from training.sweep import Floats, Metric

RESAMPLES = 1_000
CONFIDENCE = 0.95
# Weights held at once: 32 MB of float64, a few times that with what a metric computes from them.
BLOCK = 4_000_000


@dataclass(frozen=True, slots=True)
class Figure:
    """A value with the ends of its 95% interval; nan where the rows cannot answer."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Estimate:
    """Metrics by name: ``values`` on the rows as they are, ``draws`` (count,) on the resamples.

    ``drawn_from`` identifies rows and seed, so that only paired draws are compared.
    """

    values: Mapping[str, float]
    draws: Mapping[str, Floats]
    drawn_from: str


def resamples(
    n: int, *, count: int, seed: int, block: int | None = None
) -> Iterator[NDArray[np.intp]]:
    """Yield how often each row was drawn, (up to ``block``, n) at a time, ``count`` in all."""
    rng = np.random.default_rng(seed)
    most = block or max(1, BLOCK // n)
    for begin in range(0, count, most):
        size = min(most, count - begin)
        drawn = rng.integers(n, size=(size, n)) + n * np.arange(size)[:, None]
        yield np.bincount(drawn.ravel(), minlength=size * n).reshape(size, n)


def estimate(
    truth: ArrayLike,
    scores: ArrayLike,
    metrics: Mapping[str, Metric],
    *,
    seed: int,
    count: int = RESAMPLES,
) -> Estimate:
    """Return each metric on the rows and on ``count`` resamples of them."""
    ranking = sweep.rank(truth, scores)
    once = sweep.steps(ranking)
    parts: dict[str, list[Floats]] = {name: [] for name in metrics}
    for weights in resamples(len(ranking.order), count=count, seed=seed):
        at = sweep.steps(ranking, weights)
        for name, metric in metrics.items():
            parts[name].append(metric(at))
    rows = hashlib.blake2b(np.asarray(truth, dtype=np.float64).tobytes(), digest_size=8)
    return Estimate(
        values={name: float(metric(once)[0]) for name, metric in metrics.items()},
        draws={name: np.concatenate(drawn) for name, drawn in parts.items()},
        drawn_from=f"{seed}/{count}/{rows.hexdigest()}",
    )


def figures(of: Estimate) -> dict[str, Figure]:
    """Return each metric with the 2.5 and 97.5 percentiles of its draws."""
    return {name: _figure(of.values[name], of.draws[name]) for name in of.values}


def differences(ours: Estimate, theirs: Estimate) -> dict[str, Figure]:
    """Return ours minus theirs with its paired interval, for the metrics that both have.

    Raises ValueError when the two were not drawn from the same rows with the same seed.
    """
    if ours.drawn_from != theirs.drawn_from:
        raise ValueError("a paired difference needs two estimates of the same rows and seed")
    return {
        name: _figure(
            ours.values[name] - theirs.values[name], ours.draws[name] - theirs.draws[name]
        )
        for name in ours.values
        if name in theirs.values
    }


def mean(values: ArrayLike, *, seed: int) -> Figure:
    """Return the mean of values (n,), such as paired changes; nan where there is none."""
    given = np.asarray(values, dtype=np.float64)
    if not len(given):
        return Figure(np.nan, np.nan, np.nan)
    drawn = resamples(len(given), count=RESAMPLES, seed=seed)
    draws = np.concatenate([counts @ given / len(given) for counts in drawn])
    return _figure(float(given.mean()), draws)


def turned(before: Collection[str], after: Collection[str], n: int, *, seed: int) -> Figure:
    """Return the share right of ``n`` cases less the share ``before``, by the ids that each had wrong.

    Drawn are the cases: 1 for each that became right, -1 for each that became wrong, 0 for the rest.
    """
    mended, broken = len({*before} - {*after}), len({*after} - {*before})
    rest = n - mended - broken
    return mean([1.0] * mended + [-1.0] * broken + [0.0] * rest, seed=seed)


def _figure(value: float, draws: Floats) -> Figure:
    known = draws[~np.isnan(draws)]
    if np.isnan(value) or not known.size:
        return Figure(value, np.nan, np.nan)
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(known, [tail, 1 - tail])
    return Figure(value, float(low), float(high))
