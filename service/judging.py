"""How comments read, and what the policy would do: the one path that the API and every door take.

Nothing is kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from model.records import Article, Comment, Context, Scores
from model.scorer import Scorer
from service.api import faults
from service.api.results import as_result
from service.api.schemas import ArticleIn, CommentIn, ContextIn, ScoreReply
from service.moderation.policies import Policy
from service.moderation.policy import Decision, decide
from service.parts import Parts


@dataclass(frozen=True, slots=True)
class Judgements:
    """What a call answers, and for each of its comments what ``policy`` decided and why."""

    reply: ScoreReply
    decisions: list[Decision]
    policy: Policy


def score_all(  # noqa: PLR0913 - all but two by keyword
    comments: Sequence[CommentIn],
    given: Parts,
    *,
    site: str,
    spans: bool = False,
    language: str | None = None,
    metered: int | None = None,
) -> ScoreReply:
    """One result a comment, in order, as ``judge_all``: what a call that keeps nothing answers."""
    judged = judge_all(comments, given, site=site, spans=spans, language=language, metered=metered)
    return judged.reply


def judge_all(  # noqa: PLR0913 - all but two by keyword
    comments: Sequence[CommentIn],
    given: Parts,
    *,
    site: str,
    sections: Sequence[str | None] | None = None,
    spans: bool = False,
    language: str | None = None,
    metered: int | None = None,
) -> Judgements:
    """One result a comment, in order; a comment that cannot be accepted gets its own error.

    The site's policy decides; ``sections`` says where each comment stands, without it nothing is known
    of that and the rules of the whole site hold.

    ``site`` is the caller's (``Caller.site``). ``language`` is what the call says the comments are in;
    it wins over the site's, and the site's over a guess. The first ``metered`` comments are counted in
    the meters, all of them by default: a door that has sentences scored besides their comment counts
    the comment. Another version than the champion speaks where ``given`` has its scorer instead.

    Raises ``NotReady`` without a bundle and ``Overloaded`` where too many scorings wait.
    """
    scorer = given.ready_scorer()
    limit = given.settings.max_comment_bytes
    wrong = [faults.fault_of(comment, i, max_bytes=limit) for i, comment in enumerate(comments)]
    sound = [c for c, fault in zip(comments, wrong, strict=True) if fault is None]
    spoken = language or given.settings.site(site).language
    read = iter(_score_in_turn(scorer, [as_comment(c, spoken) for c in sound], given, spans=spans))
    with given.store.reading() as session:
        policy = given.policies.current(session, site, scorer.thresholds)
    results, decisions = [], []
    for i, (comment, fault) in enumerate(zip(comments, wrong, strict=True)):
        scores = next(read) if fault is None else Scores(by_label=None, error=fault.code)
        section = sections[i] if sections else None
        decided = decide(scores, policy.rules, text=comment.text, section=section)
        results.append(
            as_result(scores, comment_id=comment.id, place=i, fault=fault, action=decided.action)
        )
        decisions.append(decided)
        if metered is None or i < metered:
            given.meters.scored(scores, version=scorer.version)
    return Judgements(ScoreReply(model=scorer.version, results=results), decisions, policy)


def _score_in_turn(
    scorer: Scorer, comments: Sequence[Comment], given: Parts, *, spans: bool
) -> list[Scores]:
    if not comments:
        return []
    with given.meters.inside.track_inprogress(), given.turns.turn():
        scored = scorer.score(comments, spans=spans)
    if len(scored) != len(comments):
        raise RuntimeError(f"the scorer answered {len(scored)} of {len(comments)} comments")
    return scored


def as_comment(sent: CommentIn, language: str | None = None) -> Comment:
    """The model's record of a comment as it was sent, in ``language`` where that is known."""
    return Comment(
        text=sent.text,
        id=str(sent.id or ""),
        context=_as_context(sent.context),
        language=language,
    )


def _as_context(sent: ContextIn | None) -> Context | None:
    if sent is None:
        return None
    return Context(article=_as_article(sent.article), parent=sent.parent)


def _as_article(sent: ArticleIn | None) -> Article | None:
    if sent is None:
        return None
    return Article(title=sent.title, text=sent.text, authors=tuple(sent.authors or ()))
