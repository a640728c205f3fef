"""The shapes of the calls about webhooks."""

from datetime import UTC, datetime
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from service.api.comment_schemas import Time, Url
from service.api.schemas import Reply, Request
from service.store.tables import WebhookDelivery
from service.webhooks.hooks import Standing, State, state_of

LONGEST_PAGE = 200


class WebhookRequest(Request):
    """A webhook to be."""

    model_config = ConfigDict(extra="forbid")

    url: Url = Field(
        description="Where messages are posted; its host must be one of `COMITY_OUTBOUND_HOSTS`.",
        examples=["https://cms.example.org/comity"],
    )


class WebhookReply(Reply):
    """A webhook and how it does."""

    id: int
    url: str
    created_at: datetime
    disabled_at: datetime | None = Field(description="Null while it is enabled.")
    waiting: int = Field(description="Messages that wait to be sent or sent again.")
    held_until: datetime | None = Field(description="When the message at the head is tried again.")
    last_success_at: datetime | None
    last_fault_at: datetime | None
    last_fault: str | None


class WebhookMade(WebhookReply):
    """A webhook that was made just now."""

    secret: str = Field(description="What its messages are signed with; not shown again.")


class WebhooksReply(Reply):
    """The site's webhooks, in order of making."""

    webhooks: list[WebhookReply]


class RemovedReply(Reply):
    """The webhook that is no more."""

    removed: int


class DeliveriesQuery(BaseModel):
    """A page of deliveries."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    limit: int = Field(50, ge=1, le=LONGEST_PAGE, description="Deliveries on a page.")
    cursor: str | None = Field(
        None, pattern=r"^[0-9]{1,10}$", description="`next` of the page before."
    )


class DeliveryReply(Reply):
    """A message, and what became of it."""

    event: str
    state: State
    attempts: int = Field(description="Tries since it was written, or replayed.")
    created_at: datetime
    due_at: datetime | None = Field(description="Not sent before; null unless it waits.")
    last_status: int | None = Field(description="The status that the receiver answered last.")
    last_fault: str | None
    delivered_at: datetime | None
    body: dict[str, object] = Field(description="What is posted.")


class DeliveriesReply(Reply):
    """A page of deliveries, the newest first."""

    deliveries: list[DeliveryReply]
    next: str | None = Field(description="The cursor of the page after; null on the last.")


class ReplayRequest(Request):
    """Which messages to send again."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"oneOf": [{"required": ["since"]}, {"required": ["event"]}]},
    )

    since: Time = Field(
        default_factory=lambda: datetime.now(UTC), description="All that were written since then."
    )
    event: str = Field(
        default_factory=str, pattern=r"^[0-9a-f-]{1,36}$", description="The message of this event."
    )

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if len(self.model_fields_set) != 1:
            raise PydanticCustomError("replay", "must have one of since and event")
        return self


class ReplayReply(Reply):
    """How many messages will be sent again."""

    messages: int


class TestReply(Reply):
    """The event of the message that tells of nothing."""

    event: str


def as_webhook(one: Standing) -> WebhookReply:
    """The webhook without its secret."""
    names = set(WebhookReply.model_fields) - {"waiting"}
    told = {name: getattr(one.hook, name) for name in names}
    return WebhookReply.model_validate(told | {"waiting": one.waiting})


def as_delivery(row: WebhookDelivery) -> DeliveryReply:
    """The message and what became of it."""
    names = set(DeliveryReply.model_fields) - {"state"}
    told = {name: getattr(row, name) for name in names}
    return DeliveryReply.model_validate(told | {"state": state_of(row)})
