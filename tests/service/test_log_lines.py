import io
import json
import logging
from collections.abc import Callable, Iterator

import pytest
import structlog

from service import logs


@pytest.fixture
def lines() -> Iterator[Callable[[], list[dict[str, object]]]]:
    """What was written since the logs were configured, a dictionary a line."""
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    logs.configure("info")
    (handler,) = root.handlers
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(stream := io.StringIO())
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.handlers[:] = before
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.mark.parametrize(
    "text",
    [
        "GET /v1/score?key=cmt_secret HTTP/1.1",
        "/x?a=b&key=cmt_secret&c=d",
        "KEY=cmt_secret",
        "Authorization: Bearer cmt_secret",
        "bearer cmt_secret",
        "b'GET /?key=cmt_secret'",
    ],
)
def test_a_key_is_blanked(text: str) -> None:
    assert "cmt_secret" not in logs.scrub(text)
    assert "***" in logs.scrub(text)


def test_other_text_stays() -> None:
    assert logs.scrub("monkey=business stays, so does 'a key'") == (
        "monkey=business stays, so does 'a key'"
    )


def test_a_line_is_json_with_level_time_and_what_is_bound(lines) -> None:
    with structlog.contextvars.bound_contextvars(request_id="r-1"):
        structlog.get_logger().info("request", status=200)
    (line,) = lines()
    assert line["event"] == "request"
    assert (line["level"], line["status"], line["request_id"]) == ("info", 200, "r-1")
    assert line["timestamp"].endswith("Z")


def test_lines_of_other_libraries_are_json_too_and_scrubbed(lines) -> None:
    logging.getLogger("gunicorn.error").warning("Invalid request: %s", "GET /?key=cmt_secret")
    (line,) = lines()
    assert line["event"] == "Invalid request: GET /?key=***"
    assert line["logger"] == "gunicorn.error"


def test_a_trace_of_another_library_is_scrubbed(lines) -> None:
    try:
        raise ValueError("?key=cmt_secret")
    except ValueError:
        logging.getLogger("elsewhere").exception("broke")
    (line,) = lines()
    assert "ValueError" in line["exception"]
    assert "cmt_secret" not in json.dumps(line)


def test_lines_under_the_level_are_not_written(lines) -> None:
    structlog.get_logger().debug("too quiet")
    assert lines() == []
