"""Whether scores are spread as they were before: the population stability index.

    PSI = sum over bins of (now - before) * ln(now / before), now and before being a bin's shares

after N. Siddiqi, "Credit Risk Scorecards" (2006), who also has the usual bounds: under 0.1 nothing to
speak of, 0.1 to 0.25 a shift to look into, above it a shift that matters. The bins are the tenths of
the earlier scores. An empty bin counts as half a comment, because the logarithm of nothing has no end.

Two samples of the same scores differ as well. (bins - 1) degrees of freedom make PSI / (1/n + 1/m)
about chi-squared (B. Yurdakul and J. Naranjo, "Statistical properties of the population stability
index", Journal of Risk Model Validation 14, 2020); where chance alone would pass 0.1 more often than
once in twenty, there is too little to say.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from typing import Final, Literal

TENTHS: Final = 10
SHIFTS: Final = 0.1
MATTERS: Final = 0.25
# The 95 % point of chi-squared with nine degrees of freedom.
_CHI2_9: Final = 16.918978

Verdict = Literal["steady", "shifted", "much shifted"]


@dataclass(frozen=True, slots=True)
class Stability:
    """The index, None where there is too little to say; how many scores there were before and now."""

    index: float | None
    before: int
    now: int

    @property
    def verdict(self) -> Verdict | None:
        """The index in words, or None where there is none."""
        if self.index is None:
            return None
        if self.index < SHIFTS:
            return "steady"
        return "shifted" if self.index <= MATTERS else "much shifted"


def stability(before: Sequence[float], now: Sequence[float]) -> Stability:
    """How the scores ``now`` are spread over the tenths of those ``before``."""
    if not is_enough(len(before), len(now)):
        return Stability(None, len(before), len(now))
    edges = tenths(before)
    return Stability(
        psi(counts_within(before, edges), counts_within(now, edges)), len(before), len(now)
    )


def is_enough(before: int, now: int) -> bool:
    """Whether chance passes ``SHIFTS`` no more often than once in twenty with so many scores."""
    return bool(before and now) and _CHI2_9 * (1 / before + 1 / now) <= SHIFTS


def psi(before: Sequence[int], now: Sequence[int]) -> float:
    """The index of two counts over the same bins; neither may be empty altogether."""
    of_before, of_now = sum(before), sum(now)
    total = 0.0
    for one, other in zip(before, now, strict=True):
        was, is_now = max(one, 0.5) / of_before, max(other, 0.5) / of_now
        total += (is_now - was) * log(is_now / was)
    return total


def tenths(scores: Sequence[float]) -> tuple[float, ...]:
    """The nine edges between tenths; fewer where so many scores are equal that edges coincide."""
    ordered = sorted(scores)
    return tuple(sorted({ordered[len(ordered) * i // TENTHS] for i in range(1, TENTHS)}))


def counts_within(scores: Sequence[float], edges: Sequence[float]) -> list[int]:
    """How many of the scores lie between the edges; one on an edge belongs above it."""
    counts = [0] * (len(edges) + 1)
    for score in scores:
        counts[bisect_right(edges, score)] += 1
    return counts
