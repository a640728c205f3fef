"""/v1/policy, over HTTP, and what a saved policy does to calls."""

from pathlib import Path

import pytest

from model.labels import NAMES
from tests.service.api.desk import KIND, RUDE, Desk, fault

HOLD = {"action": "hold", "label": "insult", "min": 0.8, "max": 1.0}
REJECT = {"action": "reject", "words": ["zebra-striped"], "section": "sport"}
MARK = {"action": "highlight", "words": ["thank you"]}


def filled(rule: dict[str, object]) -> dict[str, object]:
    empty = {"label": None, "min": None, "max": None, "targets": [], "section": None, "words": []}
    return empty | rule


def save(desk: Desk, *rules: dict[str, object], number: int = 0, **more: object):
    body = {"number": number, "rules": list(rules), **more}
    return desk.say("PUT", "/v1/policy", body)


def test_without_a_saved_policy_the_shipped_rules_are_number_0(desk: Desk) -> None:
    told = desk.say("GET", "/v1/policy")
    assert (told["number"], told["shipped"], told["at"], told["by"]) == (0, True, None, None)
    assert filled({"action": "hold", "label": "insult", "min": 0.75, "max": 1.0}) in told["rules"]
    assert {rule["action"] for rule in told["rules"]} == {"review", "hold"}


def test_a_saved_policy_comes_back_with_who_and_why(desk: Desk) -> None:
    saved = save(desk, HOLD, REJECT, note="Calmer.")
    assert (saved["number"], saved["note"], saved["shipped"]) == (1, "Calmer.", False)
    assert saved["by"].startswith("key ")
    assert saved["rules"] == [filled(HOLD), filled(REJECT)]
    assert desk.say("GET", "/v1/policy") == saved


def test_a_change_that_is_not_based_on_the_last_version_is_409(desk: Desk) -> None:
    save(desk, HOLD)
    answer = desk.ask("PUT", "/v1/policy", {"number": 0, "rules": []})
    assert fault(answer) == (409, "policy_changed", "number")
    assert desk.say("GET", "/v1/policy")["number"] == 1


def test_what_get_answered_may_be_sent_back_changed(desk: Desk) -> None:
    for number in (0, 1):
        told = desk.say("GET", "/v1/policy")
        assert told["number"] == number
        saved = desk.say("PUT", "/v1/policy", told | {"rules": [*told["rules"], MARK]})
        assert saved["number"] == number + 1
        assert (saved["shipped"], saved["by"] == told["by"]) == (False, number == 1)
        assert saved["rules"] == [*told["rules"], filled(MARK)]
    assert fault(desk.ask("PUT", "/v1/policy", told)) == (409, "policy_changed", "number")


def test_rules_alone_replace_whichever_hold(desk: Desk) -> None:
    for number, rule in enumerate((HOLD, REJECT), 1):
        saved = desk.say("PUT", "/v1/policy", {"rules": [rule]})
        assert (saved["number"], saved["rules"]) == (number, [filled(rule)])


@pytest.mark.parametrize(
    ("body", "field"),
    [({}, "rules"), ({"rules": [], "number": "1"}, "number"), ({"rules": [], "more": 1}, "more")],
)
def test_a_body_that_is_no_policy_is_400_and_names_the_field(desk: Desk, body, field: str) -> None:
    assert fault(desk.ask("PUT", "/v1/policy", body)) == (400, "invalid_field", field)


def test_versions_are_listed_and_rolled_back(desk: Desk) -> None:
    save(desk, HOLD)
    save(desk, REJECT, number=1)
    back = desk.say("POST", "/v1/policy/rollback", {"number": 1})
    assert (back["number"], back["restores"], back["rules"]) == (3, 1, [filled(HOLD)])
    page = desk.say("GET", "/v1/policy/versions", query_string={"limit": 2})
    assert ([one["number"] for one in page["versions"]], page["next"]) == ([3, 2], 2)
    rest = desk.say("GET", "/v1/policy/versions", query_string={"before": 2})
    assert ([one["number"] for one in rest["versions"]], rest["next"]) == ([1], None)
    shipped = desk.say("POST", "/v1/policy/rollback", {"number": 0})
    assert (shipped["number"], shipped["shipped"], len(shipped["rules"])) == (4, True, 8)
    blank = desk.say("GET", "/v1/policy/versions?limit=&before=")
    assert [one["number"] for one in blank["versions"]] == [4, 3, 2, 1]
    assert fault(desk.ask("POST", "/v1/policy/rollback", {"number": 9})) == (404, "not_found", None)


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        ({"action": "hold"}, "rules[0]"),
        ({"action": "hold", "label": "insult", "min": 2}, "rules[0].min"),
        ({"action": "burn", "section": "a"}, "rules[0].action"),
        ({"action": "hold", "words": ["ok", 3]}, "rules[0].words[1]"),
        ({"action": "hold", "targets": ["dog"]}, "rules[0].targets[0]"),
        ({"action": "hold", "section": "a", "more": 1}, "rules[0].more"),
    ],
)
def test_a_wrong_rule_is_400_and_names_the_field(desk: Desk, rule, field: str) -> None:
    for method, path in (("PUT", "/v1/policy"), ("POST", "/v1/policy/preview")):
        body = {"rules": [rule]} | ({"number": 0} if method == "PUT" else {})
        assert fault(desk.ask(method, path, body)) == (400, "invalid_field", field)


def test_scopes(as_key) -> None:
    reader, scoring = as_key("moderate"), as_key("score", "feedback")
    assert reader.ask("GET", "/v1/policy").status_code == 200
    assert reader.ask("POST", "/v1/policy/preview", {"rules": []}).status_code == 200
    assert reader.ask("PUT", "/v1/policy", {"number": 0, "rules": []}).status_code == 403
    assert reader.ask("POST", "/v1/policy/rollback", {"number": 0}).status_code == 403
    assert scoring.ask("GET", "/v1/policy").status_code == 403
    assert as_key("admin").ask("GET", "/v1/policy/versions").status_code == 200


def test_a_rule_rejects_and_its_decision_is_in_the_history_and_can_be_undone(desk: Desk) -> None:
    save(desk, HOLD, REJECT)
    (elsewhere,) = desk.keep({"id": "a", "text": KIND, "section": "city"})
    (here,) = desk.keep({"id": "b", "text": KIND, "section": "sport"})
    assert (elsewhere["action"], elsewhere["state"]) == ("approve", "approved")
    assert (here["action"], here["state"]) == ("reject", "rejected")
    (again,) = desk.keep({"id": "b", "text": KIND, "section": "sport"})
    assert again["state"] == "rejected"
    shown = desk.say("GET", "/v1/comments/b")
    (decision,) = shown["history"]["decisions"]
    assert (decision["by"], decision["action"]) == ("policy:1", "reject")
    assert (decision["state_before"], decision["state_after"]) == ("pending", "rejected")
    assert shown["history"]["scores"][0]["why"] == "the word of a rule, section is sport"
    undone = desk.say("POST", "/v1/comments/b/decision", {"action": "undo"})
    assert undone["state"] == "pending"


def test_approve_review_and_hold_set_the_state(desk: Desk) -> None:
    save(desk, HOLD, {"action": "review", "words": ["piece"]})
    kept = desk.keep(
        {"id": "a", "text": RUDE}, {"id": "b", "text": KIND}, {"id": "c", "text": "Hi"}
    )
    assert [(one["action"], one["state"]) for one in kept] == [
        ("hold", "pending"),
        ("review", "pending"),
        ("approve", "approved"),
    ]


def test_a_mark_by_a_rule_is_kept_and_can_be_undone(desk: Desk) -> None:
    save(desk, MARK)
    (kept,) = desk.keep({"id": "a", "text": KIND})
    assert kept["state"] == "approved"
    shown = desk.say("GET", "/v1/comments/a")
    assert (shown["highlighted"], shown["history"]["decisions"][0]["by"]) == (True, "policy:1")
    undone = desk.say("POST", "/v1/comments/a/decision", {"action": "undo"})
    assert (undone["state"], undone["highlighted"]) == ("approved", False)


def test_an_edit_is_rejected_by_a_rule_and_another_context_changes_no_state(desk: Desk) -> None:
    save(desk, REJECT)
    desk.keep({"id": "a", "text": "Fine.", "section": "sport"})
    (edited,) = desk.keep({"id": "a", "text": KIND, "section": "sport"})
    assert edited["state"] == "rejected"
    desk.say("POST", "/v1/comments/a/decision", {"action": "approve"})
    context = {"parent": "Why?"}
    (other,) = desk.keep({"id": "a", "text": KIND, "section": "sport", "context": context})
    assert other["state"] == "approved"


def test_uncertainty_is_the_distance_to_an_edge_of_the_sections_rules(desk: Desk) -> None:
    save(desk, HOLD, HOLD | {"min": 0.91, "section": "sport"})
    desk.keep({"id": "far", "text": RUDE}, {"id": "near", "text": RUDE, "section": "sport"})
    assert desk.queue(state="pending") == ["far"]
    assert desk.queue(state="approved") == ["near"]
    found = {}
    with desk.service.parts.store.reading() as session:
        from service.moderation import records

        for name in ("far", "near"):
            found[name] = records.find(session, "default", name).uncertainty
    assert found == {"far": pytest.approx(0.1), "near": pytest.approx(0.01)}


def test_scoring_applies_the_sites_policy_and_other_sites_have_their_own(
    desk: Desk, as_key
) -> None:
    save(desk, {"action": "reject", "words": ["zebra-striped"]})
    body = {"comments": [{"text": KIND}]}
    assert desk.say("POST", "/v1/score", body)["results"][0]["action"] == "reject"
    other = as_key("score", site="weekly")
    assert other.say("POST", "/v1/score", body)["results"][0]["action"] == "approve"


def test_coral_is_told_of_a_rejection_and_of_a_mark(desk: Desk) -> None:
    save(desk, {"action": "reject", "words": ["zebra-striped"]}, MARK)
    asked = {"comment": {"body": KIND}}
    assert desk.say("POST", "/doors/coral", asked)["status"] == "REJECTED"
    save(desk, MARK, number=1)
    assert desk.say("POST", "/doors/coral", asked) == {"tags": ["FEATURED"]}


def test_a_preview_says_what_would_move_and_who_was_overruled(desk: Desk) -> None:
    desk.keep({"id": "a", "text": RUDE, "section": "sport"}, {"id": "b", "text": KIND})
    desk.say("POST", "/v1/comments/a/decision", {"action": "approve"})
    seen = desk.say("POST", "/v1/policy/preview", {"rules": [HOLD | {"min": 0.95}]})
    assert (seen["comments"], seen["read"]) == (2, 2)
    assert seen["moves"] == [
        {"section": None, "before": "approve", "after": "approve", "comments": 1},
        {"section": "sport", "before": "hold", "after": "approve", "comments": 1},
    ]
    assert (seen["present"]["overruled"], seen["present"]["decisions"]) == (1, 1)
    assert (seen["proposed"]["overruled"], seen["proposed"]["share"]) == (0, 0.0)
    assert desk.say("GET", "/v1/policy")["number"] == 0


def test_every_label_that_the_page_on_policies_lists_is_taken_and_none_is_missing(
    desk: Desk,
) -> None:
    lines = Path("docs/policy.md").read_text().splitlines()
    (row,) = [line for line in lines if line.startswith("| `label` |")]
    listed = row.split("`")[3::2]
    assert listed == list(NAMES)
    save(desk, *({"action": "review", "label": name, "min": 0.5} for name in listed))
    assert len(desk.say("GET", "/v1/policy")["rules"]) == len(NAMES)
