"""The shapes of OpenAI's moderation call, as its clients send and read them."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag


class _Sent(BaseModel):
    """Strict in types; fields that are not read here pass, as those of newer clients."""

    model_config = ConfigDict(strict=True, frozen=True, hide_input_in_errors=True)


# What JSON Schema can say of it. A blank text is refused with a sentence of ours, see faults.py.
Words = Annotated[str, Field(json_schema_extra={"pattern": r"\S"})]


class TextPart(_Sent):
    """A text of a list of parts."""

    type: Literal["text"]
    text: Words


class ImageUrl(_Sent):
    """Where an image is, or the image itself as a data URL."""

    url: str


class ImagePart(_Sent):
    """An image of a list of parts. It is not read."""

    type: Literal["image_url"]
    image_url: ImageUrl


Part = Annotated[TextPart | ImagePart, Discriminator("type")]


def _kind(value: object) -> str:
    """Which of the three inputs ``value`` is meant to be; a list is judged by its first item."""
    if not isinstance(value, list):
        return "text"
    return "parts" if value and not isinstance(value[0], str) else "texts"


Input = Annotated[
    Annotated[Words, Tag("text")]
    | Annotated[list[Words], Tag("texts"), Field(min_length=1)]
    | Annotated[list[Part], Tag("parts"), Field(min_length=1)],
    Discriminator(_kind),
]


class ModerationRequest(_Sent):
    """What to moderate."""

    input: Input = Field(
        description="A text; a list of texts, each with a result of its own; or a list of parts, "
        "which have one result together. Images are not read."
    )
    model: str | None = Field(None, description="Taken and passed over: the champion speaks.")


class Moderation(BaseModel):
    """How one text reads, in OpenAI's thirteen categories."""

    flagged: bool = Field(description="Whether any category is.")
    categories: dict[str, bool]
    category_scores: dict[str, Annotated[float, Field(ge=0, le=1)]]
    category_applied_input_types: dict[str, list[Literal["text", "image"]]] = Field(
        description="What each score was read from; an empty list says that the category was not "
        "judged, and that its score of 0 means nothing."
    )


class ModerationReply(BaseModel):
    """The answer: one result a text, in order."""

    id: str
    model: str = Field(description="The version of the bundle that speaks.")
    results: list[Moderation]


class OpenAiError(BaseModel):
    """What went wrong, as OpenAI's clients read it."""

    message: str
    type: str
    param: str | None
    code: str | None


class OpenAiErrorReply(BaseModel):
    """The answer to every call that is not answered as asked."""

    error: OpenAiError
