"""Processes that start, answer and stop; none of them loads a model here."""

import http.server
import io
import json
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bench.archiving import answer
from bench.contenders import BenchError, Client, Contender, Worker, archiving, served


class Service(http.server.BaseHTTPRequestHandler):
    """Answers as a contender does; a comment that says ``broken`` gets no scores."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer({"status": "ready"})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        text = body["comments"][0]["text"]
        self._answer({"results": [{"scores": None if text == "broken" else {"insult": 0.5}}]})

    def _answer(self, body: object) -> None:
        content = json.dumps(body).encode()
        self.send_response(200 if self.headers["Authorization"] != "Bearer wrong" else 401)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def service() -> Iterator[int]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Service) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


def test_a_client_measures_the_time_of_an_answer() -> None:
    with service() as port:
        client = Client(port, "key")
        client.take_turn()
        assert 0 < client.seconds_for("hello") < 5
        client.close()


def test_a_comment_without_scores_is_no_measurement() -> None:
    with service() as port:
        for key, text in (("key", "broken"), ("wrong", "hello")):
            client = Client(port, key)
            with pytest.raises(BenchError, match="a comment was not scored"):
                client.seconds_for(text)
            client.close()


def test_a_service_that_is_gone_is_not_ready() -> None:
    with service() as port:
        client = Client(port, "key")
        assert client.ready()
        client.close()
    assert not client.ready()
    with pytest.raises(BenchError, match="no longer ready"):
        client.take_turn()


def test_a_contender_that_does_not_start_shows_its_log(tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\necho there is no torch >&2\nexit 1\n")
    python.chmod(0o755)
    broken = Contender("bert-base", "bert-base in torch", str(python))
    for start in (served, archiving):
        with (
            pytest.raises(BenchError, match=r"bert-base in torch did not start:\nthere is no to"),
            start(broken, tmp_path, threads=1),
        ):
            pass


def test_an_archive_worker_answers_each_line_with_seconds() -> None:
    scored: list[tuple[Path, Path]] = []
    answered = io.StringIO()
    asked = io.StringIO('["a.jsonl", "b.jsonl"]\n["c.jsonl", "d.jsonl"]\n')
    answer(lambda path, out: scored.append((path, out)), asked=asked, answered=answered)
    assert scored == [(Path("a.jsonl"), Path("b.jsonl")), (Path("c.jsonl"), Path("d.jsonl"))]
    first, *seconds = answered.getvalue().splitlines()
    assert first == "ready"
    assert [float(one) >= 0 for one in seconds] == [True, True]


def test_a_worker_that_ends_early_is_named() -> None:
    worker = Worker(io.StringIO(), io.StringIO("ready\n0.25\n"))
    assert worker.ready()
    assert worker.seconds_for(Path("a"), Path("b")) == 0.25
    with pytest.raises(BenchError, match="ended before its archive was scored"):
        worker.seconds_for(Path("a"), Path("b"))


def test_a_contender_runs_on_this_interpreter_unless_told_otherwise() -> None:
    assert Contender("comity", "Comity") == Contender("comity", "Comity", sys.executable)
    assert Contender("comity", "Comity").ours
    assert not Contender("tiny", "Tiny").ours
