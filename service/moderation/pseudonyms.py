"""Whom a comment is from, without knowing who that is: an HMAC under a secret of the store."""

import hashlib
import hmac
import secrets
from typing import Final

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from service.store.tables import StoreSecret

_NAME: Final = "authors"


def pseudonym(session: Session, site: str, person: str) -> str:
    """The HMAC-SHA256 of a site's own id for ``person``, in hexadecimal: the same every time.

    The site is part of it, so that nobody can be followed from one site to another.
    """
    secret = bytes.fromhex(_secret(session))
    return hmac.new(secret, f"{site}\0{person}".encode(), hashlib.sha256).hexdigest()


def _secret(session: Session) -> str:
    """The store's secret, made when it is first asked for; two that ask at once get the same one."""
    query = select(StoreSecret.value).where(StoreSecret.name == _NAME)
    found = session.scalar(query)
    if found is not None:
        return found
    on = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    row = {"name": _NAME, "value": secrets.token_hex(32)}
    session.execute(on.insert(StoreSecret).values(row).on_conflict_do_nothing())
    return session.scalars(query).one()
