"""Every class of error, in Perspective's own shape and words."""

import json

import hypothesis
import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from service.errors import NotReady
from tests.service.doors.perspective.conftest import ANALYZE, SUGGEST, refusal

ERROR = "type.googleapis.com/google.commentanalyzer.v1alpha1.Error"
INFO = "type.googleapis.com/google.rpc.ErrorInfo"
ASKED = {"TOXICITY": {}}


def error_type(detail: dict[str, object]) -> object:
    assert detail["@type"] == ERROR
    return detail["errorType"]


@pytest.mark.parametrize(
    "comment", [{}, None, {"text": ""}, {"text": None}, {"text": " \n"}, {"text": "\u200b"}]
)
def test_an_empty_comment_is_refused(door, comment: object) -> None:
    answer = door.post(ANALYZE, {"comment": comment, "requestedAttributes": ASKED})
    message, detail = refusal(answer)
    assert (message, error_type(detail)) == ("Comment must be non-empty.", "COMMENT_EMPTY")
    assert answer.get_json()["error"]["status"] == "INVALID_ARGUMENT"


def test_no_body_at_all_is_an_empty_comment(door) -> None:
    assert error_type(refusal(door.post(ANALYZE, b""))[1]) == "COMMENT_EMPTY"


def test_a_comment_is_measured_in_bytes(door) -> None:
    assert door.analyze("é" * 10_240).status_code == 200
    message, detail = refusal(door.analyze("é" * 10_241))
    assert message == "Comment text was too many bytes. Value (20482) exceeded limit (20480)."
    assert error_type(detail) == "COMMENT_TOO_LONG"


@pytest.mark.parametrize("attributes", [{}, None])
def test_no_attributes_are_refused(door, attributes: object) -> None:
    message, detail = refusal(door.analyze(requestedAttributes=attributes))
    assert message == "Missing requested_attributes"
    assert error_type(detail) == "NO_REQUESTED_ATTRIBUTES"


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"requestedAttributes": {"TOXICTY": {}}}, "Unknown requested attribute: TOXICTY"),
        (
            {"requestedAttributes": {"TOXICITY": {"scoreType": "PERCENTILE"}}},
            "Requested score type PERCENTILE is not supported by attribute TOXICITY",
        ),
        (
            {"comment": {"text": "a", "type": "HTML"}},
            "Currently, only 'PLAIN_TEXT' comments are supported",
        ),
        ({"comment": {"text": "a", "type": "MARKDOWN"}}, "Unknown text type"),
        (
            {
                "context": {
                    "entries": [{"text": "a"}],
                    "articleAndParentComment": {"article": {"text": "b"}},
                }
            },
            "Context can have either entries or article_and_parent_comment, "
            "but both fields were populated.",
        ),
        (
            {"context": {"entries": [{"text": "a", "type": "HTML"}]}},
            "Currently, only 'PLAIN_TEXT' context entries are supported",
        ),
        (
            {"context": {"entries": [{"text": "x" * (2**20 + 1)}]}},
            "Invalid value at 'context.entries[0].text': Context entry was too many bytes. "
            "Value (1048577) exceeded limit (1048576).",
        ),
        ({"comment": {"text": 3}}, "Invalid value at 'comment.text': must be a string"),
        ({"comment": "hello"}, "Invalid value at 'comment': must be an object"),
        (
            {"comment": {"text": "half \ud800"}},
            "Invalid value at 'comment.text': holds half of a surrogate pair",
        ),
        (
            {"requestedAttributes": ["TOXICITY"]},
            "Invalid value at 'requestedAttributes': must be an object",
        ),
        (
            {"requestedAttributes": {"TOXICITY": 1}},
            "Invalid value at 'requestedAttributes.TOXICITY': must be an object",
        ),
        (
            {"requestedAttributes": {"TOXICITY": {"scoreThreshold": "high"}}},
            "Invalid value at 'requestedAttributes.TOXICITY.scoreThreshold': must be a number",
        ),
        (
            {"languages": [3]},
            "Invalid value at 'languages': must be language codes such as en or pt-BR",
        ),
        ({"languages": {"en": 1}}, "Invalid value at 'languages': must be a list of strings"),
        ({"spanAnnotations": 7}, "Invalid value at 'spanAnnotations': must be true or false"),
        (
            {"clientToken": 7},
            "Invalid value at 'clientToken': must be a string of whole characters",
        ),
        ({"context": {"entries": "a"}}, "Invalid value at 'context.entries': must be a list"),
        (
            {"context": {"entries": ["a"]}},
            "Invalid value at 'context.entries[0]': must be an object",
        ),
    ],
)
def test_an_invalid_request_is_named(door, fields: dict[str, object], says: str) -> None:
    message, detail = refusal(door.analyze(**fields))
    assert message == says
    assert error_type(detail) == "INVALID_REQUEST"
    assert door.scorer.asked == []


def test_one_unknown_attribute_fails_the_whole_request(door) -> None:
    message, _ = refusal(door.analyze(requestedAttributes={"TOXICITY": {}, "X" * 200: {}}))
    assert message == "Unknown requested attribute: " + "X" * 64


def test_a_language_that_the_call_names_and_nobody_judges_is_refused(door) -> None:
    message, detail = refusal(door.analyze(languages=["om"]))
    assert message == "Attribute TOXICITY does not support request languages: om"
    assert error_type(detail) == "LANGUAGE_NOT_SUPPORTED_BY_ATTRIBUTE"
    assert detail["languageNotSupportedByAttributeError"] == {
        "attribute": "TOXICITY",
        "requestedLanguages": ["om"],
    }


@pytest.mark.parametrize("mode", ["leave_out", "error"])
@pytest.mark.parametrize(
    "text", ["12345", "👍👍", "!!!", "https://herald.example/a-walk", "¯\\_(ツ)_/¯"]
)
def test_a_comment_without_words_and_without_a_language_is_refused_unless_a_site_wants_neutral(
    make_door, mode: str, text: str
) -> None:
    message, detail = refusal(make_door(not_judged=mode).analyze(text))
    assert message == "Unable to detect language"
    assert error_type(detail) == "LANGUAGE_DETECTION_FAILED"


def test_a_site_may_want_an_error_for_what_is_not_judged(make_door) -> None:
    door = make_door(not_judged="error")
    message, detail = refusal(door.analyze(requestedAttributes={"TOXICITY": {}, "SPAM": {}}))
    assert message == "Attribute SPAM does not support request languages: en"
    assert detail["languageNotSupportedByAttributeError"] == {
        "attribute": "SPAM",
        "detectedLanguages": ["en"],
    }
    asked = {"requestedAttributes": {"TOXICITY": {}, "SPAM": {}}}
    kept = door.scored(dropUnsupportedAttributes=True, **asked)["attributeScores"]
    assert set(kept) == {"TOXICITY"}


def test_a_foreign_comment_is_an_error_where_a_site_wants_errors(make_door) -> None:
    door = make_door(not_judged="error")
    message, _ = refusal(door.analyze("Bu çok kötü bir haber ve ben bunu hiç sevmedim."))
    assert message == "Attribute TOXICITY does not support request languages: tr"


@pytest.mark.parametrize("path", [ANALYZE, SUGGEST])
def test_a_key_that_is_not_valid_is_refused_as_at_google(door, path: str) -> None:
    message, detail = refusal(door.post(path, b"", key="nonsense"))
    assert message == "API key not valid. Please pass a valid API key."
    assert (detail["@type"], detail["reason"]) == (INFO, "API_KEY_INVALID")


@pytest.mark.parametrize("path", [ANALYZE, SUGGEST])
def test_no_key_is_another_refusal(door, path: str) -> None:
    answer = door.post(path, b"", key=None)
    message, detail = refusal(answer, status=403)
    assert message.startswith("Method doesn't allow unregistered callers")
    assert answer.get_json()["error"]["status"] == "PERMISSION_DENIED"
    assert detail["@type"] == INFO


def test_a_key_without_the_scope_may_not_suggest(door) -> None:
    message, _ = refusal(door.post(SUGGEST, b"{}", key=door.score_key), status=403)
    assert "feedback" in message


@pytest.mark.parametrize("raw", [b"{", b"[1]", b'"x"', b"\xff", b"{a b: 1}", b'{"a": NaN}'])
def test_a_body_that_is_no_object_is_refused(door, raw: bytes) -> None:
    assert error_type(refusal(door.post(ANALYZE, raw))[1]) == "INVALID_REQUEST"


def test_a_body_over_the_limit_is_413_in_the_same_shape(make_door) -> None:
    door = make_door(max_body_bytes="2048")
    message, _ = refusal(door.post(ANALYZE, b" " * 2049), status=413)
    assert "2048" in message


def test_over_the_quota_is_429_with_googles_reason(make_door) -> None:
    door = make_door(quota_requests_per_day="1")
    assert door.analyze().status_code == 200
    answer = door.analyze()
    message, detail = refusal(answer, status=429)
    assert answer.get_json()["error"]["status"] == "RESOURCE_EXHAUSTED"
    assert message.startswith(
        "Quota exceeded for quota metric 'Analysis requests (AnalyzeComment)' and limit "
    )
    assert detail["reason"] == "RATE_LIMIT_EXCEEDED"
    assert detail["metadata"]["quota_limit_value"] == "1"
    assert answer.get_json()["error"]["details"][1]["@type"].endswith("google.rpc.Help")
    assert int(answer.headers["Retry-After"]) > 0


def test_comments_count_against_the_quota_of_comments(make_door) -> None:
    door = make_door(quota_comments_per_day="2")
    statuses = [door.analyze("Fine. Day.", spanAnnotations=True).status_code for _ in range(3)]
    assert statuses == [200, 200, 429]


def test_too_much_waiting_is_503_and_says_when_to_come_back(door) -> None:
    turns = [door.parts.turns.turn() for _ in range(40)]
    door.parts.turns._inside = 40
    answer = door.analyze()
    del turns
    _, detail = refusal(answer, status=503)
    assert error_type(detail) == "OVERLOADED"
    assert "Retry-After" in answer.headers
    assert answer.get_json()["error"]["status"] == "UNAVAILABLE"


def test_without_a_bundle_nothing_is_scored(door, monkeypatch: pytest.MonkeyPatch) -> None:
    def not_ready(_parts: object) -> None:
        raise NotReady("no bundle is loaded: it was not found")

    monkeypatch.setattr(type(door.parts), "ready_scorer", not_ready)
    assert error_type(refusal(door.analyze(), status=503)[1]) == "NOT_READY"


def test_a_fault_of_ours_names_its_id_and_not_the_comment(
    door, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("You are a clown.")

    monkeypatch.setattr(door.scorer, "score", broken)
    answer = door.analyze()
    message, _ = refusal(answer, status=500)
    assert "clown" not in message
    assert answer.headers["X-Request-Id"] in message


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", ANALYZE), ("POST", "/v1alpha1/comments:improve"), ("DELETE", "/v1alpha1/x/y")],
)
def test_another_call_is_404_in_the_same_shape(door, method: str, path: str) -> None:
    refusal(door.client.open(path, method=method), status=404)


@pytest.mark.parametrize("secret", ["zyxwvu clown", "half zyxwvu \ud800"])
def test_no_error_quotes_the_comment(door, secret: str) -> None:
    wrong = [
        {"languages": ["om"]},
        {"requestedAttributes": {"NONE": {}}},
        {"comment": {"text": secret, "type": "HTML"}},
        {"clientToken": 1},
    ]
    for fields in wrong:
        assert "zyxwvu" not in json.dumps(door.analyze(secret, **fields).get_json())


@pytest.mark.parametrize("kind", [[], {}, 7, True])
def test_a_text_type_that_is_no_text_is_unknown(door, kind: object) -> None:
    answer = door.post(ANALYZE, {"comment": {"text": "hi", "type": kind}})
    assert "Unknown text type" in json.dumps(refusal(answer))


LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
NAMES = (
    *("comment", "text", "type", "requestedAttributes", "TOXICITY", "SPAM", "scoreType", "value"),
    *("scoreThreshold", "languages", "context", "entries", "article", "articleAndParentComment"),
    *("attributeScores", "summaryScore", "spanScores", "begin", "end", "score", "clientToken"),
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=12,
)
FIELDS = st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=6)


@pytest.mark.parametrize("path", [ANALYZE, SUGGEST])
@given(fields=FIELDS, sound=st.booleans())
@hypothesis.settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_a_body_holds_the_fault_is_never_ours(
    door, path: str, fields: dict[str, object], sound: bool
) -> None:
    scores = {"INSULT": {"summaryScore": {"value": 1}}}
    basis = {"comment": {"text": "hi"}, "requestedAttributes": ASKED, "attributeScores": scores}
    answer = door.post(path, (basis if sound else {}) | fields)
    assert answer.status_code in (200, 400), answer.get_data(as_text=True)
