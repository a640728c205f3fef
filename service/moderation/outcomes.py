"""What people made of comments, one at a time: how often they approved, and overrode the policy.

A decision counts that approves or rejects a single comment and was not undone. It overrides the policy
where it approves what the policy held or rejected, or rejects what the policy approved. Where the policy
asked for a review it took no side, so such decisions say nothing about overriding.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import quantiles
from typing import Final

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from model.labels import NAMES
from service.moderation import samples
from service.moderation.periods import Period
from service.moderation.policies import DECIDES_AS
from service.moderation.shares import Share, wilson
from service.store.tables import CommentScores, DecisionRow, KeptComment

MOST_SECTIONS: Final = 20
NO_LABEL: Final = "no label"
NO_SECTION: Final = "no section"
# The side that the policy took; the others took none.
_SIDE: Final = {"approve": "approve", "hold": "reject", "reject": "reject"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """One decision, as it is counted. ``waited`` is None where the comment was not waiting for it."""

    action: str
    policy: str
    section: str | None
    labels: tuple[str, ...]
    day: date
    waited: timedelta | None

    @property
    def overrides(self) -> bool | None:
        """Whether it overrides the policy; None where the policy took no side."""
        side = _SIDE.get(self.policy)
        return None if side is None else side != self.action


@dataclass(frozen=True, slots=True)
class Rates:
    """How often the decisions of one kind approve, and how often they override the policy."""

    name: str
    approved: Share
    overridden: Share


@dataclass(frozen=True, slots=True)
class Wait:
    """From a comment's arrival, or last edit, to the decision about it: the middle and the quarters."""

    count: int
    first_quarter: timedelta
    median: timedelta
    third_quarter: timedelta


def outcomes(session: Session, site: str, period: Period, *, count: int) -> list[Outcome]:
    """The decisions of the period that count, of its ``count`` decisions of any kind or a sample."""
    undo = aliased(DecisionRow)
    query = (
        select(
            DecisionRow.action,
            CommentScores.action,
            KeptComment.section,
            CommentScores.result["labels"],
            DecisionRow.at,
            KeptComment.received_at,
            (DecisionRow.state_before == "pending")
            & (DecisionRow.revision == KeptComment.revision),
        )
        .join(KeptComment, KeptComment.id == DecisionRow.comment_id)
        .join(
            CommentScores,
            (CommentScores.comment_id == DecisionRow.comment_id)
            & (CommentScores.revision == DecisionRow.revision)
            & (CommentScores.model == DecisionRow.model),
        )
        .where(
            DecisionRow.action.in_(("approve", "reject")),
            ~DecisionRow.by.startswith(DECIDES_AS),
            DecisionRow.batch.is_(None),
            ~exists().where(undo.undoes == DecisionRow.id),
        )
    )
    place = samples.DECISIONS
    rows = samples.rows_of(session, query, place, site=site, period=period, count=count)
    return [_outcome(*row) for row in rows]


def rates(name: str, decided: Iterable[Outcome]) -> Rates:
    """The rates of those decisions."""
    given = list(decided)
    sides = [one.overrides for one in given if one.overrides is not None]
    approved = sum(one.action == "approve" for one in given)
    return Rates(name, wilson(approved, len(given)), wilson(sum(sides), len(sides)))


def by_label(decided: Sequence[Outcome]) -> tuple[Rates, ...]:
    """The rates where each label was over its threshold, and where none was; one can count at several."""
    kinds = [rates(label, [one for one in decided if label in one.labels]) for label in NAMES]
    return (*kinds, rates(NO_LABEL, [one for one in decided if not one.labels]))


def by_section(decided: Sequence[Outcome]) -> tuple[Rates, ...]:
    """The rates of the ``MOST_SECTIONS`` sections with the most decisions."""
    found = _grouped(decided, lambda one: one.section or NO_SECTION)
    found.sort(key=lambda one: (-one.approved.whole, one.name))
    return tuple(found[:MOST_SECTIONS])


def over_time(decided: Sequence[Outcome], period: Period) -> tuple[Rates, ...]:
    """The rates of each day of a week, else of each week, which begins on Monday and has its date."""
    step = 1 if period.days <= 7 else 7
    days = [one - timedelta(days=one.weekday() if step == 7 else 0) for one in period.each_day()]
    found = {
        one.name: one for one in _grouped(decided, lambda one: _begin(one.day, step).isoformat())
    }
    names = dict.fromkeys(day.isoformat() for day in days)
    return tuple(found.get(name, rates(name, [])) for name in names)


def wait(decided: Sequence[Outcome]) -> Wait | None:
    """How long comments waited; None where fewer than two did."""
    waits = [one.waited.total_seconds() for one in decided if one.waited is not None]
    if len(waits) < 2:
        return None
    low, middle, high = quantiles(waits, n=4, method="inclusive")
    return Wait(len(waits), *(timedelta(seconds=one) for one in (low, middle, high)))


def _begin(day: date, step: int) -> date:
    return day - timedelta(days=day.weekday()) if step == 7 else day


def _grouped(decided: Sequence[Outcome], name: Callable[[Outcome], str]) -> list[Rates]:
    groups: dict[str, list[Outcome]] = {}
    for one in decided:
        groups.setdefault(name(one), []).append(one)
    return [rates(key, group) for key, group in groups.items()]


def _outcome(  # noqa: PLR0913, PLR0917 - the columns of a row
    action: str,
    policy: str,
    section: str | None,
    labels: object,
    at: datetime,
    received_at: datetime,
    waited: bool,
) -> Outcome:
    given = tuple(labels) if isinstance(labels, list) else ()
    since = max(timedelta(0), at - received_at) if waited else None
    return Outcome(action, policy, section, given, at.date(), since)
