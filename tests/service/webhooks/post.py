"""A desk with a webhook and somebody who delivers, with a clock of our own."""

from datetime import timedelta

from sqlalchemy import select

from service.outbound import fence_of
from service.store.session import Store
from service.store.tables import Webhook, WebhookDelivery
from service.webhooks import hooks, line
from service.webhooks.courier import Courier
from tests.service.moderation.desk import Desk


class PostDesk(Desk):
    """A desk whose decisions are told."""

    def __init__(self, store: Store, hosts: str = "") -> None:
        super().__init__(store)
        self.hosts = hosts

    def hook(self, url: str, *, site: str = "daily") -> Webhook:
        with self.store.writing() as session:
            made = hooks.add(session, site, url, by="ann", now=self.now)
            session.expunge(made)
        return made

    def courier(self) -> Courier:
        fence = fence_of(self.hosts, private=True)
        return Courier(self.store, fence, clock=lambda: self.now, chance=lambda: 0.5)

    def deliver(self, hook: Webhook) -> None:
        courier = self.courier()
        courier.deliver_to(hook.id)
        courier.close()

    def later(self, **by: float) -> None:
        self.now += timedelta(**by)

    def reject(self, *names: str) -> None:
        for name in names:
            self.keep(name)
            self.decide(name, "reject")

    def standing(self, hook: Webhook) -> Webhook:
        with self.store.reading() as session:
            found = session.get_one(Webhook, hook.id)
            session.expunge(found)
        return found

    def waiting(self, hook: Webhook) -> int:
        with self.store.reading() as session:
            (one,) = hooks.standings(session, [session.get_one(Webhook, hook.id)])
            return one.waiting

    def outbox(self) -> list[WebhookDelivery]:
        with self.store.reading() as session:
            rows = list(session.scalars(select(WebhookDelivery).order_by(WebhookDelivery.id)))
            session.expunge_all()
        return rows

    def lease(self, hook: Webhook) -> line.Lease | None:
        with self.store.writing() as session:
            return line.lease(session, hook.id, now=self.now)
