"""POST /v1/score: how comments read, and what the shipped policy would do. Nothing is kept."""

from collections.abc import Sequence

from flask import Blueprint, Response, g, request

from model.records import Article, Comment, Context, Scores
from model.scorer import Scorer
from service.api import faults
from service.api.access import authorise
from service.api.body import read_body
from service.api.document import Described
from service.api.results import as_result
from service.api.schemas import ArticleIn, CommentIn, ContextIn, ScoreReply, ScoreRequest
from service.errors import (
    BodyTimeout,
    BodyTooLarge,
    Forbidden,
    Internal,
    InvalidField,
    InvalidJson,
    KeyRefused,
    NotReady,
    Overloaded,
    StoreUnavailable,
    TooManyComments,
    UnsupportedMediaType,
)
from service.moderation.policy import shipped_rules
from service.parts import Parts, parts

bp = Blueprint("score", __name__)


@bp.post("/v1/score")
@Described(
    "Score comments",
    tag="Comments",
    body=ScoreRequest,
    reply=ScoreReply,
    refusals=(
        InvalidJson,
        InvalidField,
        TooManyComments,
        KeyRefused,
        Forbidden,
        BodyTimeout,
        BodyTooLarge,
        UnsupportedMediaType,
        Internal,
        Overloaded,
        NotReady,
        StoreUnavailable,
    ),
)
def score() -> Response:
    """Scores, labels and action of each comment, in order."""
    authorise("score")
    given = parts()
    wanted = read_body(request, ScoreRequest)
    _refuse_too_many(len(wanted.comments), given.settings.max_comments)
    reply = score_all(wanted.comments, given, spans=wanted.spans)
    g.comments = len(reply.results)
    return Response(reply.model_dump_json(), mimetype="application/json")


def score_all(comments: Sequence[CommentIn], given: Parts, *, spans: bool) -> ScoreReply:
    """One result a comment, in order; a comment that cannot be accepted gets its own error."""
    scorer = given.ready_scorer()
    limit = given.settings.max_comment_bytes
    wrong = [faults.fault_of(comment, i, max_bytes=limit) for i, comment in enumerate(comments)]
    sound = [c for c, fault in zip(comments, wrong, strict=True) if fault is None]
    read = iter(_score_in_turn(scorer, sound, given, spans=spans))
    rules = shipped_rules(scorer.thresholds)
    results = []
    for i, (comment, fault) in enumerate(zip(comments, wrong, strict=True)):
        scores = next(read) if fault is None else Scores(by_label=None, error=fault.code)
        results.append(as_result(scores, comment_id=comment.id, place=i, fault=fault, rules=rules))
        given.meters.scored(scores, version=scorer.version)
    return ScoreReply(model=scorer.version, results=results)


def _score_in_turn(
    scorer: Scorer, comments: Sequence[CommentIn], given: Parts, *, spans: bool
) -> list[Scores]:
    if not comments:
        return []
    with given.meters.inside.track_inprogress(), given.turns.turn():
        scored = scorer.score([as_comment(comment) for comment in comments], spans=spans)
    if len(scored) != len(comments):
        raise RuntimeError(f"the scorer answered {len(scored)} of {len(comments)} comments")
    return scored


def as_comment(sent: CommentIn) -> Comment:
    """The model's record of a comment as it was sent."""
    return Comment(text=sent.text, id=str(sent.id or ""), context=_as_context(sent.context))


def _as_context(sent: ContextIn | None) -> Context | None:
    if sent is None:
        return None
    return Context(article=_as_article(sent.article), parent=sent.parent)


def _as_article(sent: ArticleIn | None) -> Article | None:
    if sent is None:
        return None
    return Article(title=sent.title, text=sent.text, authors=tuple(sent.authors or ()))


def _refuse_too_many(count: int, limit: int) -> None:
    if count > limit:
        raise TooManyComments(
            f"comments has {count} items, the limit is {limit}; send them in several calls",
            field="comments",
        )
