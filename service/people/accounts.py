"""Accounts: adding people, their roles and passwords, disabling them.

Nobody is ever deleted, because decisions are signed with names. Each change is audited, and ends the
person's sessions where it takes something away from them.
"""

import unicodedata
from datetime import datetime
from typing import Final

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from service.errors import Conflict, InvalidField, NotFound
from service.people import audit, passwords, sessions
from service.people.roles import Role
from service.store.tables import User

LONGEST_NAME: Final = 100
# Callers of the API sign decisions as "key 3" or "site north", rules as "policy:3": nobody may pass for
# one of these, nor for what the service signs itself.
_TAKEN: Final = ("key ", "site ", "policy:", audit.COMMAND_LINE)


class NameTaken(Conflict):
    """Somebody of that name is there already."""

    code = "name_taken"


class LastAdmin(Conflict):
    """A site must keep one admin who is not disabled."""

    code = "last_admin"


def folded(name: str) -> str:
    """The form of ``name`` in which names are compared: of one case, without look-alike forms."""
    return unicodedata.normalize("NFKC", name.strip()).casefold()


def check_name(name: str) -> str:
    """``name`` without blanks around it; raises ``InvalidField`` where it cannot be a name."""
    name = name.strip()
    size = max(len(name), len(folded(name)))
    if not 1 <= size <= LONGEST_NAME:
        raise InvalidField(
            f"a name has 1 to {LONGEST_NAME} characters, this one has {size}", field="name"
        )
    if not name.isprintable():
        raise InvalidField("a name has no control characters", field="name")
    if folded(name).startswith(_TAKEN) or folded(name) == audit.ITSELF:
        raise InvalidField("a name is not like that of a key, a site or a policy", field="name")
    return name


def any_exist(session: Session) -> bool:
    """Whether anybody was ever added, on any site."""
    return bool(session.scalar(select(exists().where(User.id.is_not(None)))))


def every(session: Session, site: str | None = None) -> list[User]:
    """The people of ``site``, or of all sites; the disabled ones too, in the order of their names."""
    query = select(User).order_by(User.site, User.folded)
    return list(session.scalars(query if site is None else query.where(User.site == site)))


def named(session: Session, name: str) -> User | None:
    """The person of that name, however it is capitalised."""
    if not name.isprintable():
        return None  # PostgreSQL would refuse a NUL in the query
    return session.scalar(select(User).where(User.folded == folded(name)))


def of_site(session: Session, site: str, number: int) -> User:
    """The person of that number; raises ``NotFound`` where the site has none."""
    known = 0 < number < 2**31  # PostgreSQL would refuse a larger one in the query
    query = select(User).where(User.id == number, User.site == site)
    row = session.scalar(query) if known else None
    if row is None:
        raise NotFound("there is no such person")
    return row


def add(  # noqa: PLR0913 - all but one by keyword
    session: Session, *, name: str, role: Role, password: str, site: str, by: str, now: datetime
) -> User:
    """Add a person. Raises ``InvalidField`` and ``NameTaken``; the password is never in a message."""
    name = check_name(name)
    if named(session, name) is not None:
        raise NameTaken("somebody of that name is there already; names are one for all sites")
    row = User(
        site=site,
        name=name,
        folded=folded(name),
        role=role,
        password=passwords.hashed(password),
        created_at=now,
        failures=0,
    )
    session.add(row)
    session.flush()
    audit.note(session, site, by, "person added", name, {"role": role}, now)
    return row


def set_role(session: Session, user: User, role: Role, *, by: str, now: datetime) -> None:
    """Give a role; sessions end, because pages that are open show what the old role may do.

    Raises ``LastAdmin``.
    """
    if role == user.role:
        return
    if role != "admin":
        _keep_an_admin(session, user)
    change = {"from": user.role, "to": role}
    user.role = role
    sessions.end_all(session, user.id)
    audit.note(session, user.site, by, "role changed", user.name, change, now)


def set_password(session: Session, user: User, password: str, *, by: str, now: datetime) -> None:
    """Give a password: it ends the person's sessions everywhere and takes a lock away.

    Raises ``InvalidField``.
    """
    user.password = passwords.hashed(password)
    user.failures = 0
    user.locked_until = None
    sessions.end_all(session, user.id)
    audit.note(session, user.site, by, "password changed", user.name, None, now)


def disable(session: Session, user: User, *, by: str, now: datetime) -> None:
    """Let a person in no more; their sessions end. Raises ``LastAdmin``."""
    if user.disabled_at is not None:
        return
    _keep_an_admin(session, user)
    user.disabled_at = now
    sessions.end_all(session, user.id)
    audit.note(session, user.site, by, "person disabled", user.name, None, now)


def enable(session: Session, user: User, *, by: str, now: datetime) -> None:
    """Let a disabled person in again, with the password they had."""
    if user.disabled_at is None:
        return
    user.disabled_at = None
    user.failures = 0
    user.locked_until = None
    audit.note(session, user.site, by, "person enabled", user.name, None, now)


def _keep_an_admin(session: Session, user: User) -> None:
    """Raise ``LastAdmin`` where ``user`` is the only admin left.

    The rows are locked, so that two admins cannot take each other's role away at once.
    """
    query = (
        select(User.id)
        .where(User.site == user.site, User.role == "admin", User.disabled_at.is_(None))
        .order_by(User.id)
        .with_for_update()
    )
    if list(session.scalars(query)) == [user.id]:
        raise LastAdmin(
            f"{user.name} is the last admin of site {user.site}: make another one first"
        )
