"""A preview as a page shows it: one matrix for all, and what moves in each section."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from service.moderation.policy import ACTIONS, Action
from service.moderation.preview import Move, Preview

MOST_SECTIONS: Final = 20


@dataclass(frozen=True, slots=True)
class Line:
    """What the present rules do (``before``) and how many of those comments get each action."""

    before: Action
    counts: tuple[tuple[Action, int], ...]


@dataclass(frozen=True, slots=True)
class InSection:
    """A section's comments, how many of them move, and from what to what, the most first."""

    section: str | None
    comments: int
    moved: int
    moves: tuple[Move, ...]


@dataclass(frozen=True, slots=True)
class Effect:
    """The matrix, the sections where most moves (``left_out`` more are not listed), and the preview."""

    preview: Preview
    moved: int
    lines: tuple[Line, ...]
    sections: tuple[InSection, ...]
    left_out: int


def effect_of(preview: Preview) -> Effect:
    """What a page shows of ``preview``."""
    cells: Counter[tuple[Action, Action]] = Counter()
    for move in preview.moves:
        cells[move.before, move.after] += move.comments
    lines = [Line(b, tuple((a, cells[b, a]) for a in ACTIONS)) for b in ACTIONS]
    sections = sorted(
        (_in_section(section, preview.moves) for section in {m.section for m in preview.moves}),
        key=lambda one: (-one.moved, -one.comments, one.section or ""),
    )
    return Effect(
        preview=preview,
        moved=_moved(preview.moves),
        lines=tuple(lines),
        sections=tuple(sections[:MOST_SECTIONS]),
        left_out=max(0, len(sections) - MOST_SECTIONS),
    )


def _in_section(section: str | None, moves: Iterable[Move]) -> InSection:
    own = [move for move in moves if move.section == section]
    changing = sorted((m for m in own if m.before != m.after), key=lambda m: -m.comments)
    return InSection(section, sum(m.comments for m in own), _moved(own), tuple(changing))


def _moved(moves: Iterable[Move]) -> int:
    return sum(move.comments for move in moves if move.before != move.after)
