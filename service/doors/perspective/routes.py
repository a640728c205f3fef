"""The addresses of the Perspective API."""

from collections.abc import Mapping
from typing import Final

from flask import Blueprint, Response, g, jsonify, request

from service import errors
from service.api.access import authorise, check_key_if_any, spend
from service.api.body import read_raw
from service.api.document import Described
from service.api.refusals import KEYED, Refusals
from service.doors.perspective import batch, cross_origin, discovery, refusals, suggest
from service.doors.perspective.analyze import analyze
from service.doors.perspective.lenient import parse_object
from service.doors.perspective.refusals import Refused
from service.doors.perspective.requests import parse_analyze
from service.doors.perspective.schemas import (
    GoogleErrorReply,
    PerspectiveAnalyzeReply,
    PerspectiveAnalyzeRequest,
    PerspectiveBatch,
    PerspectiveBatchReply,
    PerspectiveDiscovery,
    PerspectiveDiscoveryQuery,
    PerspectiveSuggestReply,
    PerspectiveSuggestRequest,
)
from service.errors import (
    BadRequest,
    BodyTimeout,
    BodyTooLarge,
    Forbidden,
    Internal,
    InvalidJson,
    KeyRefused,
    NotFound,
    NotReady,
    Overloaded,
    StoreUnavailable,
)
from service.parts import parts

bp = Blueprint("perspective", __name__)
errors.register(bp, shape=refusals.as_google, status=refusals.status_of)
bp.before_request(cross_origin.refuse_other_origins)
bp.after_request(cross_origin.allow)
bp.after_request(cross_origin.list_methods)
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
# The Content-Type does not matter here, so none is refused.
_READING: Final[Refusals] = (Refused, BadRequest, BodyTimeout, BodyTooLarge)
_OF_A_TEXT: Final = ("COMMENT_EMPTY", "COMMENT_TOO_LONG", "INVALID_REQUEST")
_OF_ATTRIBUTES: Final = (
    "NO_REQUESTED_ATTRIBUTES",
    "LANGUAGE_NOT_SUPPORTED_BY_ATTRIBUTE",
    "LANGUAGE_DETECTION_FAILED",
)


@bp.post("/v1alpha1/comments:analyze")
@Described(
    "Perspective: score a comment",
    tag="Doors",
    body=PerspectiveAnalyzeRequest,
    reply=PerspectiveAnalyzeReply,
    error=GoogleErrorReply,
    refusals=(*KEYED, *_READING, InvalidJson, Overloaded, NotReady),
    lines=refusals.lines(*_OF_A_TEXT, *_OF_ATTRIBUTES),
)
def analyze_comment() -> Response:
    """Scores of one comment. Nothing is kept, whatever ``doNotStore`` says."""
    caller = authorise("score")
    given = parts()
    limit = given.settings.max_comment_bytes
    asked = parse_analyze(parse_object(read_raw(request)), max_bytes=limit)
    spend(caller, "comments", 1)
    answer = analyze(asked, caller, given)
    g.comments = 1
    return _reply(answer.body, answer.headers)


@bp.post("/v1alpha1/comments:suggestscore")
@Described(
    "Perspective: say what a comment's scores should be",
    tag="Doors",
    body=PerspectiveSuggestRequest,
    reply=PerspectiveSuggestReply,
    error=GoogleErrorReply,
    refusals=(*KEYED, *_READING, InvalidJson),
    lines=refusals.lines(*_OF_A_TEXT),
)
def suggest_score() -> Response:
    """Keeps what somebody says a comment's scores should be, as labels to learn from."""
    caller = authorise("feedback")
    given = parts()
    limit = given.settings.max_comment_bytes
    suggestion = suggest.parse(parse_object(read_raw(request)), max_bytes=limit)
    suggest.keep(suggestion, caller, given)
    return _reply(suggest.reply(suggestion, given.settings.site(caller.site)))


@bp.route("/v1alpha1/<path:_rest>", methods=_METHODS)
def nothing(_rest: str) -> Response:
    """404 for any other call, in the shape that clients know; /openapi.json has no word of it."""
    raise NotFound(f"there is nothing at this address for {request.method[:16]}")


@bp.get("/$discovery/rest")
@Described(
    "Perspective: the discovery document, for Google's client libraries",
    tag="Doors",
    query=PerspectiveDiscoveryQuery,
    reply=PerspectiveDiscovery,
    error=GoogleErrorReply,
    refusals=(KeyRefused, Forbidden, NotFound, Internal, StoreUnavailable),
    lines=refusals.lines(needs_key=False),
    needs_key=False,
)
def describe() -> Response:
    """The discovery document: without a key too, but not with a wrong one."""
    check_key_if_any()
    version = request.args.get("version") or "v1alpha1"
    if version != "v1alpha1":
        raise NotFound(f"there is no version {refusals.shown(version)} of this API")
    return jsonify(discovery.document(discovery.root_url(request, parts().settings)))


@bp.post("/batch")
@Described(
    "Perspective: several calls in one, each with its own key",
    tag="Doors",
    body=PerspectiveBatch,
    reply=PerspectiveBatchReply,
    error=GoogleErrorReply,
    refusals=(*_READING, Forbidden, Internal),
    lines=refusals.lines("INVALID_REQUEST"),
    needs_key=False,
    media="multipart/mixed",
)
def run_batch() -> Response:
    """Several calls in one, each answered as if it had come alone."""
    return batch.answer(request, read_raw(request), most=parts().settings.max_comments)


def _reply(body: Mapping[str, object], headers: Mapping[str, str] | None = None) -> Response:
    response = jsonify(body)
    response.headers.update(headers or {})
    return response
