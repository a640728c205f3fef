"""Deciding, undoing and claiming, as a client meets it."""

import pytest

from tests.service.api.desk import KIND, RUDE, Desk, fault


def decide(desk: Desk, name: str, action: str, **more: object):
    return desk.ask("POST", f"/v1/comments/{name}/decision", {"action": action, **more})


def many(desk: Desk, action: str, **more: object) -> dict[str, object]:
    return desk.say("POST", "/v1/decisions", {"action": action, **more})


@pytest.fixture
def three(desk: Desk) -> Desk:
    desk.keep(*({"id": name, "text": RUDE, "section": "sport"} for name in "abc"))
    return desk


def state(desk: Desk, name: str) -> str:
    return desk.say("GET", f"/v1/comments/{name}")["state"]


def test_a_decision_is_answered_with_what_is_on_record(three: Desk) -> None:
    sent = {"reason": "abusive", "labels": {"insult": 1, "threat": 0.0}, "by": "m-4"}
    told = decide(three, "a", "reject", **sent).get_json()
    assert (told["id"], told["state"], told["highlighted"]) == ("a", "rejected", False)
    decision = told["decision"]
    assert (decision["action"], decision["reason"]) == ("reject", "abusive")
    assert decision["labels"] == {"insult": 1.0, "threat": 0.0}
    assert decision["by"].startswith("key ")
    assert decision["by"].endswith(": m-4")
    assert decision["model"] == "list-1"
    shown = three.say("GET", "/v1/comments/a")
    assert decision["scores"] == shown["scores"]
    assert shown["history"]["decisions"] == [decision]
    assert three.queue() == ["b", "c"]


def test_undo_restores_and_is_written_down(three: Desk) -> None:
    decide(three, "a", "highlight")
    decide(three, "a", "approve")
    told = decide(three, "a", "undo").get_json()
    assert (told["state"], told["highlighted"]) == ("pending", True)
    actions = three.say("GET", "/v1/comments/a")["history"]["decisions"]
    assert [one["action"] for one in actions] == ["highlight", "approve", "undo"]
    assert actions[2]["undoes"] == actions[1]["id"]
    assert fault(decide(three, "b", "undo")) == (409, "nothing_to_undo", None)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "action"),
        ({"action": "burn"}, "action"),
        ({"action": "reject", "reason": "boring"}, "reason"),
        ({"action": "reject", "labels": {"loudness": 1}}, "labels"),
        ({"action": "reject", "labels": {"insult": 1.5}}, "labels.insult"),
        ({"action": "reject", "by": "x" * 65}, "by"),
        ({"action": "reject", "because": "x"}, "because"),
    ],
)
def test_a_decision_that_makes_no_sense_changes_nothing(three: Desk, body, field) -> None:
    answer = three.ask("POST", "/v1/comments/a/decision", body)
    assert fault(answer) == (400, "invalid_field", field)
    assert three.say("GET", "/v1/comments/a")["history"]["decisions"] == []


def test_many_are_decided_by_id_and_undone_as_a_batch(three: Desk) -> None:
    told = many(three, "reject", ids=["a", "c", "nowhere"], reason="spam")
    assert (told["decided"], told["more"]) == (2, False)
    assert [(one["id"], one["code"]) for one in told["skipped"]] == [("nowhere", "not_found")]
    assert [state(three, name) for name in "abc"] == ["rejected", "pending", "rejected"]
    (decision,) = three.say("GET", "/v1/comments/a")["history"]["decisions"]
    assert decision["batch"] == told["batch"]
    undone = many(three, "undo", batch=told["batch"])
    assert undone["decided"] == 2
    assert three.queue() == ["a", "b", "c"]
    again = many(three, "undo", batch=told["batch"])
    assert (again["decided"], {one["code"] for one in again["skipped"]}) == (0, {"nothing_to_undo"})


def test_many_are_decided_by_a_range_of_the_pending(three: Desk) -> None:
    three.keep({"id": "kind", "text": KIND, "section": "sport"})
    three.keep({"id": "elsewhere", "text": RUDE, "section": "city"})
    decide(three, "a", "approve")
    found = {"label": "insult", "min": 0.5, "max": 1, "section": "sport"}
    assert many(three, "reject", range=found)["decided"] == 2
    states = [state(three, name) for name in ("a", "b", "c", "kind", "elsewhere")]
    assert states == ["approved", "rejected", "rejected", "approved", "pending"]
    assert many(three, "defer", range={})["decided"] == 1


@pytest.mark.parametrize(
    "body",
    [
        {"action": "reject"},
        {"action": "reject", "ids": None},
        {"action": "reject", "ids": ["a"], "range": {}},
        {"action": "reject", "ids": []},
        {"action": "reject", "ids": ["a b"]},
        {"action": "undo", "range": {}},
        {"action": "highlight", "range": {}},
        {"action": "reject", "batch": "x"},
        {"action": "reject", "range": {"min": 0.5}},
        {"action": "reject", "range": {"label": "loudness"}},
        {"action": "reject", "range": {"labels": "insult"}},
    ],
)
def test_a_batch_that_makes_no_sense_changes_nothing(three: Desk, body) -> None:
    answer = three.ask("POST", "/v1/decisions", body)
    assert fault(answer)[:2] == (400, "invalid_field")
    assert three.queue() == ["a", "b", "c"]


def test_an_unknown_batch_is_not_found(three: Desk) -> None:
    answer = three.ask("POST", "/v1/decisions", {"action": "undo", "batch": "nobody's \0"})
    assert fault(answer) == (404, "not_found", None)


def test_two_moderators_get_different_comments_and_cannot_decide_each_others(three: Desk) -> None:
    first = three.say("POST", "/v1/claims", {"by": "m-1", "limit": 2, "sort": "age"})
    second = three.say("POST", "/v1/claims", {"by": "m-2", "limit": 2, "sort": "age"})
    assert [one["id"] for one in first["comments"]] == ["a", "b"]
    assert [one["id"] for one in second["comments"]] == ["c"]
    assert fault(decide(three, "a", "approve", by="m-2")) == (409, "claimed", None)
    assert decide(three, "a", "approve", by="m-1").status_code == 200
    assert decide(three, "a", "reject", by="m-2").status_code == 200
    skipped = many(three, "reject", range={}, by="m-3")["skipped"]
    assert [one["code"] for one in skipped] == ["claimed", "claimed"]


@pytest.mark.parametrize("body", [{"limit": 0}, {"seconds": 3601}, {"sort": "x"}, {"max": 1}])
def test_a_claim_that_makes_no_sense_is_refused(three: Desk, body) -> None:
    assert fault(three.ask("POST", "/v1/claims", body))[:2] == (400, "invalid_field")
