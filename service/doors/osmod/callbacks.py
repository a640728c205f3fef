"""Scores on their way to osmod: posted by threads of their own, tried again where that fails.

What waits is lost where the service stops. That costs time and no comment: osmod asks again for
every comment that has had no scores for five minutes.
"""

import queue
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import structlog

from service.errors import Overloaded
from service.outbound import Fence, OutboundFailed, OutboundRefused, Target, post

log = structlog.get_logger()
WAITING: Final = 100
THREADS: Final = 2
PAUSES_S: Final = (1.0, 5.0)


@dataclass(frozen=True, slots=True)
class Callback:
    """One answer to post."""

    target: Target
    body: bytes
    headers: Mapping[str, str]
    fence: Fence
    request_id: str


class Callbacks:
    """A bounded line of callbacks; its threads begin with the first."""

    def __init__(self, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._line: queue.Queue[Callback] = queue.Queue(WAITING)
        self._sleep = sleep
        self._beginning = threading.Lock()
        self._threads: list[threading.Thread] = []

    def add(self, callback: Callback) -> None:
        """Put ``callback`` in line; raises ``Overloaded`` where it is full."""
        self._begin()
        try:
            self._line.put_nowait(callback)
        except queue.Full:
            raise Overloaded(f"{WAITING} callbacks wait already; try again later") from None

    def _begin(self) -> None:
        with self._beginning:
            while len(self._threads) < THREADS:
                thread = threading.Thread(target=self._work, name="osmod-callback", daemon=True)
                thread.start()
                self._threads.append(thread)

    def _work(self) -> None:
        while True:
            deliver(self._line.get(), sleep=self._sleep)


def deliver(callback: Callback, *, sleep: Callable[[float], None] = time.sleep) -> bool:
    """Post ``callback``, again after a pause where nobody answers or the answer is 5xx.

    Return whether it arrived. Whatever happens is in the log, without URL and scores.
    """
    told = log.bind(request_id=callback.request_id)
    for pause_s in (*PAUSES_S, None):
        why = _try(callback)
        if why is None:
            told.info("callback posted")
            return True
        if pause_s is None or why.startswith("refused"):
            break
        sleep(pause_s)
    told.warning("callback not posted", why=why)
    return False


def _try(callback: Callback) -> str | None:
    """Why the post did not arrive, or None where it did."""
    try:
        status = post(
            callback.target, callback.body, headers=callback.headers, fence=callback.fence
        )
    except OutboundRefused as error:
        return f"refused: {error}"
    except OutboundFailed as error:
        return f"failed: {error}"
    if status >= 500:
        return f"failed: status {status}"
    return None if status < 300 else f"refused: status {status}"
