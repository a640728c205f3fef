"""The queue: comments in a state, sorted and filtered, a page at a time.

Pages go by the last row seen (keyset), not by a count of rows: each is one walk along an index,
however far down it is, and a comment that leaves the queue meanwhile moves no other.
"""

import base64
import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from model.labels import NAMES
from service.errors import InvalidField
from service.moderation import claims
from service.store.tables import CommentScores, DecisionRow, KeptComment, ReaderReport

State = Literal["pending", "approved", "rejected", "deferred"]
SORTS: Final = ("uncertainty", "age", "reports", *NAMES)
_RISING: Final = ("uncertainty", "age")
_TRIES: Final = 3


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which comments of a site, and in what order.

    With ``label``, those that have a score for it of ``minimum`` to ``maximum``, both included.
    ``uncertainty`` begins nearest to a rule's edge, ``age`` with the oldest, ``reports`` with the
    most reported and a label with the highest score. With ``as_of``, only those that nothing has
    happened to since: not sent, edited, scored, reported or decided.
    """

    site: str
    state: State = "pending"
    section: str | None = None
    label: str | None = None
    minimum: float = 0.0
    maximum: float = 1.0
    sort: str = "uncertainty"
    as_of: datetime | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Comments in order, and the cursor of the page after; None on the last page."""

    comments: list[KeptComment]
    next: str | None


def page(
    session: Session,
    wanted: Wanted,
    *,
    limit: int,
    cursor: str | None = None,
    free: ColumnElement[bool] | None = None,
) -> Page:
    """Up to ``limit`` comments after ``cursor``; with ``free``, only those for which it holds.

    Raises ``InvalidField`` for a cursor that is not of this order.
    """
    column = column_of(wanted.sort)
    query = matching(wanted)
    rising = wanted.sort in _RISING
    if free is not None:
        query = query.where(free)
    if cursor is not None:
        place = tuple_(column, KeptComment.id)
        last = tuple_(*_read_cursor(cursor, wanted.sort))
        query = query.where(place > last if rising else place < last)
    order = (column, KeptComment.id) if rising else (column.desc(), KeptComment.id.desc())
    rows = list(session.scalars(query.order_by(*order).limit(limit + 1)))
    more = len(rows) > limit
    rows = rows[:limit]
    return Page(rows, cursor_after(rows[-1], wanted.sort) if more else None)


def matching(wanted: Wanted) -> Select[KeptComment]:
    """The query of all comments that are wanted, without an order; none of them is erased."""
    query = select(KeptComment).where(
        KeptComment.site == wanted.site,
        KeptComment.state == wanted.state,
        KeptComment.erased_at.is_(None),
    )
    if wanted.section is not None:
        query = query.where(KeptComment.section == wanted.section)
    if wanted.label is not None:
        query = query.where(column_of(wanted.label).between(wanted.minimum, wanted.maximum))
    if wanted.as_of is not None:
        query = query.where(_untouched_since(wanted.as_of))
    return query


def take(  # noqa: PLR0913 - all but two by keyword
    session: Session,
    wanted: Wanted,
    *,
    by: str,
    limit: int,
    now: datetime,
    seconds: int,
    besides: Collection[int] = (),
    cursor: str | None = None,
) -> list[KeptComment]:
    """The first comments that nobody else has, claimed for ``by`` for the ``seconds`` to come.

    Those ``besides`` are left out: whoever asks has them already. With ``cursor``, those after it.
    """
    free = claims.is_free_for(by, now=now)
    taken: list[KeptComment] = []
    for _ in range(_TRIES):
        have = [*besides, *(row.id for row in taken)]
        rest = and_(free, KeptComment.id.not_in(have)) if have else free
        left = limit - len(taken)
        found = page(session, wanted, limit=left, free=rest, cursor=cursor).comments
        own = claims.claim(session, [row.id for row in found], by, now=now, seconds=seconds)
        taken += [row for row in found if row.id in own]
        # PostgreSQL lets two people find the same comments, and one of them claim none.
        if len(own) == len(found):
            break
    return taken


def neighbours(session: Session, wanted: Wanted, row: KeptComment) -> tuple[int | None, int | None]:
    """The numbers of the comments before and after the place of ``row`` in that order."""
    column = column_of(wanted.sort)
    place, own = tuple_(column, KeptComment.id), tuple_(_key(row, wanted.sort), row.id)
    rising = (column, KeptComment.id)
    falling = (column.desc(), KeptComment.id.desc())
    query = matching(wanted).with_only_columns(KeptComment.id).limit(1)
    above = session.scalar(query.where(place > own).order_by(*rising))
    below = session.scalar(query.where(place < own).order_by(*falling))
    return (below, above) if wanted.sort in _RISING else (above, below)


def _untouched_since(time: datetime) -> ColumnElement[bool]:
    """The condition that nothing has happened to a row of ``KeptComment`` after ``time``."""
    decided = exists().where(
        DecisionRow.comment_id == KeptComment.id,
        DecisionRow.at > time,
        DecisionRow.state_before != DecisionRow.state_after,
    )
    reported = exists().where(ReaderReport.comment_id == KeptComment.id, ReaderReport.at > time)
    scored = exists().where(CommentScores.comment_id == KeptComment.id, CommentScores.at > time)
    return and_(KeptComment.received_at <= time, ~or_(decided, reported, scored))


def column_of(sort: str) -> InstrumentedAttribute[object]:
    """The column that the order ``sort``, or the label of that name, goes by."""
    name = "created_at" if sort == "age" else sort
    column = KeptComment.__mapper__.all_orm_descriptors[name]
    assert isinstance(column, InstrumentedAttribute)
    return column


def _key(row: KeptComment, sort: str) -> object:
    return row.created_at if sort == "age" else getattr(row, sort)


def cursor_after(row: KeptComment, sort: str) -> str:
    """The cursor of the page that begins after ``row``."""
    key = _key(row, sort)
    value = key.isoformat() if isinstance(key, datetime) else key
    written = json.dumps([sort, value, row.id], separators=(",", ":"))
    return base64.urlsafe_b64encode(written.encode()).decode().rstrip("=")


def _read_cursor(cursor: str, sort: str) -> tuple[object, int]:
    """The value and the number of the row that ``cursor`` names."""
    wrong = InvalidField("cursor is not one that a page of this sort gave", field="cursor")
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        written = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        of_sort, value, number = written
        if of_sort != sort or type(number) is not int or not 0 <= number < 2**31:
            raise wrong
        return _value(sort, value), number
    except (ValueError, TypeError, OverflowError, RecursionError):
        raise wrong from None


def _value(sort: str, value: object) -> object:
    """What a row of that order is sorted by; raises ``ValueError`` or ``TypeError`` for another type."""
    if sort == "age":
        if not isinstance(value, str):
            raise TypeError(value)
        return datetime.fromisoformat(value).astimezone(UTC)
    if type(value) is not (int if sort == "reports" else float):
        raise TypeError(value)
    if not -1 <= value < 2**31:
        raise ValueError(value)
    return value
