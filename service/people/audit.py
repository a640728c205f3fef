"""Who changed people, keys, webhooks, policy or models: rows that are only ever added."""

from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from service.store.tables import AuditEntry


def note(  # noqa: PLR0913, PLR0917 - what is written down
    session: Session,
    site: str,
    by: str,
    what: str,
    subject: str,
    detail: Mapping[str, object] | None = None,
    now: datetime | None = None,
) -> None:
    """Write down that ``by`` did ``what`` to ``subject``, in the session that does it."""
    session.add(
        AuditEntry(
            site=site,
            at=now or datetime.now(UTC),
            by=by,
            what=what,
            subject=subject,
            detail=None if detail is None else dict(detail),
        )
    )
