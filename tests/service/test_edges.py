"""What surrounds every request: id, log line, headers."""

import re

import pytest
import structlog

from service.edges import STRICT


@pytest.fixture
def logged():
    with structlog.testing.capture_logs(
        processors=[structlog.contextvars.merge_contextvars]
    ) as lines:
        yield lines


def test_an_answer_names_its_request(service, logged) -> None:
    given = service.get("/nowhere", headers={"X-Request-Id": "desk-17.a_b"})
    assert given.headers["X-Request-Id"] == "desk-17.a_b"
    assert logged[-1]["request_id"] == "desk-17.a_b"


@pytest.mark.parametrize("sent", ["", "with space", "x" * 65, "a\u00e9", '"quoted"'])
def test_an_id_that_could_spoil_the_log_is_replaced(service, sent: str) -> None:
    answer = service.get("/healthz", headers={"X-Request-Id": sent})
    assert re.fullmatch(r"[0-9a-f]{32}", answer.headers["X-Request-Id"])


def test_a_log_line_tells_route_status_and_count_but_no_comment_and_no_key(
    service, logged, key: str
) -> None:
    body = {"comments": [{"id": "zebra-1", "text": "zebra clown"}, {"text": "zebra"}]}
    service.client.post(f"/v1/score?key={key}", json=body)
    (line,) = [line for line in logged if line["event"] == "request"]
    assert (line["route"], line["method"], line["status"]) == ("/v1/score", "POST", 200)
    assert line["comments"] == 2
    assert line["ms"] >= 0
    assert "zebra" not in str(logged)
    assert key not in str(logged)


def test_a_refused_call_is_logged_with_its_code(service, logged) -> None:
    service.client.post("/v1/score?key=wrong-key", json={})
    assert (logged[-1]["status"], logged[-1]["refused"]) == (401, "key_refused")
    assert "wrong-key" not in str(logged)


def test_one_requests_names_do_not_stick_to_the_next(service, logged) -> None:
    service.get("/nowhere", headers={"X-Request-Id": "first"})
    service.get("/nowhere")
    assert logged[-1]["request_id"] != "first"


def test_a_long_path_is_cut_in_the_log(service, logged) -> None:
    service.get("/" + "x" * 5000)
    assert len(logged[-1]["route"]) == 100


def test_probes_are_logged_quietly(service, logged) -> None:
    service.get("/healthz")
    assert logged[-1]["log_level"] == "debug"


@pytest.mark.parametrize("path", ["/", "/healthz", "/nowhere", "/openapi.json"])
def test_an_answer_carries_the_strict_policy_and_is_not_stored(service, path: str) -> None:
    headers = service.get(path).headers
    assert headers["Content-Security-Policy"] == STRICT
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"


def test_the_strict_policy_allows_no_inline_script() -> None:
    assert "unsafe" not in STRICT
    assert "default-src 'none'" in STRICT
    assert "frame-ancestors 'none'" in STRICT
