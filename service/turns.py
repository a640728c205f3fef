"""A bounded number of scorings: some run, some wait for their turn, the next is refused."""

import math
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from service.errors import Overloaded

LONGEST_RETRY_S = 60


class Turns:
    """Lets ``at_once`` scorings run and ``waiting`` more wait, in order of arrival."""

    def __init__(self, *, at_once: int, waiting: int) -> None:
        self._at_once = at_once
        self._room = at_once + waiting
        self._inside = 0
        self._last_s = 0.0
        self._count = threading.Lock()
        self._slots = threading.Semaphore(at_once)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for a turn and hold it; raises ``Overloaded`` at once where no more may wait."""
        with self._count:
            if self._inside >= self._room:
                raise Overloaded(
                    f"{self._inside} scorings run or wait, the limit is {self._room}; try again later",
                    retry_after_s=self._retry_after_s(),
                )
            self._inside += 1
        try:
            with self._slots:
                begun = time.monotonic()
                yield
                self._last_s = time.monotonic() - begun
        finally:
            with self._count:
                self._inside -= 1

    def _retry_after_s(self) -> int:
        """A guess from the last scoring's duration: when those inside should have been through."""
        rounds = math.ceil(self._inside / self._at_once)
        return min(LONGEST_RETRY_S, max(1, math.ceil(self._last_s * rounds)))
