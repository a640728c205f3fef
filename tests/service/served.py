"""A server in a process of its own, started and called as a test needs it."""

import http.client
import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
JSON = {"Content-Type": "application/json"}


class Served:
    """A running server: its address, its first key and its log."""

    def __init__(self, process: subprocess.Popen[str], log: Path, folder: Path) -> None:
        self.process, self.log, self.folder = process, log, folder
        assert process.stdout is not None
        self.greeting = [process.stdout.readline().rstrip("\n") for _ in range(2)]
        assert self.greeting[0], log.read_text()
        if self.greeting[1].startswith("API key"):
            self.greeting.append(process.stdout.readline().rstrip("\n"))
        self.port = int(self.greeting[0].rsplit(":", 1)[1])
        self.key = (folder / "var" / "first-login.txt").read_text().split()[-1]

    def call(
        self, method: str, path: str, body: object = None, **headers: str
    ) -> tuple[int, object, dict[str, str]]:
        """Status, JSON (or text) and headers of one call on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        named = {"Authorization": f"Bearer {self.key}", **JSON, **headers}
        raw = body if isinstance(body, bytes) or body is None else json.dumps(body)
        try:
            connection.request(method, path, raw, named)
            answer = connection.getresponse()
            text = answer.read().decode()
            said = (
                json.loads(text) if answer.headers["Content-Type"] == JSON["Content-Type"] else text
            )
            return answer.status, said, dict(answer.headers)
        finally:
            connection.close()

    def score(self, text: str = "Good morning.") -> tuple[int, object, dict[str, str]]:
        return self.call("POST", "/v1/score", {"comments": [{"text": text}]})

    def inside(self) -> float:
        """Scorings that run or wait now, as /metrics has it."""
        text = str(self.call("GET", "/metrics")[1])
        return float(re.findall(r"^comity_scorings_inside (\S+)$", text, re.M)[0])

    def wait_until_scoring(self) -> None:
        until((self.folder / "scoring").exists)
        (self.folder / "scoring").unlink()

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(how)
        return self.process.wait(timeout=120)


def until(true: Callable[[], bool], *, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


@contextmanager
def starting(folder: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Give a function that starts a command in ``folder``; whatever is left is killed at the end."""
    running: list[subprocess.Popen[str]] = []

    def run(*command: object, **environ: str) -> subprocess.Popen[str]:
        clean = {name: v for name, v in os.environ.items() if not name.startswith("COMITY_")}
        given = {
            "COMITY_PORT": "0",
            "PYTHONPATH": str(ROOT),
            "SCORING": str(folder / "scoring"),
        }
        with (folder / "log").open("a") as log:
            process = subprocess.Popen(
                list(map(str, command)),
                cwd=folder,
                env=clean | given | environ,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        running.append(process)
        return process

    try:
        yield run
    finally:
        for process in running:
            if process.poll() is None:
                process.terminate()  # the parent stops its workers; a killed one would leave them
            process.wait(timeout=60)
            assert process.stdout is not None
            process.stdout.close()
