"""What moderators decide, about one comment or many, and what they claim to decide next."""

from datetime import UTC, datetime, timedelta

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from service.api.access import authorise
from service.api.body import read_body
from service.api.comment_replies import as_past_decision, as_queued
from service.api.comment_schemas import (
    BatchReply,
    ClaimReply,
    ClaimRequest,
    DecisionReply,
    DecisionRequest,
    DecisionsRequest,
    Filters,
    Skipped,
)
from service.api.comments import known_id
from service.api.document import Described
from service.api.refusals import WITH_BODY
from service.errors import Claimed, Erased, NotFound, NothingToUndo
from service.keys import Caller
from service.moderation import decisions, queue
from service.moderation.decisions import Batch, Ruling
from service.moderation.queue import Wanted
from service.parts import parts

bp = Blueprint("decisions", __name__)


@bp.post("/v1/comments/<comment_id>/decision")
@Described(
    "Decide about a comment",
    tag="Moderation",
    body=DecisionRequest,
    reply=DecisionReply,
    refusals=(*WITH_BODY, NotFound, Claimed, Erased, NothingToUndo),
)
def decide(comment_id: str) -> Response:
    """The comment after the decision, which is on disk by then."""
    caller = authorise("moderate")
    ruling = _ruling(read_body(request, DecisionRequest), caller)
    name, now = known_id(comment_id), datetime.now(UTC)
    with parts().store.writing() as session:
        comment, row = decisions.decide_one(session, caller.site, name, ruling, now=now)
        told = {
            "id": comment.external_id,
            "state": comment.state,
            "highlighted": comment.highlighted,
            "decision": as_past_decision(row),
        }
    reply = DecisionReply.model_validate(told)
    return Response(reply.model_dump_json(), mimetype="application/json")


@bp.post("/v1/decisions")
@Described(
    "Decide about many comments",
    tag="Moderation",
    body=DecisionsRequest,
    reply=BatchReply,
    refusals=(*WITH_BODY, NotFound),
)
def decide_many() -> Response:
    """How many were decided, which were left alone, and the name to undo the batch by."""
    caller = authorise("moderate")
    asked = read_body(request, DecisionsRequest)
    with parts().store.writing() as session:
        reply = _batch_reply(_decide_many(session, asked, caller))
    return Response(reply.model_dump_json(), mimetype="application/json")


@bp.post("/v1/claims")
@Described(
    "Claim the next comments of the queue",
    tag="Moderation",
    body=ClaimRequest,
    reply=ClaimReply,
    refusals=WITH_BODY,
)
def claim() -> Response:
    """The first comments that nobody else has; nobody else can decide them until the claim ends."""
    caller = authorise("moderate")
    asked = read_body(request, ClaimRequest)
    wanted = _wanted(asked, caller.site, sort=asked.sort)
    by, now = _who(caller, asked.by), datetime.now(UTC)
    with parts().store.writing() as session:
        rows = queue.take(session, wanted, by=by, limit=asked.limit, now=now, seconds=asked.seconds)
        until = now + timedelta(seconds=asked.seconds)
        reply = ClaimReply(comments=as_queued(session, rows), until=until)
    return Response(reply.model_dump_json(), mimetype="application/json")


def _decide_many(session: Session, asked: DecisionsRequest, caller: Caller) -> Batch:
    ruling, now = _ruling(asked, caller), datetime.now(UTC)
    if asked.selector == "batch":
        return decisions.undo_batch(session, caller.site, asked.batch, ruling, now=now)
    if asked.selector == "range":
        wanted = _wanted(asked.range, caller.site)
        return decisions.decide_range(session, wanted, ruling, now=now)
    ids = [str(one) for one in asked.ids]
    return decisions.decide_each(session, caller.site, ids, ruling, now=now)


def _batch_reply(batch: Batch) -> BatchReply:
    return BatchReply(
        batch=batch.name,
        decided=len(batch.decided),
        skipped=[
            Skipped(id=name, code=why.code, message=why.message)
            for name, why in batch.skipped.items()
        ],
        more=batch.more,
    )


def _wanted(asked: Filters, site: str, *, sort: str = "uncertainty") -> Wanted:
    return Wanted(
        site,
        section=asked.section,
        label=asked.label,
        minimum=asked.min or 0.0,
        maximum=1.0 if asked.max is None else asked.max,
        sort=sort,
    )


def _ruling(asked: DecisionRequest, caller: Caller) -> Ruling:
    return Ruling(
        asked.action,
        _who(caller, asked.by),
        reason=asked.reason,
        labels=asked.labels,
        second_share=parts().settings.site(caller.site).second_review_share,
    )


def _who(caller: Caller, name: str | None) -> str:
    """Who decides: the key, and whom its holder says it acts for."""
    return f"{caller.name}: {name}" if name else caller.name
