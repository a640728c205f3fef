"""Kept comments as cards: what a person needs at a glance, made from what is on record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from model.labels import NAMES
from service.dashboard.choices import NOT_JUDGED, TARGETS
from service.dashboard.showing import Mark, Shown, shown
from service.moderation import records, second
from service.store.tables import CommentScores, KeptComment

_UNITS: Final = (("d", 86_400), ("h", 3_600), ("min", 60))


@dataclass(frozen=True, slots=True)
class Score:
    """A label's score, and whether it reaches the threshold that the model was given."""

    label: str
    value: float
    given: bool


@dataclass(frozen=True, slots=True)
class Card:
    """A comment at a glance. ``text`` is None once it is erased, ``scores`` where it was not judged."""

    number: int
    external_id: str
    state: str
    revision: int
    text: Shown | None
    why: str
    scores: tuple[Score, ...] | None
    target: str | None
    section: str | None
    title: Shown | None
    created_at: datetime
    age: str
    reports: int
    action: str
    highlighted: bool


def cards(session: Session, rows: Sequence[KeptComment], *, now: datetime) -> list[Card]:
    """A card for each comment, in order, with the scores that it was given last."""
    latest = records.latest_scores(session, rows)
    disputed = second.in_dispute(session, [row.id for row in rows])
    return [card(row, latest[row.id], now=now, disputed=row.id in disputed) for row in rows]


def card(row: KeptComment, scores: CommentScores, *, now: datetime, disputed: bool = False) -> Card:
    """The card of one comment as it reads by ``scores``; ``disputed`` where two moderators disagree."""
    title = title_of(row.context)
    return Card(
        number=row.id,
        external_id=row.external_id,
        state=row.state,
        revision=row.revision,
        text=None if row.text is None else shown(row.text, marks_of(scores.result)),
        why="; ".join([why(row, scores), *([second.DISAGREE] if disputed else [])]),
        scores=scores_of(scores.result),
        target=target_of(scores.result),
        section=row.section,
        title=shown(title) if title else None,
        created_at=row.created_at,
        age=age(now - row.created_at),
        reports=row.reports,
        action=row.action,
        highlighted=row.highlighted,
    )


def why(row: KeptComment, scores: CommentScores) -> str:
    """Why a person is asked about the comment, or why not."""
    parts = [scores.why or _why(scores.result)]
    if row.reports:
        parts.append("reported by readers")
    if row.revision > 1:
        parts.append("sent again with another text or context")
    return "; ".join(parts)


def marks_of(result: Mapping[str, object]) -> list[Mark]:
    """The words that carry a label."""
    spans = result.get("spans")
    return [
        Mark(span["begin"], span["end"], span["label"], span["score"])
        for span in (spans if isinstance(spans, list) else ())
    ]


def scores_of(result: Mapping[str, object]) -> tuple[Score, ...] | None:
    """Every label's score in the order of the table, or None where there are none."""
    by_label, given = result.get("scores"), result.get("labels")
    if not isinstance(by_label, dict):
        return None
    over = given if isinstance(given, list) else []
    return tuple(Score(name, by_label[name], name in over) for name in NAMES if name in by_label)


def target_of(result: Mapping[str, object]) -> str | None:
    """At whom the comment is aimed, in words; None where at nobody or where that is not known."""
    target = result.get("target")
    return TARGETS.get(str(target.get("kind"))) if isinstance(target, dict) else None


def title_of(context: Mapping[str, object] | None) -> str | None:
    """The headline of the article that a comment stands under."""
    article = (context or {}).get("article")
    title = article.get("title") if isinstance(article, dict) else None
    return title if isinstance(title, str) else None


def age(passed: timedelta) -> str:
    """How long ago, in the largest unit that fits."""
    seconds = max(0, int(passed.total_seconds()))
    for unit, length in _UNITS:
        if seconds >= length:
            return f"{seconds // length} {unit}"
    return "just now"


def _why(result: Mapping[str, object]) -> str:
    abstained = result.get("abstained")
    if abstained:
        return f"not judged: {NOT_JUDGED.get(str(abstained), str(abstained).replace('_', ' '))}"
    over = [score for score in scores_of(result) or () if score.given]
    if not over:
        return "no label reaches its threshold"
    reached = ", ".join(f"{score.label.replace('_', ' ')} {score.value:.2f}" for score in over)
    return f"over the threshold: {reached}"
