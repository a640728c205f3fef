"""Batches of a range, decided and undone in steps: each is one short transaction.

A batch is about the comments that were in its range when it began. What is sent, edited, scored,
reported or decided after that is left to be looked at anew.
"""

import uuid
from datetime import datetime
from typing import Final, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.errors import NotFound, NothingToUndo
from service.moderation import histogram, queue
from service.moderation.decisions import Batch, Ruling, Verb, decide_numbers
from service.moderation.queue import Wanted
from service.moderation.reasons import Reason
from service.store.tables import BatchRow, DecisionRow

# A step holds SQLite's one write lock for as long as it takes: a fraction of a second.
STEP: Final = 500
# As ``undo_place``: beyond every decision's number.
ALL_UNDONE: Final = 2**31 - 1


def begin(session: Session, wanted: Wanted, ruling: Ruling, *, now: datetime) -> BatchRow:
    """A batch about the comments that are wanted as they are now; none of them is decided yet."""
    row = BatchRow(
        name=str(uuid.uuid4()),
        site=wanted.site,
        by=ruling.by,
        at=now,
        action=ruling.action,
        reason=ruling.reason,
        label=wanted.label,
        minimum=wanted.minimum,
        maximum=wanted.maximum,
        section=wanted.section,
        wanted=histogram.count(session, wanted),
        decided=0,
        skipped=0,
        undone=0,
    )
    session.add(row)
    session.flush()
    return row


def find(session: Session, site: str, name: str, *, for_update: bool = False) -> BatchRow:
    """The site's batch of that name; raises ``NotFound``."""
    query = select(BatchRow).where(BatchRow.site == site, BatchRow.name == name)
    # PostgreSQL would refuse a NUL in the query.
    known = name.isprintable()
    row = session.scalar(query.with_for_update() if for_update else query) if known else None
    if row is None:
        raise NotFound("there is no batch of that name")
    return row


def last(session: Session, site: str, *, limit: int) -> list[BatchRow]:
    """The site's last batches, the newest first."""
    query = select(BatchRow).where(BatchRow.site == site)
    return list(session.scalars(query.order_by(BatchRow.at.desc()).limit(limit)))


def step(session: Session, site: str, name: str, by: str, *, now: datetime) -> BatchRow:
    """The batch after up to ``STEP`` more of its comments; one that has ended stays as it is.

    Comments that somebody else has claimed are skipped. Raises ``NotFound``.
    """
    row = find(session, site, name, for_update=True)
    if row.ended_at is not None:
        return row
    found = queue.page(session, _wanted(row), limit=STEP, cursor=row.place)
    numbers = [comment.id for comment in found.comments]
    ruling = Ruling(cast(Verb, row.action), by, reason=cast("Reason | None", row.reason))
    batch = Batch(name)
    # What was found may be decided or edited by the time that it is locked, in PostgreSQL.
    done = decide_numbers(session, numbers, ruling, batch, now=now, state="pending", as_of=row.at)
    row.decided += len(done.decided)
    row.skipped += len(done.skipped)
    row.place = found.next
    if found.next is None:
        row.ended_at = now
    return row


def undo_step(session: Session, site: str, name: str, by: str, *, now: datetime) -> BatchRow:
    """The batch after the undoing of up to ``STEP`` more of its decisions; a batch under way is ended.

    It is undone when ``undo_is_done``. What was decided again since stays. Raises ``NotFound``, and
    ``NothingToUndo`` where it is undone already.
    """
    row = find(session, site, name, for_update=True)
    if undo_is_done(row):
        raise NothingToUndo("the batch is undone already")
    row.ended_at = row.ended_at or now
    query = (
        select(DecisionRow)
        .where(DecisionRow.site == site, DecisionRow.batch == name)
        .where(DecisionRow.id > (row.undo_place or 0))
        .order_by(DecisionRow.id)
        .limit(STEP)
    )
    rows = list(session.scalars(query))
    ruling = Ruling("undo", by)
    numbers = sorted(one.comment_id for one in rows)
    decide_numbers(session, numbers, ruling, Batch(str(uuid.uuid4())), now=now, only=name)
    row.undo_place = rows[-1].id if len(rows) == STEP else ALL_UNDONE
    session.refresh(row, ["undone"])
    return row


def undo_is_done(row: BatchRow) -> bool:
    """Whether an undoing of the batch has come to its end."""
    return row.undo_place == ALL_UNDONE


def _wanted(row: BatchRow) -> Wanted:
    return Wanted(
        row.site,
        section=row.section,
        label=row.label,
        minimum=row.minimum or 0.0,
        maximum=1.0 if row.maximum is None else row.maximum,
        sort=row.label or "uncertainty",
        as_of=row.at,
    )
