"""Reports by readers: what they say of a comment, and that it comes back to the moderators."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from service.errors import Erased, NotFound
from service.moderation import records
from service.moderation.keeping import storable
from service.moderation.pseudonyms import pseudonym
from service.moderation.reasons import Reason
from service.store.tables import KeptComment, ReaderReport


@dataclass(frozen=True, slots=True)
class Report:
    """What a reader says of a comment. ``reporter`` is the site's own id for the reader."""

    reason: Reason | None = None
    text: str | None = None
    reporter: str | None = None


def report(
    session: Session, site: str, external_id: str, given: Report, *, now: datetime
) -> KeptComment:
    """The comment after the report; a reader who has reported it before changes nothing.

    A report brings an approved comment back into the queue, whoever approved it: it is pending again.
    Raises ``NotFound`` or ``Erased``.
    """
    comment = records.find(session, site, external_id, for_update=True)
    if comment is None:
        raise NotFound("there is no comment of that id")
    if comment.erased_at is not None:
        raise Erased("the comment was erased")
    reporter = pseudonym(session, site, given.reporter) if given.reporter else None
    if reporter is not None and _has_reported(session, comment, reporter):
        return comment
    session.add(
        ReaderReport(
            site=site,
            comment_id=comment.id,
            at=now,
            reporter=reporter,
            reason=given.reason,
            text=storable(given.text) if given.text else None,
        )
    )
    comment.reports += 1
    if comment.state == "approved":
        comment.state = "pending"
    return comment


def _has_reported(session: Session, comment: KeptComment, reporter: str) -> bool:
    query = exists().where(ReaderReport.comment_id == comment.id, ReaderReport.reporter == reporter)
    return bool(session.scalar(select(query)))
