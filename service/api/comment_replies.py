"""Kept comments as the API writes them."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from service.api.comment_schemas import (
    CommentHistory,
    CommentReply,
    PastDecision,
    PastReport,
    PastScores,
    PastSecondReview,
    QueuedComment,
)
from service.moderation import records
from service.store.tables import CommentScores, DecisionRow, KeptComment, ReaderReport, SecondReview


def as_queued(session: Session, rows: Sequence[KeptComment]) -> list[QueuedComment]:
    """Each comment with the scores that it was given last, in order."""
    latest = records.latest_scores(session, rows)
    return [QueuedComment.model_validate(_fields(row, latest[row.id])) for row in rows]


def as_comment_reply(session: Session, row: KeptComment) -> CommentReply:
    """The comment with its history."""
    known = records.history(session, row)
    history = CommentHistory(
        scores=[_past_scores(one) for one in known.scores],
        decisions=[as_past_decision(one) for one in known.decisions],
        reports=[_past_report(one) for one in known.reports],
        second_reviews=[_past_second(one) for one in known.second_reviews],
    )
    return CommentReply.model_validate(_fields(row, known.scores[-1]) | {"history": history})


def as_past_decision(row: DecisionRow) -> PastDecision:
    """The decision as it was made."""
    return PastDecision.model_validate(
        {name: getattr(row, name) for name in PastDecision.model_fields}
    )


def _fields(row: KeptComment, scores: CommentScores) -> dict[str, object]:
    return {
        **scores.result,
        "id": row.external_id,
        "section": row.section,
        "url": row.url,
        "author": row.author,
        "created_at": row.created_at,
        "received_at": row.received_at,
        "text": row.text,
        "context": row.context,
        "revision": row.revision,
        "state": row.state,
        "highlighted": row.highlighted,
        "reports": row.reports,
        "model": scores.model,
        "action": scores.action,
    }


def _past_scores(row: CommentScores) -> PastScores:
    return PastScores.model_validate(
        {
            "model": row.model,
            "revision": row.revision,
            "at": row.at,
            "action": row.action,
            "why": row.why,
            "scores": row.result.get("scores"),
            "abstained": row.result.get("abstained"),
        }
    )


def _past_report(row: ReaderReport) -> PastReport:
    return PastReport(at=row.at, reason=row.reason, text=row.text)


def _past_second(row: SecondReview) -> PastSecondReview:
    return PastSecondReview.model_validate(
        {
            "decision_id": row.decision_id,
            "at": row.second_at,
            "by": row.second_by,
            "action": row.second_action,
            "labels": row.second_labels,
            "agrees": row.agrees,
        }
    )
