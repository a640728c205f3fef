"""What is forgotten, and when: texts, contexts and authors go, the record of decisions stays."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from sqlalchemy import ColumnElement, exists, select, update
from sqlalchemy.orm import Session

from service.moderation import claims, keeping, records
from service.moderation.pseudonyms import pseudonym
from service.moderation.wordless import HOLDS_WORDS, labels_of, wordless
from service.store.session import Store
from service.store.tables import KeptComment, KeptLabel, ReaderReport

_CHUNK: Final = 500
# What is left of a label's words once they are erased; what was suggested stays, it quotes nobody.
_WORDLESS: Final[dict[str, object]] = {
    "text": "",
    "context": None,
    "url": None,
    "client_token": None,
    "spans": [],
}


class _Step(Protocol):
    """A part of what expires, in one transaction."""

    def __call__(
        self, session: Session, site: str, *, days: int, now: datetime, limit: int
    ) -> int: ...


@dataclass(frozen=True, slots=True)
class Expired:
    """How many comments lost their words by age, and how many more labels by their own."""

    comments: int
    labels: int


def expire(session: Session, site: str, *, days: int, now: datetime, limit: int) -> int:
    """Erase up to ``limit`` of the site's comments that came more than ``days`` ago; return how many.

    A comment's days begin anew with an edit.
    """
    old = KeptComment.received_at < now - timedelta(days=days)
    return _erase(session, site, old, now=now, limit=limit)


def expire_labels(session: Session, site: str, *, days: int, now: datetime, limit: int) -> int:
    """Blank up to ``limit`` of the site's labels made more than ``days`` ago; return how many.

    Most labels from a door stand for a comment that was never kept here, so nothing else ends them.
    """
    old = select(KeptLabel.id).where(
        KeptLabel.site == site, HOLDS_WORDS, KeptLabel.created_at < now - timedelta(days=days)
    )
    ids = list(session.scalars(old.order_by(KeptLabel.id).limit(limit)))
    return _blank_labels(session, KeptLabel.id.in_(ids))


def expire_all(store: Store, site: str, *, days: int, now: datetime) -> Expired:
    """As ``expire`` and ``expire_labels``, all of them; short transactions let others write in between."""
    return Expired(
        comments=_until_done(store, expire, site, days=days, now=now),
        labels=_until_done(store, expire_labels, site, days=days, now=now),
    )


def is_known(session: Session, site: str, external_id: str) -> bool:
    """Whether the site has a comment of that id, or a label for one."""
    if records.find(session, site, external_id) is not None:
        return True
    return bool(session.scalar(select(exists().where(*labels_of(site, [external_id])))))


def is_erased(session: Session, site: str, external_id: str) -> bool:
    """Whether the site's comment of that id was erased, so that no word of it may be kept again.

    Where the comment was never kept here, its labels say so. Nobody can erase it until the session ends.
    """
    keeping.one_writer(session, site)
    comment = records.find(session, site, external_id, for_update=True)
    if comment is not None:
        return comment.erased_at is not None
    return bool(wordless(session, site, [external_id]))


def without_words(label: KeptLabel) -> KeptLabel:
    """``label`` with what erasing would leave of it."""
    for name, value in _WORDLESS.items():
        setattr(label, name, value)
    return label


def erase_comment(session: Session, site: str, external_id: str, *, now: datetime) -> int:
    """Erase the site's comment of that id and the labels for it, which may stand without a comment.

    Returns 1, or 0 where no word of it was left.
    """
    keeping.one_writer(session, site)
    comments = _erase(session, site, KeptComment.external_id == external_id, now=now)
    labels = _blank_labels(session, *labels_of(site, [external_id]))
    return 1 if comments or labels else 0


def erase_author(session: Session, site: str, author: str, *, now: datetime) -> int:
    """Erase the site's comments by that author and the author's reports; return how many comments."""
    name = pseudonym(session, site, author)
    session.execute(
        update(ReaderReport)
        .where(ReaderReport.site == site, ReaderReport.reporter == name)
        .values(text=None, reporter=None)
    )
    return _erase(session, site, KeptComment.author == name, now=now)


def held_about(session: Session, site: str, author: str) -> dict[str, object]:
    """All that is held about an author of the site, as JSON: comments, with what became of each,
    labels kept from elsewhere for those comments, and the reports that the author made.
    """
    name = pseudonym(session, site, author)
    mine = select(KeptComment).where(KeptComment.site == site, KeptComment.author == name)
    comments = list(session.scalars(mine.order_by(KeptComment.id)))
    made = select(ReaderReport, KeptComment.external_id).join(
        KeptComment, KeptComment.id == ReaderReport.comment_id
    )
    made = made.where(ReaderReport.site == site, ReaderReport.reporter == name)
    return {
        "comments": [_comment(session, row) for row in comments],
        "labels": _labels(session, site, [row.external_id for row in comments]),
        "reports_made": [
            {"comment": external_id, "at": _iso(row.at), "reason": row.reason, "text": row.text}
            for row, external_id in session.execute(made.order_by(ReaderReport.id))
        ],
    }


def _erase(
    session: Session,
    site: str,
    which: ColumnElement[bool],
    *,
    now: datetime,
    limit: int | None = None,
) -> int:
    query = select(KeptComment).where(
        KeptComment.site == site, KeptComment.erased_at.is_(None), which
    )
    rows = list(session.scalars(query.order_by(KeptComment.id).limit(limit).with_for_update()))
    for row in rows:
        row.text = row.context = row.author = row.url = None
        row.erased_at = now
    for start in range(0, len(rows), _CHUNK):
        _forget_beside(session, site, rows[start : start + _CHUNK])
    session.flush()
    return len(rows)


def _forget_beside(session: Session, site: str, comments: Sequence[KeptComment]) -> None:
    """Blank what readers wrote of the comments and what labels kept of them."""
    numbers = [row.id for row in comments]
    reports = update(ReaderReport).where(ReaderReport.comment_id.in_(numbers))
    session.execute(reports.values(text=None))
    _blank_labels(session, *labels_of(site, [row.external_id for row in comments]))
    claims.release(session, numbers)


def _blank_labels(session: Session, *which: ColumnElement[bool]) -> int:
    """Blank the words of those labels that still hold any; return how many did."""
    blanked = update(KeptLabel).where(*which, HOLDS_WORDS).values(_WORDLESS)
    return len(list(session.scalars(blanked.returning(KeptLabel.id))))


def _until_done(store: Store, step: _Step, site: str, *, days: int, now: datetime) -> int:
    total = 0
    while True:
        with store.writing() as session:
            count = step(session, site, days=days, now=now, limit=_CHUNK)
        total += count
        if count < _CHUNK:
            return total


def _comment(session: Session, row: KeptComment) -> dict[str, object]:
    known = records.history(session, row)
    return {
        "id": row.external_id,
        "section": row.section,
        "url": row.url,
        "created_at": _iso(row.created_at),
        "received_at": _iso(row.received_at),
        "text": row.text,
        "context": row.context,
        "state": row.state,
        "highlighted": row.highlighted,
        "scores": [
            {"model": one.model, "revision": one.revision, "at": _iso(one.at), **one.result}
            for one in known.scores
        ],
        "decisions": [
            {"action": one.action, "at": _iso(one.at), "reason": one.reason, "labels": one.labels}
            for one in known.decisions
        ],
        "second_reviews": [
            {"action": one.second_action, "labels": one.second_labels, "agrees": one.agrees}
            for one in known.second_reviews
        ],
        "reports": [
            {"at": _iso(one.at), "reason": one.reason, "text": one.text} for one in known.reports
        ],
    }


def _labels(session: Session, site: str, ids: Sequence[str]) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for start in range(0, len(ids), _CHUNK):
        query = select(KeptLabel).where(*labels_of(site, ids[start : start + _CHUNK]))
        found += [
            {
                "comment": row.comment_id,
                "at": _iso(row.created_at),
                "text": row.text,
                "labels": row.labels,
            }
            for row in session.scalars(query.order_by(KeptLabel.id))
        ]
    return found


def _iso(time: datetime) -> str:
    return time.isoformat()
