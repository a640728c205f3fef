"""How the scores of a label are spread over the pending comments, and a look into a range of them."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from service.moderation.queue import Wanted, column_of, matching
from service.store.tables import KeptComment

BARS: Final = 20


@dataclass(frozen=True, slots=True)
class Bar:
    """How many comments score from ``minimum`` to under ``maximum``; the last bar includes 1."""

    minimum: float
    maximum: float
    count: int


def histogram(session: Session, wanted: Wanted) -> tuple[Bar, ...]:
    """``BARS`` bars of equal width from 0 to 1, of the scores of the label that is wanted."""
    if wanted.label is None:
        raise ValueError("a histogram is of a label")
    column = column_of(wanted.label)
    # Compared, not computed: a cast to a whole number rounds in PostgreSQL and cuts in SQLite.
    steps = [(column < (bar + 1) / BARS, bar) for bar in range(BARS - 1)]
    placed = matching(wanted).with_only_columns(case(*steps, else_=BARS - 1).label("bar"))
    bars = placed.subquery()
    rows = session.execute(select(bars.c.bar, func.count()).group_by(bars.c.bar))
    found = {bar: count for bar, count in rows}
    return tuple(Bar(bar / BARS, (bar + 1) / BARS, found.get(bar, 0)) for bar in range(BARS))


def count(session: Session, wanted: Wanted, *, limit: int | None = None) -> int:
    """How many comments are wanted; with ``limit``, no more than that are counted."""
    numbers = matching(wanted).with_only_columns(KeptComment.id)
    if limit is not None:
        # The newest first: the oldest may long be erased, and to pass over them takes time.
        numbers = numbers.order_by(KeptComment.created_at.desc()).limit(limit)
    return session.scalar(select(func.count()).select_from(numbers.subquery())) or 0


def sample(session: Session, wanted: Wanted, *, limit: int) -> list[KeptComment]:
    """Up to ``limit`` of the comments that are wanted, drawn at random, by score from the highest."""
    if wanted.label is None:
        raise ValueError("a sample is of a label's range")
    numbers = matching(wanted).with_only_columns(KeptComment.id)
    drawn = numbers.order_by(func.random()).limit(limit)
    rows = select(KeptComment).where(KeptComment.id.in_(list(session.scalars(drawn))))
    return list(session.scalars(rows.order_by(column_of(wanted.label).desc(), KeptComment.id)))
