"""comments:suggestscore keeps what a person says, in SQLite and in PostgreSQL."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from service import keys
from service.doors.perspective import suggest
from service.keys import Caller
from service.moderation import retention
from service.store import schema
from service.store.session import Store
from service.store.tables import KeptLabel
from tests.service.doors.perspective.conftest import SUGGEST, refusal

REJECTED = {"TOXICITY": {"summaryScore": {"value": 1, "type": "PROBABILITY"}}}
CORAL_CONTEXT = {
    "url": "https://paper.example/budget?a=1",
    "reply_to_id_Coral_comment_id": "",
    "Coral_comment_id": "c0ffee-1",
}


def as_coral(**fields: object) -> dict[str, object]:
    """The body that Coral sends when a moderator has rejected a comment."""
    return {
        "comment": {"text": "You are a clown."},
        "context": {"entries": [{"text": json.dumps(CORAL_CONTEXT)}]},
        "attributeScores": REJECTED,
        "languages": ["en"],
        "communityId": "Coral:https://comments.paper.example",
        "clientToken": "comment:c0ffee-1",
        **fields,
    }


def kept(door) -> list[KeptLabel]:
    with door.parts.store.reading() as session:
        return list(session.scalars(select(KeptLabel)))


def suggested(door, **fields: object) -> KeptLabel:
    """The one row that a call keeps."""
    answer = door.post(
        SUGGEST, {"comment": {"text": "You clown 😀."}, "attributeScores": REJECTED} | fields
    )
    assert answer.status_code == 200, answer.get_data(as_text=True)
    (row,) = kept(door)
    return row


def test_corals_feedback_is_kept_with_where_the_comment_stands(door) -> None:
    before = datetime.now(UTC)
    answer = door.post(SUGGEST, as_coral())
    assert answer.get_json() == {
        "clientToken": "comment:c0ffee-1",
        "requestedLanguages": ["en"],
        "detectedLanguages": ["en"],
    }
    (row,) = kept(door)
    assert (row.text, row.labels, row.source) == (
        "You are a clown.",
        {"incivility": 1.0},
        "perspective",
    )
    assert row.suggested == {"TOXICITY": 1.0}
    assert (row.comment_id, row.url) == ("c0ffee-1", CORAL_CONTEXT["url"])
    assert (row.community, row.client_token) == (
        "Coral:https://comments.paper.example",
        "comment:c0ffee-1",
    )
    assert (row.site, row.key_id, row.language, row.context) == ("default", 1, "en", None)
    assert before <= row.created_at <= datetime.now(UTC)


def test_nothing_is_kept_where_the_call_says_so(door) -> None:
    answer = door.post(SUGGEST, as_coral(doNotStore=True))
    assert answer.status_code == 200
    assert kept(door) == []


def test_every_call_is_kept_again(door) -> None:
    for value in (0, 1):
        scores = {"TOXICITY": {"summaryScore": {"value": value}}}
        assert door.post(SUGGEST, as_coral(attributeScores=scores)).status_code == 200
    assert [row.labels for row in kept(door)] == [{"incivility": 0.0}, {"incivility": 1.0}]


def test_a_context_that_is_not_corals_is_kept_as_one(door) -> None:
    row = suggested(door, context={"entries": [{"text": "The article."}, {"text": "A parent."}]})
    assert row.context == {"article": {"text": "The article."}, "parent": "A parent."}
    assert (row.comment_id, row.url) == (None, None)


@pytest.mark.parametrize(
    "text",
    [
        *("{not JSON", "{}", '{"url": "https://x.example"}', "[" * 5000),
        pytest.param(f'{{"Coral_comment_id": {"1" * 5000}}}', id="a number of too many digits"),
    ],
)
def test_a_context_that_only_looks_like_corals_stays_a_context(door, text: str) -> None:
    assert suggested(door, context={"entries": [{"text": text}]}).context == {
        "article": {"text": text},
        "parent": None,
    }


@pytest.mark.parametrize("odd", ["x" * 201, "a\nb", "", 7, None])
def test_an_id_that_is_none_is_passed_over(door, odd: object) -> None:
    said = json.dumps({**CORAL_CONTEXT, "Coral_comment_id": odd})
    row = suggested(door, context={"entries": [{"text": said}]})
    assert (row.comment_id, row.url, row.context) == (None, CORAL_CONTEXT["url"], None)


def test_an_id_may_stand_in_the_token_alone(door) -> None:
    assert suggested(door, clientToken="comment:abc").comment_id == "abc"


@pytest.mark.parametrize("odd", ["x" * 201, "", 7, None])
def test_where_corals_context_holds_no_id_the_tokens_counts_and_erases(door, odd: object) -> None:
    said = json.dumps({**CORAL_CONTEXT, "Coral_comment_id": odd})
    sent = {"context": {"entries": [{"text": said}]}, "clientToken": "comment:abc"}
    row = suggested(door, **sent)
    assert (row.comment_id, row.url, row.context) == ("abc", CORAL_CONTEXT["url"], None)
    with door.parts.store.writing() as session:
        assert retention.erase_comment(session, "default", "abc", now=datetime.now(UTC)) == 1
    assert door.post(SUGGEST, as_coral(**sent)).status_code == 200
    assert [row.text for row in kept(door)] == ["", ""]


def test_an_opaque_token_is_kept_and_not_read(door) -> None:
    row = suggested(door, clientToken="abc")
    assert (row.comment_id, row.client_token) == (None, "abc")


def test_an_attribute_that_we_do_not_judge_is_kept_and_teaches_nothing(door) -> None:
    scores = {"SPAM": {"summaryScore": {"value": 1}}, "INSULT@2": {"summaryScore": {"value": 0.5}}}
    row = suggested(door, attributeScores=scores)
    assert row.suggested == {"SPAM": 1.0, "INSULT@2": 0.5}
    assert row.labels == {"insult": 0.5}


def test_two_names_of_one_label_teach_the_larger_score(door) -> None:
    scores = {
        "TOXICITY": {"summaryScore": {"value": 0.2}},
        "TOXICITY_EXPERIMENTAL": {"summaryScore": {"value": 0.9}},
    }
    assert suggested(door, attributeScores=scores).labels == {"incivility": 0.9}


def test_spans_are_kept_in_code_points(door) -> None:
    span = {"begin": 4, "end": 12, "score": {"value": 1}}
    scores = {"INSULT": {"spanScores": [span]}, "SPAM": {"spanScores": [span]}}
    row = suggested(door, attributeScores=scores)
    assert row.spans == [[4, 11, "insult", 1.0]]
    assert row.labels == {}


def test_a_nul_is_kept_as_another_character(door) -> None:
    assert suggested(door, comment={"text": "You\0clown"}).text == "You\ufffdclown"


@pytest.mark.parametrize(
    ("scores", "says"),
    [
        ({}, "Missing attribute_scores"),
        (None, "Missing attribute_scores"),
        ({"NOBODY": {"summaryScore": {"value": 1}}}, "Unknown requested attribute: NOBODY"),
        ({"TOXICITY": {}}, "attributeScores.TOXICITY': needs a summaryScore or spanScores"),
        ({"TOXICITY": 1}, "attributeScores.TOXICITY': must be an object"),
        (
            {"TOXICITY": {"summaryScore": {"type": "PROBABILITY"}}},
            "summaryScore.value': is missing",
        ),
        ({"TOXICITY": {"summaryScore": {"value": 2}}}, "summaryScore.value': must be from 0 to 1"),
        ({"TOXICITY": {"summaryScore": {"value": "x"}}}, "summaryScore.value': must be a number"),
        (
            {"TOXICITY": {"summaryScore": {"value": 1, "type": "RAW"}}},
            "Requested score type RAW is not supported by attribute TOXICITY",
        ),
        (
            {"TOXICITY": {"spanScores": [{"end": 2, "score": {"value": 1}}]}},
            "spanScores[0].begin': must be a whole number",
        ),
        (
            {"TOXICITY": {"spanScores": [{"begin": 0, "end": 99, "score": {"value": 1}}]}},
            "spanScores[0].end': 99 is not the edge of a character of the comment",
        ),
        (
            {"TOXICITY": {"spanScores": [{"begin": 2, "end": 2, "score": {"value": 1}}]}},
            "spanScores[0]': must end after it begins",
        ),
    ],
)
def test_a_suggestion_that_says_nothing_sound_is_refused(door, scores: object, says: str) -> None:
    message, _ = refusal(door.post(SUGGEST, {"comment": {"text": "hi"}, "attributeScores": scores}))
    assert says in message
    assert kept(door) == []


def test_an_endless_token_is_refused(door) -> None:
    message, _ = refusal(door.post(SUGGEST, as_coral(sessionId="x" * 4097)))
    assert message == "Invalid value at 'sessionId': has 4097 characters, the limit is 4096"


def test_a_suggestion_for_an_erased_comment_is_kept_without_a_word_of_it(door) -> None:
    told = door.post(SUGGEST, as_coral()).get_json()
    with door.parts.store.writing() as session:
        retention.erase_comment(session, "default", "c0ffee-1", now=datetime.now(UTC))
    span = {"begin": 0, "end": 3, "score": {"value": 1}}
    scores = {"INSULT": {"summaryScore": {"value": 1}, "spanScores": [span]}}
    assert door.post(SUGGEST, as_coral(attributeScores=scores)).get_json() == told
    _, row = kept(door)
    assert (row.text, row.context, row.url, row.client_token, row.spans) == (
        *("", None, None, None),
        [],
    )
    assert (row.comment_id, row.labels) == ("c0ffee-1", {"insult": 1.0})


def test_suggestions_without_an_id_are_no_one_comment(door) -> None:
    said = json.dumps({"Coral_comment_id": ""})
    body = as_coral(clientToken=None, context={"entries": [{"text": said}]})
    assert door.post(SUGGEST, body).status_code == 200
    with door.parts.store.writing() as session:
        later = datetime.now(UTC) + timedelta(days=4)
        assert retention.expire_labels(session, "default", days=3, now=later, limit=9) == 1
    assert door.post(SUGGEST, body).status_code == 200
    found = [(row.comment_id, row.text) for row in kept(door)]
    assert found == [(None, ""), (None, "You are a clown.")]


def test_the_session_is_not_kept(door) -> None:
    suggested(door, sessionId="reader-4711")
    folder = door.parts.settings.state_dir
    assert not any(b"reader-4711" in file.read_bytes() for file in folder.rglob("*.db*"))


def test_either_database_keeps_a_suggestion_as_it_was_sent(door, either_url: str) -> None:
    store = Store(either_url)
    schema.upgrade(store)
    with store.writing() as session:
        keys.create(session, name="cms")
    body = as_coral(
        comment={"text": "Du Clown 😀\0"}, clientToken="a\0b", communityId="Ünïcode", context=None
    )
    suggestion = suggest.parse(body, max_bytes=100)
    door.parts.store.close()
    object.__setattr__(door.parts, "store", store)
    suggest.keep(suggestion, Caller(1, "daily", frozenset()), door.parts)
    (row,) = kept(door)
    assert (row.site, row.text, row.client_token) == ("daily", "Du Clown 😀\ufffd", "a\ufffdb")
    assert (row.community, row.context, row.labels) == ("Ünïcode", None, {"incivility": 1.0})
