"""The shapes of osmod's assistant protocol."""

from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict


class _Sent(BaseModel):
    """Strict in types; what is not read here (ids, HTML, links back) passes."""

    model_config = ConfigDict(strict=True, frozen=True, hide_input_in_errors=True)


class OsmodText(_Sent):
    """A comment or an article."""

    plainText: str = Field(
        description="Its text without HTML.", json_schema_extra={"pattern": r"\S"}
    )


class OsmodContext(_Sent):
    """A comment or an article around the comment; without a text it is passed over."""

    plainText: str | None = None


class OsmodLinks(_Sent):
    """Where osmod wants to be answered."""

    callback: str | None = Field(None, description="The URL that the scores are posted to.")


_NEEDS_CALLBACK: Final[JsonDict] = {
    "anyOf": [
        {"properties": {"sync": {"const": True}}, "required": ["sync"]},
        {
            "properties": {
                "links": {
                    "type": "object",
                    "properties": {"callback": {"type": "string"}},
                    "required": ["callback"],
                }
            },
            "required": ["links"],
        },
    ]
}


class OsmodRequest(_Sent):
    """A comment to score; unless ``sync`` is true, ``links.callback`` says where to post the scores."""

    model_config = ConfigDict(json_schema_extra=_NEEDS_CALLBACK)

    comment: OsmodText
    article: OsmodContext | None = None
    inReplyToComment: OsmodContext | None = None
    includeSummaryScores: bool = Field(
        False, description="Whether the answer shall hold `summaryScores`. Callbacks always do."
    )
    sync: bool = Field(
        False, description="Answer with the scores, instead of posting them to `links.callback`."
    )
    links: OsmodLinks | None = None


class OsmodScore(BaseModel):
    """The score of a part of the comment; offsets count UTF-16 code units, ``end`` not included."""

    score: Annotated[float, Field(ge=0, le=1)]
    begin: int
    end: int


class OsmodReply(BaseModel):
    """The scores, or that they will be posted."""

    scores: dict[str, list[OsmodScore]] | None = Field(
        default=None,
        description="Of each attribute: the whole comment, then the words that carry it.",
    )
    summaryScores: dict[str, float] | None = None
    status: str | None = Field(
        default=None, description="`success`, where the scores will be posted."
    )


class OsmodErrorReply(BaseModel):
    """The answer to every call that is not answered as asked."""

    error: str
