"""comments:suggestscore: what somebody says a comment's scores should be, kept to learn from."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, cast

from model.language import read_language
from service.api.schemas import ContextIn
from service.doors.perspective.refusals import Refused, invalid_value, shown
from service.doors.perspective.requests import (
    Sent,
    attribute_named,
    base_of,
    comment_text,
    context_of,
    flag,
    languages_of,
    list_of,
    number,
    object_at,
    refuse_other_score_types,
    token,
)
from service.doors.perspective.sentences import Utf16
from service.keys import Caller
from service.moderation import retention
from service.parts import Parts
from service.sites import Site
from service.store.tables import KeptLabel

SOURCE: Final = "perspective"
LONGEST_ID: Final = 200
_CORAL_TOKEN: Final = "comment:"
_CORAL_ID: Final = "Coral_comment_id"
_CORAL_REPLY: Final = "reply_to_id_Coral_comment_id"

Span = tuple[int, int, str, float]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A call of comments:suggestscore.

    ``suggested`` is by the attributes' names as they came, ``labels`` by ours; ``spans`` are
    (begin, end, label, value) in code points.
    """

    text: str
    suggested: Mapping[str, float]
    labels: Mapping[str, float]
    spans: tuple[Span, ...]
    context: ContextIn | None
    origin: Mapping[str, str]
    languages: tuple[str, ...]
    community: str | None
    client_token: str | None
    keep: bool


def parse(sent: Sent, *, max_bytes: int) -> Suggestion:
    """The call that ``sent`` makes; raises ``Refused`` in Perspective's words."""
    text = comment_text(sent, max_bytes=max_bytes)
    scores = object_at(sent, "attributeScores")
    if not scores:
        raise Refused("Missing attribute_scores")
    summaries = {name: _summary(name, value) for name, value in scores.items()}
    suggested = {name: value for name, value in summaries.items() if value is not None}
    spans = tuple(span for name in scores for span in _spans(name, scores[name], text))
    token(sent, "sessionId")  # checked as Perspective would, and not kept: it names a person
    context = context_of(sent)
    origin = _coral_origin(context)
    client_token = token(sent, "clientToken")
    return Suggestion(
        text=text,
        suggested=suggested,
        labels=_by_label(suggested),
        spans=spans,
        context=None if origin else context,
        origin=_origin_in(client_token) | {name: value for name, value in origin.items() if value},
        languages=languages_of(sent),
        community=token(sent, "communityId"),
        client_token=client_token,
        keep=not flag(sent, "doNotStore"),
    )


def keep(suggestion: Suggestion, caller: Caller, given: Parts) -> None:
    """Keep the suggestion in the store under the caller's site, unless it asks for nothing kept.

    For a comment that was erased, what is suggested is kept without a word of the comment.
    """
    if not suggestion.keep:
        return
    row = KeptLabel(
        site=caller.site,
        source=SOURCE,
        text=_storable(suggestion.text),
        labels=dict(suggestion.labels),
        suggested=dict(suggestion.suggested),
        spans=[list(span) for span in suggestion.spans],
        context=_context_json(suggestion.context),
        language=suggestion.languages[0] if suggestion.languages else None,
        comment_id=_storable(suggestion.origin.get("comment_id")) or None,
        url=_storable(suggestion.origin.get("url")),
        community=_storable(suggestion.community),
        client_token=_storable(suggestion.client_token),
        key_id=caller.key_id,
        created_at=datetime.now(UTC),
    )
    with given.store.writing() as session:
        if row.comment_id and retention.is_erased(session, caller.site, row.comment_id):
            retention.without_words(row)
        session.add(row)


def reply(suggestion: Suggestion, site: Site) -> dict[str, object]:
    """Perspective's answer: the token, the languages that were named, and the one it reads as."""
    named = base_of(suggestion.languages[0]) if suggestion.languages else site.language
    detected, _ = read_language(suggestion.text, default_language=named)
    body: dict[str, object] = {"detectedLanguages": [detected] if detected else []}
    if suggestion.languages:
        body["requestedLanguages"] = list(suggestion.languages)
    if suggestion.client_token is not None:
        body["clientToken"] = suggestion.client_token
    return body


def _summary(name: str, value: object) -> float | None:
    """The summary score of one attribute, where one is given; spans may come without it."""
    attribute_named(name)
    entry = _object(value, f"attributeScores.{shown(name)}")
    if not entry.get("summaryScore") and not entry.get("spanScores"):
        raise invalid_value(f"attributeScores.{shown(name)}", "needs a summaryScore or spanScores")
    if entry.get("summaryScore") is None:
        return None
    return _score(name, entry["summaryScore"], f"attributeScores.{shown(name)}.summaryScore")


def _spans(name: str, value: object, text: str) -> Iterator[Span]:
    """The spans of one attribute, as far as it speaks of one of our labels."""
    field = f"attributeScores.{shown(name)}.spanScores"
    listed = list_of(_object(value, field).get("spanScores"), field)
    label = attribute_named(name)[0].teaches
    units = Utf16(text)
    for number_of, entry in enumerate(listed):
        place = f"{field}[{number_of}]"
        span = _object(entry, place)
        begin, end = (_point(units, span.get(edge), f"{place}.{edge}") for edge in ("begin", "end"))
        if begin >= end:
            raise invalid_value(place, "must end after it begins")
        score = _score(name, span.get("score"), f"{place}.score")
        if label is not None:
            yield begin, end, label, score


def _point(units: Utf16, unit: object, field: str) -> int:
    """The code point at UTF-16 code unit ``unit``."""
    if not isinstance(unit, int) or isinstance(unit, bool):
        raise invalid_value(field, "must be a whole number")
    point = units.points(unit)
    if point is None:
        raise invalid_value(field, f"{unit} is not the edge of a character of the comment")
    return point


def _score(name: str, value: object, field: str) -> float:
    entry = _object(value, field)
    refuse_other_score_types(entry.get("type"), name)
    if entry.get("value") is None:
        raise invalid_value(f"{field}.value", "is missing")
    score = number(entry["value"], f"{field}.value")
    if not 0 <= score <= 1:
        raise invalid_value(f"{field}.value", "must be from 0 to 1")
    return score


def _object(value: object, field: str) -> Sent:
    if not isinstance(value, dict):
        raise invalid_value(field, "must be an object")
    return cast("dict[str, object]", value)


def _by_label(suggested: Mapping[str, float]) -> dict[str, float]:
    """The largest suggestion for each of our labels; other attributes teach nothing."""
    labels: dict[str, float] = {}
    for name, value in suggested.items():
        label = attribute_named(name)[0].teaches
        if label is not None:
            labels[label] = max(value, labels.get(label, 0.0))
    return labels


def _coral_origin(context: ContextIn | None) -> dict[str, str]:
    """Where a comment stands, from the JSON that Coral sends in place of a context."""
    sent = context.article.text if context and context.article else None
    if sent is None or not sent.lstrip().startswith("{"):
        return {}
    try:
        said = json.loads(sent)
    except (ValueError, RecursionError):  # a number of too many digits is among them
        return {}
    if not isinstance(said, dict) or not {_CORAL_ID, _CORAL_REPLY} & said.keys():
        return {}
    named = {"comment_id": said.get(_CORAL_ID), "url": said.get("url")}
    return {name: str(value) for name, value in named.items() if _is_sound(name, value)} or {
        "comment_id": ""
    }


def _is_sound(name: str, value: object) -> bool:
    if not isinstance(value, str) or not value or not value.isprintable():
        return False
    return name != "comment_id" or len(value) <= LONGEST_ID


def _origin_in(client_token: str | None) -> dict[str, str]:
    """The comment's id in a token such as Coral's ``comment:ID``."""
    if client_token is None or not client_token.startswith(_CORAL_TOKEN):
        return {}
    named = client_token.removeprefix(_CORAL_TOKEN)
    return {"comment_id": named} if _is_sound("comment_id", named) else {}


def _context_json(context: ContextIn | None) -> dict[str, object] | None:
    if context is None:
        return None
    text = context.article.text if context.article else None
    return {"article": {"text": _storable(text)}, "parent": _storable(context.parent)}


def _storable(text: str | None) -> str | None:
    """``text`` with another character for NUL, which PostgreSQL cannot keep; offsets stay."""
    return text.replace("\0", "\ufffd") if text is not None else None
