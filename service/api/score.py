"""POST /v1/score: how comments read, and what the shipped policy would do. Nothing is kept."""

from flask import Blueprint, Response, g, request

from service.api.access import authorise, spend
from service.api.body import read_body
from service.api.document import Described
from service.api.refusals import SCORING
from service.api.schemas import ScoreReply, ScoreRequest
from service.errors import TooManyComments
from service.judging import score_all
from service.parts import parts

bp = Blueprint("score", __name__)


@bp.post("/v1/score")
@Described(
    "Score comments",
    tag="Comments",
    body=ScoreRequest,
    reply=ScoreReply,
    refusals=SCORING,
)
def score() -> Response:
    """Scores, labels and action of each comment, in order."""
    caller = authorise("score")
    given = parts()
    wanted = read_body(request, ScoreRequest)
    refuse_too_many(len(wanted.comments), given.settings.max_comments)
    spend(caller, "comments", len(wanted.comments))
    reply = score_all(wanted.comments, given, site=caller.site, spans=wanted.spans)
    g.comments = len(reply.results)
    return Response(reply.model_dump_json(), mimetype="application/json")


def refuse_too_many(count: int, limit: int) -> None:
    """Raise ``TooManyComments`` where a call carries more than ``limit``."""
    if count > limit:
        raise TooManyComments(
            f"comments has {count} items, the limit is {limit}; send them in several calls",
            field="comments",
        )
