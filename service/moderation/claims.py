"""Claims: who has a comment before them, so that two people never decide the same one.

A claim ends when its comment is decided, when it is released, or by itself.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, delete, exists, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from service.store.tables import Claim, KeptComment

DEFAULT_S: Final = 300
LONGEST_S: Final = 3600


def claim(
    session: Session,
    comment_ids: Sequence[int],
    by: str,
    *,
    now: datetime,
    seconds: int = DEFAULT_S,
) -> set[int]:
    """Claim the comments for ``by`` and return which of them are theirs for the ``seconds`` to come.

    What somebody else has is left out; what ``by`` has already is prolonged.
    """
    if not comment_ids:
        return set()
    until = now + timedelta(seconds=seconds)
    on = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    rows = [{"comment_id": number, "by": by, "until": until} for number in sorted(set(comment_ids))]
    taken = on.insert(Claim).values(rows)
    query = taken.on_conflict_do_update(
        index_elements=[Claim.comment_id],
        set_={"by": taken.excluded.by, "until": taken.excluded.until},
        where=or_(Claim.by == by, Claim.until <= now),
    )
    return set(session.scalars(query.returning(Claim.comment_id)))


def held_by_others(
    session: Session, comment_ids: Iterable[int], by: str, *, now: datetime
) -> set[int]:
    """Which of the comments somebody other than ``by`` has claimed."""
    query = select(Claim.comment_id).where(
        Claim.comment_id.in_(list(comment_ids)), Claim.by != by, Claim.until > now
    )
    return set(session.scalars(query))


def release(session: Session, comment_ids: Iterable[int]) -> None:
    """End the claims on the comments."""
    session.execute(delete(Claim).where(Claim.comment_id.in_(list(comment_ids))))


def release_own(session: Session, comment_ids: Iterable[int], by: str, *, until: datetime) -> None:
    """End the claims of ``by`` that last no longer than ``until``: what was claimed anew meanwhile stays.

    Somebody who loads a page again claims first and leaves the old page afterwards.
    """
    session.execute(
        delete(Claim).where(
            Claim.comment_id.in_(list(comment_ids)), Claim.by == by, Claim.until <= until
        )
    )


def is_free_for(by: str, *, now: datetime) -> ColumnElement[bool]:
    """The condition that nobody other than ``by`` has claimed a row of ``KeptComment``."""
    return ~exists().where(Claim.comment_id == KeptComment.id, Claim.by != by, Claim.until > now)
