"""The shapes of the calls that keep, list and decide comments."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Annotated, Final, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WithJsonSchema,
    WrapValidator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from model.labels import NAMES
from service.api.body import sentence
from service.api.schemas import (
    CommentIn,
    ContextIn,
    Id,
    Probability,
    Reply,
    Request,
    Result,
    Span,
    Target,
    is_unicode,
)
from service.moderation.claims import DEFAULT_S, LONGEST_S
from service.moderation.decisions import MOST_AT_ONCE, Verb
from service.moderation.keeping import storable
from service.moderation.policy import Action
from service.moderation.queue import SORTS, State
from service.moderation.reasons import Reason

MOST_IDS: Final = 1000
LONGEST_PAGE: Final = 200
_INT64: Final = 2**63
_ID_PATTERN: Final = r"^(?!\.{1,2}$)[^/\s\x00-\x1f\x7f]{1,200}$"
ID_SCHEMA: Final = {"type": "string", "minLength": 1, "maxLength": 200, "pattern": _ID_PATTERN}


def is_id(text: str) -> bool:
    """Whether ``text`` can name a comment in an address: 1 to 200 characters, no slash, no space."""
    return is_unicode(text) and re.fullmatch(_ID_PATTERN, text) is not None


def _comment_id(value: object) -> object:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and -_INT64 <= value < _INT64:
        return value
    if isinstance(value, str) and is_id(value):
        return value
    raise PydanticCustomError(
        "comment_id",
        "must be a whole number of up to 64 bits, or 1 to 200 characters without white space, "
        "slashes and control characters (and neither . nor ..)",
    )


def _word(text: str) -> str:
    if not is_unicode(text):
        raise PydanticCustomError("unicode", "holds half of a surrogate pair")
    return storable(text)


def _blank_as_absent(value: object) -> object:
    """A newsroom's comment objects have "" where they have nothing to say."""
    return None if isinstance(value, str) and not value.strip() else value


def _time(value: object) -> object:
    try:
        time = datetime.fromisoformat(value) if isinstance(value, str) else None
        if time is not None and time.tzinfo is not None:
            return time.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise PydanticCustomError(
        "time", "must be a time with its zone as in ISO 8601, such as 2026-11-22T08:00:00Z"
    )


def _one_of(names: Sequence[str]) -> Callable[[str], str]:
    def check(value: str) -> str:
        if value not in names:
            raise PydanticCustomError(
                "one_of", "must be one of {names}", {"names": ", ".join(names)}
            )
        return value

    return check


def _known_labels(labels: dict[str, float]) -> dict[str, float]:
    if labels.keys() - set(NAMES):
        raise PydanticCustomError(
            "labels", "names an unknown label; they are {names}", {"names": ", ".join(NAMES)}
        )
    return labels


_LABELS_SCHEMA: Final = {
    "type": "object",
    "properties": {name: {"type": "number", "minimum": 0, "maximum": 1} for name in NAMES},
    "additionalProperties": False,
}
CommentId = Annotated[
    str | int,
    BeforeValidator(_comment_id),
    WithJsonSchema(
        {"anyOf": [ID_SCHEMA, {"type": "integer", "minimum": -_INT64, "maximum": _INT64 - 1}]}
    ),
]
Time = Annotated[
    datetime, BeforeValidator(_time), WithJsonSchema({"type": "string", "format": "date-time"})
]
Word = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_word)]
Url = Annotated[str, Field(min_length=1, max_length=2048), AfterValidator(_word)]
SentWord = Annotated[
    Annotated[str, Field(max_length=200), AfterValidator(_word)] | None,
    BeforeValidator(_blank_as_absent),
]
SentUrl = Annotated[
    Annotated[str, Field(max_length=2048), AfterValidator(_word)] | None,
    BeforeValidator(_blank_as_absent),
]
Note = Annotated[str, Field(max_length=2000), AfterValidator(_word)]
Name = Annotated[str, Field(min_length=1, max_length=64), AfterValidator(_word)]
LabelName = Annotated[
    str, AfterValidator(_one_of(NAMES)), WithJsonSchema({"type": "string", "enum": list(NAMES)})
]
Sort = Annotated[
    str, AfterValidator(_one_of(SORTS)), WithJsonSchema({"type": "string", "enum": list(SORTS)})
]
CorrectedLabels = Annotated[
    dict[str, Probability], AfterValidator(_known_labels), WithJsonSchema(_LABELS_SCHEMA)
]
By = Annotated[
    Name | None,
    Field(description="Your own name for the moderator, if several share the key; better opaque."),
]


class ArrivingComment(CommentIn):
    """A comment to score and keep. Send it whole: what is left out is forgotten."""

    id: CommentId = Field(
        description="Your own identifier: a comment of that id is replaced.", examples=["c-1"]
    )
    section: SentWord = Field(
        None, description="The section it stands in; blank is none, here and in url and author."
    )
    url: SentUrl = Field(None, description="Where it stands.")
    author: SentWord = Field(
        None, description="Your own id for its author. Only an HMAC of it is kept."
    )
    created_at: Time | None = Field(None, description="When it was written; else, its arrival.")


class UnsoundComment(CommentIn):
    """A comment that cannot be kept, because something beside its text and context is at fault.

    Its id is None where even that could not be written back. ``field`` ``says`` (is, has, must) something.
    """

    field: str
    says: str


_WRITTEN_BACK: Final[TypeAdapter[str | int | None]] = TypeAdapter(Id)


def _arriving(value: object, _: ValidatorFunctionWrapHandler) -> ArrivingComment | UnsoundComment:
    """The comment, or what is wrong beside its text: a fault of one comment, not of the whole call.

    Raises ``ValidationError`` for all else, as any call does that has a comment of another shape.
    """
    try:
        return ArrivingComment.model_validate(value)
    except ValidationError as error:
        if not isinstance(value, dict):
            raise
        rest = CommentIn.model_validate(value | {"id": _written_back(value.get("id"))})
        first = error.errors(include_url=False, include_input=False)[0]
        return UnsoundComment(
            id=rest.id,
            text=rest.text,
            context=rest.context,
            field=str(first["loc"][0]),
            says=sentence(first),
        )


def _written_back(sent_id: object) -> str | int | None:
    try:
        return _WRITTEN_BACK.validate_python(sent_id)
    except ValidationError:
        return None


Arriving = Annotated[
    ArrivingComment | UnsoundComment,
    WrapValidator(_arriving, json_schema_input_type=ArrivingComment),
]


class KeepRequest(Request):
    """Comments to score and keep for moderation."""

    model_config = ConfigDict(extra="forbid")

    comments: list[Arriving] = Field(
        description="Up to `COMITY_MAX_COMMENTS` comments, 1,000 unless set otherwise. One whose id, "
        "section, url, author or created_at is not as it is asked for gets an error of its own "
        "(`invalid_field`) and is not kept; the others are."
    )


class KeptResult(Result):
    """How one comment reads, and its state; a comment with an error is not kept."""

    state: State | None = Field(
        description="pending (in the queue), approved, rejected or deferred; null with an error."
    )


class KeepReply(Reply):
    """One result a comment, in the order of the request."""

    model: str = Field(description="The version of the bundle that speaks.")
    results: list[KeptResult]


class Filters(BaseModel):
    """Which comments."""

    section: Word | None = Field(None, description="Only this section.")
    label: LabelName | None = Field(None, description="Only comments with a score for this label.")
    min: Probability | None = Field(None, description="The least score of the label.")
    max: Probability | None = Field(None, description="The greatest score of the label.")

    @model_validator(mode="after")
    def _bounds_need_a_label(self) -> Self:
        if self.label is None and (self.min, self.max) != (None, None):
            raise PydanticCustomError("bounds", "min and max need a label")
        return self


class QueueQuery(Filters):
    """A page of the queue."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    state: State = Field("pending", description="Only comments in this state.")
    sort: Sort = Field(
        "uncertainty",
        description="`uncertainty`: nearest to a rule's edge first; `age`: oldest first; `reports`: "
        "most reported first; a label: highest score first. Comments that could not be judged are "
        "last by uncertainty and by label.",
    )
    limit: int = Field(50, ge=1, le=LONGEST_PAGE, description="Comments on a page.")
    cursor: str | None = Field(
        None, max_length=400, description="`next` of the page before, of the same sort."
    )


class QueuedComment(Reply):
    """A kept comment, with the scores that it was given last."""

    id: str
    section: str | None
    url: str | None
    author: str | None = Field(description="A pseudonym; the same for all comments of an author.")
    created_at: datetime
    received_at: datetime = Field(description="When the text came that it has now.")
    text: str | None = Field(description="Null once it is erased.")
    context: ContextIn | None
    revision: int = Field(description="How many texts and contexts it has had.")
    state: State
    highlighted: bool
    reports: int = Field(description="How often readers reported it.")
    model: str = Field(description="The version of the bundle that these scores are from.")
    scores: dict[str, Probability] | None
    labels: list[str]
    target: Target | None
    spans: list[Span] | None
    action: Action = Field(description="What the policy would do.")
    language: str | None
    truncated: bool
    abstained: str | None


class QueueReply(Reply):
    """A page of comments."""

    comments: list[QueuedComment]
    next: str | None = Field(description="The cursor of the page after; null on the last.")


class PastScores(Reply):
    """How a revision of the comment read to a version of the bundle."""

    model: str
    revision: int
    at: datetime
    action: Action
    why: str | None = Field(description="The rule behind the action; it quotes no comment.")
    scores: dict[str, Probability] | None
    abstained: str | None


class PastDecision(Reply):
    """A decision as it was made."""

    id: int
    at: datetime
    by: str = Field(
        description="The key, and the moderator's name where one was given; `policy:NUMBER` where a "
        "rule of that version of the policy decided."
    )
    action: Verb
    reason: str | None
    labels: dict[str, Probability] | None = Field(description="The labels as corrected.")
    batch: str | None = Field(description="What the decisions of one call for many share.")
    undoes: int | None = Field(description="The decision that this one takes back.")
    revision: int
    state_before: State
    state_after: State
    model: str = Field(description="The version whose scores were on record.")
    scores: dict[str, Probability] | None = Field(description="Those scores.")


class PastReport(Reply):
    """A reader's report."""

    at: datetime
    reason: str | None
    text: str | None


class PastSecondReview(Reply):
    """What a second person, who was not told of the first decision, would have decided."""

    decision_id: int = Field(description="The decision that was asked about.")
    at: datetime
    by: str
    action: Verb
    labels: dict[str, Probability] | None = Field(description="The labels as corrected.")
    agrees: bool = Field(description="Whether it is the action of the first.")


class CommentHistory(Reply):
    """What happened to a comment, each part from the first to the last."""

    scores: list[PastScores]
    decisions: list[PastDecision]
    reports: list[PastReport]
    second_reviews: list[PastSecondReview]


class CommentReply(QueuedComment):
    """A comment with its history."""

    history: CommentHistory


class DecisionRequest(Request):
    """What is decided, and why."""

    model_config = ConfigDict(extra="forbid")

    action: Verb = Field(
        description="approve, reject or defer set the state; highlight sets the mark; undo takes back "
        "the last decision that still stands, and is a decision too."
    )
    reason: Reason | None = Field(None, description="A code that says why.")
    labels: CorrectedLabels | None = Field(
        None, description="What the labels should be, 0 to 1; a label left out is not spoken of."
    )
    by: By = None


class DecisionReply(Reply):
    """The comment after the decision. It is on disk when this answer comes."""

    id: str
    state: State
    highlighted: bool
    decision: PastDecision


class Range(Request, Filters):
    """Pending comments, by the score of a label, by section, or both."""

    model_config = ConfigDict(extra="forbid")


_SELECTORS: Final = ("ids", "range", "batch")


class DecisionsRequest(DecisionRequest):
    """The same decision about many comments: by their ids, by range, or (undo) by a batch's name."""

    model_config = ConfigDict(
        json_schema_extra={"oneOf": [{"required": [name]} for name in _SELECTORS]}
    )

    ids: list[CommentId] = Field(
        default_factory=list,
        min_length=1,
        max_length=MOST_IDS,
        description="Comments by their ids.",
    )
    range: Range = Field(
        default_factory=lambda: Range(section=None, label=None, min=None, max=None),
        description=f"The pending comments of a range, up to {MOST_AT_ONCE:,} in one call: `more` "
        "says whether to call again. For approve, reject and defer.",
    )
    batch: Annotated[str, Field(max_length=36), AfterValidator(_word)] = Field(
        default_factory=str, description="The batch to undo, as the call that made it named it."
    )

    @property
    def selector(self) -> str:
        """Which of ids, range and batch was sent."""
        (given,) = self.model_fields_set & set(_SELECTORS)
        return given

    @model_validator(mode="after")
    def _one_selector(self) -> Self:
        if len(self.model_fields_set & set(_SELECTORS)) != 1:
            raise PydanticCustomError("selector", "must have one of ids, range and batch")
        if self.selector == "range" and self.action in ("undo", "highlight"):
            raise PydanticCustomError(
                "range",
                "has a range, which is for approve, reject and defer; name a batch to undo it",
            )
        if self.selector == "batch" and self.action != "undo":
            raise PydanticCustomError("batch", "has a batch, which can only be undone")
        return self


class Skipped(Reply):
    """A comment that was left alone."""

    id: str
    code: str = Field(description="claimed, erased, not_found or nothing_to_undo.")
    message: str


class BatchReply(Reply):
    """What became of a decision about many comments. It is on disk when this answer comes."""

    batch: str = Field(description="The name to undo it by.")
    decided: int
    skipped: list[Skipped]
    more: bool = Field(description="Whether the range holds more than one call decides.")


class ReportRequest(Request):
    """What a reader says of a comment."""

    model_config = ConfigDict(extra="forbid")

    reason: Reason | None = Field(None, description="A code that says why.")
    text: Note | None = Field(None, description="The reader's words.")
    reporter: Word | None = Field(
        None,
        description="Your own id for the reader, who then counts once. Only an HMAC of it is kept.",
    )


class ReportReply(Reply):
    """The comment after the report."""

    id: str
    state: State
    reports: int


class ClaimRequest(Request, Filters):
    """Comments to have before oneself, as the queue has them, less what others have claimed."""

    model_config = ConfigDict(extra="forbid")

    sort: Sort = "uncertainty"
    limit: int = Field(10, ge=1, le=LONGEST_PAGE)
    seconds: int = Field(DEFAULT_S, ge=1, le=LONGEST_S, description="How long the claim lasts.")
    by: By = None


class ClaimReply(Reply):
    """Comments that nobody else can decide for a while."""

    comments: list[QueuedComment]
    until: datetime


class ErasedReply(Reply):
    """How many comments were erased."""

    erased: int = Field(
        description="0 where no word was left; a comment that only labels told of counts as one."
    )


class AuthorReply(Reply):
    """All that is held about an author."""

    comments: list[dict[str, object]]
    labels: list[dict[str, object]]
    reports_made: list[dict[str, object]]
