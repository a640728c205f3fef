"""Shares with their uncertainty, as figures on a page need them."""

from dataclasses import dataclass
from math import sqrt
from typing import Final

# The two-sided 95 % point of the normal distribution.
Z_95: Final = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Share:
    """``part`` of ``whole`` with the 95 % Wilson interval from ``low`` to ``high``, all 0 to 1."""

    part: int
    whole: int
    low: float
    high: float

    @property
    def value(self) -> float | None:
        """The share, or None of nothing."""
        return self.part / self.whole if self.whole else None


def wilson(part: int, whole: int) -> Share:
    """The share with its score interval (Wilson 1927); of nothing, it may be anything from 0 to 1."""
    if whole == 0:
        return Share(0, 0, 0.0, 1.0)
    share, z2 = part / whole, Z_95**2 / whole
    middle = share + z2 / 2
    spread = Z_95 * sqrt(share * (1 - share) / whole + z2 / (4 * whole))
    low, high = ((middle + sign * spread) / (1 + z2) for sign in (-1, 1))
    # The ends are exact where nothing or everything counts; rounding would miss them by a hair.
    return Share(part, whole, low if part else 0.0, high if part < whole else 1.0)
