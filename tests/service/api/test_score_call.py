"""POST /v1/score, from the request to the reply."""

import json
import math
import threading
from collections.abc import Callable

import pytest

from model.labels import NAMES
from model.records import Article, Comment, Context, Scores

RESULT_KEYS = {
    "id",
    "scores",
    "labels",
    "target",
    "spans",
    "action",
    "language",
    "truncated",
    "abstained",
    "error",
}
INSULT = "You are a clown."


def one(service, text: str = INSULT, **more: object) -> dict[str, object]:
    (result,) = service.score({"comments": [{"text": text, **more}]})["results"]
    return result


def test_a_comment_comes_back_with_everything_the_surface_promises(service) -> None:
    reply = service.score({"comments": [{"id": "c-1", "text": INSULT}], "spans": True})
    assert set(reply) == {"model", "results"}
    assert reply["model"] == "list-1"
    (result,) = reply["results"]
    assert set(result) == RESULT_KEYS
    assert result["id"] == "c-1"
    assert list(result["scores"]) == list(NAMES)
    assert result["scores"]["insult"] == 0.9
    assert result["labels"] == ["incivility", "insult"]
    assert result["target"] == {"kind": "person", "score": 0.8}
    assert result["spans"] == [{"begin": 10, "end": 15, "label": "insult", "score": 0.9}]
    assert result["action"] == "hold"
    assert (result["language"], result["truncated"]) == ("en", False)
    assert (result["abstained"], result["error"]) == (None, None)


def test_results_keep_the_order_of_the_comments(service) -> None:
    texts = ["Good morning.", INSULT, "Well argued."]
    comments = [{"id": str(i), "text": text} for i, text in enumerate(texts)]
    results = service.score({"comments": comments})["results"]
    assert [(r["id"], r["action"]) for r in results] == [
        ("0", "approve"),
        ("1", "hold"),
        ("2", "approve"),
    ]


def test_no_comments_get_no_results(service, scorer) -> None:
    assert service.score({"comments": []}) == {"model": "list-1", "results": []}
    assert scorer.asked == []


@pytest.mark.parametrize("given", ["c-1", "", 17, -(2**63), 2**63 - 1, None, "名前", "a/b c"])
def test_an_id_comes_back_as_it_was_sent(service, given: object) -> None:
    assert one(service, id=given)["id"] == given


def test_an_id_may_be_left_out_and_may_repeat(service) -> None:
    assert one(service)["id"] is None
    twice = service.score({"comments": [{"id": "a", "text": "x"}, {"id": "a", "text": "y"}]})
    assert [result["id"] for result in twice["results"]] == ["a", "a"]


def test_a_whole_number_may_be_written_with_a_point(service) -> None:
    reply = service.score({"comments": [{"text": "a", "id": 7.0}]})
    assert reply["results"][0]["id"] == 7


@pytest.mark.parametrize("given", [1.5, float(2**63), True, [], {}, 2**63, "half \ud800"])
def test_an_id_of_another_kind_is_refused_by_name(service, given: object) -> None:
    answer = service.post(json={"comments": [{"text": "a"}, {"text": "b", "id": given}]})
    assert answer.status_code == 400
    assert answer.get_json()["error"]["field"] == "comments[1].id"


def test_spans_are_null_unless_asked_for(service, scorer) -> None:
    assert one(service)["spans"] is None
    assert scorer.asked_for_spans == [False]


def test_the_context_reaches_the_scorer(service, scorer) -> None:
    context = {
        "article": {"title": "Budget", "text": "The budget …", "authors": ["A. Writer"]},
        "parent": "I disagree.",
    }
    one(service, id=4, context=context)
    assert scorer.asked == [
        Comment(
            text=INSULT,
            id="4",
            context=Context(
                article=Article("Budget", "The budget …", ("A. Writer",)), parent="I disagree."
            ),
        )
    ]


@pytest.mark.parametrize(
    "context",
    [
        None,
        {},
        {"article": None, "parent": None},
        {"article": {}},
        {"article": {"title": None, "text": None, "authors": None}},
    ],
)
def test_a_context_may_be_empty(service, context: object) -> None:
    assert one(service, context=context)["action"] == "hold"


@pytest.mark.parametrize(
    ("context", "field"),
    [
        ("an article", "context"),
        ({"parent": 3}, "context.parent"),
        ({"article": "Budget"}, "context.article"),
        ({"article": {"title": ["x"]}}, "context.article.title"),
        ({"article": {"authors": "A. Writer"}}, "context.article.authors"),
        ({"article": {"authors": ["A", 2]}}, "context.article.authors[1]"),
    ],
)
def test_a_context_of_another_shape_is_refused_by_name(
    service, context: object, field: str
) -> None:
    answer = service.post(json={"comments": [{"text": INSULT, "context": context}]})
    assert answer.status_code == 400
    assert answer.get_json()["error"]["code"] == "invalid_field"
    assert answer.get_json()["error"]["field"] == f"comments[0].{field}"


def test_a_newsrooms_own_fields_in_a_comment_are_passed_over(service) -> None:
    assert one(service, author="r-7", created_at="2026-11-22", section="sport")["error"] is None


def test_a_misspelt_option_is_refused_by_name(service) -> None:
    answer = service.post(json={"comments": [], "span": True})
    assert answer.status_code == 400
    assert answer.get_json()["error"]["field"] == "span"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "comments"),
        ({"comments": None}, "comments"),
        ({"comments": {"text": "x"}}, "comments"),
        ({"comments": ["x"]}, "comments[0]"),
        ({"comments": [{"id": "1"}]}, "comments[0].text"),
        ({"comments": [{"text": None}]}, "comments[0].text"),
        ({"comments": [{"text": 7}]}, "comments[0].text"),
        ({"comments": [], "spans": "yes"}, "spans"),
        ({"comments": [], "spans": None}, "spans"),
        ([], None),
        ("comments", None),
        (None, None),
    ],
)
def test_a_body_of_another_shape_is_refused_by_name(
    service, body: object, field: str | None
) -> None:
    answer = service.post(data=json.dumps(body), headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    error = answer.get_json()["error"]
    assert (error["code"], error["field"]) == ("invalid_field", field)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        (" \n\t\u2003", "empty"),
        ("x" * 20_481, "too_long"),
        ("é" * 10_241, "too_long"),
        ("half \ud83d", "invalid_unicode"),
    ],
)
def test_one_bad_comment_gets_its_own_error_and_its_neighbours_scores(
    service, text: str, code: str
) -> None:
    reply = service.score({"comments": [{"text": INSULT}, {"id": "b", "text": text}]})
    good, bad = reply["results"]
    assert good["scores"]["insult"] == 0.9
    assert set(bad) == RESULT_KEYS
    assert bad["id"] == "b"
    assert (bad["scores"], bad["abstained"], bad["action"]) == (None, None, "review")
    assert bad["error"]["code"] == code
    assert bad["error"]["field"] == "comments[1].text"


def test_a_comment_of_just_the_limit_is_scored(service) -> None:
    assert one(service, "x" * 20_480)["error"] is None


def test_a_message_on_length_names_size_and_limit_and_never_the_text(service) -> None:
    message = one(service, "zebra" * 5000)["error"]["message"]
    assert "25000 bytes" in message
    assert "20480" in message
    assert "zebra" not in message


@pytest.mark.parametrize(
    ("context", "name"),
    [
        ({"parent": "\ud800"}, "context.parent"),
        ({"article": {"title": "\ud800"}}, "context.article.title"),
        ({"article": {"text": "\udc00"}}, "context.article.text"),
        ({"article": {"authors": ["a", "\ud800"]}}, "context.article.authors[1]"),
    ],
)
def test_half_a_character_in_the_context_is_that_comments_fault(
    service, context: object, name: str
) -> None:
    error = one(service, context=context)["error"]
    assert (error["code"], error["field"]) == ("invalid_unicode", f"comments[0].{name}")


@pytest.mark.parametrize(
    "text",
    [
        "null\u0000inside clown",
        "\u202eclown\u202c",
        "<script>alert('clown')</script>",
        "😀" * 5000,
        "a\u0301" * 3000,
    ],
)
def test_odd_but_valid_text_is_scored(service, text: str) -> None:
    result = one(service, text)
    assert result["error"] is None
    assert (result["scores"] is None) == (result["abstained"] is not None)


def test_an_abstention_is_not_an_error(service) -> None:
    result = one(service, "!!! 123")
    assert (result["scores"], result["error"], result["labels"]) == (None, None, [])
    assert (result["abstained"], result["action"]) == ("no_words", "review")


def test_more_comments_than_the_limit_are_refused_naming_it(service) -> None:
    full = {"comments": [{"text": "x"}] * 1000}
    assert len(service.score(full)["results"]) == 1000
    answer = service.post(json={"comments": [{"text": "x"}] * 1001})
    assert answer.status_code == 400
    error = answer.get_json()["error"]
    assert (error["code"], error["field"]) == ("too_many_comments", "comments")
    assert "1001" in error["message"]
    assert "1000" in error["message"]


def test_the_limits_are_settings(make_service, scorer) -> None:
    service = make_service(scorer, max_comments=1, max_comment_bytes=3)
    assert service.post(json={"comments": [{"text": "x"}] * 2}).status_code == 400
    assert one(service, "four")["error"]["code"] == "too_long"


class Broken:
    """A scorer that answers in whatever wrong way it is told to."""

    version = "broken-1"
    thresholds = dict.fromkeys(NAMES, 0.5)

    def __init__(self, answer: Callable[[list[Comment]], list[Scores]]) -> None:
        self.answer = answer

    def score(self, comments, *, spans: bool = False) -> list[Scores]:
        return self.answer(list(comments))


def fail(_comments: list[Comment]) -> list[Scores]:
    raise RuntimeError("clown in the message")


def scored(value: float) -> Scores:
    return Scores(dict.fromkeys(NAMES, value))


@pytest.mark.parametrize(
    "answer",
    [
        fail,
        lambda comments: [],
        lambda comments: [scored(0.1)] * (len(comments) + 1),
        lambda comments: [scored(math.nan)],
        lambda comments: [scored(1.01)],
        lambda comments: [scored(-0.01)],
        lambda comments: [Scores(None)],
        lambda comments: [Scores({"insult": 0.1}, error="empty")],
        lambda comments: [Scores({"insult": 0.1})],
    ],
    ids=["raises", "too few", "too many", "nan", "over", "under", "nothing", "both", "a label"],
)
def test_a_scorer_that_fails_is_a_500_and_never_a_made_up_score(
    make_service, answer, capsys
) -> None:
    service = make_service(Broken(answer))
    reply = service.post(json={"comments": [{"text": INSULT}]}, headers={"X-Request-Id": "r-9"})
    assert reply.status_code == 500
    error = reply.get_json()["error"]
    assert (error["code"], error["field"]) == ("internal", None)
    assert "r-9" in error["message"]
    written = capsys.readouterr()
    assert "trace" in written.out + written.err
    assert "clown" not in written.out + written.err + reply.get_data(as_text=True)


def test_a_comment_of_invisible_characters_only_is_told_that_it_holds_no_visible_text(
    make_service,
) -> None:
    service = make_service(Broken(lambda comments: [Scores(None, error="empty")]))
    result = one(service, "\u200b\u200b")
    assert result["error"] == {
        "code": "empty",
        "message": "comments[0].text holds no visible text",
        "field": "comments[0].text",
    }


def test_a_scorers_refusal_for_a_reason_without_words_of_its_own_is_named_by_its_code(
    make_service,
) -> None:
    service = make_service(Broken(lambda comments: [Scores(None, error="odd")]))
    assert one(service)["error"]["message"] == "comments[0].text is not accepted: odd"


def test_without_a_bundle_it_answers_503_with_the_reason(make_service) -> None:
    service = make_service(None, fault="manifest.json: sha256 differs")
    answer = service.post(json={"comments": [{"text": INSULT}]})
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    error = answer.get_json()["error"]
    assert error["code"] == "not_ready"
    assert "sha256 differs" in error["message"]


def test_where_no_more_may_wait_it_answers_503_and_recovers(make_service) -> None:
    entered, release = threading.Event(), threading.Event()

    def slow(comments: list[Comment]) -> list[Scores]:
        entered.set()
        assert release.wait(timeout=10)
        return [scored(0.1) for _ in comments]

    service = make_service(Broken(slow), threads=1, max_waiting=0)
    body = {"comments": [{"text": "x"}]}
    first: list[int] = []
    thread = threading.Thread(target=lambda: first.append(service.post(json=body).status_code))
    thread.start()
    assert entered.wait(timeout=10)
    refused = service.post(json=body)
    release.set()
    thread.join(timeout=10)
    assert refused.status_code == 503
    assert refused.get_json()["error"]["code"] == "overloaded"
    assert int(refused.headers["Retry-After"]) >= 1
    assert first == [200]
    assert service.post(json=body).status_code == 200
