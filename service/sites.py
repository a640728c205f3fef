"""What one site has set for itself: its language and how its thresholds map onto our scores.

A key belongs to a site. ``[sites.NAME]`` in comity.toml holds a site's own settings; a site without a
table has the defaults. Adding a setting for sites is adding a field here, with its description.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator
from pydantic_core import PydanticCustomError

DEFAULT_SITE: Final = "default"
LANGUAGE_PATTERN: Final = r"^[a-z]{2,3}$"

NotJudged = Literal["leave_out", "neutral", "error"]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Points = tuple[tuple[float, float], ...]


class Site(BaseModel):
    """The settings of one site; every field has a default, so that an empty table is a site."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    language: str | None = Field(
        default=None,
        pattern=LANGUAGE_PATTERN,
        description="The site's language as an ISO 639 code; wins over `COMITY_LANGUAGE` and over "
        "any guess from the text.",
    )
    score_map: Literal["shipped", "none"] | list[tuple[Share, Share]] = Field(
        default="shipped",
        description="How a calibrated probability becomes the score that Perspective's clients see: "
        '`"shipped"` (the map in docs/doors.md), `"none"` (the probability itself), or points '
        "`[[ours, theirs], ...]` from `[0, 0]` to `[1, 1]` with straight lines between them.",
    )

    coral_secrets: list[SecretStr] = Field(
        default=[],
        description="Signing secrets of this site's external moderation phases in Coral, a list; two "
        "while one is being rolled. A call with a signature of one of them is this site's.",
    )

    coral_premoderated: bool = Field(
        default=False,
        description="Whether Coral holds all of this site's comments before publication. A review then "
        "flags a comment without giving it a status, so that premoderation still comes.",
    )

    not_judged: NotJudged | None = Field(
        default=None, description="As `COMITY_NOT_JUDGED`, for this site; wins over it."
    )

    retention_days: int | None = Field(
        default=None,
        ge=1,
        le=36_500,
        description="Days after which the worker (or `comity db expire`) erases the texts, contexts and "
        "authors of kept comments, counted from their arrival or last edit, and the texts and contexts of "
        "labels (`comments:suggestscore`), counted from when they came. Without it they stay.",
    )

    second_review_share: Share = Field(
        default=0.05,
        description="Which share of single decisions to approve or reject a second moderator is asked "
        "about, without being told of the first: 0 to 1, 0.05 unless said otherwise.",
    )

    @field_validator("score_map")
    @classmethod
    def _rising(cls, given: str | list[tuple[float, float]]) -> str | list[tuple[float, float]]:
        if isinstance(given, list):
            _refuse_falling(given)
        return given


def mapped(score: float, points: Points) -> float:
    """``score`` on the straight lines through ``points``, which rise from (0, 0) to (1, 1)."""
    for (x0, y0), (x1, y1) in pairwise(points):
        if score <= x1:
            return y0 + (y1 - y0) * (score - x0) / (x1 - x0)
    return points[-1][1]


def _refuse_falling(points: Sequence[tuple[float, float]]) -> None:
    """Raise unless the points rise, so that a comment never overtakes another by being mapped."""
    ends = points and (tuple(points[0]), tuple(points[-1]))
    if not ends or ends != ((0.0, 0.0), (1.0, 1.0)):
        raise PydanticCustomError("score_map_ends", "must go from [0, 0] to [1, 1]")
    for (x0, y0), (x1, y1) in pairwise(points):
        if x1 <= x0 or y1 < y0:
            raise PydanticCustomError(
                "score_map_falls",
                "must rise: [{x1}, {y1}] does not come after [{x0}, {y0}]",
                {"x0": x0, "y0": y0, "x1": x1, "y1": y1},
            )
