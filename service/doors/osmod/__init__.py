"""POST /doors/osmod/api/score-comment: osmod's assistant protocol. Nothing is kept."""

from typing import Final

from flask import Blueprint, Response, current_app, g, request
from flask.sansio.blueprints import BlueprintSetupState

from service import errors
from service.api.access import authorise, spend
from service.api.body import read_body
from service.api.document import Described
from service.api.refusals import SCORING_ONE
from service.api.schemas import ArticleIn, CommentIn, ContextIn, Error
from service.doors.osmod import mapping
from service.doors.osmod.callbacks import Callback, Callbacks
from service.doors.osmod.schemas import OsmodErrorReply, OsmodReply, OsmodRequest
from service.doors.perspective.score_map import points_of
from service.errors import BadRequest, Forbidden, InvalidField
from service.judging import score_all
from service.outbound import Fence, OutboundRefused, Target, fence_of, target_of
from service.parts import parts
from service.settings import Settings

bp: Final = Blueprint("osmod", __name__)
errors.register(bp, shape=mapping.as_error)
_CALLBACKS: Final = "comity_osmod_callbacks"


@bp.record_once
def _make_callbacks(state: BlueprintSetupState) -> None:
    """Give each application a line of callbacks of its own, and so each process, after the fork."""
    state.app.extensions[_CALLBACKS] = Callbacks()


@bp.post("/doors/osmod/api/score-comment")
@Described(
    "osmod: score a comment",
    tag="Doors",
    body=OsmodRequest,
    reply=OsmodReply,
    error=OsmodErrorReply,
    refusals=(BadRequest, *SCORING_ONE),
)
def score_comment() -> Response:
    """The comment's scores, or that they will be posted to the callback."""
    caller = authorise("score")
    sent = read_body(request, OsmodRequest)
    settings = parts().settings
    fence = fence_of(settings.outbound_hosts or "", private=settings.outbound_private)
    target = None if sent.sync else _target_of(sent, fence)
    spend(caller, "comments", 1)
    (result,) = score_all([_comment_of(sent)], parts(), site=caller.site, spans=True).results
    if result.error is not None:
        raise _wrong_text(result.error)
    g.comments = 1
    reply = mapping.as_reply(
        result,
        sent.comment.plainText,
        points=points_of(settings.site(caller.site)),
        summary=sent.includeSummaryScores or target is not None,
    )
    if target is not None:
        _post_later(target, reply, fence, settings)
        reply = OsmodReply(status="success")
    return Response(reply.model_dump_json(exclude_none=True), mimetype="application/json")


def _target_of(sent: OsmodRequest, fence: Fence) -> Target:
    if sent.links is None or sent.links.callback is None:
        raise InvalidField("links.callback is required unless sync is true", field="links.callback")
    try:
        return target_of(sent.links.callback, fence)
    except OutboundRefused as error:
        raise Forbidden(f"links.callback {error}", field="links.callback") from None


def _comment_of(sent: OsmodRequest) -> CommentIn:
    article = sent.article.plainText if sent.article else None
    parent = sent.inReplyToComment.plainText if sent.inReplyToComment else None
    context = ContextIn(article=ArticleIn(title=None, text=article, authors=None), parent=parent)
    return CommentIn(id=None, text=sent.comment.plainText, context=context)


def _wrong_text(error: Error) -> InvalidField:
    field = (error.field or "").replace("comments[0].text", "comment.plainText")
    field = field.replace("comments[0].context.parent", "inReplyToComment.plainText")
    field = field.replace("comments[0].context.article.text", "article.plainText")
    return InvalidField(error.message.replace(error.field or "", field), field=field)


def _post_later(target: Target, reply: OsmodReply, fence: Fence, settings: Settings) -> None:
    headers = {"Content-Type": "application/json"}
    if settings.osmod_token is not None:
        headers["Authorization"] = f"JWT {settings.osmod_token.get_secret_value()}"
    callbacks: Callbacks = current_app.extensions[_CALLBACKS]
    body = reply.model_dump_json(exclude_none=True).encode()
    callbacks.add(Callback(target, body, headers, fence, request_id=g.request_id))
