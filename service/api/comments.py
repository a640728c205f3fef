"""/v1/comments: kept for moderation, listed as a queue, shown with their history, reported, erased."""

from datetime import UTC, datetime

from flask import Blueprint, Response, g, request

from service.api.access import authorise, spend
from service.api.body import read_body, read_query
from service.api.comment_replies import as_comment_reply, as_queued
from service.api.comment_schemas import (
    ArrivingComment,
    CommentReply,
    ErasedReply,
    KeepReply,
    KeepRequest,
    KeptResult,
    QueueQuery,
    QueueReply,
    ReportReply,
    ReportRequest,
    is_id,
)
from service.api.document import Described
from service.api.refusals import KEYED, SCORING, WITH_BODY
from service.api.schemas import Error
from service.api.score import refuse_too_many
from service.arriving import arrivals_of
from service.errors import Erased, Forbidden, InvalidField, NotFound
from service.judging import Judgements, judge_all
from service.moderation import keeping, queue, records, reports, retention
from service.moderation.keeping import storable
from service.moderation.queue import Wanted
from service.parts import parts
from service.store.tables import KeptComment

bp = Blueprint("comments", __name__)


@bp.post("/v1/comments")
@Described(
    "Score comments and keep them for moderation",
    tag="Moderation",
    body=KeepRequest,
    reply=KeepReply,
    refusals=SCORING,
)
def keep() -> Response:
    """Scores and state of each comment, in order; a call that is made again changes nothing."""
    caller = authorise("score")
    if caller.key_id is None:
        raise Forbidden("a service without keys scores and keeps nothing: make an API key")
    given = parts()
    wanted = read_body(request, KeepRequest)
    refuse_too_many(len(wanted.comments), given.settings.max_comments)
    spend(caller, "comments", len(wanted.comments))
    sections = [
        sent.section if isinstance(sent, ArrivingComment) else None for sent in wanted.comments
    ]
    judged = judge_all(wanted.comments, given, site=caller.site, sections=sections, spans=True)
    arrivals = arrivals_of(wanted.comments, judged)
    with given.store.writing() as session:
        kept = keeping.keep(session, caller.site, arrivals, now=datetime.now(UTC))
        results = _results(judged, {row.external_id: row for row in kept if row is not None})
    g.comments = len(results)
    return _json(KeepReply(model=judged.reply.model, results=results))


@bp.get("/v1/comments")
@Described(
    "A page of the queue",
    tag="Moderation",
    query=QueueQuery,
    reply=QueueReply,
    refusals=(*KEYED, InvalidField),
)
def list_comments() -> Response:
    """Comments in the order that is asked for, and the cursor of the next page."""
    caller = authorise("moderate")
    asked = read_query(request, QueueQuery)
    wanted = Wanted(
        caller.site,
        state=asked.state,
        section=asked.section,
        label=asked.label,
        minimum=asked.min or 0.0,
        maximum=1.0 if asked.max is None else asked.max,
        sort=asked.sort,
    )
    with parts().store.reading() as session:
        page = queue.page(session, wanted, limit=asked.limit, cursor=asked.cursor)
        reply = QueueReply(comments=as_queued(session, page.comments), next=page.next)
    return _json(reply)


@bp.get("/v1/comments/<comment_id>")
@Described(
    "A comment with its history",
    tag="Moderation",
    reply=CommentReply,
    refusals=(*KEYED, NotFound),
)
def show_comment(comment_id: str) -> Response:
    """The comment, its scores by version, its decisions and its reports."""
    caller = authorise("moderate")
    with parts().store.reading() as session:
        row = records.find(session, caller.site, comment_id) if is_id(comment_id) else None
        if row is None:
            raise NotFound("there is no comment of that id")
        reply = as_comment_reply(session, row)
    return _json(reply)


@bp.post("/v1/comments/<comment_id>/reports")
@Described(
    "Report a comment as a reader",
    tag="Moderation",
    body=ReportRequest,
    reply=ReportReply,
    refusals=(*WITH_BODY, NotFound, Erased),
)
def report_comment(comment_id: str) -> Response:
    """The comment after the report: an approved one is pending again."""
    caller = authorise("feedback")
    sent = read_body(request, ReportRequest)
    given = reports.Report(sent.reason, sent.text, sent.reporter)
    with parts().store.writing() as session:
        name = known_id(comment_id)
        row = reports.report(session, caller.site, name, given, now=datetime.now(UTC))
        told = {"id": row.external_id, "state": row.state, "reports": row.reports}
    reply = ReportReply.model_validate(told)
    return _json(reply)


@bp.delete("/v1/comments/<any_id:comment_id>", merge_slashes=False)
@Described(
    "Erase a comment",
    tag="Moderation",
    reply=ErasedReply,
    refusals=(*KEYED, NotFound),
)
def erase_comment(comment_id: str) -> Response:
    """Blank the comment's text, context, author and address; its decisions stay.

    The same for labels kept for it, also where the comment itself was never kept here: a door takes
    labels for comments, and ids, that no other call does; so this address alone takes a slash.
    """
    caller = authorise("admin")
    name = storable(comment_id)
    with parts().store.writing() as session:
        if not retention.is_known(session, caller.site, name):
            raise NotFound("there is no comment of that id")
        count = retention.erase_comment(session, caller.site, name, now=datetime.now(UTC))
    return _json(ErasedReply(erased=count))


def known_id(comment_id: str) -> str:
    """The id in an address, or ``NotFound`` where no comment can have it."""
    if not is_id(comment_id):
        raise NotFound("there is no comment of that id")
    return comment_id


def _results(judged: Judgements, kept: dict[str, KeptComment]) -> list[KeptResult]:
    results = []
    for place, result in enumerate(judged.reply.results):
        row = kept.get(str(result.id)) if result.error is None else None
        fields = dict(result)
        if result.error is None and (row is None or row.erased_at is not None):
            field = f"comments[{place}].id"
            message = f"{field} names a comment that was erased; it is not kept again"
            fields["error"] = Error(code="erased", message=message, field=field)
            fields |= {"scores": None, "abstained": None, "spans": None, "target": None}
            fields |= {"labels": [], "action": "review"}
            row = None
        results.append(KeptResult.model_validate(fields | {"state": row.state if row else None}))
    return results


def _json(reply: KeepReply | QueueReply | CommentReply | ReportReply | ErasedReply) -> Response:
    return Response(reply.model_dump_json(), mimetype="application/json")
