"""Secrets that the store made for itself, by name."""

import secrets

from sqlalchemy import Select, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from service.store.tables import StoreSecret


def secret(session: Session, name: str) -> bytes:
    """The secret of that name, made when it is first asked for; two that ask at once get the same."""
    found = known(session, name)
    if found is not None:
        return found
    on = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    row = {"name": name, "value": secrets.token_hex(32)}
    session.execute(on.insert(StoreSecret).values(row).on_conflict_do_nothing())
    return bytes.fromhex(session.scalars(_value(name)).one())


def known(session: Session, name: str) -> bytes | None:
    """The secret of that name, or None where nobody has asked for it yet."""
    found = session.scalar(_value(name))
    return None if found is None else bytes.fromhex(found)


def _value(name: str) -> Select[str]:
    return select(StoreSecret.value).where(StoreSecret.name == name)
