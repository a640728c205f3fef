"""From seconds to figures: percentiles, rates, and ratios with the range they had over the rounds."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Ratio:
    """How many times as much: the median over the rounds, and the least and most in any round."""

    middle: float
    low: float
    high: float

    def __str__(self) -> str:
        """Return for instance ``3.1 (2.9-3.4)``."""
        return f"{self.middle:.1f} ({self.low:.1f}-{self.high:.1f})"


def percentile(seconds: Sequence[float], share: float) -> float:
    """Return the smallest value that at least ``share`` (0 to 1) of ``seconds`` do not exceed."""
    ordered = sorted(seconds)
    # Rounded before going up, because 0.99 * 100 is a little over 99 in binary.
    rank = -int(-round(share * len(ordered), 9) // 1)
    return ordered[max(0, rank - 1)]


def ratio(theirs: Sequence[float], ours: Sequence[float]) -> Ratio:
    """Return ``theirs`` over ``ours``, one value a round in each, compared within a round."""
    by_round = [a / b for a, b in zip(theirs, ours, strict=True)]
    return Ratio(median(by_round), min(by_round), max(by_round))


def turns(contenders: Sequence[T], number: int) -> list[T]:
    """Return the order of round ``number``: everyone is first equally often."""
    start = number % len(contenders)
    return [*contenders[start:], *contenders[:start]]
