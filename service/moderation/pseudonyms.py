"""Whom a comment is from, without knowing who that is: an HMAC under a secret of the store."""

import hashlib
import hmac
from typing import Final

from sqlalchemy.orm import Session

from service.store.own_secrets import secret

_NAME: Final = "authors"


def pseudonym(session: Session, site: str, person: str) -> str:
    """The HMAC-SHA256 of a site's own id for ``person``, in hexadecimal: the same every time.

    The site is part of it, so that nobody can be followed from one site to another.
    """
    key = secret(session, _NAME)
    return hmac.new(key, f"{site}\0{person}".encode(), hashlib.sha256).hexdigest()
