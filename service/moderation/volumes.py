"""How much came and how much was decided, counted in the indexes."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from service.moderation.periods import Period
from service.moderation.policies import DECIDES_AS
from service.store.tables import BatchRow, DecisionRow, KeptComment, UtcTime

STATES: Final = ("approved", "pending", "deferred", "rejected")
ACTIONS: Final = ("approve", "review", "hold", "reject")
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
    """Each day of the period.

    A day is counted by a query of its own: grouping would sort all rows, which takes twice as long.
    """
    states = [func.count().filter(KeptComment.state == one) for one in STATES]
    actions = [func.count().filter(KeptComment.action == one) for one in ACTIONS]
    query = select(*states, *actions).where(
        KeptComment.site == site,
        KeptComment.received_at >= bindparam("since", type_=UtcTime()),
        KeptComment.received_at < bindparam("until", type_=UtcTime()),
    )
    days = []
    for day in period.each_day():
        one = Period(1, day)
        counts = session.execute(query, {"since": one.since, "until": one.until}).one()
        by_state = zip(STATES, counts[: len(STATES)], strict=True)
        by_action = zip(ACTIONS, counts[len(STATES) :], strict=True)
        days.append(Day(day, _without_none(by_state), _without_none(by_action)))
    return tuple(days)


def count_comments(session: Session, site: str, period: Period) -> int:
    """How many comments came in the period, or were edited last in it."""
    query = select(func.count()).where(
        KeptComment.site == site,
        KeptComment.received_at >= period.since,
        KeptComment.received_at < period.until,
    )
    return session.scalar(query) or 0


def by_worker(session: Session, site: str, period: Period) -> tuple[Worker, ...]:
    """Who decided how often in the period, whoever decided most first; rules are nobody."""
    query = (
        select(DecisionRow.by, DecisionRow.action, func.count())
        .where(
            DecisionRow.site == site,
            DecisionRow.at >= period.since,
            DecisionRow.at < period.until,
            ~DecisionRow.by.startswith(DECIDES_AS),
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


def _without_none(counts: Iterable[tuple[str, int]]) -> dict[str, int]:
    return {name: count for name, count in counts if count}
