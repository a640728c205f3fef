"""/v1/comments: keeping, the queue, history, reports and erasing, as a client meets them."""

from datetime import UTC, datetime
from urllib.parse import quote

import pytest
import structlog
from sqlalchemy import select

from model.labels import NAMES
from service import keys
from service.settings import SCOPES
from service.store.session import Store
from service.store.tables import KeptLabel
from tests.service.api.desk import KIND, RUDE, fault


def test_comments_are_scored_as_by_v1_score_and_kept_with_a_state(desk, service) -> None:
    sent = [{"id": "c-1", "text": RUDE}, {"id": 7, "text": KIND}, {"id": "c-3", "text": "..."}]
    results = desk.keep(*sent)
    scored = service.score({"comments": sent, "spans": True})["results"]
    assert [{**result, "state": None} for result in results] == [
        {**result, "state": None} for result in scored
    ]
    assert [result["state"] for result in results] == ["pending", "approved", "pending"]
    assert desk.queue() == ["c-1", "c-3"]
    assert desk.say("GET", "/v1/comments/7")["state"] == "approved"


def test_one_bad_comment_gets_its_own_error_and_is_not_kept(desk) -> None:
    good, blank, long = desk.keep(
        {"id": "a", "text": RUDE}, {"id": "b", "text": " "}, {"id": "c", "text": "x" * 30_000}
    )
    assert good["state"] == "pending"
    assert [(r["error"]["code"], r["error"]["field"], r["state"]) for r in (blank, long)] == [
        ("empty", "comments[1].text", None),
        ("too_long", "comments[2].text", None),
    ]
    assert desk.ask("GET", "/v1/comments/b").status_code == 404


@pytest.mark.parametrize(
    ("comment", "field"),
    [
        ({"text": KIND}, "comments[0].id"),
        ({"id": None, "text": KIND}, "comments[0].id"),
        ({"id": "", "text": KIND}, "comments[0].id"),
        ({"id": "a/b", "text": KIND}, "comments[0].id"),
        ({"id": "a b", "text": KIND}, "comments[0].id"),
        ({"id": "..", "text": KIND}, "comments[0].id"),
        ({"id": "a\0", "text": KIND}, "comments[0].id"),
        ({"id": True, "text": KIND}, "comments[0].id"),
        ({"id": 2**63, "text": KIND}, "comments[0].id"),
        ({"id": "x" * 201, "text": KIND}, "comments[0].id"),
        ({"id": "\ud83d", "text": KIND}, "comments[0].id"),
        ({"id": "a", "text": KIND, "section": "x" * 201}, "comments[0].section"),
        ({"id": "a", "text": KIND, "author": "\ud83d"}, "comments[0].author"),
        ({"id": "a", "text": KIND, "author": 77}, "comments[0].author"),
        ({"id": "a", "text": KIND, "url": "x" * 2049}, "comments[0].url"),
        ({"id": " ", "text": KIND}, "comments[0].id"),
        ({"id": "a", "text": KIND, "created_at": "yesterday"}, "comments[0].created_at"),
        ({"id": "a", "text": KIND, "created_at": "2026-11-22T08:00:00"}, "comments[0].created_at"),
        ({"id": "a", "text": KIND, "created_at": 1}, "comments[0].created_at"),
        ({"id": "a", "text": KIND, "created_at": "0001-01-01T00:00:00+14:00"},
         "comments[0].created_at"),
    ],
)  # fmt: skip
def test_what_is_wrong_beside_a_text_is_that_comments_own_error(desk, comment, field) -> None:
    answer = desk.ask("POST", "/v1/comments", {"comments": [comment, {"id": "b", "text": RUDE}]})
    assert answer.status_code == 200
    wrong, kept = answer.get_json()["results"]
    assert (wrong["error"]["code"], wrong["error"]["field"]) == ("invalid_field", field)
    assert wrong["error"]["message"].startswith(f"{field} ")
    assert (wrong["scores"], wrong["state"], wrong["action"]) == (None, None, "review")
    assert (kept["error"], kept["state"]) == (None, "pending")
    assert "zebra" not in answer.get_data(as_text=True)
    assert desk.queue() == ["b"]
    assert desk.queue(state="approved") == []


def test_an_error_of_one_comment_says_whose_it_is_and_what_the_limit_is(desk) -> None:
    fine = {"text": KIND, "author": "a-1"}
    results = desk.keep(
        {"id": "a/b", **fine},
        {"id": 7, **fine, "section": "s" * 201},
        {"id": True, **fine},
        {"id": "c", **fine, "author": 77},
        fine,
    )
    assert [result["id"] for result in results] == ["a/b", 7, None, "c", None]
    assert [result["error"]["message"].split(" ", 1)[1][:30] for result in results] == [
        "must be a whole number of up t",
        "is longer than the limit of 20",
        "must be a whole number of up t",
        "must be a text",
        "is required",
    ]


def test_a_blank_section_address_or_author_is_none(desk) -> None:
    blank = {"section": "", "url": " ", "author": "\t"}
    (result,) = desk.keep({"id": "c-1", "text": RUDE, **blank})
    assert (result["error"], result["state"]) == (None, "pending")
    shown = desk.say("GET", "/v1/comments/c-1")
    assert (shown["section"], shown["url"], shown["author"]) == (None, None, None)


@pytest.mark.parametrize(
    ("comment", "field"),
    [
        ({"id": "a"}, "comments[1].text"),
        ({"id": "a", "text": 7}, "comments[1].text"),
        ({"id": "a/b", "text": 7}, "comments[1].text"),
        ({"id": "a", "text": KIND, "context": "x"}, "comments[1].context"),
        (["zebra"], "comments[1]"),
    ],
)
def test_what_is_no_comment_at_all_refuses_the_call(desk, comment, field) -> None:
    sent = {"comments": [{"id": "b", "text": RUDE}, comment]}
    assert fault(desk.ask("POST", "/v1/comments", sent)) == (400, "invalid_field", field)
    assert desk.queue() == []


def test_a_call_may_be_repeated_and_an_edit_comes_back(desk) -> None:
    for _ in range(2):
        (first,) = desk.keep({"id": "c-1", "text": KIND})
        assert first["state"] == "approved"
    assert len(desk.say("GET", "/v1/comments/c-1")["history"]["scores"]) == 1
    (edited,) = desk.keep({"id": "c-1", "text": KIND + " Truly."})
    assert edited["state"] == "pending"
    shown = desk.say("GET", "/v1/comments/c-1")
    assert (shown["revision"], shown["text"]) == (2, KIND + " Truly.")
    assert [one["revision"] for one in shown["history"]["scores"]] == [1, 2]


def test_a_comment_is_shown_as_it_was_sent_but_for_its_author(desk) -> None:
    sent = {
        "id": "c-1",
        "text": RUDE,
        "section": "sport",
        "url": "https://example.org/1",
        "author": "reader-77",
        "created_at": "2026-11-20T09:30:00+02:00",
        "context": {"article": {"title": "T", "text": None, "authors": ["A."]}, "parent": "P \0"},
    }
    (result,) = desk.keep(sent)
    shown = desk.say("GET", "/v1/comments/c-1")
    (queued,) = desk.say("GET", "/v1/comments")["comments"]
    assert {**queued, "history": shown["history"]} == shown
    assert (shown["section"], shown["url"], shown["text"]) == ("sport", sent["url"], RUDE)
    assert datetime.fromisoformat(shown["created_at"]) == datetime(2026, 11, 20, 7, 30, tzinfo=UTC)
    assert shown["context"] == {
        "article": {"title": "T", "text": None, "authors": ["A."]},
        "parent": "P �",
    }
    assert "reader-77" not in str(shown)
    for name in ("scores", "labels", "target", "spans", "action", "language", "truncated"):
        assert shown[name] == result[name]


def test_the_queue_is_sorted_filtered_and_paged(desk) -> None:
    for i in range(5):
        section = "sport" if i % 2 else "city"
        desk.keep({"id": f"c-{i}", "text": RUDE, "section": section,
                   "created_at": f"2026-11-1{5 - i}T00:00:00Z"})  # fmt: skip
    desk.keep({"id": "unjudged", "text": "..."})
    assert desk.queue(sort="age") == ["c-4", "c-3", "c-2", "c-1", "c-0", "unjudged"]
    assert desk.queue(sort="insult")[-1] == "unjudged"
    assert desk.queue(section="sport", sort="age") == ["c-3", "c-1"]
    assert len(desk.queue(label="insult", min=0.5)) == 5
    assert desk.queue(label="insult", max=0.5) == []
    found: list[str] = []
    query: dict[str, object] = {"sort": "insult", "limit": 2}
    while True:
        page = desk.say("GET", "/v1/comments", query_string=query)
        found += [comment["id"] for comment in page["comments"]]
        if page["next"] is None:
            break
        query["cursor"] = page["next"]
    assert found == desk.queue(sort="insult")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("state=gone", "state"),
        ("sort=loudness", "sort"),
        ("label=loudness", "label"),
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=many", "limit"),
        ("label=insult&min=1.1", "min"),
        ("label=insult&max=nan", "max"),
        ("cursor=zebra", "cursor"),
        ("sorted=age", "sorted"),
        ("limit=1&limit=2", "limit"),
        ("min=0.5", None),
    ],
)
def test_a_query_that_makes_no_sense_is_refused_by_name(desk, query: str, field) -> None:
    assert fault(desk.ask("GET", f"/v1/comments?{query}")) == (400, "invalid_field", field)


@pytest.mark.parametrize(
    "query",
    [
        "state=&section=&label=&min=&max=&sort=&limit=&cursor=",
        "state=%20&section=+",
        "limit=&limit=2",
        "section=&section=",
        "sorted=",
    ],
)
def test_a_blank_value_in_a_query_is_as_if_it_were_not_sent(desk, query: str) -> None:
    desk.keep({"id": "c-1", "text": RUDE}, {"id": "c-2", "text": RUDE, "section": "sport"})
    assert desk.say("GET", f"/v1/comments?{query}") == desk.say("GET", "/v1/comments")


def test_a_key_may_stand_in_the_address_of_the_queue(desk, service, store) -> None:
    with store.writing() as session:
        key = keys.create(session, name="q", scopes=["moderate"])
    assert service.client.get(f"/v1/comments?key={key}&limit=1").status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "body", "scope"),
    [
        ("POST", "/v1/comments", {"comments": []}, "score"),
        ("GET", "/v1/comments", None, "moderate"),
        ("GET", "/v1/comments/c-1", None, "moderate"),
        ("POST", "/v1/comments/c-1/decision", {"action": "defer"}, "moderate"),
        ("POST", "/v1/decisions", {"action": "defer", "ids": ["c-1"]}, "moderate"),
        ("POST", "/v1/claims", {}, "moderate"),
        ("POST", "/v1/comments/c-1/reports", {}, "feedback"),
        ("DELETE", "/v1/comments/c-1", None, "admin"),
        ("GET", "/v1/authors/a-1", None, "admin"),
        ("DELETE", "/v1/authors/a-1", None, "admin"),
    ],
)
def test_each_call_asks_for_its_scope_and_for_no_other(
    as_key, desk, method: str, path: str, body, scope: str
) -> None:
    desk.keep({"id": "c-1", "text": RUDE})
    without = as_key(*(other for other in SCOPES if other != scope))
    assert fault(without.ask(method, path, body)) == (403, "forbidden", None)
    assert as_key(scope).ask(method, path, body).status_code == 200


def test_a_site_sees_and_touches_its_own_comments_only(as_key, desk) -> None:
    desk.keep({"id": "c-1", "text": RUDE, "author": "a-1"})
    other = as_key(*SCOPES, site="weekly")
    assert other.queue() == []
    for method, path, body in [
        ("GET", "/v1/comments/c-1", None),
        ("POST", "/v1/comments/c-1/decision", {"action": "reject"}),
        ("POST", "/v1/comments/c-1/reports", {}),
        ("DELETE", "/v1/comments/c-1", None),
    ]:
        assert fault(other.ask(method, path, body)) == (404, "not_found", None)
    assert other.say("GET", "/v1/authors/a-1")["comments"] == []
    assert other.say("DELETE", "/v1/authors/a-1") == {"erased": 0}
    other.keep({"id": "c-1", "text": KIND})
    assert desk.say("GET", "/v1/comments/c-1")["text"] == RUDE


def test_a_service_without_keys_keeps_nothing(make_service, scorer) -> None:
    service = make_service(scorer, keyless=True)
    answer = service.client.post("/v1/comments", json={"comments": [{"id": "a", "text": KIND}]})
    assert fault(answer) == (403, "forbidden", None)
    assert scorer.asked == []


def test_too_many_comments_are_refused_unread(as_key, make_service, scorer) -> None:
    desk = as_key("score", of=make_service(scorer, max_comments=1))
    comments = [{"id": i, "text": KIND} for i in range(2)]
    answer = desk.ask("POST", "/v1/comments", {"comments": comments})
    assert fault(answer) == (400, "too_many_comments", "comments")
    assert scorer.asked == []


def test_without_a_bundle_nothing_is_kept(as_key, make_service) -> None:
    service = make_service(None, fault="no such file")
    desk = as_key(*SCOPES, of=service)
    answer = desk.ask("POST", "/v1/comments", {"comments": [{"id": "a", "text": KIND}]})
    assert fault(answer) == (503, "not_ready", None)
    assert desk.queue(state="approved") == []


def test_a_readers_report_brings_an_approved_comment_back(desk) -> None:
    desk.keep({"id": "c-1", "text": KIND})
    body = {"reason": "privacy", "text": "My name is in it.", "reporter": "r-1"}
    told = desk.say("POST", "/v1/comments/c-1/reports", body)
    assert told == {"id": "c-1", "state": "pending", "reports": 1}
    assert desk.say("POST", "/v1/comments/c-1/reports", body)["reports"] == 1
    assert desk.queue(sort="reports") == ["c-1"]
    (report,) = desk.say("GET", "/v1/comments/c-1")["history"]["reports"]
    assert (report["reason"], report["text"]) == ("privacy", "My name is in it.")
    assert "r-1" not in str(desk.say("GET", "/v1/comments/c-1"))
    wrong = desk.ask("POST", "/v1/comments/c-1/reports", {"reason": "boring"})
    assert fault(wrong)[:2] == (400, "invalid_field")


def test_an_erased_comment_leaves_its_record_and_is_not_kept_again(desk) -> None:
    desk.keep({"id": "c-1", "text": RUDE})
    desk.say("POST", "/v1/comments/c-1/decision", {"action": "reject", "reason": "abusive"})
    assert desk.say("DELETE", "/v1/comments/c-1") == {"erased": 1}
    assert desk.say("DELETE", "/v1/comments/c-1") == {"erased": 0}
    assert desk.ask("DELETE", "/v1/comments/c-2").status_code == 404
    shown = desk.say("GET", "/v1/comments/c-1")
    assert (shown["text"], shown["state"]) == (None, "rejected")
    assert [one["reason"] for one in shown["history"]["decisions"]] == ["abusive"]
    (again,) = desk.keep({"id": "c-1", "text": RUDE})
    assert again["error"]["code"] == "erased"
    assert (again["state"], again["scores"], again["action"]) == (None, None, "review")
    answer = desk.ask("POST", "/v1/comments/c-1/reports", {})
    assert fault(answer) == (409, "erased", None)


def test_what_a_door_kept_of_a_comment_is_erased_by_its_id_and_not_kept_again(
    desk, store: Store
) -> None:
    def suggest(name: str) -> dict[str, object]:
        scores = {"INSULT": {"summaryScore": {"value": 1}}}
        sent = {"comment": {"text": RUDE}, "attributeScores": scores, "languages": ["en"]}
        path = "/v1alpha1/comments:suggestscore"
        return desk.say("POST", path, sent | {"clientToken": f"comment:{name}"})

    def texts() -> list[str]:
        with store.reading() as session:
            return list(session.scalars(select(KeptLabel.text).order_by(KeptLabel.id)))

    desk.keep({"id": "kept", "text": RUDE})
    told = [suggest(name) for name in ("kept", "never-kept", "of words")]
    assert texts() == [RUDE] * 3
    for name in ("kept", "never-kept", "of%20words"):
        assert desk.say("DELETE", f"/v1/comments/{name}") == {"erased": 1}
        assert desk.say("DELETE", f"/v1/comments/{name}") == {"erased": 0}
    assert [suggest(name) for name in ("kept", "never-kept", "of words")] == told
    assert texts() == [""] * 6
    suggest("another")
    assert texts()[-1] == RUDE
    for name in ("nobody", "%00", "%0A", "no%2Fbody"):
        assert fault(desk.ask("DELETE", f"/v1/comments/{name}")) == (404, "not_found", None)
    (again,) = desk.keep({"id": "never-kept", "text": RUDE})
    assert (again["error"]["code"], again["error"]["field"]) == ("erased", "comments[0].id")
    assert (again["state"], again["scores"], again["action"]) == (None, None, "review")
    assert desk.ask("GET", "/v1/comments/never-kept").status_code == 404


@pytest.mark.parametrize(
    "name", ["a/b", "/a", "a/", "a//b", "a/reports/b", "https://a.example/?c#d"]
)
def test_what_a_door_kept_under_an_id_with_slashes_is_erased_and_nothing_else(
    desk, store: Store, name: str
) -> None:
    desk.keep({"id": "a", "text": RUDE})
    with store.writing() as session:
        for one in (name, "a"):
            session.add(
                KeptLabel(
                    site="default", source="perspective", text=RUDE, labels={}, suggested={},
                    spans=[], comment_id=one, created_at=datetime.now(UTC),
                )
            )  # fmt: skip
    path = f"/v1/comments/{quote(name, safe='')}"
    assert desk.say("DELETE", path) == {"erased": 1}
    assert desk.say("DELETE", path) == {"erased": 0}
    with store.reading() as session:
        assert list(session.scalars(select(KeptLabel.text).order_by(KeptLabel.id))) == ["", RUDE]
    assert desk.say("GET", "/v1/comments/a")["text"] == RUDE


@pytest.mark.parametrize("verb", ["reports", "decision"])
def test_the_address_of_another_call_for_a_comment_erases_nothing(desk, verb: str) -> None:
    for name in ("a", verb):
        desk.keep({"id": name, "text": RUDE})
        answer = desk.ask("DELETE", f"/v1/comments/{name}/{verb}")
        assert answer.status_code == 405
        # Werkzeug lists them in no order of its own.
        assert set(answer.headers["Allow"].split(", ")) == {"POST", "OPTIONS"}
        assert desk.ask("DELETE", f"/v1/comments//{verb}").status_code in (404, 405)
        assert desk.say("GET", f"/v1/comments/{name}")["text"] == RUDE


def test_all_that_is_held_about_an_author_can_be_had_and_erased(desk) -> None:
    for name in ("a", "b"):
        desk.keep({"id": name, "text": RUDE, "author": "reader 7"})
    held = desk.say("GET", "/v1/authors/reader%207")
    assert [comment["text"] for comment in held["comments"]] == [RUDE, RUDE]
    assert desk.say("DELETE", "/v1/authors/reader%207") == {"erased": 2}
    assert desk.say("GET", "/v1/authors/reader%207")["comments"] == []
    assert desk.queue() == []


def test_the_log_and_the_errors_never_quote_a_comment(desk) -> None:
    with structlog.testing.capture_logs() as lines:
        desk.keep({"id": "c-1", "text": RUDE, "author": "zebra-reader"})
        desk.say("POST", "/v1/comments/c-1/reports", {"text": "zebra", "reporter": "zebra"})
        desk.ask("GET", "/v1/comments/c-2")
        desk.ask("POST", "/v1/comments", {"comments": [{"id": "c-1", "text": 7, "zebra": "x"}]})
    assert lines
    assert "zebra" not in str(lines)


def test_an_id_in_an_address_that_no_comment_can_have_is_not_found(desk) -> None:
    for name in ("%00", "a%20b", "x" * 201):
        assert desk.ask("GET", f"/v1/comments/{name}").status_code == 404
        answer = desk.ask("POST", f"/v1/comments/{name}/decision", {"action": "defer"})
        assert answer.status_code == 404


def test_every_label_can_be_sorted_by(desk) -> None:
    desk.keep({"id": "c-1", "text": RUDE})
    assert all(desk.queue(sort=name) == ["c-1"] for name in NAMES)
