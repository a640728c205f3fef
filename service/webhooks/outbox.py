"""What webhooks are to be told, written in the transaction of what it tells of.

Either both are on disk or neither is: no decision without its messages, no message of a decision that
was rolled back. A message holds nothing of what the comment says.
"""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from service.store.tables import DecisionRow, KeptComment, Webhook, WebhookDelivery

Decided = tuple[KeptComment, DecisionRow]


def tell_of_decisions(
    session: Session, site: str, decided: Sequence[Decided], *, now: datetime
) -> None:
    """Put a message for each decision and each enabled webhook of ``site`` into the outbox."""
    hooks = _enabled(session, site) if decided else []
    if not hooks:
        return
    session.flush()  # the decisions get their numbers
    bodies = [(_of_decision(comment, row), row.id) for comment, row in decided]
    rows = [_row(hook, body, number, now=now) for body, number in bodies for hook in hooks]
    session.execute(insert(WebhookDelivery), rows)


def tell_of_nothing(session: Session, hook: Webhook, *, now: datetime) -> str:
    """Put a test message for ``hook`` into the outbox; return its event."""
    event = str(uuid.uuid4())
    body: dict[str, object] = {"event": event, "type": "test", "site": hook.site, "at": _iso(now)}
    session.execute(insert(WebhookDelivery), [_row(hook.id, body, None, now=now)])
    return event


def _enabled(session: Session, site: str) -> list[int]:
    """The site's enabled webhooks, held against removal until the transaction ends."""
    query = select(Webhook.id).where(Webhook.site == site, Webhook.disabled_at.is_(None))
    # As a foreign key holds them: what delivers to them meanwhile is not in the way.
    held = query.order_by(Webhook.id).with_for_update(read=True, key_share=True)
    return list(session.scalars(held))


def _of_decision(comment: KeptComment, row: DecisionRow) -> dict[str, object]:
    return {
        "event": str(uuid.uuid4()),
        "type": "decision",
        "site": row.site,
        "at": _iso(row.at),
        "decision": row.id,
        "comment": comment.external_id,
        "revision": row.revision,
        "action": row.action,
        "undoes": row.undoes,
        "state": row.state_after,
        "highlighted": row.highlighted_after,
        "reason": row.reason,
        "labels": row.labels,
        "by": row.by,
        "batch": row.batch,
        "model": row.model,
    }


def _row(
    hook: int, body: dict[str, object], decision: int | None, *, now: datetime
) -> dict[str, object]:
    return {
        "webhook_id": hook,
        "event": body["event"],
        "decision_id": decision,
        "body": body,
        "created_at": now,
        "due_at": now,
        "attempts": 0,
    }


def decided_of(ruled: Iterable[tuple[KeptComment, object]]) -> list[Decided]:
    """Those of ``ruled`` that have a decision."""
    return [(comment, row) for comment, row in ruled if isinstance(row, DecisionRow)]


def _iso(time: datetime) -> str:
    return time.isoformat().replace("+00:00", "Z")
