"""What /metrics says of webhooks. It is read from the store, so that it holds whoever asks and whoever
delivers: the worker is another process than those that answer.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.store.tables import Webhook, WebhookDelivery


@dataclass(frozen=True, slots=True)
class Figures:
    """Of all sites and webhooks together: tries by outcome, what waits, and how long the first has."""

    delivered: int
    failed: int
    given_up: int
    waiting: int
    oldest_s: float


def figures(session: Session, *, now: datetime) -> Figures:
    """The figures of now; what waits for a disabled webhook is left out."""
    counts = select(
        func.coalesce(func.sum(Webhook.delivered), 0),
        func.coalesce(func.sum(Webhook.failed), 0),
        func.coalesce(func.sum(Webhook.given_up), 0),
    )
    delivered, failed, given_up = session.execute(counts).one()
    waiting, oldest = 0, now
    for number in session.scalars(select(Webhook.id).where(Webhook.disabled_at.is_(None))).all():
        line = select(func.count(), func.min(WebhookDelivery.due_at)).where(
            WebhookDelivery.webhook_id == number, WebhookDelivery.due_at.is_not(None)
        )
        count, first = session.execute(line).one()
        waiting, oldest = waiting + count, min(oldest, first or oldest)
    return Figures(delivered, failed, given_up, waiting, (now - oldest).total_seconds())


class WebhookMeters(Collector):
    """The figures as Prometheus' client collects them."""

    def __init__(self, found: Figures) -> None:
        self._found = found

    def collect(self) -> Iterator[Metric]:
        """A counter of tries by outcome, and two gauges of what waits."""
        found = self._found
        tries = CounterMetricFamily(
            "comity_webhook_deliveries", "Tries to deliver to webhooks.", labels=["outcome"]
        )
        tries.add_metric(["delivered"], found.delivered)
        tries.add_metric(["failed"], found.failed)
        tries.add_metric(["given_up"], found.given_up)
        yield tries
        yield GaugeMetricFamily(
            "comity_webhook_waiting", "Messages that wait for webhooks.", found.waiting
        )
        yield GaugeMetricFamily(
            "comity_webhook_oldest_waiting_seconds",
            "Seconds that the first message in line has been due.",
            found.oldest_s,
        )


def collector(session: Session) -> WebhookMeters:
    """The figures of this moment, to be registered and collected once."""
    return WebhookMeters(figures(session, now=datetime.now(UTC)))
