"""Charts as shapes on a square of 100 by 100 that the page stretches; words stand beside it as text.

Stretching would distort letters and circles, so a chart here is rectangles and lines alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Final

from service.moderation.outcomes import Rates
from service.moderation.shares import Share
from service.moderation.spreads import Spread
from service.moderation.volumes import Day

SIDE: Final = 100.0
_GAP: Final = 0.16  # of a bar's place
_STEPS: Final = (1, 2, 3, 4, 5, 6, 8, 10)


@dataclass(frozen=True, slots=True)
class Part:
    """A rectangle of one kind."""

    kind: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar with its parts from the bottom up, and what it says when it is pointed at."""

    said: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars from the left to the right; ``top`` is what the upper edge stands for."""

    top: float
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Spot:
    """A share at ``x`` with its interval, as heights from above; and what it says."""

    said: str
    x: float
    y: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Outline:
    """A label's spread: the scores now as bars, those before as a line of steps."""

    top: float
    bars: tuple[Bar, ...]
    before: str


def stacked(days: Sequence[Day], kinds: Sequence[str], *, by: str) -> Bars:
    """A bar of each day, divided by ``by`` ("state" or "action") into ``kinds``, the first at the bottom."""
    top = round_top(max((day.total for day in days), default=0))
    width = SIDE / max(1, len(days))
    bars = []
    for place, day in enumerate(days):
        counts = day.by_state if by == "state" else day.by_action
        said = ", ".join(f"{kind} {counts.get(kind, 0):,}" for kind in kinds)
        parts = _stack(counts, kinds, top, x=place * width, width=width)
        bars.append(Bar(f"{day.day:%Y-%m-%d}: {day.total:,} ({said})", parts))
    return Bars(top, tuple(bars))


def outline(spread: Spread) -> Outline:
    """The spread of a label, in shares; heights go by the square root, so that few are seen beside many."""
    now, before = _shares(spread.now), _shares(spread.before)
    top = max((*now, *before, 0.01))
    width = SIDE / len(now)
    bars = []
    for place, share in enumerate(now):
        height = _root(share, top)
        low, high = place / len(now), (place + 1) / len(now)
        said = f"{low:.2f} to {high:.2f}: {share:.1%} now, {before[place]:.1%} before"
        bars.append(Bar(said, (_part("now", place * width, width, SIDE - height, height),)))
    steps = [
        f"{'M' if place == 0 else 'L'}{place * width:.2f} {SIDE - _root(share, top):.2f}"
        f"H{(place + 1) * width:.2f}"
        for place, share in enumerate(before)
    ]
    return Outline(top, tuple(bars), "".join(steps) if any(before) else "")


def spots(rates: Sequence[Rates], *, of: str) -> tuple[Spot, ...]:
    """Where each rate stands, ``of`` "approved" or "overridden"; none where nothing was counted."""
    width = SIDE / max(1, len(rates))
    found = []
    for place, one in enumerate(rates):
        share = one.approved if of == "approved" else one.overridden
        if share.value is not None:
            found.append(_spot(one.name, share, (place + 0.5) * width))
    return tuple(found)


def round_top(most: float) -> int:
    """The least of 1 to 6, 8, 10 to 60, 80, 100 … by such steps that is no less than ``most``."""
    unit = 1
    while True:
        for step in _STEPS:
            if step * unit >= most:
                return step * unit
        unit *= 10


def _spot(name: str, share: Share, x: float) -> Spot:
    value = share.value or 0.0
    said = f"{name}: {value:.0%} ({share.low:.0%} to {share.high:.0%}) of {share.whole:,}"
    heights = (round(SIDE * (1 - one), 2) for one in (value, share.low, share.high))
    return Spot(said, round(x, 2), *heights)


def _stack(
    counts: Mapping[str, int], kinds: Sequence[str], top: float, *, x: float, width: float
) -> tuple[Part, ...]:
    parts, below = [], SIDE
    for kind in kinds:
        height = SIDE * counts.get(kind, 0) / top
        if height:
            below -= height
            parts.append(_part(kind, x, width, below, height))
    return tuple(parts)


def _part(kind: str, x: float, width: float, y: float, height: float) -> Part:
    inset = width * _GAP / 2
    return Part(
        kind, round(x + inset, 2), round(y, 2), round(width - 2 * inset, 2), round(height, 2)
    )


def _shares(counts: Sequence[int]) -> list[float]:
    whole = sum(counts)
    return [count / whole if whole else 0.0 for count in counts]


def _root(share: float, top: float) -> float:
    return SIDE * sqrt(share / top)
