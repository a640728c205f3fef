"""From a call's comments and how they were judged to what is kept of them."""

from collections.abc import Sequence

from service.api.comment_schemas import Arriving, ArrivingComment
from service.api.schemas import ContextIn
from service.judging import Judgements
from service.moderation.keeping import Arrival, Judged, storable
from service.moderation.policy import rules_for
from service.moderation.uncertainty import uncertainty


def arrivals_of(comments: Sequence[Arriving], judged: Judgements) -> list[tuple[Arrival, Judged]]:
    """What is to be kept of a call that was judged: the comments without an error, in order."""
    return [
        (
            _arrival(sent),
            Judged(
                model=judged.reply.model,
                action=decided.action,
                by_label=result.scores,
                uncertainty=uncertainty(
                    result.scores, rules_for(judged.policy.rules, sent.section)
                ),
                result=result.model_dump(mode="json", exclude={"id", "action", "error"}),
                why=decided.reason,
                highlight=decided.highlight,
                by=judged.policy.decides_as,
            ),
        )
        for sent, result, decided in zip(
            comments, judged.reply.results, judged.decisions, strict=True
        )
        if isinstance(sent, ArrivingComment) and result.error is None
    ]


def _arrival(sent: ArrivingComment) -> Arrival:
    return Arrival(
        external_id=str(sent.id),
        text=sent.text,
        context=_context(sent.context),
        section=sent.section,
        url=sent.url,
        author=sent.author,
        created_at=sent.created_at,
    )


def _context(sent: ContextIn | None) -> dict[str, object] | None:
    if sent is None:
        return None
    article = sent.article
    return {
        "article": article
        and {
            "title": article.title and storable(article.title),
            "text": article.text and storable(article.text),
            "authors": article.authors and [storable(name) for name in article.authors],
        },
        "parent": sent.parent and storable(sent.parent),
    }
