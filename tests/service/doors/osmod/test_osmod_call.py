"""POST /doors/osmod/api/score-comment, and what is posted back."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import structlog
from pydantic import SecretStr

from service.doors.osmod import callbacks
from service.doors.osmod.callbacks import Callback, Callbacks, deliver
from service.errors import Overloaded
from service.outbound import Fence, Target
from tests.service.served import until

PATH = "/doors/osmod/api/score-comment"
RUDE = "You are a clown."


def asked(text: str = RUDE, **more: object) -> dict[str, object]:
    """What osmod's proxyShim.ts sends."""
    links = {"self": "http://osmod.example/rest/1"}
    return {
        "sync": True,
        "includeSummaryScores": True,
        "comment": {
            "commentId": 7,
            "plainText": text,
            "htmlText": f"<p>{text}</p>",
            "links": links,
        },
        "article": {"articleId": 3, "plainText": "Trams run late.", "links": links},
        "links": {"callback": "http://osmod.example/api/assistant/scores/11"},
    } | more


class Backend(BaseHTTPRequestHandler):
    """osmod's side: remembers what it gets and answers with the next status in line."""

    received: list[tuple[str, dict[str, object], str | None]]
    statuses: list[int]

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers["Content-Length"]))
        self.received.append((self.path, json.loads(raw), self.headers["Authorization"]))
        self.send_response(self.statuses.pop(0) if self.statuses else 200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def backend() -> Iterator[HTTPServer]:
    Backend.received, Backend.statuses = [], []
    server = HTTPServer(("127.0.0.1", 0), Backend)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def callback_of(backend: HTTPServer) -> dict[str, str]:
    return {"callback": f"http://127.0.0.1:{backend.server_port}/api/assistant/scores/11"}


def allowing(backend: HTTPServer, **more: object) -> dict[str, object]:
    host = f"127.0.0.1:{backend.server_port}"
    return {"outbound_hosts": host, "outbound_private": True, **more}


def test_sync_answers_with_the_scores(service) -> None:
    answer = service.post(PATH, json=asked())
    assert answer.status_code == 200
    reply = answer.get_json()
    assert set(reply) == {"scores", "summaryScores"}
    assert reply["scores"].keys() == reply["summaryScores"].keys()
    whole, word = reply["scores"]["INSULT"]
    assert (whole["begin"], whole["end"]) == (0, len(RUDE))
    assert RUDE[word["begin"] : word["end"]] == "clown"
    assert set(word) == {"score", "begin", "end"}


def test_the_summary_is_left_out_unless_asked_for(service) -> None:
    reply = service.post(PATH, json={"sync": True, "comment": {"plainText": RUDE}}).get_json()
    assert set(reply) == {"scores"}


def test_article_and_parent_are_the_context(service, scorer) -> None:
    service.post(PATH, json=asked(inReplyToComment={"commentId": 1, "plainText": "They do not."}))
    context = scorer.asked[0].context
    assert (context.article.text, context.parent) == ("Trams run late.", "They do not.")
    assert service.post(PATH, json=asked(inReplyToComment=None)).status_code == 200


def test_the_key_may_come_alone_as_osmod_sends_it(service, key: str) -> None:
    alone = service.client.post(PATH, json=asked(), headers={"Authorization": key})
    assert alone.status_code == 200
    wrong = service.client.post(PATH, json=asked(), headers={"Authorization": "wrong"})
    assert wrong.status_code == 401
    assert set(wrong.get_json()) == {"error"}


@pytest.mark.parametrize(
    ("body", "names"),
    [
        (asked(""), "comment.plainText is blank"),
        (asked("x" * 20_481), "comment.plainText has 20481 bytes"),
        ({"sync": True}, "comment is required"),
        ({"sync": True, "comment": {"plainText": 3}}, "comment.plainText must be a text"),
        ({"comment": {"plainText": RUDE}}, "links.callback is required"),
        (asked(article={"plainText": "\ud83d"}), "article.plainText holds half"),
        (asked(inReplyToComment={"plainText": "\ud83d"}), "inReplyToComment.plainText holds half"),
    ],
)
def test_a_wrong_request_is_400_with_a_sentence(service, body: object, names: str) -> None:
    answer = service.post(PATH, json=body)
    assert answer.status_code == 400
    assert answer.get_json()["error"].startswith(names)


def test_an_abstention_is_an_answer_without_scores(service) -> None:
    reply = service.post(PATH, json=asked("12345")).get_json()
    assert reply == {"scores": {}, "summaryScores": {}}


def test_without_sync_the_scores_are_posted_to_the_callback(make_service, scorer, backend) -> None:
    service = make_service(scorer, **allowing(backend, osmod_token=SecretStr("token-of-osmod")))
    answer = service.post(PATH, json=asked(sync=False, links=callback_of(backend)))
    assert (answer.status_code, answer.get_json()) == (200, {"status": "success"})
    until(lambda: len(Backend.received) == 1)
    path, body, auth = Backend.received[0]
    assert (path, auth) == ("/api/assistant/scores/11", "JWT token-of-osmod")
    assert set(body) == {"scores", "summaryScores"}
    assert body["summaryScores"]["INSULT"] > 0.5


def test_a_callback_always_has_the_summary_that_osmods_schema_wants(
    make_service, scorer, backend
) -> None:
    service = make_service(scorer, **allowing(backend))
    body = asked(sync=False, includeSummaryScores=False, links=callback_of(backend))
    assert service.post(PATH, json=body).status_code == 200
    until(lambda: len(Backend.received) == 1)
    assert Backend.received[0][1]["summaryScores"]
    assert Backend.received[0][2] is None


def test_a_callback_to_a_host_that_is_not_allowed_is_403_before_anything_is_scored(
    service, scorer
) -> None:
    answer = service.post(PATH, json=asked(sync=False))
    assert answer.status_code == 403
    assert "COMITY_OUTBOUND_HOSTS" in answer.get_json()["error"]
    assert "osmod.example" not in answer.get_json()["error"]
    assert scorer.asked == []


def test_a_private_address_is_not_called_unless_allowed(backend) -> None:
    target = Target("http", "127.0.0.1", backend.server_port, "/")
    callback = Callback(target, b"{}", {}, Fence(frozenset()), "id")
    with structlog.testing.capture_logs() as lines:
        assert not deliver(callback, sleep=pytest.fail)
    assert "private address" in lines[0]["why"]
    assert Backend.received == []


def one(backend: HTTPServer) -> Callback:
    target = Target("http", "127.0.0.1", backend.server_port, "/x")
    return Callback(target, b"{}", {}, Fence(frozenset(), private=True), "id-1")


def test_a_5xx_is_tried_again_after_a_pause(backend) -> None:
    Backend.statuses = [503, 500]
    pauses: list[float] = []
    assert deliver(one(backend), sleep=pauses.append)
    assert pauses == list(callbacks.PAUSES_S)
    assert len(Backend.received) == 3


def test_a_4xx_is_not_tried_again_and_is_in_the_log(backend) -> None:
    Backend.statuses = [400]
    with structlog.testing.capture_logs() as lines:
        assert not deliver(one(backend), sleep=pytest.fail)
    assert len(Backend.received) == 1
    assert lines[0]["event"] == "callback not posted"
    assert (lines[0]["request_id"], lines[0]["why"]) == ("id-1", "refused: status 400")


def test_nobody_there_is_given_up_after_three_tries(backend) -> None:
    callback = one(backend)
    backend.shutdown()
    backend.server_close()
    pauses: list[float] = []
    assert not deliver(callback, sleep=pauses.append)
    assert len(pauses) == 2


def test_a_full_line_is_503_rather_than_a_promise(backend, monkeypatch) -> None:
    monkeypatch.setattr(callbacks, "WAITING", 1)
    monkeypatch.setattr(callbacks, "THREADS", 0)
    line = Callbacks()
    line.add(one(backend))
    with pytest.raises(Overloaded, match="1 callbacks wait"):
        line.add(one(backend))
