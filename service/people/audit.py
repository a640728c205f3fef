"""The record of who changed people, keys, webhooks, policy or models; entries are only added."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.store.tables import AuditEntry

# By whom an entry is where somebody at the machine itself called `comity`.
COMMAND_LINE: Final = "command line"
# By whom it is where nobody asked for it, as the end of a webhook that its receiver wants no more.
ITSELF: Final = "comity"
PAGE_ROWS: Final = 50


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Entries, the newest first, and the number to ask with for those before; None at the end."""

    entries: list[AuditEntry]
    before: int | None


def note(  # noqa: PLR0913, PLR0917 - an entry has as many parts
    session: Session,
    site: str,
    by: str,
    what: str,
    subject: str,
    detail: Mapping[str, object] | None = None,
    now: datetime | None = None,
) -> None:
    """Write one entry into the transaction of the change that it tells of.

    ``what`` is the change, as ``person added``; ``subject`` is what was changed. No secret and no
    comment's text may be in ``detail``.
    """
    session.add(
        AuditEntry(
            site=site,
            at=now or datetime.now(UTC),
            by=by[:100],
            what=what,
            subject=subject[:200],
            detail=dict(detail) if detail else None,
        )
    )


def page(
    session: Session, site: str, *, before: int | None = None, limit: int = PAGE_ROWS
) -> AuditPage:
    """Up to ``limit`` entries of ``site`` with a number under ``before``, the newest first."""
    query = select(AuditEntry).where(AuditEntry.site == site)
    if before is not None:
        query = query.where(AuditEntry.id < before)
    rows = list(session.scalars(query.order_by(AuditEntry.id.desc()).limit(limit + 1)))
    shown = rows[:limit]
    return AuditPage(shown, shown[-1].id if len(rows) > limit else None)
