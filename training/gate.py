"""The gate: a report of the champion and one of the candidate, and the reasons to refuse the candidate."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Bar:
    """A figure that may not fall: its name, and by how much it may drop before that is a reason."""

    figure: str
    may_drop: float


def reasons_to_refuse(
    now: Mapping[str, float], candidate: Mapping[str, float], bars: Sequence[Bar]
) -> list[str]:
    """Return a sentence a reason; an empty list means that the candidate may be promoted.

    A figure that the champion has and the candidate lacks is a reason by itself.
    """
    reasons = []
    for bar in bars:
        if bar.figure not in now:
            continue
        if bar.figure not in candidate:
            reasons.append(f"{bar.figure}: the candidate has no such figure")
        elif candidate[bar.figure] < now[bar.figure] - bar.may_drop:
            reasons.append(
                f"{bar.figure}: {candidate[bar.figure]:.4f} is more than {bar.may_drop:g} "
                f"below {now[bar.figure]:.4f}"
            )
    return reasons


def verdict(reasons: Sequence[str]) -> Mapping[str, Any]:
    """Return the gate's part of a report: whether it opens, and why not."""
    return {"open": not reasons, "reasons": list(reasons)}
