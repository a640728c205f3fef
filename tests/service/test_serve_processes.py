"""``comity serve`` as processes: start, fork, load, stop."""

import json
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.service.served import Served, starting, until

SERVING = Path(__file__).with_name("serving.py")

pytestmark = pytest.mark.slow


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start the real server over a telling scorer, in a folder of its own."""
    with starting(tmp_path) as run:
        yield lambda kind="telling", **environ: run(sys.executable, SERVING, kind, **environ)


@pytest.fixture
def serve(start: Callable[..., subprocess.Popen[str]], tmp_path: Path) -> Callable[..., Served]:
    return lambda **environ: Served(start(**environ), tmp_path / "log", tmp_path)


def test_a_first_start_prints_address_and_key_and_a_later_one_where_the_key_is(serve) -> None:
    first = serve()
    assert re.fullmatch(r"Comity listens on http://127\.0\.0\.1:\d+", first.greeting[0])
    assert "var/first-login.txt" in first.greeting[1]
    assert first.greeting[2] == first.key
    assert first.score()[0] == 200
    assert first.stop() == 0
    second = serve()
    assert second.greeting[1] == "The first login and API key are in var/first-login.txt"
    assert second.score()[0] == 200


def test_a_stop_finishes_what_is_in_flight(serve) -> None:
    served = serve()
    answers: list[int] = []
    asking = threading.Thread(target=lambda: answers.append(served.score("wait 1.5")[0]))
    asking.start()
    served.wait_until_scoring()
    assert served.stop() == 0
    asking.join(timeout=10)
    assert answers == [200]


def test_ctrl_c_stops_it(serve) -> None:
    assert serve().stop(signal.SIGINT) == 0


def test_a_stop_lets_those_that_wait_have_their_turn(serve) -> None:
    served = serve(COMITY_THREADS="1")
    answers: list[int] = []
    asking = [
        threading.Thread(target=lambda: answers.append(served.score("wait 0.5")[0]))
        for _ in range(3)
    ]
    for thread in asking:
        thread.start()
    served.wait_until_scoring()
    until(lambda: served.inside() == 3)
    assert served.stop() == 0
    for thread in asking:
        thread.join(timeout=10)
    assert answers == [200, 200, 200]


def test_the_scorer_is_made_in_the_worker_that_uses_it(serve) -> None:
    served = serve(COMITY_WORKERS="2")
    seen = set()

    def both_workers_answered() -> bool:
        status, reply, _ = served.score()
        assert status == 200
        seen.add(reply["model"])
        return len(seen) == 2

    until(both_workers_answered)
    for version in seen:
        made_in, used_in = map(int, version.split("/"))
        assert made_in == used_in != served.process.pid


def test_meters_count_what_all_workers_did(serve) -> None:
    served = serve(COMITY_WORKERS="2")
    versions = set()
    calls = 0
    while len(versions) < 2:
        versions.add(served.score()[1]["model"])
        calls += 1
    text = served.call("GET", "/metrics")[1]
    (total,) = re.findall(
        r'comity_requests_total\{method="POST",route="/v1/score",status="200"\} (\S+)', text
    )
    assert float(total) == calls


def test_the_folder_through_which_workers_share_meters_goes_with_them(
    serve, tmp_path: Path
) -> None:
    served = serve(COMITY_WORKERS="2", TMPDIR=str(tmp_path))
    until(lambda: len({served.score()[1]["model"] for _ in range(4)}) == 2)
    assert list(tmp_path.glob("comity-meters-*"))
    assert served.stop() == 0
    assert not list(tmp_path.glob("comity-meters-*"))


def test_where_no_more_may_wait_it_is_503_while_health_still_answers(serve) -> None:
    served = serve(COMITY_THREADS="1", COMITY_MAX_WAITING="1")
    answers: list[int] = []
    asking = [
        threading.Thread(target=lambda: answers.append(served.score("wait 1")[0])) for _ in range(2)
    ]
    for thread in asking:
        thread.start()
    until(lambda: served.inside() == 2)
    status, reply, headers = served.score()
    assert (status, reply["error"]["code"]) == (503, "overloaded")
    assert int(headers["Retry-After"]) >= 1
    assert served.call("GET", "/healthz")[0] == 200
    for thread in asking:
        thread.join(timeout=10)
    assert answers == [200, 200]
    assert served.score()[0] == 200


def test_a_body_of_30_mb_is_413_and_the_service_serves_on(serve) -> None:
    served = serve()
    status, reply, _ = served.call("POST", "/v1/score", b" " * 30_000_000)
    assert (status, reply["error"]["code"]) == (413, "body_too_large")
    assert "30000000 bytes" in reply["error"]["message"]
    assert served.score()[0] == 200


def test_a_body_without_an_end_is_413_before_all_of_it_came(serve) -> None:
    served = serve()
    head = (
        "POST /v1/score HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {served.key}\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
    with socket.create_connection(("127.0.0.1", served.port), timeout=20) as connection:
        connection.sendall(head.encode())
        for _ in range(140):  # 9 MB of a body that never says that it is over
            connection.sendall(chunk)
        assert connection.recv(100).startswith(b"HTTP/1.1 413 ")
    assert served.score()[0] == 200


@pytest.mark.parametrize("rest", ["zz\r\n", "5\r\nabcdefgh", "0\r\nBad Trailer\r\n\r\n"])
def test_a_body_in_malformed_chunks_is_400(serve, rest: str) -> None:
    served = serve()
    head = (
        "POST /v1/score HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {served.key}\r\nTransfer-Encoding: chunked\r\n\r\n{rest}"
    )
    with socket.create_connection(("127.0.0.1", served.port), timeout=20) as connection:
        connection.sendall(head.encode())
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(100).startswith(b"HTTP/1.1 400 ")
    assert served.score()[0] == 200


def test_half_a_request_holds_nobody_up(serve) -> None:
    served = serve(COMITY_THREADS="1", COMITY_MAX_WAITING="0")
    halves = [socket.create_connection(("127.0.0.1", served.port)) for _ in range(3)]
    for half in halves:
        half.sendall(b"POST /v1/score HTTP/1.1\r\nHost: x\r\nContent-Le")
    assert served.score()[0] == 200
    for half in halves:
        half.close()


def test_no_key_and_no_comment_is_in_the_log(serve) -> None:
    served = serve(COMITY_LOG_LEVEL="debug")
    body = {"comments": [{"text": "zebra crossing"}]}
    assert served.call("POST", f"/v1/score?key={served.key}", body)[0] == 200
    served.call("GET", f"/nowhere?key={served.key}")
    with socket.create_connection(("127.0.0.1", served.port), timeout=10) as odd:
        odd.sendall(f"GET /?key={served.key} oops HTTP/1.1\r\n\r\n".encode())
        odd.recv(1000)
    served.stop()
    written = served.log.read_text()
    assert '"route": "/v1/score"' in written
    assert served.key not in written
    assert served.key.split("_")[2] not in written
    assert "zebra" not in written
    for line in written.splitlines():
        json.loads(line)


def test_an_application_that_cannot_be_made_stops_the_start(start, tmp_path: Path) -> None:
    assert start("failing").wait(timeout=30) != 0
    assert "this application cannot be made" in (tmp_path / "log").read_text()


def test_files_of_the_store_are_for_the_owner_only(serve) -> None:
    served = serve()
    served.score()
    for file in (served.folder / "var").iterdir():
        assert file.stat().st_mode & 0o077 == 0, file
