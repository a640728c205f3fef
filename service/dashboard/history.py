"""A comment's history as its page shows it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from service.dashboard.cards import Score, age, scores_of
from service.dashboard.choices import words_of
from service.dashboard.showing import Shown, shown
from service.moderation.records import History
from service.store.tables import CommentScores, DecisionRow, ReaderReport, SecondReview


@dataclass(frozen=True, slots=True)
class Reading:
    """How a revision of the comment read to a version of the model."""

    model: str
    revision: int
    at: datetime
    scores: tuple[Score, ...] | None
    action: str
    why: str | None


@dataclass(frozen=True, slots=True)
class Event:
    """A decision: who, when and what, and whether it was taken back since."""

    number: int
    at: datetime
    age: str
    by: str
    what: str
    reason: str | None
    labels: str | None
    batch: bool
    undone: bool
    state: str


@dataclass(frozen=True, slots=True)
class Told:
    """A reader's report; ``text`` is None where there is none or it was erased."""

    at: datetime
    age: str
    reason: str | None
    text: Shown | None


@dataclass(frozen=True, slots=True)
class Past:
    """All of it; scores and decisions from the last to the first."""

    readings: tuple[Reading, ...]
    events: tuple[Event, ...]
    reports: tuple[Told, ...]


def history_of(known: History, *, now: datetime) -> Past:
    """The history to show."""
    return Past(
        tuple(_reading(row) for row in reversed(known.scores)),
        _in_order((*_events(known.decisions, now=now), *_second(known.second_reviews, now=now))),
        tuple(_report(row, now=now) for row in known.reports),
    )


def _reading(row: CommentScores) -> Reading:
    scores = scores_of(row.result)
    return Reading(row.model, row.revision, row.at, scores, row.action, row.why)


def _events(rows: Sequence[DecisionRow], *, now: datetime) -> tuple[Event, ...]:
    undone = {row.undoes for row in rows}
    return tuple(
        Event(
            number=row.id,
            at=row.at,
            age=age(now - row.at),
            by=row.by,
            what=words_of(row.action),
            reason=words_of(row.reason) if row.reason else None,
            labels=_labels(row.labels),
            batch=row.batch is not None,
            undone=row.id in undone,
            state=row.state_after,
        )
        for row in reversed(rows)
    )


def _second(rows: Sequence[SecondReview], *, now: datetime) -> Iterator[Event]:
    """The second reviews that were given: they change nothing but, perhaps, the state to pending."""
    for row in rows:
        if row.second_by is None or row.second_at is None or row.second_action is None:
            continue
        asked = words_of(row.second_action).lower()
        said = "agrees" if row.agrees else f"disagrees: would have {asked} it"
        yield Event(
            number=row.decision_id,
            at=row.second_at,
            age=age(now - row.second_at),
            by=row.second_by,
            what=f"Second look {said}",
            reason=None,
            labels=_labels(row.second_labels),
            batch=False,
            undone=False,
            state="",
        )


def _in_order(events: Sequence[Event]) -> tuple[Event, ...]:
    """From the last to the first; those of one moment stay as they are."""
    return tuple(sorted(events, key=lambda event: event.at, reverse=True))


def _labels(labels: dict[str, float] | None) -> str | None:
    if not labels:
        return None
    words = {0.0: "no", 1.0: "yes"}
    return ", ".join(
        f"{name.replace('_', ' ')}: {words.get(value, f'{value:.2f}')}"
        for name, value in labels.items()
    )


def _report(row: ReaderReport, *, now: datetime) -> Told:
    return Told(
        row.at,
        age(now - row.at),
        words_of(row.reason) if row.reason else None,
        shown(row.text) if row.text else None,
    )
