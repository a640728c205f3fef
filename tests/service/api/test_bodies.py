"""Bodies that cannot be read: a clear answer each, and the service keeps serving."""

import io
import json

import pytest

from service.api.body import (
    LARGEST_DISCARD,
    LONGEST_FIELD_NAME,
    LONGEST_PAUSE_S,
    LONGEST_SILENCE_S,
    field_name,
    parse_json,
)
from service.errors import InvalidJson

JSON = {"Content-Type": "application/json"}
GOOD = b'{"comments":[{"text":"fine"}]}'


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "is empty"),
        (b"hello", "line 1, column 1"),
        (b'{"comments":[{"text":"fine"}', "line 1, column 29"),
        (b'{"comments":[]} more', "Extra data"),
        (b'{"comments":[],}', "line 1, column 16"),
        (b'{"comments":[{"text":"\xff\xfe"}]}', "UTF-8 at byte 22"),
        (b'{"comments":[{"text":"a\x00b"}]}', "control character"),
        ('{"comments":[]}'.encode("utf-16"), "UTF-8 at byte 0"),
        (b'{"comments":[{"text":"a","n":NaN}]}', "NaN is not a JSON number"),
        (b'{"comments":[{"text":"a","n":-Infinity}]}', "-Infinity is not"),
        (b'{"n":' + b"9" * 5000 + b"}", "too many digits"),
        (b"[" * 100_000 + b"]" * 100_000, "nested too deeply"),
        (b'{"a":' * 50_000 + b"1" + b"}" * 50_000, "nested too deeply"),
    ],
)
def test_a_body_that_is_not_json_is_refused_with_the_place(service, raw: bytes, says: str) -> None:
    answer = service.post(data=raw, headers=JSON)
    assert answer.status_code == 400
    error = answer.get_json()["error"]
    assert error["code"] == "invalid_json"
    assert says in error["message"]
    assert service.post(data=GOOD, headers=JSON).status_code == 200


def test_a_byte_order_mark_is_skipped(service) -> None:
    assert service.post(data=b"\xef\xbb\xbf" + GOOD, headers=JSON).status_code == 200


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "json", None]
)
def test_a_body_not_said_to_be_json_is_refused(service, kind: str | None) -> None:
    answer = service.post(data=GOOD, headers={"Content-Type": kind} if kind else {})
    assert answer.status_code == 415
    assert answer.get_json()["error"]["code"] == "unsupported_media_type"
    assert "application/json" in answer.get_json()["error"]["message"]


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "application/ld+json"])
def test_json_by_another_name_is_taken(service, kind: str) -> None:
    assert service.post(data=GOOD, headers={"Content-Type": kind}).status_code == 200


def test_a_body_over_the_limit_is_413_naming_size_and_limit(service) -> None:
    answer = service.post(data=b" " * (8 * 2**20 + 1), headers=JSON)
    assert answer.status_code == 413
    error = answer.get_json()["error"]
    assert error["code"] == "body_too_large"
    assert "8388609 bytes" in error["message"]
    assert "limit is 8388608" in error["message"]


def test_a_body_of_just_the_limit_is_read(make_service, scorer) -> None:
    service = make_service(scorer, max_body_bytes=1024)
    assert service.post(data=GOOD.ljust(1024), headers=JSON).status_code == 200
    assert service.post(data=GOOD.ljust(1025), headers=JSON).status_code == 413


def test_half_a_surrogate_pair_passes_the_parser() -> None:
    assert parse_json(rb'["\ud83d"]') == ["\ud83d"]


def test_valid_json_is_read_as_python_reads_it() -> None:
    value = {"a": [1, 2.5, True, None, "ü\u0000"]}
    assert parse_json(json.dumps(value).encode()) == value


def test_a_message_of_the_parser_quotes_nothing() -> None:
    with pytest.raises(InvalidJson) as refused:
        parse_json(b'{"text": "zebra" zebra}')
    assert "zebra" not in refused.value.message


@pytest.mark.parametrize(
    ("loc", "name"),
    [
        ((), ""),
        (("comments",), "comments"),
        (("comments", 3, "context", "parent"), "comments[3].context.parent"),
        ((0, "a"), "[0].a"),
        (("x" * 500,), "x" * LONGEST_FIELD_NAME),
        (("\ud800",), "?"),
    ],
)
def test_a_place_is_written_as_programmers_do(loc: tuple[int | str, ...], name: str) -> None:
    assert field_name(loc) == name


def test_several_faults_are_counted_and_the_first_is_named(service) -> None:
    answer = service.post(json={"comments": [{"text": 1}, {"text": 2}, {}]})
    error = answer.get_json()["error"]
    assert error["field"] == "comments[0].text"
    assert error["message"] == "comments[0].text must be a text (and 2 more faults)"


def test_an_unknown_field_with_a_comment_for_a_name_is_cut(service) -> None:
    answer = service.post(json={"comments": [], "You are a clown. " * 40: 1})
    assert answer.status_code == 400
    assert len(answer.get_json()["error"]["field"]) <= LONGEST_FIELD_NAME


class Connection:
    """A client's connection, which remembers for how long it was to be waited for."""

    def __init__(self) -> None:
        self.timeouts: list[float | None] = [None]

    def gettimeout(self) -> float | None:
        return self.timeouts[-1]

    def settimeout(self, seconds: float | None) -> None:
        self.timeouts.append(seconds)


class Silent(io.RawIOBase):
    """A body that comes no further."""

    def read(self, size: int = -1) -> bytes:
        raise TimeoutError


def post_from(service, body: io.IOBase, connection: Connection):
    """Post a body of unknown length, as gunicorn would pass it on."""
    environ = {
        "wsgi.input": body,
        "wsgi.input_terminated": True,
        "gunicorn.socket": connection,
        "HTTP_TRANSFER_ENCODING": "chunked",
    }
    return service.post(headers=JSON, environ_overrides=environ)


def test_a_body_that_stops_coming_is_408_and_the_wait_is_as_before(service) -> None:
    connection = Connection()
    answer = post_from(service, Silent(), connection)
    assert answer.status_code == 408
    assert answer.get_json()["error"]["code"] == "body_timeout"
    assert connection.timeouts == [None, LONGEST_PAUSE_S, None, LONGEST_SILENCE_S, None]


def test_a_body_in_chunks_is_read_to_its_end(service) -> None:
    assert post_from(service, io.BytesIO(GOOD), Connection()).status_code == 200


def test_a_body_in_chunks_over_the_limit_is_413_and_not_cut_off(make_service, scorer) -> None:
    service = make_service(scorer, max_body_bytes=1024)
    assert post_from(service, io.BytesIO(GOOD.ljust(1024)), Connection()).status_code == 200
    assert post_from(service, io.BytesIO(GOOD.ljust(1025)), Connection()).status_code == 413


def test_what_is_left_of_a_refused_body_is_read_and_forgotten(service) -> None:
    body = io.BytesIO(b" " * 20_000_000)
    assert post_from(service, body, Connection()).status_code == 413
    assert body.tell() == 20_000_000


def test_a_body_without_end_is_not_read_for_ever(service) -> None:
    class Endless(io.RawIOBase):
        given = 0

        def read(self, size: int = -1) -> bytes:
            self.given += size
            return b" " * size

    body = Endless()
    assert post_from(service, body, Connection()).status_code == 413
    assert LARGEST_DISCARD <= body.given <= LARGEST_DISCARD + 9 * 2**20
