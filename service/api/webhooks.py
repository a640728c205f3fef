"""/v1/webhooks: who is told of a site's decisions, what they were told, and telling them again."""

from datetime import UTC, datetime

from flask import Blueprint, Response, request
from pydantic import BaseModel

from service.api.access import authorise
from service.api.body import read_body, read_query
from service.api.document import Described
from service.api.refusals import KEYED, WITH_BODY
from service.api.webhook_schemas import (
    DeliveriesQuery,
    DeliveriesReply,
    RemovedReply,
    ReplayReply,
    ReplayRequest,
    TestReply,
    WebhookMade,
    WebhookReply,
    WebhookRequest,
    WebhooksReply,
    as_delivery,
    as_webhook,
)
from service.errors import Conflict, InvalidField, NotFound
from service.parts import parts
from service.webhooks import addresses, hooks

bp = Blueprint("webhooks_api", __name__)


@bp.post("/v1/webhooks")
@Described(
    "Make a webhook",
    tag="Webhooks",
    body=WebhookRequest,
    reply=WebhookMade,
    refusals=(*WITH_BODY, Conflict),
)
def make_webhook() -> Response:
    """The webhook with its secret, which is shown this once."""
    caller = authorise("admin")
    url = addresses.checked(read_body(request, WebhookRequest).url, parts().settings)
    with parts().store.writing() as session:
        hook = hooks.add(session, caller.site, url, by=caller.name, now=datetime.now(UTC))
        told = as_webhook(hooks.Standing(hook, 0)).model_dump() | {"secret": hook.secret}
    return _json(WebhookMade.model_validate(told))


@bp.get("/v1/webhooks")
@Described("List the webhooks", tag="Webhooks", reply=WebhooksReply, refusals=KEYED)
def list_webhooks() -> Response:
    """The site's webhooks, without their secrets."""
    caller = authorise("admin")
    with parts().store.reading() as session:
        found = hooks.standings(session, hooks.every(session, caller.site))
        reply = WebhooksReply(webhooks=[as_webhook(one) for one in found])
    return _json(reply)


@bp.delete("/v1/webhooks/<webhook_id>")
@Described(
    "Remove a webhook",
    tag="Webhooks",
    reply=RemovedReply,
    refusals=(*KEYED, NotFound),
)
def remove_webhook(webhook_id: str) -> Response:
    """The number of the webhook, which is told nothing more; what waited for it is gone."""
    caller = authorise("admin")
    number = known_number(webhook_id)
    with parts().store.writing() as session:
        hooks.remove(session, caller.site, number, by=caller.name, now=datetime.now(UTC))
    return _json(RemovedReply(removed=number))


@bp.post("/v1/webhooks/<webhook_id>/disable")
@Described(
    "Disable a webhook",
    tag="Webhooks",
    reply=WebhookReply,
    refusals=(*KEYED, NotFound),
)
def disable_webhook(webhook_id: str) -> Response:
    """The webhook. What waits for it goes on waiting; what is decided meanwhile it is not told."""
    return _switch(webhook_id, on=False)


@bp.post("/v1/webhooks/<webhook_id>/enable")
@Described(
    "Enable a webhook again",
    tag="Webhooks",
    reply=WebhookReply,
    refusals=(*KEYED, NotFound),
)
def enable_webhook(webhook_id: str) -> Response:
    """The webhook, which is sent first what waited for it."""
    return _switch(webhook_id, on=True)


@bp.post("/v1/webhooks/<webhook_id>/test")
@Described(
    "Send a test message",
    tag="Webhooks",
    reply=TestReply,
    refusals=(*KEYED, NotFound, Conflict),
)
def test_webhook(webhook_id: str) -> Response:
    """The event of a message that tells of nothing; it takes its place in the line."""
    caller = authorise("admin")
    number = known_number(webhook_id)
    with parts().store.writing() as session:
        now = datetime.now(UTC)
        event = hooks.send_test(session, caller.site, number, by=caller.name, now=now)
    return _json(TestReply(event=event))


@bp.get("/v1/webhooks/<webhook_id>/deliveries")
@Described(
    "A page of a webhook's deliveries",
    tag="Webhooks",
    query=DeliveriesQuery,
    reply=DeliveriesReply,
    refusals=(*KEYED, NotFound, InvalidField),
)
def list_deliveries(webhook_id: str) -> Response:
    """The newest messages first, each with what became of it."""
    caller = authorise("admin")
    asked = read_query(request, DeliveriesQuery)
    before = hooks.place_of(asked.cursor)
    with parts().store.reading() as session:
        hook = hooks.find(session, caller.site, known_number(webhook_id))
        page = hooks.deliveries(session, hook, before=before, limit=asked.limit)
        rows = [as_delivery(row) for row in page.deliveries]
    following = None if page.before is None else str(page.before)
    return _json(DeliveriesReply(deliveries=rows, next=following))


@bp.post("/v1/webhooks/<webhook_id>/replay")
@Described(
    "Send messages again",
    tag="Webhooks",
    body=ReplayRequest,
    reply=ReplayReply,
    refusals=(*WITH_BODY, NotFound, Conflict),
)
def replay(webhook_id: str) -> Response:
    """How many messages will be sent again, delivered before or not."""
    caller = authorise("admin")
    asked = read_body(request, ReplayRequest)
    number, site, by = known_number(webhook_id), caller.site, caller.name
    now = datetime.now(UTC)
    with parts().store.writing() as session:
        if asked.event:
            count = hooks.replay_event(session, site, number, event=asked.event, by=by, now=now)
        else:
            count = hooks.replay_since(session, site, number, since=asked.since, by=by, now=now)
    return _json(ReplayReply(messages=count))


def known_number(text: str) -> int:
    """The number in an address, or ``NotFound`` where no webhook can have it."""
    number = hooks.number_of(text)
    if number is None:
        raise NotFound("there is no webhook of that number")
    return number


def _switch(webhook_id: str, *, on: bool) -> Response:
    caller = authorise("admin")
    number = known_number(webhook_id)
    change = hooks.enable if on else hooks.disable
    with parts().store.writing() as session:
        hook = change(session, caller.site, number, by=caller.name, now=datetime.now(UTC))
        session.flush()
        (one,) = hooks.standings(session, [hook])
        reply = as_webhook(one)
    return _json(reply)


def _json(reply: BaseModel) -> Response:
    return Response(reply.model_dump_json(), mimetype="application/json")
