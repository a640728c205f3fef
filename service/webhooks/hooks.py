"""A site's webhooks: made, listed, disabled, removed; and what they were told, told again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, case, delete, func, literal, select, update
from sqlalchemy.orm import Session

from service.errors import Conflict, InvalidField, NotFound
from service.people import audit
from service.store.tables import UtcTime, Webhook, WebhookDelivery
from service.webhooks import outbox
from service.webhooks.signing import new_secret

# A site with more would write as many messages a decision.
MOST: Final = 20
_LARGEST: Final = 2**31 - 1
_NONE: Final = "there is no webhook of that number"
State = Literal["waiting", "delivered", "given_up"]


@dataclass(frozen=True, slots=True)
class Standing:
    """A webhook, and how many messages wait for it."""

    hook: Webhook
    waiting: int


@dataclass(frozen=True, slots=True)
class DeliveryPage:
    """Deliveries, the newest first, and the number to ask with for those before; None at the end."""

    deliveries: list[WebhookDelivery]
    before: int | None


def add(session: Session, site: str, url: str, *, by: str, now: datetime) -> Webhook:
    """A new webhook of ``site``; the caller has made sure that ``url`` may be called.

    Raises ``Conflict`` where the site has ``MOST`` of them.
    """
    if len(every(session, site)) >= MOST:
        raise Conflict(f"the site has {MOST} webhooks, and may have no more")
    hook = Webhook(site=site, url=url, secret=new_secret(), created_at=now)
    session.add(hook)
    session.flush()
    _note(session, hook, "webhook added", by=by, now=now)
    return hook


def find(session: Session, site: str, number: int, *, for_update: bool = False) -> Webhook:
    """The site's webhook of that number; raises ``NotFound``."""
    known = 0 < number <= _LARGEST  # the databases would refuse a larger one in the query
    query = select(Webhook).where(Webhook.site == site, Webhook.id == number)
    hook = session.scalar(query.with_for_update() if for_update else query) if known else None
    if hook is None:
        raise NotFound(_NONE)
    return hook


def every(session: Session, site: str) -> list[Webhook]:
    """The site's webhooks, in order of making."""
    return list(session.scalars(select(Webhook).where(Webhook.site == site).order_by(Webhook.id)))


def standings(session: Session, hooks: Sequence[Webhook]) -> list[Standing]:
    """Each webhook with what waits for it, in order."""
    query = select(WebhookDelivery.webhook_id, func.count()).where(
        WebhookDelivery.webhook_id.in_([hook.id for hook in hooks]),
        WebhookDelivery.due_at.is_not(None),
    )
    found = session.execute(query.group_by(WebhookDelivery.webhook_id)).all()
    waiting = {webhook_id: count for webhook_id, count in found}
    return [Standing(hook, waiting.get(hook.id, 0)) for hook in hooks]


def remove(session: Session, site: str, number: int, *, by: str, now: datetime) -> None:
    """Remove the webhook with all that it was and was to be told; raises ``NotFound``."""
    hook = find(session, site, number, for_update=True)
    _note(session, hook, "webhook removed", by=by, now=now)
    session.execute(delete(WebhookDelivery).where(WebhookDelivery.webhook_id == hook.id))
    session.delete(hook)
    session.flush()


def disable(session: Session, site: str, number: int, *, by: str, now: datetime) -> Webhook:
    """Send nothing more, and write down nothing to be sent; raises ``NotFound``."""
    hook = find(session, site, number, for_update=True)
    if hook.disabled_at is None:
        hook.disabled_at = now
        _note(session, hook, "webhook disabled", by=by, now=now)
    return hook


def enable(session: Session, site: str, number: int, *, by: str, now: datetime) -> Webhook:
    """Send again, what waited first; raises ``NotFound``."""
    hook = find(session, site, number, for_update=True)
    if hook.disabled_at is not None:
        hook.disabled_at = hook.held_until = None
        _note(session, hook, "webhook enabled", by=by, now=now)
    return hook


def send_test(session: Session, site: str, number: int, *, by: str, now: datetime) -> str:
    """Send a message that tells of nothing; return its event. Raises ``NotFound``, ``Conflict``."""
    hook = _enabled(session, site, number)
    hook.held_until = None
    _note(session, hook, "webhook tested", by=by, now=now)
    return outbox.tell_of_nothing(session, hook, now=now)


def replay_since(  # noqa: PLR0913 - all but three by keyword
    session: Session, site: str, number: int, *, since: datetime, by: str, now: datetime
) -> int:
    """Send again what was written since then, delivered or not; return how many messages.

    Raises ``NotFound``, and ``Conflict`` where the webhook is disabled.
    """
    hook = _enabled(session, site, number)
    count = _again(session, hook, since=since, now=now)
    detail: dict[str, object] = {"since": since.isoformat(), "messages": count}
    _note(session, hook, "webhook replayed", detail, by=by, now=now)
    return count


def replay_event(  # noqa: PLR0913 - all but three by keyword
    session: Session, site: str, number: int, *, event: str, by: str, now: datetime
) -> int:
    """Send one message again, delivered or not; return how many there were, which is 1.

    Raises ``NotFound``, also for the event, and ``Conflict`` where the webhook is disabled.
    """
    hook = _enabled(session, site, number)
    # PostgreSQL would refuse a NUL in the query.
    if not event.isprintable() or not _again(session, hook, event=event, now=now):
        raise NotFound("the webhook was told of no such event")
    _note(session, hook, "webhook replayed", {"event": event}, by=by, now=now)
    return 1


def deliveries(session: Session, hook: Webhook, *, before: int | None, limit: int) -> DeliveryPage:
    """Up to ``limit`` of the webhook's deliveries with a number under ``before``, newest first."""
    query = select(WebhookDelivery).where(WebhookDelivery.webhook_id == hook.id)
    if before is not None:
        query = query.where(WebhookDelivery.id < before)
    rows = list(session.scalars(query.order_by(WebhookDelivery.id.desc()).limit(limit + 1)))
    shown = rows[:limit]
    return DeliveryPage(shown, shown[-1].id if len(rows) > limit else None)


def state_of(delivery: WebhookDelivery) -> State:
    """Whether a message waits, arrived, or was given up."""
    if delivery.due_at is not None:
        return "waiting"
    return "given_up" if delivery.delivered_at is None else "delivered"


def place_of(cursor: str | None) -> int | None:
    """The number that a page's cursor stands for; raises ``InvalidField``."""
    if cursor is None:
        return None
    if not _is_number(cursor):
        raise InvalidField("cursor is not one that this call gave", field="cursor")
    return min(int(cursor), _LARGEST)


def number_of(text: str) -> int | None:
    """The number that ``text`` writes, or None where it writes none that a row can have."""
    return int(text) if _is_number(text) and int(text) <= _LARGEST else None


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 10


def _enabled(session: Session, site: str, number: int) -> Webhook:
    hook = find(session, site, number, for_update=True)
    if hook.disabled_at is not None:
        raise Conflict("the webhook is disabled: enable it first")
    return hook


def _again(
    session: Session,
    hook: Webhook,
    *,
    since: datetime | None = None,
    event: str | None = None,
    now: datetime,
) -> int:
    """Make messages due as if they had never been tried; nothing holds them up.

    Many take their order among each other; a single one that is in line already keeps its place.
    """
    change = update(WebhookDelivery).where(WebhookDelivery.webhook_id == hook.id)
    place: ColumnElement[datetime | None] = literal(now, UtcTime())
    if since is not None:
        change = change.where(WebhookDelivery.created_at >= since)
    if event is not None:
        change = change.where(WebhookDelivery.event == event)
        place = case((WebhookDelivery.due_at <= now, WebhookDelivery.due_at), else_=place)
    hook.held_until = None
    done = session.execute(
        change.values(due_at=place, attempts=0, delivered_at=None),
        execution_options={"synchronize_session": False},
    )
    return int(done.rowcount)  # type: ignore[attr-defined]


def _note(  # noqa: PLR0913 - all but four by keyword
    session: Session,
    hook: Webhook,
    what: str,
    detail: dict[str, object] | None = None,
    *,
    by: str,
    now: datetime,
) -> None:
    """Write it into the audit; of the address only its host, for the rest may hold a secret."""
    told = {"host": urlsplit(hook.url).hostname or "", **(detail or {})}
    audit.note(session, hook.site, by, what, f"webhook {hook.id}", told, now=now)
