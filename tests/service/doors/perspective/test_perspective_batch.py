"""/batch: several calls in one."""

import email
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.service.doors.perspective.conftest import ANALYZE, SUGGEST, refusal

BODY = {"comment": {"text": "You are a clown."}, "requestedAttributes": {"TOXICITY": {}}}
TYPE = 'multipart/mixed; boundary="b"'


def part(
    target: str, body: object = BODY, *, name: str | None = "<u + 1>", method: str = "POST"
) -> str:
    head = "Content-Type: application/http\r\nMIME-Version: 1.0\r\nContent-Transfer-Encoding: binary\r\n"
    head += f"Content-ID: {name}\r\n" if name else ""
    request = f"{method} {target} HTTP/1.1\r\ncontent-type: application/json"
    return f"{head}\r\n{request}\r\n\r\n{json.dumps(body)}\r\n"


def whole(*parts: str) -> bytes:
    return ("".join(f"--b\r\n{one}" for one in parts) + "--b--\r\n").encode()


def answers(door, *parts: str, **headers: str) -> list[tuple[str, int, dict]]:
    """Name, status and JSON of every answer."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = door.client.post("/batch", data=whole(*parts), content_type=TYPE, headers=named)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    head = f"Content-Type: {answer.content_type}\r\n\r\n".encode()
    message = email.message_from_bytes(head + answer.get_data())
    return [_read(one) for one in message.get_payload()]


def _read(one: email.message.Message) -> tuple[str, int, dict]:
    assert one.get_content_type() == "application/http"
    text = one.get_payload()
    line, _, rest = text.partition("\r\n")
    protocol, status, _reason = line.split(" ", 2)
    assert protocol == "HTTP/1.1"
    return one["Content-ID"], int(status), json.loads(rest.partition("\r\n\r\n")[2])


def test_every_call_is_answered_in_order_under_its_name(door) -> None:
    calls = [part(f"{ANALYZE}?key={door.key}&alt=json", name=f"<u + {n}>") for n in range(3)]
    done = answers(door, *calls)
    assert [name for name, _, _ in done] == [f"<response-u + {n}>" for n in range(3)]
    assert all(reply["attributeScores"]["TOXICITY"] for _, _, reply in done)


def test_one_bad_call_leaves_its_neighbours_alone(door) -> None:
    good = f"{ANALYZE}?key={door.key}"
    bad = part(good, {"comment": {"text": ""}})
    statuses = [status for _, status, _ in answers(door, part(good), bad, part(good))]
    assert statuses == [200, 400, 200]


def test_each_call_has_its_own_key(door) -> None:
    calls = [part(f"{ANALYZE}?key={key}") for key in (door.key, "wrong")]
    (_, first, _), (_, second, reply) = answers(door, *calls)
    assert (first, second) == (200, 400)
    assert reply["error"]["details"][0]["reason"] == "API_KEY_INVALID"


def test_a_key_around_the_batch_holds_for_calls_without_one(door) -> None:
    ((_, status, _),) = answers(door, part(ANALYZE), Authorization=f"Bearer {door.key}")
    assert status == 200
    ((_, status, _),) = answers(door, part(ANALYZE))
    assert status == 403


def test_a_whole_address_and_suggestions_work_too(door) -> None:
    scores = {"TOXICITY": {"summaryScore": {"value": 1}}}
    suggestion = {"comment": {"text": "You 😀 clown"}, "attributeScores": scores}
    done = answers(
        door,
        part(f"https://elsewhere.example{ANALYZE}?key={door.key}"),
        part(f"{SUGGEST}?key={door.key}", suggestion),
    )
    assert [status for _, status, _ in done] == [200, 200]


@pytest.mark.parametrize(
    "target", ["/v1/score", "/batch", "/", "/healthz", "//x/v1/score", "//[", "*"]
)
def test_nothing_but_perspective_can_be_called_so(door, target: str) -> None:
    ((_, status, _),) = answers(door, part(f"{target}?key={door.key}"))
    assert status == 404


def test_a_folded_header_of_a_call_is_one_line(door) -> None:
    call = part(f"{ANALYZE}?key={door.key}").replace(
        "application/json", "application/json;\r\n x=ü"
    )
    ((_, status, _),) = answers(door, call)
    assert status == 200


@given(st.binary(max_size=200))
@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_a_part_holds_the_fault_is_never_ours(door, content: bytes) -> None:
    raw = b"--b\r\nContent-Type: application/http\r\n\r\n" + content + b"\r\n--b--\r\n"
    answer = door.client.post("/batch", data=raw, content_type=TYPE)
    assert answer.status_code in (200, 400)
    assert b"HTTP/1.1 500" not in answer.get_data()


def test_calls_count_one_by_one_against_a_quota(make_door) -> None:
    door = make_door(quota_requests_per_day="2")
    calls = [part(f"{ANALYZE}?key={door.key}") for _ in range(3)]
    assert [status for _, status, _ in answers(door, *calls)] == [200, 200, 429]


def test_a_call_without_a_name_is_answered_without_one(door) -> None:
    ((name, status, _),) = answers(door, part(f"{ANALYZE}?key={door.key}", name=None))
    assert (name, status) == (None, 200)


def test_the_batch_keeps_its_own_request_id(door) -> None:
    answer = door.client.post(
        "/batch",
        data=whole(part(f"{ANALYZE}?key={door.key}")),
        content_type=TYPE,
        headers={"X-Request-Id": "outer"},
    )
    assert answer.headers["X-Request-Id"] == "outer"
    assert b"X-Request-Id: outer" not in answer.get_data()


@pytest.mark.parametrize(
    ("raw", "content_type"),
    [
        (b"", TYPE),
        (b"{}", "application/json"),
        (b"{}", ""),
        (b"--b--\r\n", TYPE),
        (b"--b\r\nContent-Type: text/plain\r\n\r\nPOST /x HTTP/1.1\r\n\r\n--b--\r\n", TYPE),
        (b"--b\r\nContent-Type: application/http\r\n\r\nnonsense\r\n--b--\r\n", TYPE),
        (whole(part(ANALYZE)), "multipart/mixed"),
    ],
)
def test_a_body_that_is_no_batch_is_refused(door, raw: bytes, content_type: str) -> None:
    refusal(door.client.post("/batch", data=raw, content_type=content_type))


def test_a_batch_of_too_many_calls_is_refused(make_door) -> None:
    door = make_door(max_comments="2")
    answer = door.client.post("/batch", data=whole(*[part(ANALYZE)] * 3), content_type=TYPE)
    assert refusal(answer)[0] == "The batch has 3 calls, the limit is 2"
