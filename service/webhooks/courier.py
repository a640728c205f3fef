"""Delivering: one thread a webhook, one message after another, each result on disk before the next."""

import json
import random
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Final

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from service.outbound import Fence, OutboundFailed, OutboundRefused, post, target_of
from service.store.session import Store
from service.webhooks import line
from service.webhooks.line import Lease, Message, Outcome
from service.webhooks.signing import HEADER, signature

log = structlog.get_logger()
AT_ONCE: Final = 4
# So many messages, and the webhook lets others have its thread.
A_TURN: Final = 200


class Courier:
    """Delivers what is due, to several webhooks at once."""

    def __init__(
        self,
        store: Store,
        fence: Fence,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._store, self._fence = store, fence
        self._clock, self._chance = clock, chance
        self._stopping = threading.Event()
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="webhook")
        self._out: dict[int, Future[None]] = {}

    def round(self) -> int:
        """Begin to deliver to each webhook that something is due for; return how many those are.

        Does not wait for an end. Raises what a delivery before has raised, and ``DBAPIError`` or
        ``sqlalchemy.exc.TimeoutError`` where the store does not answer.
        """
        self._forget_done()
        with self._store.reading() as session:
            ready = line.ready(session, now=self._clock())
        begun = [hook for hook in ready if hook not in self._out]
        for hook in begun:
            self._out[hook] = self._threads.submit(self._turn, hook)
        return len(begun)

    def close(self) -> None:
        """Finish the calls that are being made, begin no other."""
        self._stopping.set()
        self._threads.shutdown()
        self._forget_done()

    def deliver_to(self, webhook_id: int) -> None:
        """Deliver what is due to one webhook, as far as one turn goes."""
        held, message = self._begin(webhook_id)
        if held is None:
            return
        for _ in range(A_TURN):
            if message is None or self._stopping.is_set():
                break
            outcome = send(held, message, self._fence, now=self._clock())
            message = self._end(held, message, outcome)
        with self._store.writing() as session:
            line.release(session, held)

    def _turn(self, webhook_id: int) -> None:
        try:
            self.deliver_to(webhook_id)
        except (DBAPIError, PoolTimeout) as error:
            # The lease lapses, and what was not written down is delivered again.
            log.error("store unavailable", error=type(error).__name__, webhook=webhook_id)

    def _begin(self, webhook_id: int) -> tuple[Lease | None, Message | None]:
        now = self._clock()
        with self._store.writing() as session:
            held = line.lease(session, webhook_id, now=now)
            return held, None if held is None else line.first(session, held, now=now)

    def _end(self, held: Lease, message: Message, outcome: Outcome) -> Message | None:
        """Write the outcome down; return what to send next."""
        said = {
            "webhook": held.webhook_id,
            "webhook_event": message.event,
            "status": outcome.status,
        }
        if outcome.fault is None:
            log.debug("webhook delivered", **said)
        else:
            log.warning("webhook not delivered", **said, why=outcome.fault)
        now = self._clock()
        with self._store.writing() as session:
            on = line.record(session, held, message, outcome, now=now, chance=self._chance())
            return line.first(session, held, now=now) if on else None

    def _forget_done(self) -> None:
        for hook in [hook for hook, turn in self._out.items() if turn.done()]:
            self._out.pop(hook).result()


def send(held: Lease, message: Message, fence: Fence, *, now: datetime) -> Outcome:
    """Try once to deliver ``message``; whatever happens is the outcome."""
    body = json.dumps(message.body, ensure_ascii=False, separators=(",", ":")).encode()
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Comity",
        "Comity-Event": message.event,
        "Comity-Delivery": f"{message.id}.{message.failures + 1}",
        HEADER: signature(held.secret, body, at=int(now.timestamp())),
    }
    try:
        status = post(target_of(held.url, fence), body, headers=headers, fence=fence)
    except OutboundRefused as error:
        return Outcome(fault=f"not called: the address {error}")
    except OutboundFailed as error:
        return Outcome(fault=f"no answer: {error}")
    return Outcome(status, None if 200 <= status < 300 else f"answered {status}")
