"""Sign-ins that are still good. A cookie holds a random token; the store holds its SHA-256."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from service.store.tables import User, UserSession

IDLE: Final = timedelta(hours=12)
LONGEST: Final = timedelta(days=7)
# A visit within this time of the last one noted is not written down: most requests only read.
_NOTED_EVERY: Final = timedelta(minutes=5)


def begin(session: Session, user_id: int, *, now: datetime) -> str:
    """Begin a session and return its token; sessions of anybody that are over are removed."""
    over = or_(UserSession.ends_at <= now, UserSession.seen_at <= now - IDLE)
    session.execute(delete(UserSession).where(over))
    token = secrets.token_urlsafe(32)
    row = UserSession(
        user_id=user_id, digest=_digest(token), created_at=now, seen_at=now, ends_at=now + LONGEST
    )
    session.add(row)
    return token


def find(session: Session, token: str, *, now: datetime) -> tuple[User, bool] | None:
    """Whose session it is, and whether ``touch`` is due; None where it is over or was ended."""
    query = (
        select(User, UserSession.seen_at)
        .join(UserSession, UserSession.user_id == User.id)
        .where(
            UserSession.digest == _digest(token),
            UserSession.ends_at > now,
            UserSession.seen_at > now - IDLE,
            User.disabled_at.is_(None),
        )
    )
    row = session.execute(query).one_or_none()
    return None if row is None else (row[0], row[1] <= now - _NOTED_EVERY)


def touch(session: Session, token: str, *, now: datetime) -> None:
    """Note that the session is in use, so that it does not end for idleness."""
    row = session.scalar(select(UserSession).where(UserSession.digest == _digest(token)))
    if row is not None:
        row.seen_at = now


def begun_at(session: Session, token: str) -> datetime | None:
    """When the session of that token began, or None where there is none."""
    return session.scalar(
        select(UserSession.created_at).where(UserSession.digest == _digest(token))
    )


def end(session: Session, token: str) -> None:
    """End the session of that token, if there is one."""
    session.execute(delete(UserSession).where(UserSession.digest == _digest(token)))


def end_all(session: Session, user_id: int) -> None:
    """End a person's sessions everywhere."""
    session.execute(delete(UserSession).where(UserSession.user_id == user_id))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
