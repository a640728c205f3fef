"""The gate: a report of the champion and one of the candidate, and the reasons to refuse the candidate."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from training.bootstrap import Figure

Sense = Literal["may not fall", "may not rise"]


@dataclass(frozen=True, slots=True)
class Bar:
    """A figure that may not get worse: its name, by how much it may, and which way is worse."""

    figure: str
    allowed: float
    sense: Sense = "may not fall"


UNKNOWN: Final[Mapping[str, Figure]] = {}


def reasons_to_refuse(
    now: Mapping[str, float],
    candidate: Mapping[str, float],
    bars: Sequence[Bar],
    differences: Mapping[str, Figure] = UNKNOWN,
) -> list[str]:
    """Return a sentence a reason; an empty list means that the candidate may be promoted.

    A figure is worse where it moved by more than the bar allows and, where ``differences`` knows the
    interval of the candidate's less the champion's, that leaves out nought. A figure that the
    champion has and the candidate lacks is a reason by itself.
    """
    reasons = []
    for bar in bars:
        if bar.figure not in now:
            continue
        if bar.figure not in candidate:
            reasons.append(f"{bar.figure}: the candidate has no such figure")
            continue
        before, after = now[bar.figure], candidate[bar.figure]
        worse_by = before - after if bar.sense == "may not fall" else after - before
        if worse_by > bar.allowed and not _is_unsure(differences.get(bar.figure)):
            way = "below" if bar.sense == "may not fall" else "above"
            reasons.append(
                f"{bar.figure}: {after:.4f} is more than {bar.allowed:g} {way} {before:.4f}"
            )
    return reasons


def unmeasured(
    now: Mapping[str, float], candidate: Mapping[str, float], bars: Sequence[Bar]
) -> list[str]:
    """Return a sentence for each bar that could refuse nothing, as the champion lacks its figure."""
    return [
        f"{bar.figure}: "
        + ("the champion has no such figure" if bar.figure in candidate else "was not measured")
        for bar in bars
        if bar.figure not in now
    ]


def verdict(reasons: Sequence[str], not_measured: Sequence[str] = ()) -> Mapping[str, Any]:
    """Return the gate's part of a report: whether it opens, why not, and what it could not ask."""
    return {"open": not reasons, "reasons": list(reasons), "unmeasured": list(not_measured)}


def _is_unsure(difference: Figure | None) -> bool:
    """Tell whether a known interval holds nought; one without ends holds nothing back."""
    return difference is not None and difference.low <= 0 <= difference.high
