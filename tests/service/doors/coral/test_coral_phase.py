"""POST /doors/coral: Coral's external moderation phase."""

import json

import pytest
from pydantic import SecretStr

from model.labels import NAMES
from model.records import Comment, Scores
from service.doors.coral.mapping import REPLIES
from service.doors.coral.plain import plain_text
from service.doors.coral.signature import HEADER, is_signed, signature_of
from service.moderation.policy import ACTIONS
from service.sites import Site

SECRET, NEXT = "coral-secret-one", "coral-secret-two"
JSON = {"Content-Type": "application/json"}


class Graded:
    """Scores a comment by the word it holds: kind, rude, vile."""

    version = "graded-1"
    languages = ("en",)
    thresholds = dict.fromkeys(NAMES, 0.5)

    def __init__(self) -> None:
        self.asked: list[Comment] = []

    def score(self, comments, *, spans: bool = False) -> list[Scores]:
        self.asked += comments
        return [self._one(comment.text) for comment in comments]

    def _one(self, text: str) -> Scores:
        if not any(map(str.isalpha, text)):
            return Scores(None, abstained="no_words")
        high = 0.95 if "vile" in text else 0.6 if "rude" in text else 0.01
        return Scores(dict.fromkeys(NAMES, high), labels=NAMES if high > 0.5 else ())


def asked(body: str, action: str = "NEW") -> dict[str, object]:
    """What Coral sends, all of it."""
    return {
        "action": action,
        "comment": {"body": body, "parentID": None},
        "author": {"id": "baf4e943-3594-4fcc-b2ba-3e8de7a76352", "role": "COMMENTER"},
        "story": {"id": "245b3856", "url": "http://localhost:1313/posts/a-story-url/"},
        "site": {"id": "a4bede88-2d2c-4424-bc18-4322a9e285a6"},
        "tenantID": "19ba5794-7eeb-4d46-a81b-c00c61672501",
        "tenantDomain": "localhost",
    }


def as_coral_writes(body: object) -> bytes:
    return json.dumps(body, indent=2, ensure_ascii=False).encode()


@pytest.fixture
def graded() -> Graded:
    return Graded()


@pytest.fixture
def signed(make_service, graded: Graded):
    """A function that calls with the signatures of some secrets, at a service that knows one."""
    service = make_service(graded, coral_secrets=SecretStr(SECRET))

    def call(body: object, *secrets: str, raw: bytes | None = None):
        sent = as_coral_writes(body)
        header = ",".join(signature_of(sent, secret) for secret in secrets)
        headers = {HEADER: header} if secrets else {}
        return service.client.post(
            "/doors/coral",
            data=sent if raw is None else raw,
            headers=headers,
            content_type="application/json",
        )

    return call


def test_a_kind_comment_is_left_to_coral(signed) -> None:
    answer = signed(asked("A kind word."), SECRET)
    assert (answer.status_code, answer.get_data()) == (204, b"")


def test_review_publishes_with_a_flag(signed) -> None:
    answer = signed(asked("A rude word."), SECRET)
    assert answer.get_json() == {
        "status": "NONE",
        "actions": [{"actionType": "FLAG", "reason": "COMMENT_DETECTED_TOXIC"}],
    }


def test_where_coral_premoderates_a_review_flags_and_sets_no_status(
    make_service, graded: Graded
) -> None:
    sites = {"daily": Site(coral_premoderated=True, coral_secrets=[SecretStr(SECRET)])}
    service = make_service(graded, sites=sites)

    def call(text: str) -> dict[str, object]:
        raw = as_coral_writes(asked(text))
        headers = {HEADER: signature_of(raw, SECRET), **JSON}
        return service.client.post("/doors/coral", data=raw, headers=headers).get_json()

    assert call("A rude word.") == {
        "actions": [{"actionType": "FLAG", "reason": "COMMENT_DETECTED_TOXIC"}]
    }
    assert call("A vile word.")["status"] == "SYSTEM_WITHHELD"


def test_hold_withholds(signed) -> None:
    answer = signed(asked("A vile word.", action="EDIT"), SECRET)
    assert answer.get_json() == {
        "status": "SYSTEM_WITHHELD",
        "actions": [{"actionType": "FLAG", "reason": "COMMENT_DETECTED_TOXIC"}],
    }


def test_what_cannot_be_judged_is_for_a_person(signed) -> None:
    assert signed(asked("12345"), SECRET).get_json()["status"] == "NONE"
    assert signed(asked("x" * 20_481), SECRET).get_json()["actions"]


def test_every_action_of_the_policy_has_a_reply_that_coral_accepts() -> None:
    assert {*ACTIONS} <= REPLIES.keys()
    for reply in REPLIES.values():
        if reply is not None:
            written = reply.model_dump(exclude_none=True)
            assert written
            assert written.keys() <= {"status", "actions", "tags"}


def test_one_right_signature_of_several_suffices(signed) -> None:
    assert signed(asked("kind"), "expired", SECRET, "other").status_code == 204


@pytest.mark.parametrize("secrets", [(), ("wrong",), ("wrong", "expired")])
def test_without_a_right_signature_it_is_401(signed, graded: Graded, secrets) -> None:
    answer = signed(asked("kind"), *secrets)
    assert answer.status_code == 401
    assert HEADER in answer.get_json()["error"]["message"]
    assert graded.asked == []


def test_the_signature_is_of_the_raw_body(signed) -> None:
    body = asked("kind")
    assert signed(body, SECRET, raw=json.dumps(body).encode()).status_code == 401


def test_a_key_does_not_stand_in_for_a_signature(make_service, graded: Graded) -> None:
    service = make_service(graded, coral_secrets=SecretStr(SECRET))
    assert service.post("/doors/coral", json=asked("kind")).status_code == 401


def test_our_secrets_can_be_rolled_too(make_service, graded: Graded) -> None:
    service = make_service(graded, coral_secrets=SecretStr(f"{SECRET}, {NEXT},"))
    raw = as_coral_writes(asked("kind"))
    for secret in (SECRET, NEXT):
        headers = {HEADER: signature_of(raw, secret), **JSON}
        assert service.client.post("/doors/coral", data=raw, headers=headers).status_code == 204
    empty = {HEADER: signature_of(raw, ""), **JSON}
    assert service.client.post("/doors/coral", data=raw, headers=empty).status_code == 401


def test_a_secret_names_its_site(make_service, graded: Graded) -> None:
    sites = {"daily": Site(language="nl", coral_secrets=[SecretStr(NEXT)])}
    service = make_service(graded, coral_secrets=SecretStr(SECRET), sites=sites)
    raw = as_coral_writes(asked("kind"))
    for secret in (SECRET, NEXT):
        headers = {HEADER: signature_of(raw, secret), **JSON}
        assert service.client.post("/doors/coral", data=raw, headers=headers).status_code == 204
    assert [comment.language for comment in graded.asked] == [None, "nl"]


def test_without_any_secret_it_asks_for_a_key(make_service, graded: Graded) -> None:
    service = make_service(graded)
    assert service.post("/doors/coral", json=asked("kind")).status_code == 204
    assert service.client.post("/doors/coral", json=asked("kind")).status_code == 401


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "comment"),
        ({"comment": {}}, "comment.body"),
        ({"comment": {"body": 1}}, "comment.body"),
    ],
)
def test_another_body_is_400_and_names_the_field(signed, body: object, field: str) -> None:
    answer = signed(body, SECRET)
    assert (answer.status_code, answer.get_json()["error"]["field"]) == (400, field)


def test_another_media_type_is_415(make_service, graded: Graded) -> None:
    service = make_service(graded, coral_secrets=SecretStr(SECRET))
    raw = as_coral_writes(asked("kind"))
    headers = {HEADER: signature_of(raw, SECRET), "Content-Type": "text/plain"}
    assert service.client.post("/doors/coral", data=raw, headers=headers).status_code == 415


def test_a_site_has_a_quota(make_service, graded: Graded) -> None:
    service = make_service(graded, coral_secrets=SecretStr(SECRET), quota_requests_per_day=1)
    raw = as_coral_writes(asked("kind"))
    headers = {HEADER: signature_of(raw, SECRET), **JSON}
    assert service.client.post("/doors/coral", data=raw, headers=headers).status_code == 204
    again = service.client.post("/doors/coral", data=raw, headers=headers)
    assert again.status_code == 429
    assert again.headers["Retry-After"]
    service.parts.quotas.close()


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("You <b>cl</b>own", "You clown"),
        ("<div>One</div><div>two &amp; three</div>", "One\ntwo & three"),
        ("a<br>b<br/>c", "a\nb\nc"),
        ('<a href="https://a.example">here</a>', "here"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ("AT&amp;T is plain text", "AT&amp;T is plain text"),
        ("<3 you", "<3 you"),
        ("if a<b then c", "if a<b then c"),
    ],
)
def test_html_of_corals_editor_is_read_as_text(body: str, text: str) -> None:
    assert plain_text(body) == text


def test_the_words_of_html_are_what_is_scored(signed, graded: Graded) -> None:
    assert signed(asked("<div>A <b>vi</b>le word.</div>"), SECRET).status_code == 200
    assert graded.asked[0].text == "A vile word."


def test_a_signature_as_openssl_makes_it() -> None:
    # printf '{}' | openssl dgst -sha256 -hmac key
    known = "sha256=a777724d943eb48dc69bca8a4a6d57a04db3f9ec7e1de4e581e860265bdf3032"
    assert signature_of(b"{}", "key") == known
    assert is_signed(b"{}", f"sha256=00, {known}", "key")
    assert not is_signed(b"{ }", known, "key")
    assert not is_signed(b"{}", known.removeprefix("sha256="), "key")
    assert not is_signed(b"{}", "sha256=\u00e9", "key")
