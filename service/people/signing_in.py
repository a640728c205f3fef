"""Signing in, and the lock on an account that somebody guesses at.

Whatever is wrong, the answer is one and the same and takes as long, so that nobody learns which names
there are. A try is counted before the password is looked at: a burst of guesses at once gets no more
of them than one after the other.
"""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.people import accounts, audit, passwords, sessions
from service.people.guesses import Guesses
from service.store.session import Store
from service.store.tables import User

FREE_TRIES: Final = 5
FIRST_LOCK: Final = timedelta(seconds=30)
LONGEST_LOCK: Final = timedelta(minutes=15)


def sign_in(  # noqa: PLR0913 - all but two by keyword
    store: Store, guesses: Guesses, *, name: str, password: str, address: str, now: datetime
) -> str | None:
    """The token of a new session, or None where name and password do not fit or must not be tried."""
    if guesses.are_too_many(address):
        return None
    with store.writing() as session:
        user = _may_try(session, name, now=now)
        number, kept = (user.id, user.password) if user else (None, None)
    # Outside of any transaction, because it takes long: SQLite has but one writer.
    fits = passwords.fits(password, kept)
    if number is None or kept is None or not fits:
        guesses.failed(address)
        if number is not None:
            _note_lock(store, number, now=now)
        return None
    fresh = passwords.hashed(password) if passwords.is_outdated(kept) else kept
    with store.writing() as session:
        row = session.get_one(User, number, with_for_update=True)
        if row.password != kept or row.disabled_at is not None:
            return None  # changed while the password was looked at
        row.password, row.failures, row.locked_until = fresh, 0, None
        return sessions.begin(session, row.id, now=now)


def lock_after(failures: int) -> timedelta:
    """How long an account is locked after so many wrong passwords in a row: twice as long each time."""
    if failures < FREE_TRIES:
        return timedelta(0)
    doublings = min(failures - FREE_TRIES, 10)
    return min(LONGEST_LOCK, FIRST_LOCK * (1 << doublings))


def _may_try(session: Session, name: str, *, now: datetime) -> User | None:
    """The person of that name, the try counted as a failure until it proves right.

    None where there is nobody, or they are disabled or locked.
    """
    found = accounts.named(session, name)
    if found is None:
        return None
    query = select(User).where(User.id == found.id).with_for_update()
    user = session.scalars(query.execution_options(populate_existing=True)).one()
    if user.disabled_at is not None or (user.locked_until and user.locked_until > now):
        return None
    user.failures += 1
    lock = lock_after(user.failures)
    user.locked_until = now + lock if lock else None
    return user


def _note_lock(store: Store, number: int, *, now: datetime) -> None:
    """Audit the lock that the failed try has brought, if it has."""
    with store.writing() as session:
        user = session.get_one(User, number)
        lock = lock_after(user.failures)
        if lock:
            seconds = {"seconds": int(lock.total_seconds()), "failures": user.failures}
            audit.note(session, user.site, user.name, "sign-in locked", user.name, seconds, now)
