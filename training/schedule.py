"""On which schedule a run was begun, and on which others it was taken up: what its lineage says of it.

The learning rate falls to nought at the end of the schedule, so a run that is taken up on another has gone
down another slope than either recipe tells.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

STATE: Final = "trainer_state.json"
RECORDED: Final = "taken_up"

Taken = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class At:
    """A checkpoint: its step, and of how many steps the schedule was that it was written on."""

    step: int
    of: int


def at(checkpoint: str | None) -> At | None:
    """Return where a run stands by its last whole checkpoint, None where it has none."""
    if checkpoint is None:
        return None
    state = json.loads((Path(checkpoint) / STATE).read_text(encoding="utf-8"))
    return At(int(state["global_step"]), int(state["max_steps"]))


def taken_up(
    begun: float, before: Sequence[Taken], stands: At, *, epochs: float, steps_an_epoch: int
) -> tuple[float, list[Taken]]:
    """Return the epochs that a run was begun with, and every change until it goes on with ``epochs``.

    ``begun`` and ``before`` are what its record says. A change at ``stands.step`` or later came to
    nothing: no checkpoint was written after it. The checkpoint itself has the last word on its schedule.
    """
    kept = [one for one in before if one["step"] < stands.step]
    now = float(kept[-1]["epochs"]) if kept else begun
    if math.ceil(now * steps_an_epoch) != stands.of:  # as the Trainer counts
        now = round(stands.of / steps_an_epoch, 4)
        begun = begun if kept else now
        kept = [*kept[:-1], {**kept[-1], "epochs": now}] if kept else []
    if math.ceil(epochs * steps_an_epoch) == stands.of:
        return begun, kept
    return begun, [*kept, {"step": stands.step, "epochs": epochs}]


def told(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the lineage says of a run by its record: nothing where it kept to one schedule."""
    changes = record.get(RECORDED)
    if not changes:
        return {}
    return {"begun_with_epochs": record["recipe"]["epochs"], RECORDED: changes}


def sentence(lineage: Mapping[str, Any]) -> str:
    """Return the card's sentence; nothing where the run kept to one schedule."""
    changes = lineage.get(RECORDED)
    if not changes:
        return ""
    later = ", then ".join(
        f"taken up at step {one['step']:,} on one of {one['epochs']:g}" for one in changes
    )
    return f"Begun on a schedule of {lineage['begun_with_epochs']:g} epochs, {later}."
