"""A connection after a body or a request that was refused; on the served process, by raw sockets."""

import json
import logging
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from gunicorn.http import errors

from service.connections import Worker, name_exceptions
from tests.service.served import Served, starting, until

SERVING = Path(__file__).with_name("serving.py")
# Each curly quote has two bytes more than characters: the last twelve bytes are not counted.
TEXT = "“zebra” “zebra” “zebra” SECRETWORD"
REST = "CRETWORD"


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with starting(tmp_path) as run:
        process = run(sys.executable, SERVING, "telling", COMITY_LOG_LEVEL="debug")
        yield Served(process, tmp_path / "log", tmp_path)


def _miscounted(key: str) -> bytes:
    """A call whose Content-Length counts characters, its rest and the next call behind it."""
    body = json.dumps({"comments": [{"text": TEXT}]}, ensure_ascii=False)
    head = (
        "POST /v1/score HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {key}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return (head + body).encode()


def _said(served: Served, sent: bytes, *, ends: bool = False) -> bytes:
    """All that the service says until it closes the connection; ``ends`` ends our side before."""
    with socket.create_connection(("127.0.0.1", served.port), timeout=60) as connection:
        connection.sendall(sent)
        if ends:
            connection.shutdown(socket.SHUT_WR)
        said = b""
        while got := connection.recv(65536):
            said += got
        return said


def _answers(said: bytes) -> list[tuple[int, str, dict[str, object]]]:
    """Each answer in ``said`` as status, head and the JSON that it carries."""
    found = []
    while said:
        head, _, rest = said.decode().partition("\r\n\r\n")
        named = dict(line.split(": ", 1) for line in head.split("\r\n")[1:])
        assert named["Content-Type"] == "application/json"
        size = int(named["Content-Length"])
        found.append((int(head.split()[1]), head, json.loads(rest[:size])))
        said = rest[size:].encode()
    return found


@pytest.mark.slow
def test_after_a_body_with_a_miscounted_length_the_connection_closes(served: Served) -> None:
    calls = _miscounted(served.key) * 2
    ((status, head, reply),) = _answers(_said(served, calls))
    assert (status, reply["error"]["code"]) == (400, "invalid_json")
    assert "Connection: close" in head
    assert served.score()[0] == 200
    served.stop()
    assert REST not in served.log.read_text()


@pytest.mark.slow
def test_words_that_stand_where_a_request_should_are_quoted_nowhere(served: Served) -> None:
    # Refused for its key, so that the connection is kept and the rest read as a request.
    calls = _miscounted("no-such-key") * 2
    first, second = _answers(_said(served, calls))
    assert first[0] == 401
    assert (second[0], second[2]["error"]["code"]) == (400, "bad_request")
    assert second[2]["error"]["message"] == "the request was not understood: InvalidRequestMethod"
    assert second[2]["error"]["field"] is None
    assert "Connection: close" in second[1]
    assert _answers(_said(served, _miscounted("no-such-key"), ends=True))[0][0] == 401
    until(lambda: "premature" in served.log.read_text())
    served.stop()
    lines = [json.loads(line) for line in served.log.read_text().splitlines()]
    (line,) = [line for line in lines if line["event"] == "request not understood"]
    assert (line["level"], line["error"]) == ("warning", "InvalidRequestMethod")
    assert "request_id" not in line
    assert REST not in str(lines)


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (errors.InvalidRequestMethod(REST), 400, "bad_request"),
        (errors.InvalidHeader(REST), 400, "bad_request"),
        (errors.LimitRequestLine(9, 8), 414, "bad_request"),
        (errors.LimitRequestHeaders(REST), 431, "bad_request"),
        (errors.UnsupportedTransferCoding(REST), 501, "bad_request"),
        (errors.ConfigurationProblem(REST), 500, "internal"),
        (ValueError(REST), 500, "internal"),
    ],
)
def test_a_request_that_cannot_be_read_is_refused_in_the_one_shape(
    error: Exception, status: int, code: str
) -> None:
    ours, theirs = socket.socketpair()
    with theirs, structlog.testing.capture_logs() as logged:
        with ours:
            Worker.__new__(Worker).handle_error(None, ours, ("127.0.0.1", 1), error)
        ((got, head, reply),) = _answers(theirs.recv(65536))
    assert (got, reply["error"]["code"]) == (status, code)
    assert "Connection: close" in head
    assert logged[0]["error"] == type(error).__name__
    assert REST not in f"{reply} {logged}"


def test_an_exception_in_a_log_line_is_named_by_its_class() -> None:
    error = errors.InvalidRequestMethod(REST)
    record = logging.LogRecord("x", logging.DEBUG, "", 1, "%s: %s", ("ended", error), None)
    assert name_exceptions(record)
    assert record.getMessage() == "ended: InvalidRequestMethod"
