"""The line of messages before each webhook, and who may take from it.

A webhook is leased: who holds the lease is the only one to deliver to it, so that messages keep their
order and no two workers send the same one at once. A lease lapses, and with it whatever a killed
worker was about to do.
"""

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, CursorResult, and_, exists, or_, select, update
from sqlalchemy.orm import Session

from service.people import audit
from service.store.tables import Webhook, WebhookDelivery
from service.webhooks.pauses import holds_up, pause_after

# Longer than any one call takes (service/outbound.py), with what the store may take beside it.
LEASE: Final = timedelta(seconds=120)
GONE: Final = 410
LONGEST_FAULT: Final = 200


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to deliver to a webhook for a while."""

    webhook_id: int
    token: str
    url: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Message:
    """What is to be sent next."""

    id: int
    event: str
    body: dict[str, object]
    failures: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one try: the answer's status where one came, and the fault unless it arrived."""

    status: int | None = None
    fault: str | None = None


def ready(session: Session, *, now: datetime) -> list[int]:
    """The webhooks that something is due for and that nobody delivers to."""
    due = exists().where(
        WebhookDelivery.webhook_id == Webhook.id,
        WebhookDelivery.due_at.is_not(None),
        WebhookDelivery.due_at <= now,
    )
    return list(session.scalars(select(Webhook.id).where(_free(now), due).order_by(Webhook.id)))


def lease(session: Session, webhook_id: int, *, now: datetime) -> Lease | None:
    """The right to deliver to the webhook, or None where another has it or nobody may now."""
    token = str(uuid.uuid4())
    taken = update(Webhook).where(Webhook.id == webhook_id, _free(now))
    taken = taken.values(lease=token, leased_until=now + LEASE)
    if not _changed(session, taken):
        return None
    hook = session.get_one(Webhook, webhook_id)
    return Lease(webhook_id, token, hook.url, hook.secret)


def release(session: Session, held: Lease) -> None:
    """Let others deliver to the webhook."""
    session.execute(update(Webhook).where(_held(held)).values(lease=None, leased_until=None))


def first(session: Session, held: Lease, *, now: datetime) -> Message | None:
    """The message at the head of the webhook's line, or None where nothing is due."""
    row = session.scalar(
        select(WebhookDelivery)
        .where(
            WebhookDelivery.webhook_id == held.webhook_id,
            WebhookDelivery.due_at.is_not(None),
            WebhookDelivery.due_at <= now,
        )
        .order_by(WebhookDelivery.due_at, WebhookDelivery.id)
        .limit(1)
    )
    return None if row is None else Message(row.id, row.event, row.body, row.attempts)


def record(  # noqa: PLR0913 - all but four by keyword
    session: Session,
    held: Lease,
    message: Message,
    outcome: Outcome,
    *,
    now: datetime,
    chance: float,
) -> bool:
    """Write down what became of a try; return whether the holder may go on to the next message.

    Where the lease was lost meanwhile, only an arrival is written down: what else is to be done is
    another's to say.
    """
    ours = _changed(session, update(Webhook).where(_held(held)).values(leased_until=now + LEASE))
    if outcome.fault is None:
        _arrived(session, held, message, outcome, now=now)
        return ours and not _disabled(session, held)
    return ours and _failed(session, held, message, outcome, now=now, chance=chance)


def _arrived(
    session: Session, held: Lease, message: Message, outcome: Outcome, *, now: datetime
) -> None:
    _note_try(session, message, outcome, due_at=None, delivered_at=now)
    counted = {"delivered": Webhook.delivered + 1, "last_success_at": now, "held_until": None}
    session.execute(update(Webhook).where(Webhook.id == held.webhook_id).values(counted))


def _failed(  # noqa: PLR0913 - all but four by keyword
    session: Session,
    held: Lease,
    message: Message,
    outcome: Outcome,
    *,
    now: datetime,
    chance: float,
) -> bool:
    """Whether those behind the message may go on."""
    hook = session.get_one(Webhook, held.webhook_id, populate_existing=True)
    hook.failed += 1
    hook.last_fault_at, hook.last_fault = now, (outcome.fault or "")[:LONGEST_FAULT]
    failures = message.failures + 1
    seconds = pause_after(failures, chance=chance)
    if outcome.status == GONE:
        _disable(session, hook, now=now)
    elif seconds is None:
        hook.given_up += 1
        _note_try(session, message, outcome, due_at=None)
        return hook.disabled_at is None
    elif not holds_up(failures):
        _note_try(session, message, outcome, due_at=now + timedelta(seconds=seconds))
        return hook.disabled_at is None
    else:
        hook.held_until = now + timedelta(seconds=seconds)
    _note_try(session, message, outcome)
    return False


def _disable(session: Session, hook: Webhook, *, now: datetime) -> None:
    hook.disabled_at = hook.disabled_at or now
    detail = {"why": f"the receiver answered {GONE}"}
    audit.note(
        session, hook.site, audit.ITSELF, "webhook disabled", f"webhook {hook.id}", detail, now=now
    )


def _note_try(
    session: Session, message: Message, outcome: Outcome, **changed: datetime | None
) -> None:
    tried = {
        "attempts": WebhookDelivery.attempts + 1,
        "last_status": outcome.status,
        "last_fault": outcome.fault and outcome.fault[:LONGEST_FAULT],
    }
    session.execute(
        update(WebhookDelivery).where(WebhookDelivery.id == message.id).values(tried | changed)
    )


def _disabled(session: Session, held: Lease) -> bool:
    query = select(Webhook.disabled_at).where(Webhook.id == held.webhook_id)
    return session.scalar(query) is not None


def _free(now: datetime) -> ColumnElement[bool]:
    """Whether a webhook may be delivered to and nobody has its lease."""
    return and_(
        Webhook.disabled_at.is_(None),
        or_(Webhook.held_until.is_(None), Webhook.held_until <= now),
        or_(Webhook.leased_until.is_(None), Webhook.leased_until <= now),
    )


def _held(held: Lease) -> ColumnElement[bool]:
    return and_(Webhook.id == held.webhook_id, Webhook.lease == held.token)


def _changed(session: Session, change: object) -> bool:
    done = session.execute(change)  # type: ignore[call-overload]
    assert isinstance(done, CursorResult)
    return done.rowcount == 1
