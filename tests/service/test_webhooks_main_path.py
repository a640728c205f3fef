"""Webhooks through the real processes: a receiver that is down, kill -9 of all that runs, and a stop."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from service import keys
from service.settings import SCOPES
from service.store.session import Store
from tests.service.served import Served, starting, until
from tests.service.webhooks.receiver import receiving

SERVING = Path(__file__).with_name("serving.py")
pytestmark = pytest.mark.slow


class Newsroom:
    """A running Comity with a worker, that may call a receiver."""

    def __init__(
        self, start: Callable[..., subprocess.Popen[str]], folder: Path, port: int, **more
    ):
        self._start, self._folder = start, folder
        self._environ = {"COMITY_OUTBOUND_HOSTS": f"localhost:{port}", **more}
        self.served = self.start()
        store = Store(f"sqlite:///{folder / 'var' / 'comity.db'}")
        with store.writing() as session:
            self._key = keys.create(session, name="desk", scopes=SCOPES)
        store.close()

    def start(self) -> Served:
        command = (sys.executable, SERVING, "telling", "worker")
        process = self._start(*command, COMITY_OUTBOUND_PRIVATE="true", **self._environ)
        self.served = Served(process, self._folder / "log", self._folder)
        return self.served

    def say(self, method: str, path: str, body: object = None) -> dict[str, object]:
        told = self.served.call(method, path, body, Authorization=f"Bearer {self._key}")
        assert told[0] == 200, told
        return told[1]

    def reject(self, *names: str) -> None:
        self.say("POST", "/v1/comments", {"comments": [{"id": n, "text": "T."} for n in names]})
        for name in names:
            self.say("POST", f"/v1/comments/{name}/decision", {"action": "reject"})

    def log(self) -> str:
        return (self._folder / "log").read_text()

    def children(self) -> list[int]:
        pid = self.served.process.pid
        return [int(n) for n in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def workers(self) -> list[int]:
        def is_worker(pid: int) -> bool:
            return b"hurried_worker" in Path(f"/proc/{pid}/cmdline").read_bytes()

        return [pid for pid in self.children() if is_worker(pid)]

    def kill(self) -> None:
        """kill -9 of the service alone: its children are to notice."""
        children = self.children()
        self.served.process.kill()
        self.served.process.wait(timeout=10)
        until(lambda: not any(map(alive, children)))


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    with starting(tmp_path) as run:
        yield run


def test_nothing_is_lost_while_the_receiver_is_down_and_the_service_is_killed(
    start: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    with receiving() as receiver:
        room = Newsroom(start, tmp_path, receiver.port)
        made = room.say("POST", "/v1/webhooks", {"url": receiver.url})
        room.reject("a")
        until(lambda: receiver.comments == ["a"])
    room.reject("b", "c")
    until(lambda: "no answer" in str(room.say("GET", "/v1/webhooks")))
    room.kill()
    room.start()
    room.reject("d")
    (worker,) = room.workers()
    os.kill(worker, signal.SIGKILL)
    room.reject("e")
    until(lambda: len(room.workers()) == 1)
    with receiving(receiver.port) as again:
        until(lambda: set("bcde") <= set(again.comments), seconds=40)
        assert list(dict.fromkeys(again.comments)) == list("bcde")
        assert all(one.is_signed(made["secret"]) for one in again.received)
        assert room.served.stop() == 0
    assert made["secret"] not in room.log()


def test_what_a_worker_was_sending_when_it_was_killed_is_sent_again(
    start: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    with receiving() as receiver:
        room = Newsroom(start, tmp_path, receiver.port)
        room.say("POST", "/v1/webhooks", {"url": receiver.url})
        receiver.holding.clear()
        room.reject("a", "b")
        assert receiver.arrived.wait(20)
        (worker,) = room.workers()
        os.kill(worker, signal.SIGKILL)
        receiver.holding.set()
        until(lambda: receiver.comments == ["a", "a", "b"])
        events = [one.headers["Comity-Event"] for one in receiver.received]
        assert events[0] == events[1] != events[2]


def test_one_worker_serves_all_and_stops_with_the_service(
    start: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    room = Newsroom(start, tmp_path, 9, COMITY_WORKERS="2")
    until(lambda: "worker starts" in room.log())
    (worker,) = room.workers()
    assert len(room.children()) == 3
    assert room.served.stop() == 0
    assert not alive(worker)
    assert "worker stops" in room.log()
