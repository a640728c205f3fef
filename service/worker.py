"""``comity worker``: what is done beside the requests. It delivers webhooks and lets old comments expire.

It loads no bundle and answers nobody. Several may run at once; what one was doing when it was killed,
the next does again.
"""

import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from service import logs
from service.moderation import retention
from service.outbound import fence_of
from service.settings import Settings
from service.store import schema
from service.store.session import Store
from service.webhooks.courier import Courier

log = structlog.get_logger()
POLL_S: Final = 1.0
EXPIRE_EVERY: Final = timedelta(days=1)
EXPIRE_AGAIN: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Pace:
    """How often it looks for work, and by which clock; tests hurry."""

    poll_s: float = POLL_S
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)


def work(settings: Settings, *, parent: int | None = None, pace: Pace | None = None) -> None:
    """Work until SIGTERM or SIGINT; what is being sent then is finished.

    With ``parent``, also until that process is no longer ours: whoever supervises us was killed.
    Raises ``StoreError`` where the store's tables are not this version's.
    """
    logs.configure(settings.log_level)
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    store = Store(settings.store_url)
    try:
        schema.require_current(store)
        log.info("worker starts")
        with Chores(settings, store, pace or Pace()) as chores:
            while not stopping.is_set() and parent in (None, os.getppid()):
                chores.look()
                stopping.wait(chores.pace.poll_s)
        log.info("worker stops")
    finally:
        store.close()


class Chores:
    """All that a worker does, looked through again and again; at the end, what has begun is finished."""

    def __init__(self, settings: Settings, store: Store, pace: Pace) -> None:
        fence = fence_of(settings.outbound_hosts or "", private=settings.outbound_private)
        self.pace = pace
        self._store = store
        self._courier = Courier(store, fence, clock=pace.clock)
        self._days = {
            name: site.retention_days
            for name, site in settings.sites.items()
            if site.retention_days is not None
        }
        self._aside = ThreadPoolExecutor(1, thread_name_prefix="expire")
        self._expiring: Future[None] | None = None
        self._expire_at = pace.clock()

    def __enter__(self) -> "Chores":
        """Itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Finish what has begun."""
        self._courier.close()
        self._aside.shutdown()

    def look(self) -> None:
        """Begin what is due. Where the store does not answer, that is logged, and tried next time."""
        try:
            self._courier.round()
            self._expire()
        except (DBAPIError, PoolTimeout) as error:
            log.error("store unavailable", error=type(error).__name__)

    def _expire(self) -> None:
        """Let comments expire beside the deliveries, at the start and then every day.

        Where that failed, the next look after ``EXPIRE_AGAIN`` tries again.
        """
        now = self.pace.clock()
        if self._expiring is not None and self._expiring.done():
            ended, self._expiring = self._expiring, None
            if ended.exception() is not None:
                self._expire_at = now + EXPIRE_AGAIN
            ended.result()
        if self._days and self._expiring is None and now >= self._expire_at:
            self._expire_at = now + EXPIRE_EVERY
            self._expiring = self._aside.submit(self._expire_all, now)

    def _expire_all(self, now: datetime) -> None:
        for site, days in self._days.items():
            gone = retention.expire_all(self._store, site, days=days, now=now)
            log.info("comments expired", site=site, count=gone.comments, labels=gone.labels)
