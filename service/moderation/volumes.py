"""How much came and how much was decided, counted in the indexes."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import ColumnElement, String, func, select
from sqlalchemy.orm import Session

from service.moderation.periods import Period
from service.store.tables import BatchRow, DecisionRow, KeptComment

VERBS: Final = ("approve", "reject", "defer", "highlight", "undo")


@dataclass(frozen=True, slots=True)
class Day:
    """The comments that came on a day, by the state they have now and by the policy's action."""

    day: date
    by_state: Mapping[str, int]
    by_action: Mapping[str, int]

    @property
    def total(self) -> int:
        """How many came."""
        return sum(self.by_state.values())


@dataclass(frozen=True, slots=True)
class Worker:
    """What somebody decided: how often each verb, and how many of it were parts of batches."""

    name: str
    by_verb: Mapping[str, int]
    in_batches: int

    @property
    def total(self) -> int:
        """All decisions, undoings included."""
        return sum(self.by_verb.values())


def by_day(session: Session, site: str, period: Period) -> tuple[Day, ...]:
    """Each day of the period."""
    day = _day_of(session)
    columns = (day, KeptComment.state, KeptComment.action)
    query = (
        select(*columns, func.count())
        .where(
            KeptComment.site == site,
            KeptComment.received_at >= period.since,
            KeptComment.received_at < period.until,
        )
        .group_by(*columns)
    )
    states: dict[str, Counter[str]] = {}
    actions: dict[str, Counter[str]] = {}
    for when, state, action, count in session.execute(query):
        states.setdefault(str(when), Counter())[state] += count
        actions.setdefault(str(when), Counter())[action] += count
    return tuple(
        Day(one, states.get(one.isoformat(), {}), actions.get(one.isoformat(), {}))
        for one in period.each_day()
    )


def count_comments(session: Session, site: str, period: Period) -> int:
    """How many comments came in the period, or were edited last in it."""
    query = select(func.count()).where(
        KeptComment.site == site,
        KeptComment.received_at >= period.since,
        KeptComment.received_at < period.until,
    )
    return session.scalar(query) or 0


def by_worker(session: Session, site: str, period: Period) -> tuple[Worker, ...]:
    """Who decided how often in the period, whoever decided most first."""
    query = (
        select(DecisionRow.by, DecisionRow.action, func.count())
        .where(
            DecisionRow.site == site,
            DecisionRow.at >= period.since,
            DecisionRow.at < period.until,
        )
        .group_by(DecisionRow.by, DecisionRow.action)
    )
    found: dict[str, Counter[str]] = {}
    for name, verb, count in session.execute(query):
        found.setdefault(name, Counter())[verb] += count
    batches = _in_batches(session, site, period)
    workers = [Worker(name, verbs, batches.get(name, 0)) for name, verbs in found.items()]
    return tuple(sorted(workers, key=lambda one: (-one.total, one.name)))


def _in_batches(session: Session, site: str, period: Period) -> dict[str, int]:
    query = (
        select(BatchRow.by, func.sum(BatchRow.decided))
        .where(BatchRow.site == site, BatchRow.at >= period.since, BatchRow.at < period.until)
        .group_by(BatchRow.by)
    )
    return {name: int(count) for name, count in session.execute(query)}


def _day_of(session: Session) -> ColumnElement[str]:
    """The day of UTC on which a comment came, as the database writes it: 2026-11-29."""
    if session.get_bind().dialect.name == "postgresql":
        day = func.timezone("UTC", KeptComment.received_at)
        return func.to_char(day, "YYYY-MM-DD", type_=String)
    return func.substr(KeptComment.received_at, 1, 10, type_=String)
