"""API keys as an admin makes and revokes them: of their own site only, and audited."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service import keys
from service.errors import InvalidField, NotFound
from service.people import audit
from service.store.tables import ApiKey

LONGEST_NAME = 200


def make(  # noqa: PLR0913 - all but one by keyword
    session: Session, *, name: str, site: str, scopes: Sequence[str], by: str, now: datetime
) -> str:
    """A new key, which cannot be had again. Raises ``InvalidField`` for a name that cannot be one."""
    name = name.strip()
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        raise InvalidField(
            f"a key's name has 1 to {LONGEST_NAME} characters and no control characters",
            field="name",
        )
    key = keys.create(session, name=name, site=site, scopes=scopes)
    detail = {"begins": key[: keys.PREFIX_CHARS], "scopes": ",".join(scopes)}
    audit.note(session, site, by, "key created", name, detail, now)
    return key


def revoke(session: Session, site: str, number: int, *, by: str, now: datetime) -> str:
    """The name of the key that is revoked now. Raises ``NotFound`` where the site has no such key."""
    known = 0 < number < 2**31  # PostgreSQL would refuse a larger one in the query
    query = select(ApiKey).where(ApiKey.id == number, ApiKey.site == site).with_for_update()
    row = session.scalar(query) if known else None
    if row is None:
        raise NotFound("there is no such key")
    if row.revoked_at is None:
        row.revoked_at = now
        audit.note(session, site, by, "key revoked", row.name, {"begins": row.prefix}, now)
    return row.name


def of_site(session: Session, site: str) -> list[ApiKey]:
    """The site's keys, the revoked ones last, the newest first."""
    query = select(ApiKey).where(ApiKey.site == site)
    return list(session.scalars(query.order_by(ApiKey.revoked_at.is_not(None), ApiKey.id.desc())))
