"""The shapes of Coral's external moderation phase."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class CoralComment(BaseModel):
    """The comment that is being written or changed."""

    model_config = ConfigDict(strict=True, frozen=True, hide_input_in_errors=True)

    body: str = Field(
        description="The comment as plain text or HTML, as the phase is set to send it."
    )


class CoralRequest(BaseModel):
    """What Coral asks; the author, the story, the site and the tenant are not read."""

    model_config = ConfigDict(strict=True, frozen=True, hide_input_in_errors=True)

    comment: CoralComment


class CoralFlag(BaseModel):
    """A mark that brings the comment before a moderator."""

    actionType: Literal["FLAG"] = "FLAG"
    reason: Literal["COMMENT_DETECTED_TOXIC"] = "COMMENT_DETECTED_TOXIC"


class CoralReply(BaseModel):
    """What Coral shall do; a field that is absent leaves it to Coral."""

    status: Literal["NONE", "REJECTED", "SYSTEM_WITHHELD"] | None = None
    actions: list[CoralFlag] | None = None
    tags: list[Literal["FEATURED"]] | None = None
