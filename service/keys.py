"""API keys: made once, shown once, kept as a SHA-256; each belongs to a site and has scopes.

A plain hash is enough here, where a password would need a slow one: a key has 192 random bits, so
there is nothing to guess.
"""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service import sites
from service.store.tables import ApiKey

PREFIX_CHARS: Final = 12
DEFAULT_SITE: Final = sites.DEFAULT_SITE
BOOTSTRAP: Final = "bootstrap"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: a key's number (None without a key), its site, and what it may do."""

    key_id: int | None
    site: str
    scopes: frozenset[str]

    @property
    def name(self) -> str:
        """What the caller is counted under: the key's number, or the site where there is no key."""
        return f"site {self.site}" if self.key_id is None else f"key {self.key_id}"


class KeyRevoked(Exception):
    """A key that was revoked was to be made valid again."""


def new_key() -> str:
    """A fresh random key: ``cmt_``, eight characters to know it by, and 192 secret bits."""
    return f"cmt_{secrets.token_hex(4)}_{secrets.token_hex(24)}"


def create(
    session: Session,
    *,
    name: str,
    site: str = DEFAULT_SITE,
    scopes: Sequence[str] = ("score",),
    key: str | None = None,
) -> str:
    """Keep a key (a fresh one where none is given) and return it: it cannot be had again."""
    made = key or new_key()
    row = ApiKey(
        name=name,
        site=site,
        scopes=",".join(scopes),
        prefix=made[:PREFIX_CHARS],
        digest=digest_of(made),
        created_at=datetime.now(UTC),
    )
    session.add(row)
    session.flush()
    return made


def find(session: Session, key: str) -> Caller | None:
    """The caller whose valid key ``key`` is, or None.

    Rows are found by the key's first characters; the rest is compared in constant time.
    """
    if not (key.isascii() and key.isprintable()):
        return None  # PostgreSQL would refuse a NUL in the query
    query = select(ApiKey).where(ApiKey.prefix == key[:PREFIX_CHARS], ApiKey.revoked_at.is_(None))
    digest = digest_of(key)
    for row in session.scalars(query):
        if hmac.compare_digest(row.digest, digest):
            return Caller(row.id, row.site, frozenset(row.scopes.split(",")))
    return None


def every(session: Session) -> list[ApiKey]:
    """All keys, the revoked ones too, in order of making."""
    return list(session.scalars(select(ApiKey).order_by(ApiKey.id)))


def count_valid(session: Session) -> int:
    """How many keys are valid."""
    query = select(func.count()).select_from(ApiKey).where(ApiKey.revoked_at.is_(None))
    return session.scalar(query) or 0


def revoke(session: Session, beginning: str) -> list[ApiKey]:
    """Revoke the valid keys of ``beginning``, which is a prefix or a whole key, and return them."""
    named = ApiKey.prefix == beginning
    if len(beginning) > PREFIX_CHARS:
        named = ApiKey.digest == digest_of(beginning)
    rows = list(session.scalars(select(ApiKey).where(named, ApiKey.revoked_at.is_(None))))
    for row in rows:
        row.revoked_at = datetime.now(UTC)
    return rows


def bootstrap(session: Session, key: str, *, scopes: Sequence[str]) -> None:
    """Make ``key`` the one valid bootstrap key, with these ``scopes``.

    Another bootstrap key is revoked: whoever changes the setting means the old value to be dead.
    Raises ``KeyRevoked`` where ``key`` itself was revoked before.
    """
    same = session.scalar(select(ApiKey).where(ApiKey.digest == digest_of(key)))
    if same is not None and same.revoked_at is not None:
        raise KeyRevoked("the value of COMITY_BOOTSTRAP_KEY was revoked: set another")
    others = select(ApiKey).where(ApiKey.name == BOOTSTRAP, ApiKey.revoked_at.is_(None))
    for row in session.scalars(others):
        if row is not same:
            row.revoked_at = datetime.now(UTC)
    if same is None:
        create(session, name=BOOTSTRAP, scopes=scopes, key=key)
    else:
        same.scopes = ",".join(scopes)


def digest_of(key: str) -> str:
    """The SHA-256 of ``key``, in hexadecimal."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
