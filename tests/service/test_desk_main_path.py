"""The desk's main path: the shipped bundle served, comments in, decided, undone, and kill -9."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from service.demo.written import as_sent, comments
from tests.service.served import Served, starting

pytestmark = pytest.mark.slow

COMITY = [sys.executable, "-c", "from service.cli import main; main()"]
ROOT = Path(__file__).parents[2]
SENT = [
    {"id": "rude-1", "text": "You are a stupid clown.", "section": "sport", "author": "r-1"},
    {"id": "rude-2", "text": "Only an idiot could write such garbage, you moron.", "author": "r-2"},
    {"id": "kind", "text": "Thank you for this careful piece.", "section": "sport"},
]


class Desk:
    """A running Comity, and a key that may do everything."""

    def __init__(self, served: Served, key: str) -> None:
        self.served, self._key = served, key

    def say(self, method: str, path: str, body: object = None) -> dict[str, object]:
        told = self.served.call(method, path, body, Authorization=f"Bearer {self._key}")
        assert told[0] == 200, told
        return told[1]

    def decide(self, name: str, action: str) -> dict[str, object]:
        body = {"action": action, "reason": "abusive", "by": "m-1"}
        return self.say("POST", f"/v1/comments/{name}/decision", body)

    def queue(self) -> set[str]:
        return {comment["id"] for comment in self.say("GET", "/v1/comments")["comments"]}


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[[], Served]]:
    with starting(tmp_path) as run:
        yield lambda: Served(run(*COMITY, "serve"), tmp_path / "log", tmp_path)


def make_key(folder: Path) -> str:
    command = [*COMITY, "keys", "create", "--name", "desk"]
    command += ["--scope", "score,feedback,moderate,admin"]
    clean = {name: v for name, v in os.environ.items() if not name.startswith("COMITY_")}
    environ = clean | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        command, cwd=folder, env=environ, check=True, capture_output=True, text=True
    )
    return done.stdout.splitlines()[-1]


def kill(served: Served) -> None:
    """kill -9, the workers first: nothing of the service gets to finish anything."""
    pid = served.process.pid
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    assert children
    for child in children:
        os.kill(int(child), signal.SIGKILL)
    os.kill(pid, signal.SIGKILL)
    served.process.wait(timeout=10)


def test_a_decision_survives_kill_9_and_can_be_undone_afterwards(serve, tmp_path: Path) -> None:
    first = serve()
    desk = Desk(first, make_key(tmp_path))
    results = desk.say("POST", "/v1/comments", {"comments": SENT})["results"]
    assert [result["state"] for result in results] == ["pending", "pending", "approved"]
    assert desk.queue() == {"rude-1", "rude-2"}
    told = desk.decide("rude-1", "reject")
    kill(first)

    desk.served = second = serve()
    shown = desk.say("GET", "/v1/comments/rude-1")
    assert shown["state"] == "rejected"
    assert shown["history"]["decisions"] == [told["decision"]]
    assert shown["history"]["decisions"][0]["scores"] == results[0]["scores"]
    assert desk.queue() == {"rude-2"}

    batch = desk.say("POST", "/v1/decisions", {"action": "reject", "range": {"label": "insult"}})
    assert batch["decided"] == 1
    kill(second)
    desk.served = third = serve()
    assert desk.queue() == set()
    undone = desk.say("POST", "/v1/decisions", {"action": "undo", "batch": batch["batch"]})
    assert undone["decided"] == 1
    assert desk.decide("rude-1", "undo")["state"] == "pending"
    assert desk.queue() == {"rude-1", "rude-2"}
    again = desk.say("POST", "/v1/comments", {"comments": SENT})["results"]
    assert [result["scores"] for result in again] == [result["scores"] for result in results]
    assert len(desk.say("GET", "/v1/comments/rude-1")["history"]["scores"]) == 1
    assert third.stop() == 0
    assert "stupid clown" not in (tmp_path / "log").read_text()


def test_three_hundred_comments_are_shared_out_decided_and_kept_through_kill_9(
    serve, tmp_path: Path
) -> None:
    first = serve()
    desk = Desk(first, make_key(tmp_path))
    now = datetime.now(UTC)
    sent = [as_sent(one, now) for one in comments()[:300]]
    told = []
    for start in range(0, len(sent), 30):
        body = {"comments": sent[start : start + 30]}
        told += desk.say("POST", "/v1/comments", body)["results"]
    assert [one["id"] for one in told] == [one["id"] for one in sent]
    assert all((one["scores"] is None) == (one["abstained"] is not None) for one in told)
    waiting = {one["id"] for one in told if one["state"] == "pending"}
    assert 20 <= len(waiting) <= 100
    assert {one["state"] for one in told} == {"approved", "pending"}

    given = {
        who: [
            one["id"] for one in desk.say("POST", "/v1/claims", {"by": who, "limit": 8})["comments"]
        ]
        for who in ("m-1", "m-2")
    }
    assert len({*given["m-1"], *given["m-2"]}) == 16
    for who, names in given.items():
        for name in names:
            body = {"action": "reject", "reason": "abusive", "by": who}
            last = desk.say("POST", f"/v1/comments/{name}/decision", body)
    kill(first)

    desk.served = second = serve()
    shown = desk.say("GET", f"/v1/comments/{last['id']}")
    assert shown["state"] == "rejected"
    assert shown["history"]["decisions"] == [last["decision"]]
    left = desk.say("GET", "/v1/comments?limit=200")["comments"]
    assert {one["id"] for one in left} == waiting - {*given["m-1"], *given["m-2"]}
    again = desk.say("POST", "/v1/comments", {"comments": sent[:30]})["results"]
    assert [one["scores"] for one in again] == [one["scores"] for one in told[:30]]
    assert second.stop() == 0
    log = (tmp_path / "log").read_text()
    assert not any(one["text"] in log for one in sent if len(one["text"]) > 25)
