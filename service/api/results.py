"""A comment's scores as the API writes them."""

from typing import Final

from model.records import Scores
from model.scorer import EMPTY
from service.api.schemas import Error, Id, Result, Span, Target
from service.moderation.policy import Action

# The scorer's own reasons, in plain words.
_SAYS: Final = {EMPTY: "holds no visible text"}


def as_result(
    scores: Scores, *, comment_id: Id, place: int, fault: Error | None, action: Action
) -> Result:
    """The result of the comment at ``place``: its scores, or why there are none, and the action.

    Raises ``ValueError`` for what the scorer must not say: a score outside 0 to 1, or neither scores
    nor a reason.
    """
    if (scores.by_label, scores.abstained, scores.error).count(None) != 2:
        raise ValueError("a comment has exactly one of scores, abstention and error")
    return Result(
        id=comment_id,
        scores=_by_label(scores),
        labels=list(scores.labels),
        target=_target(scores),
        spans=_spans(scores),
        action=action,
        language=scores.language,
        truncated=scores.truncated,
        abstained=scores.abstained,
        error=fault or _error_of(scores, place),
    )


def _by_label(scores: Scores) -> dict[str, float] | None:
    if scores.by_label is None:
        return None
    return {label: float(score) for label, score in scores.by_label.items()}


def _target(scores: Scores) -> Target | None:
    if scores.target is None:
        return None
    return Target(kind=scores.target.kind, score=float(scores.target.score))


def _spans(scores: Scores) -> list[Span] | None:
    if scores.spans is None:
        return None
    return [
        Span(begin=span.begin, end=span.end, label=span.label, score=float(span.score))
        for span in scores.spans
    ]


def _error_of(scores: Scores, place: int) -> Error | None:
    """The scorer's own refusal of a comment, such as a text of invisible characters only."""
    if scores.error is None:
        return None
    field = f"comments[{place}].text"
    what = _SAYS.get(scores.error, f"is not accepted: {scores.error}")
    return Error(code=scores.error, message=f"{field} {what}", field=field)
