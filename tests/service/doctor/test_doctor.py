"""``comity doctor``: what it says of a service in order, and of all the ways it can be out of order."""

import json
import re
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from click.testing import CliRunner, Result
from pydantic import SecretStr
from werkzeug.serving import make_server

from model.labels import NAMES
from model.records import Scores
from service import cli
from service.doctor import checks
from service.doctor.calls import Answer, url_of
from service.doctor.checks import CHECKS

WIDTH = max(map(len, CHECKS))


@pytest.fixture(autouse=True)
def patient(monkeypatch) -> None:
    """A busy machine is nobody's finding here; the tests of slowness set this themselves."""
    monkeypatch.setattr(checks, "CORAL_PATIENCE_MS", 60_000)


def doctor(*arguments: str, **more: str) -> Result:
    return CliRunner().invoke(cli.main, ["doctor", *arguments], **more)


@pytest.fixture
def serving(make_service) -> Iterator[Callable[..., str]]:
    """A function that serves an application on a port of its own and returns the address."""
    running = []

    def serve(scorer, **changed: object) -> str:
        server = make_server("127.0.0.1", 0, make_service(scorer, **changed).app, threaded=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        running.append((server, thread))
        return f"http://127.0.0.1:{server.server_port}"

    yield serve
    for server, thread in running:
        server.shutdown()
        thread.join()
        server.server_close()


def lines_of(done: Result) -> dict[str, tuple[str, str]]:
    """Door -> mark and sentence."""
    found = {}
    for line in done.output.splitlines()[3:]:
        door = line[7 : 7 + WIDTH].strip()
        if door in CHECKS:
            found[door] = (line[:5].strip(), line[7 + WIDTH :].strip())
    return found


def test_a_service_in_order_is_ok_at_every_door(serving, scorer, key: str) -> None:
    done = doctor(serving(scorer), key)
    assert done.exit_code == 0, done.output
    lines = lines_of(done)
    assert {door: mark for door, (mark, _) in lines.items()} == dict.fromkeys(CHECKS, "ok")
    assert "bundle list-1: the rude comment is for hold" in lines["native API"][1]
    assert "for the rude comment and" in lines["Perspective"][1]
    assert "SYSTEM_WITHHELD" in lines["Coral"][1]


def test_the_key_can_come_from_stdin_and_is_never_shown(serving, scorer, key: str) -> None:
    done = doctor(serving(scorer), "-", input=f"{key}\n")
    assert done.exit_code == 0
    assert key not in done.output


def test_a_wrong_key_fails_everywhere_and_says_how_to_make_one(serving, scorer, key: str) -> None:
    done = doctor(serving(scorer), "cmt_wrong")
    assert done.exit_code == 1
    for mark, says in lines_of(done).values():
        assert mark == "FAILS"
        assert "comity keys create" in says


def test_without_a_bundle_every_scoring_door_fails_with_the_reason(serving, key: str) -> None:
    done = doctor(serving(None, fault="manifest.json is missing"), key)
    assert done.exit_code == 1
    lines = lines_of(done)
    assert "manifest.json is missing" in lines["OpenAI"][1]
    assert lines["Perspective discovery"][0] == "ok"


def test_signed_calls_are_not_tested_without_the_secret_and_are_with_it(
    serving, scorer, key: str
) -> None:
    url = serving(scorer, coral_secrets=SecretStr("secret-of-coral"))
    without = doctor(url, key)
    assert without.exit_code == 0
    assert lines_of(without)["Coral"][0] == "-"
    assert "--coral-secret" in lines_of(without)["Coral"][1]
    assert lines_of(doctor(url, key, "--coral-secret", "secret-of-coral"))["Coral"][0] == "ok"
    wrong = doctor(url, key, "--coral-secret", "another")
    assert (wrong.exit_code, lines_of(wrong)["Coral"][0]) == (1, "FAILS")


class Level:
    """Scores every comment the same."""

    version = "level-1"
    languages = ("en",)
    thresholds = dict.fromkeys(NAMES, 0.5)

    def score(self, comments, *, spans: bool = False) -> list[Scores]:
        return [Scores(dict.fromkeys(NAMES, 0.3)) for _ in comments]


def test_a_bundle_that_sees_no_difference_fails_everywhere_but_at_the_document(
    serving, key: str
) -> None:
    done = doctor(serving(Level()), key)
    assert done.exit_code == 1
    lines = lines_of(done)
    assert {door for door, (mark, _) in lines.items() if mark == "ok"} == {"Perspective discovery"}
    assert "would approve the rude comment" in lines["native API"][1]
    assert "0.80 does not part them" in lines["Perspective"][1]


def test_a_quota_that_is_used_up_is_said_so(serving, scorer, key: str) -> None:
    done = doctor(serving(scorer, quota_requests_per_day=1), key)
    assert lines_of(done)["native API"][0] == "ok"
    assert "the limit is 1 requests a day" in lines_of(done)["OpenAI"][1]


def test_a_document_that_sends_clients_elsewhere_fails(serving, scorer, key: str) -> None:
    url = serving(scorer, public_url="https://elsewhere.example")
    says = lines_of(doctor(url, key))["Perspective discovery"]
    assert says[0] == "FAILS"
    assert "https://elsewhere.example/" in says[1]


class Canned(BaseHTTPRequestHandler):
    status, headers_sent, body = 200, {}, b"{}"

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(self.status)
        for name, value in self.headers_sent.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    do_POST = do_GET

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def canned(monkeypatch) -> Iterator[Callable[..., str]]:
    server = HTTPServer(("127.0.0.1", 0), Canned)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()

    def answer(status: int, body: object = None, **headers: str) -> str:
        monkeypatch.setattr(Canned, "status", status)
        monkeypatch.setattr(
            Canned, "body", b"<html>" if body is None else json.dumps(body).encode()
        )
        monkeypatch.setattr(Canned, "headers_sent", headers)
        return f"http://127.0.0.1:{server.server_port}"

    yield answer
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    ("status", "headers", "says"),
    [
        (301, {"Location": "https://a.example/"}, "give them the address https://a.example/"),
        (403, {}, "may not do this"),
        (404, {}, "not at this address"),
        (502, {}, "status 502"),
        (200, {}, "holds no score for TOXICITY"),
    ],
)
def test_what_another_server_answers_is_put_in_plain_words(
    canned, status: int, headers: dict[str, str], says: str
) -> None:
    done = doctor(canned(status, **headers), "key")
    assert done.exit_code == 1
    assert says in lines_of(done)["Perspective"][1]
    assert {mark for mark, _ in lines_of(done).values()} == {"FAILS"}


@pytest.mark.parametrize("body", [[], {}, {"results": "x"}, {"results": [1, 2]}, None, 3])
def test_an_answer_of_any_other_form_is_a_finding_and_not_a_fault(canned, body: object) -> None:
    done = doctor(canned(200, body), "key")
    assert done.exit_code == 1
    assert done.exception is None or isinstance(done.exception, SystemExit)


def test_nobody_there_is_said_at_each_door(canned) -> None:
    done = doctor("http://127.0.0.1:9", "key")  # the discard port: nothing listens there
    assert done.exit_code == 1
    assert all("no answer from http://127.0.0.1:9" in says for _, says in lines_of(done).values())


def test_an_answer_too_late_for_coral_is_slow_and_the_exit_status_says_so(
    serving, scorer, key, monkeypatch
) -> None:
    monkeypatch.setattr(checks, "CORAL_PATIENCE_MS", -1)
    done = doctor(serving(scorer), key)
    assert done.exit_code == 1
    lines = lines_of(done)
    mark, says = lines.pop("Perspective")
    assert mark == "SLOW"
    assert "Coral waits -1 ms, then publishes unread" in says
    assert "TOXICITY is" in says
    assert {mark for mark, _ in lines.values()} == {"ok"}


def test_a_door_whose_answers_are_wrong_fails_however_slow_it_is(serving, key, monkeypatch) -> None:
    monkeypatch.setattr(checks, "CORAL_PATIENCE_MS", -1)
    assert lines_of(doctor(serving(Level()), key))["Perspective"][0] == "FAILS"


def test_how_long_corals_phase_must_wait_is_said(serving, scorer, key) -> None:
    says = lines_of(doctor(serving(scorer), key))["Coral"][1]
    assert re.search(r"took \d+ ms: the phase's timeout in Coral must be longer", says)


@pytest.mark.parametrize(
    "url",
    [
        "comments.example",
        "ftp://a.example",
        "http://",
        "http://a.example?x=1",
        "http://a:b/",
        "http://[a",
    ],
)
def test_another_thing_than_a_url_is_wrong_use(url: str) -> None:
    done = doctor(url, "key")
    assert done.exit_code == 2
    assert "URL" in done.output


@pytest.mark.parametrize("key", ["", "k\u00e9y", "a\nb"])
def test_another_thing_than_a_key_is_wrong_use(key: str) -> None:
    done = doctor("http://127.0.0.1:9", key)
    assert done.exit_code == 2
    assert "KEY" in done.output


def test_a_url_may_have_a_path_and_a_slash_at_its_end() -> None:
    assert url_of("https://a.example/comity/") == "https://a.example/comity"


def test_what_is_not_there_is_none() -> None:
    answer = Answer(200, {"a": [{"b": 1}]}, {}, 1)
    assert answer.number("a", 0, "b") == 1
    assert answer.at("a", 1, "b") is None
    assert answer.at("a", "b") is None
    assert answer.number("a") is None
