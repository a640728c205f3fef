"""The shapes of the calls about a site's policy."""

from datetime import datetime
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from service.api.comment_schemas import Note
from service.api.schemas import Reply, Request
from service.moderation.policy import Action
from service.moderation.preview import DAYS, MOST_COUNTED, MOST_READ
from service.moderation.rule_shape import Rules, RuleShape

LONGEST_PAGE: Final = 50
Number = Annotated[int, Field(ge=0, lt=2**31)]
# Not marked readOnly: that would tell clients to leave it out, and they need not.
Unread = Annotated[object, Field(description="Part of what `GET` answers; not read here.")]


class PolicyReply(Reply):
    """A version of a site's policy."""

    number: int = Field(description="The version's number; 0 is the policy that ships.")
    at: datetime | None = Field(description="When it was saved; null of number 0.")
    by: str | None = Field(description="Who saved it; null of number 0.")
    note: str | None = Field(description="What was said of it.")
    restores: int | None = Field(description="The version that a roll-back brought back.")
    shipped: bool = Field(
        description="Whether these are the shipped rules, which follow the bundle's thresholds."
    )
    rules: list[RuleShape]


class PolicyRequest(Request):
    """Rules to save in place of those that hold; what `GET /v1/policy` answers is one such body."""

    model_config = ConfigDict(extra="forbid")

    number: Number | None = Field(
        None,
        description="The version that the change is based on, as `GET /v1/policy` says; where another "
        "has been saved since, the answer is 409. Without it, the rules replace whichever hold.",
    )
    rules: Rules = Field(description="All rules; in which order does not matter.")
    note: Note | None = Field(None, description="What the change is for.")
    at: Unread = None
    by: Unread = None
    restores: Unread = None
    shipped: Unread = None


class RollbackRequest(Request):
    """Which version to bring back."""

    model_config = ConfigDict(extra="forbid")

    number: Number = Field(description="The version's number; 0 brings back the shipped policy.")


class VersionsQuery(BaseModel):
    """A page of versions."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    limit: int = Field(20, ge=1, le=LONGEST_PAGE, description="Versions on a page.")
    before: int | None = Field(
        None, ge=1, lt=2**31, description="`next` of the page before: smaller numbers only."
    )


class VersionsReply(Reply):
    """A page of versions, the newest first."""

    versions: list[PolicyReply]
    next: int | None = Field(description="`before` of the page after; null on the last.")


class PreviewRequest(Request):
    """Rules to try out; nothing is saved."""

    model_config = ConfigDict(extra="forbid")

    rules: Rules


class MoveReply(Reply):
    """How many comments of a section go from one action to another, which may be the same."""

    section: str | None = Field(description="Null of comments without a section.")
    before: Action = Field(description="What the present policy makes of them.")
    after: Action = Field(description="What these rules make of them.")
    comments: int


class OverruledReply(Reply):
    """How often moderators decided against what rules say."""

    overruled: int = Field(
        description="Comments approved that the rules hold or reject, or rejected that they approve."
    )
    decisions: int = Field(description="Comments that moderators approved or rejected.")
    share: float | None = Field(description="One by the other; null without decisions.")
    low: float = Field(description="The lower end of the share's 95 % Wilson interval.")
    high: float = Field(description="Its upper end.")


class PreviewReply(Reply):
    """What rules would do in place of the present policy."""

    since: datetime = Field(description=f"Comments that came since then, {DAYS} days ago, count.")
    comments: int = Field(description="How many came, erased ones included.")
    read: int = Field(
        description="How many of them, the newest that are not erased, were looked at: at most "
        f"{MOST_COUNTED:,}, and {MOST_READ:,} where a rule asks for words or a target."
    )
    moves: list[MoveReply]
    present: OverruledReply = Field(description="The present policy against decisions.")
    proposed: OverruledReply = Field(description="These rules against the same decisions.")
