"""Keeps the worker running beside the web service: one for all of gunicorn's processes.

The arbiter, gunicorn's parent process, looks after it in its own loop: a thread there would be forked
into the processes that serve.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from typing import Final

import structlog
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter

log = structlog.get_logger()
FIRST_PAUSE_S: Final = 1.0
LONGEST_PAUSE_S: Final = 60.0
WELL_AFTER_S: Final = 60.0
_METERS: Final = "PROMETHEUS_MULTIPROC_DIR"


def worker_command() -> list[str]:
    """``comity worker`` under the interpreter that runs us, ending when this process does."""
    run = "from service.cli import main; main()"
    return [sys.executable, "-P", "-c", run, "worker", "--parent", str(os.getpid())]


class Supervisor:
    """One child process: started, started again after a pause that grows, and stopped."""

    def __init__(
        self, command: Sequence[str], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._command = list(command)
        self._clock = clock
        self._child: subprocess.Popen[bytes] | None = None
        self._started = 0.0
        self._pause_s = FIRST_PAUSE_S
        self._not_before = clock()

    @property
    def pid(self) -> int | None:
        """The child's process, or None while there is none."""
        return None if self._child is None else self._child.pid

    def tend(self) -> None:
        """Start the child where it is not running and its pause is over; never waits."""
        now = self._clock()
        if self._child is not None and self._child.poll() is not None:
            self._mourn(now)
        if self._child is None and now >= self._not_before:
            self._child = subprocess.Popen(self._command, env=_environ())
            self._started = now

    def stop(self, *, seconds: float) -> None:
        """Ask the child to stop; kill it where it has not after ``seconds``."""
        if self._child is None:
            return
        child, self._child = self._child, None
        child.terminate()
        try:
            child.wait(seconds)
        except subprocess.TimeoutExpired:
            log.warning("worker killed", pid=child.pid)
            child.kill()
            child.wait()

    def _mourn(self, now: float) -> None:
        if now - self._started >= WELL_AFTER_S:
            self._pause_s = FIRST_PAUSE_S
        log.error("worker ended", again_in_s=self._pause_s)
        self._child = None
        self._not_before = now + self._pause_s
        self._pause_s = min(2 * self._pause_s, LONGEST_PAUSE_S)


class TendingArbiter(Arbiter):
    """Gunicorn's arbiter, which also looks after our worker each time it looks after its own."""

    def __init__(self, app: BaseApplication, supervisor: Supervisor) -> None:
        self._supervisor = supervisor
        super().__init__(app)

    def manage_workers(self) -> None:
        """Start what is missing: processes that serve, and the worker."""
        super().manage_workers()
        self._supervisor.tend()


def _environ() -> dict[str, str]:
    """Ours, with the modules found where we found them, and without the meters' folder."""
    found = os.pathsep.join(path or os.getcwd() for path in sys.path)
    rest = {name: value for name, value in os.environ.items() if name != _METERS}
    return rest | {"PYTHONPATH": found}
