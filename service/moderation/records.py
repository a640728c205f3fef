"""What the store has on record about comments: their latest scores and their whole history."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.store.tables import CommentScores, DecisionRow, KeptComment, ReaderReport, SecondReview


@dataclass(frozen=True, slots=True)
class History:
    """Everything that happened to one comment, each part in order of time."""

    scores: list[CommentScores]
    decisions: list[DecisionRow]
    reports: list[ReaderReport]
    second_reviews: list[SecondReview] = field(default_factory=list)


def find(
    session: Session, site: str, external_id: str, *, for_update: bool = False
) -> KeptComment | None:
    """The site's comment of that id, or None; ``for_update`` holds it until the session ends."""
    query = select(KeptComment).where(
        KeptComment.site == site, KeptComment.external_id == external_id
    )
    return session.scalar(query.with_for_update() if for_update else query)


def latest_scores(session: Session, comments: Sequence[KeptComment]) -> dict[int, CommentScores]:
    """The scores that each comment was given last, by ``KeptComment.id``."""
    query = select(CommentScores).where(CommentScores.comment_id.in_([c.id for c in comments]))
    return {row.comment_id: row for row in session.scalars(query.order_by(CommentScores.id))}


def history(session: Session, comment: KeptComment) -> History:
    """What happened to the comment; of the second reviews, those that were given."""
    scores = select(CommentScores).where(CommentScores.comment_id == comment.id)
    decisions = select(DecisionRow).where(DecisionRow.comment_id == comment.id)
    reports = select(ReaderReport).where(ReaderReport.comment_id == comment.id)
    answered = select(SecondReview).where(
        SecondReview.comment_id == comment.id, SecondReview.second_by.is_not(None)
    )
    return History(
        list(session.scalars(scores.order_by(CommentScores.id))),
        list(session.scalars(decisions.order_by(DecisionRow.id))),
        list(session.scalars(reports.order_by(ReaderReport.id))),
        list(session.scalars(answered.order_by(SecondReview.id))),
    )
