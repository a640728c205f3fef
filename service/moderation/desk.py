"""What somebody at the desk does with the comments before them: keep, leave, decide, take back.

Whoever decides says how the comment was when they read it. Where it is not so any more, because
somebody else decided it or its site edited it, the decision is refused instead of passed on.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from service.errors import Changed, NotFound, NothingToUndo
from service.moderation import claims, decisions
from service.moderation.decisions import Ruling
from service.store.tables import DecisionRow, KeptComment

# The largest number that a row can have.
LARGEST: Final = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Seen:
    """A comment by its number in the store, as it was when it was read."""

    number: int
    state: str
    revision: int


def find(session: Session, site: str, number: int, *, for_update: bool = False) -> KeptComment:
    """The site's comment of that number; raises ``NotFound``."""
    known = number <= LARGEST  # the databases would refuse a larger one in the query
    query = select(KeptComment).where(KeptComment.site == site, KeptComment.id == number)
    row = session.scalar(query.with_for_update() if for_update else query) if known else None
    if row is None:
        raise NotFound("there is no comment of that number")
    return row


def decide(
    session: Session, site: str, seen: Seen, ruling: Ruling, *, now: datetime
) -> tuple[KeptComment, DecisionRow]:
    """The comment after the decision, and the decision.

    Raises ``NotFound``, ``Erased``, ``Claimed``, or ``Changed`` where the comment is not as it was
    seen; then nothing is changed.
    """
    comment = find(session, site, seen.number, for_update=True)
    if comment.erased_at is None and (comment.state, comment.revision) != (
        seen.state,
        seen.revision,
    ):
        raise Changed(_what_changed(comment, seen))
    row = decisions.decide_found(session, comment, ruling, now=now)
    if row.action == "highlight":
        # A mark decides nothing yet: the comment stays before whoever set it.
        claims.claim(session, [comment.id], ruling.by, now=now)
    return comment, row


def undo(
    session: Session, site: str, number: int, by: str, *, now: datetime
) -> tuple[KeptComment, DecisionRow]:
    """The comment after the undoing of the decision of that ``number``, which ``by`` made.

    The comment is claimed for ``by``, who has it before them again. Raises ``NotFound``, ``Erased``,
    ``Claimed``, or ``NothingToUndo`` where the decision does not stand or is not the last.
    """
    query = select(DecisionRow).where(DecisionRow.site == site, DecisionRow.id == number)
    made = session.scalar(query.where(DecisionRow.by == by)) if number <= LARGEST else None
    if made is None:
        raise NotFound("you have made no decision of that number")
    comment = find(session, site, made.comment_id, for_update=True)
    last = decisions.standing(session, [comment.id]).get(comment.id)
    if last is None or last.id != made.id:
        raise NothingToUndo("your decision is undone already, or somebody decided again since")
    row = decisions.decide_found(session, comment, Ruling("undo", by), now=now)
    claims.claim(session, [comment.id], by, now=now)
    return comment, row


def last_decision(session: Session, site: str, by: str, *, since: datetime) -> int | None:
    """The number of the last single decision of ``by`` after ``since`` that is not undone, or None."""
    taken_back = aliased(DecisionRow)
    query = select(DecisionRow.id).where(
        DecisionRow.site == site,
        DecisionRow.by == by,
        DecisionRow.at >= since,
        DecisionRow.action != "undo",
        DecisionRow.batch.is_(None),
        ~exists().where(taken_back.undoes == DecisionRow.id),
    )
    return session.scalar(query.order_by(DecisionRow.id.desc()).limit(1))


def keep(session: Session, site: str, seen: Sequence[Seen], by: str, *, now: datetime) -> set[int]:
    """Claim the comments for longer; return those that are still as they were seen, and ``by``'s.

    The others were decided, edited or erased meanwhile, or somebody else took them.
    """
    query = select(KeptComment.id, KeptComment.state, KeptComment.revision).where(
        KeptComment.site == site,
        KeptComment.id.in_([one.number for one in seen]),
        KeptComment.erased_at.is_(None),
    )
    found = {Seen(*row) for row in session.execute(query)}
    return claims.claim(session, [one.number for one in seen if one in found], by, now=now)


def leave(session: Session, numbers: Iterable[int], by: str, *, until: datetime) -> None:
    """Give the comments back, except those that ``by`` has claimed beyond ``until``, on another page."""
    claims.release_own(session, numbers, by, until=until)


def _what_changed(comment: KeptComment, seen: Seen) -> str:
    if comment.revision != seen.revision:
        return "the comment was edited since you read it"
    return f"the comment is {comment.state} now: somebody else decided it or a reader reported it"
