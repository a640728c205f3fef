"""What clients ask for, read out of a body that nobody has checked.

Unknown fields are passed over. The sentences of the errors are Perspective's own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, cast

from service.api.schemas import ArticleIn, CommentIn, ContextIn, is_unicode
from service.doors.perspective import refusals
from service.doors.perspective.attributes import Attribute, find
from service.doors.perspective.refusals import Refused, invalid_value

Sent = Mapping[str, object]
PLAIN: Final = "PLAIN_TEXT"
TEXT_TYPES: Final = frozenset({PLAIN, "HTML", "TEXT_TYPE_UNSPECIFIED"})
PROBABILITY: Final = "PROBABILITY"
LARGEST_ENTRY: Final = 2**20
LONGEST_TOKEN: Final = 4096


@dataclass(frozen=True, slots=True)
class Wanted:
    """One requested attribute: the name as asked for, its suffix, and the least score to be told."""

    asked: str
    attribute: Attribute
    version: str | None = None
    threshold: float | None = None


@dataclass(frozen=True, slots=True)
class AnalyzeRequest:
    """A call of comments:analyze."""

    comment: CommentIn
    wanted: tuple[Wanted, ...]
    languages: tuple[str, ...]
    by_sentence: bool
    drop_unsupported: bool
    client_token: str | None


def parse_analyze(sent: Sent, *, max_bytes: int) -> AnalyzeRequest:
    """The call that ``sent`` makes; raises ``Refused`` in Perspective's words."""
    text = comment_text(sent, max_bytes=max_bytes)
    asked = object_at(sent, "requestedAttributes")
    if not asked:
        raise Refused("Missing requested_attributes", error_type="NO_REQUESTED_ATTRIBUTES")
    return AnalyzeRequest(
        comment=CommentIn(id=None, text=text, context=context_of(sent)),
        wanted=tuple(_wanted(name, value) for name, value in asked.items()),
        languages=languages_of(sent),
        by_sentence=flag(sent, "spanAnnotations"),
        drop_unsupported=flag(sent, "dropUnsupportedAttributes"),
        client_token=token(sent, "clientToken"),
    )


def comment_text(sent: Sent, *, max_bytes: int) -> str:
    """The comment's text, at most ``max_bytes`` long in UTF-8 and not blank."""
    comment = object_at(sent, "comment")
    text = comment.get("text")
    if text is not None and not isinstance(text, str):
        raise invalid_value("comment.text", "must be a string")
    _refuse_other_types(comment, "comments")
    if not text or not text.strip():
        raise refusals.empty()
    if not is_unicode(text):
        raise invalid_value("comment.text", "holds half of a surrogate pair")
    size = len(text.encode())
    if size > max_bytes:
        raise refusals.too_long(size, max_bytes)
    return text


def _refuse_other_types(entry: Sent, what: str) -> None:
    kind = entry.get("type")
    if kind is None or kind == PLAIN:
        return
    if isinstance(kind, str) and kind in TEXT_TYPES:  # a list has no hash
        raise Refused(f"Currently, only '{PLAIN}' {what} are supported")
    raise Refused("Unknown text type")


def attribute_named(asked: str) -> tuple[Attribute, str | None]:
    """The attribute and the version in ``NAME`` or ``NAME@VERSION``."""
    name, _, version = asked.partition("@")
    attribute = find(name)
    if attribute is None:
        raise Refused(f"Unknown requested attribute: {refusals.shown(asked)}")
    return attribute, version or None


def _wanted(asked: str, value: object) -> Wanted:
    attribute, version = attribute_named(asked)
    field = f"requestedAttributes.{refusals.shown(asked)}"
    if value is not None and not isinstance(value, dict):
        raise invalid_value(field, "must be an object")
    options = cast("dict[str, object]", value or {})
    refuse_other_score_types(options.get("scoreType"), asked)
    threshold = options.get("scoreThreshold")
    if threshold is not None:
        threshold = number(threshold, f"{field}.scoreThreshold")
    return Wanted(asked, attribute, version, threshold)


def refuse_other_score_types(kind: object, asked: str) -> None:
    """Raise unless ``kind`` is PROBABILITY, or nothing."""
    if kind is not None and kind != PROBABILITY:
        name = refusals.shown(kind) if isinstance(kind, str) else "?"
        raise Refused(
            f"Requested score type {name} is not supported by attribute {refusals.shown(asked)}"
        )


def number(value: object, field: str) -> float:
    """``value`` as a finite number; numbers in quotation marks count, as in Google's own parser."""
    try:
        found = float(value) if isinstance(value, (int, float, str)) else None
    except (ValueError, OverflowError):
        found = None
    if found is None or isinstance(value, bool) or not abs(found) < float("inf"):
        raise invalid_value(field, "must be a number")
    return found


def languages_of(sent: Sent) -> tuple[str, ...]:
    """The languages that the call names; a bare string is a list of one, as peRspective sends it."""
    given = sent.get("languages")
    listed = [given] if isinstance(given, str) else list_of(given, "languages", "strings")
    return tuple(_code(one) for one in listed)


def _code(value: object) -> str:
    if not isinstance(value, str) or not 2 <= len(value.strip()) <= 35 or not value.isascii():
        raise invalid_value("languages", "must be language codes such as en or pt-BR")
    return value.strip()


def base_of(code: str) -> str:
    """The ISO 639 code at the beginning of a BCP-47 one: ``en`` of ``en-GB``."""
    return code.replace("_", "-").partition("-")[0].lower()


def context_of(sent: Sent) -> ContextIn | None:
    """What the comment answers. Of several entries the first is the article, the last the parent."""
    context = object_at(sent, "context")
    entries = list_of(context.get("entries"), "context.entries")
    pair = object_at(context, "articleAndParentComment", within="context")
    if entries and pair:
        raise Refused(
            "Context can have either entries or article_and_parent_comment, "
            "but both fields were populated."
        )
    texts = [_entry(entry, f"context.entries[{i}]") for i, entry in enumerate(entries)]
    if texts:
        return _context(texts[0], texts[-1] if len(texts) > 1 else None)
    if not pair:
        return None
    where = "context.articleAndParentComment"
    names = ("article", "parentComment")
    article, parent = (_entry(pair.get(name), f"{where}.{name}") for name in names)
    return _context(article, parent)


def _context(article: str | None, parent: str | None) -> ContextIn:
    return ContextIn(
        article=ArticleIn(title=None, text=article, authors=None) if article else None,
        parent=parent,
    )


def _entry(entry: object, field: str) -> str | None:
    if entry is None:
        return None
    if not isinstance(entry, dict):
        raise invalid_value(field, "must be an object")
    _refuse_other_types(entry, "context entries")
    text = entry.get("text")
    if text is None:
        return None
    if not isinstance(text, str) or not is_unicode(text):
        raise invalid_value(f"{field}.text", "must be a string of whole characters")
    size = len(text.encode())
    if size > LARGEST_ENTRY:
        limit = f"Value ({size}) exceeded limit ({LARGEST_ENTRY})."
        raise invalid_value(f"{field}.text", f"Context entry was too many bytes. {limit}")
    return text


def object_at(sent: Sent, name: str, *, within: str = "") -> Sent:
    """The object called ``name``; absent and null are an empty one."""
    value = sent.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise invalid_value(f"{within}.{name}".strip("."), "must be an object")
    return value


def list_of(value: object, field: str, what: str = "") -> list[object]:
    """``value`` as a list; absent and null are an empty one."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise invalid_value(field, f"must be a list of {what}" if what else "must be a list")
    return value


def flag(sent: Sent, name: str) -> bool:
    """The yes or no called ``name``, false where it is absent; "true" counts, as in Google's parser."""
    value = sent.get(name)
    if value is None or value is False or value == "false":  # to Python, 0 equals False
        return False
    if value is True or value == "true":
        return True
    raise invalid_value(name, "must be true or false")


def token(sent: Sent, name: str) -> str | None:
    """The caller's own opaque text called ``name``."""
    value = sent.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or not is_unicode(value):
        raise invalid_value(name, "must be a string of whole characters")
    if len(value) > LONGEST_TOKEN:
        raise invalid_value(name, f"has {len(value)} characters, the limit is {LONGEST_TOKEN}")
    return value
