"""The shapes of the Perspective API, for /openapi.json.

``requests`` and ``suggest`` validate, because the order of the checks and the sentences of the errors
are Perspective's own. A test holds the two together: no shape forbids what the door takes.
"""

from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel
from pydantic.config import JsonDict

from service.doors.perspective.attributes import ATTRIBUTES
from service.doors.perspective.requests import LONGEST_TOKEN

# An attribute by its name, which may carry _EXPERIMENTAL and a version.
_NAMED: Final = rf"^({'|'.join(sorted(ATTRIBUTES))})(_EXPERIMENTAL)?(@[\s\S]*)?$"
_BY_ATTRIBUTE: Final[JsonDict] = {"propertyNames": {"pattern": _NAMED}}
_RATED: Final[JsonDict] = {"anyOf": [{"required": ["summaryScore"]}, {"required": ["spanScores"]}]}

Plain = Literal["PLAIN_TEXT"] | None
Flag = bool | Literal["true", "false"] | None
Numeral = Annotated[str, Field(description="A number in quotation marks counts too.")]
Probability = Annotated[float, Field(ge=0, le=1)]
Code = Annotated[str, Field(json_schema_extra={"pattern": r"^[\x00-\x7F]{2,}$"})]
Token = Annotated[str, Field(max_length=LONGEST_TOKEN)]


class PerspectiveComment(BaseModel):
    """The comment."""

    text: str = Field(
        description="What the reader wrote, up to `COMITY_MAX_COMMENT_BYTES` of UTF-8.",
        json_schema_extra={"pattern": r"\S"},
        examples=["You are a clown and so is your editor."],
    )
    type: Plain = Field(None, description="Only plain text is read.")


class PerspectiveEntry(BaseModel):
    """A text around the comment, up to 1 MiB of UTF-8."""

    text: str | None = None
    type: Plain = None


class PerspectivePair(BaseModel):
    """The article and the comment that is answered."""

    article: PerspectiveEntry | None = None
    parentComment: PerspectiveEntry | None = None


class PerspectiveContext(BaseModel):
    """What the comment answers, in one of two forms."""

    entries: list[PerspectiveEntry | None] | None = Field(
        None, description="The article first, the parent comment last."
    )
    articleAndParentComment: PerspectivePair | None = None


class _Call(BaseModel):
    """What both calls carry; unknown fields are passed over."""

    comment: PerspectiveComment
    context: PerspectiveContext | None = None
    languages: Code | list[Code] | None = Field(
        None,
        description="ISO 639 or BCP-47 codes; without any, the site's language or a guess.",
        examples=[["en"]],
    )
    clientToken: Token | None = Field(None, description="Comes back in the reply.")


class PerspectiveWanted(BaseModel):
    """How one attribute is asked for."""

    scoreType: Literal["PROBABILITY"] | None = None
    scoreThreshold: float | Numeral | None = Field(
        None, description="An attribute with a lower score is left out of the reply."
    )


class PerspectiveAnalyzeRequest(_Call):
    """A comment to score."""

    requestedAttributes: dict[str, PerspectiveWanted | None] = Field(
        min_length=1,
        description="By name, as in `TOXICITY` or `TOXICITY@VERSION`.",
        json_schema_extra=_BY_ATTRIBUTE,
        examples=[{"TOXICITY": {}}],
    )
    spanAnnotations: Flag = Field(None, description="Whether to score each sentence as well.")
    dropUnsupportedAttributes: Flag = Field(
        None,
        description="Whether to leave out attributes that a language lacks, instead of an error.",
    )
    doNotStore: object = Field(None, description="Passed over: nothing is stored.")
    sessionId: object = Field(None, description="Passed over.")
    communityId: object = Field(None, description="Passed over.")


class PerspectiveSuggestedScore(BaseModel):
    """What a score should be."""

    value: Probability | Numeral
    type: Literal["PROBABILITY"] | None = None


class PerspectiveSuggestedSpan(BaseModel):
    """What the score of a part should be; offsets count UTF-16 code units, ``end`` not included."""

    begin: int = Field(ge=0)
    end: int = Field(ge=1)
    score: PerspectiveSuggestedScore


class PerspectiveSuggestedScores(BaseModel):
    """What the scores of one attribute should be: of the whole, of parts, or both."""

    model_config = ConfigDict(json_schema_extra=_RATED)

    summaryScore: PerspectiveSuggestedScore | None = None
    spanScores: list[PerspectiveSuggestedSpan] | None = None


class PerspectiveSuggestRequest(_Call):
    """What somebody says a comment's scores should be."""

    attributeScores: dict[str, PerspectiveSuggestedScores] = Field(
        min_length=1,
        description="By the attribute's name.",
        json_schema_extra=_BY_ATTRIBUTE,
        examples=[{"TOXICITY": {"summaryScore": {"value": 1}}}],
    )
    doNotStore: Flag = Field(None, description="Whether to keep nothing.")
    sessionId: Token | None = Field(None, description="Not kept.")
    communityId: Token | None = Field(None, description="Whose comment it is; kept.")


class PerspectiveScore(BaseModel):
    """A score, under the site's score map."""

    value: Probability
    type: Literal["PROBABILITY"]


class PerspectiveSpan(BaseModel):
    """The score of a part; offsets count UTF-16 code units, ``end`` not included."""

    begin: int = Field(ge=0)
    end: int
    score: PerspectiveScore


class PerspectiveScores(BaseModel):
    """The scores of one attribute."""

    summaryScore: PerspectiveScore
    spanScores: list[PerspectiveSpan] = Field(
        min_length=1, description="The sentences where asked for, else the whole comment."
    )


class PerspectiveAnalyzeReply(BaseModel):
    """How the comment reads. The header `Comity-Not-Judged` names the attributes that are not judged."""

    attributeScores: dict[str, PerspectiveScores] | None = Field(
        None,
        description="By the name asked for; empty where none is judged, absent where all are under "
        "their threshold.",
    )
    languages: list[str] = Field(description="Those asked for, else the detected one.")
    detectedLanguages: list[str] = Field(description="The language it was read as, where one is.")
    clientToken: str | None = Field(None, description="As it was sent; absent where none was.")


class PerspectiveSuggestReply(BaseModel):
    """The suggestion was taken."""

    detectedLanguages: list[str]
    requestedLanguages: list[str] | None = Field(None, description="Absent where none were sent.")
    clientToken: str | None = Field(None, description="As it was sent; absent where none was.")


class PerspectiveDiscoveryQuery(BaseModel):
    """Which document."""

    version: Literal["v1alpha1"] = Field("v1alpha1", description="There is no other.")


class PerspectiveDiscovery(BaseModel):
    """The discovery document, in Google's own form."""

    model_config = ConfigDict(extra="allow")

    kind: Literal["discovery#restDescription"]
    name: Literal["commentanalyzer"]
    version: Literal["v1alpha1"]
    rootUrl: str = Field(description="The address at which the caller reached this service.")
    batchPath: str
    schemas: dict[str, object]
    resources: dict[str, object]


class PerspectiveBatch(RootModel[str]):
    """Up to `COMITY_MAX_COMMENTS` parts of the type `application/http`, a whole HTTP request in each.

    What can be called so is everything under `/v1alpha1/`. A part that brings none of its own has the
    `Authorization`, `X-Goog-Api-Key` and `Origin` of the call around it, but not a key in its address.
    """


class PerspectiveBatchReply(RootModel[str]):
    """A part of the type `application/http` for each, in order, a whole HTTP response in it."""


class GoogleErrorDetail(BaseModel):
    """More about an error. Of ``errorType`` and ``reason`` it has the one that fits its ``@type``."""

    model_config = ConfigDict(extra="allow")

    of_type: str = Field(alias="@type")
    errorType: str | None = None
    reason: str | None = None


class GoogleError(BaseModel):
    """What went wrong, as Google's clients read it."""

    code: int = Field(description="The HTTP status.")
    message: str
    status: str
    details: list[GoogleErrorDetail] = Field(min_length=1)


class GoogleErrorReply(BaseModel):
    """The answer to every call that is not answered as asked."""

    error: GoogleError
