"""The shapes of requests and replies: these classes validate, and /openapi.json is made from them.

A comment, its context and its article may carry fields that are not read here (a newsroom's own
comment objects do), and they are ignored. At the top of a request an unknown field is refused: there
it is a misspelt option.
"""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from service.moderation.policy import Action

_INT64 = 2**63


def _id(value: object) -> object:
    """An identifier as the caller writes it: text, or a whole number of up to 64 bits.

    ``7.0`` is a whole number in JSON, and comes back as ``7``.
    """
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    whole = isinstance(value, int) and not isinstance(value, bool) and -_INT64 <= value < _INT64
    if value is None or whole or (isinstance(value, str) and is_unicode(value)):
        return value
    raise PydanticCustomError("id", "must be a text or a whole number of up to 64 bits")


def is_unicode(text: str) -> bool:
    """Whether ``text`` can be written as UTF-8: it holds no half of a surrogate pair."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


_ID_SCHEMA = {
    "anyOf": [
        {"type": "string"},
        {"type": "integer", "minimum": -_INT64, "maximum": _INT64 - 1},
        {"type": "null"},
    ]
}
Id = Annotated[str | int | None, BeforeValidator(_id), WithJsonSchema(_ID_SCHEMA)]
Probability = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


class Request(BaseModel):
    """What a call may carry; types are not converted, and no message quotes a value."""

    model_config = ConfigDict(strict=True, frozen=True, hide_input_in_errors=True)


class Reply(BaseModel):
    """What a call answers."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)


class ArticleIn(Request):
    """The article that a comment stands under."""

    title: str | None = Field(None, description="The headline.")
    text: str | None = Field(None, description="The article's text, or its beginning.")
    authors: list[str] | None = Field(None, description="The authors' names.")


class ContextIn(Request):
    """What a comment answers."""

    article: ArticleIn | None = None
    parent: str | None = Field(None, description="The comment that this one replies to.")


class CommentIn(Request):
    """A comment to score."""

    id: Id = Field(
        None,
        description="Your own identifier, which comes back with the result; ids may repeat.",
        examples=["c-1"],
    )
    text: str = Field(
        description="What the reader wrote. A text that is blank, too long "
        "(`COMITY_MAX_COMMENT_BYTES` of UTF-8, 20,480 unless set otherwise) or holds half of a "
        "surrogate pair gets an error of its own; the other comments are scored.",
        examples=["You are a clown and so is your editor."],
    )
    context: ContextIn | None = None


class ScoreRequest(Request):
    """Comments to score."""

    model_config = ConfigDict(extra="forbid")

    comments: list[CommentIn] = Field(
        description="Up to `COMITY_MAX_COMMENTS` comments, 1,000 unless set otherwise."
    )
    spans: bool = Field(False, description="Whether to say which words carry a label.")


class Target(Reply):
    """At whom a comment is aimed."""

    kind: str = Field(description="none, person, group, author, commenter or public_figure.")
    score: Probability


class Span(Reply):
    """Words that carry a label; offsets count code points of the text as it was sent."""

    begin: int = Field(ge=0, description="The first code point.")
    end: int = Field(ge=0, description="The code point after the last.")
    label: str
    score: Probability


class Error(Reply):
    """What went wrong, and with which field."""

    code: str = Field(description="A word for programs; it does not change.")
    message: str = Field(description="A sentence for people; it never quotes a comment.")
    field: str | None = Field(description="The field at fault, where one is.")


class ErrorReply(Reply):
    """The answer to every call that is not answered as asked."""

    error: Error


class Result(Reply):
    """How one comment reads. Exactly one of ``scores``, ``abstained`` and ``error`` is not null."""

    id: Id = Field(description="The id that the comment came with.")
    scores: dict[str, Probability] | None = Field(
        description="The calibrated probability of each label, 0 to 1."
    )
    labels: list[str] = Field(description="The labels whose score reaches the bundle's threshold.")
    target: Target | None = Field(description="At whom it is aimed, if the bundle can tell.")
    spans: list[Span] | None = Field(description="Null unless asked for and the bundle can tell.")
    action: Action = Field(
        description="What the policy would do: approve (publish), review (publish, and show it to a "
        "moderator), hold (withhold until a moderator decides) or reject (only where a rule of the "
        "site's own says so). A comment that could not be judged is for review, unless a rule that "
        "needs no score holds or rejects it."
    )
    language: str | None = Field(description="The language it seems to be written in.")
    truncated: bool = Field(description="Whether a part of the text was left unread.")
    abstained: str | None = Field(
        description="Why it cannot be judged: language, no_words and the like."
    )
    error: Error | None = Field(description="Why it was not accepted.")


class ScoreReply(Reply):
    """One result a comment, in the order of the request."""

    model: str = Field(description="The version of the bundle that speaks.")
    results: list[Result]
