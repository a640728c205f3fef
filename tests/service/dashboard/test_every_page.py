"""What holds for every page of the dashboard, those that come later included."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError
from werkzeug.routing import Rule

from service import dashboard
from service.dashboard.access import ROLE_NEEDED
from service.people import sessions

OPEN = {"/sign-in", "/sign-out"}


def pages(app: Flask, method: str) -> Iterator[Rule]:
    """The rules of the dashboard that take ``method``."""
    own = {page.name for page in dashboard.PAGES}
    for rule in app.url_map.iter_rules():
        if rule.endpoint.split(".")[0] in own and method in (rule.methods or ()):
            yield rule


def address_of(app: Flask, rule: Rule) -> str:
    names = {name: 1 if "int:" + name in rule.rule else "x" for name in rule.arguments}
    return app.url_map.bind("localhost").build(rule.endpoint, names, method="POST")


def test_no_form_is_taken_without_the_token_of_its_session(service, as_role) -> None:
    client = as_role("admin")
    forms = [address_of(service.app, rule) for rule in pages(service.app, "POST")]
    assert len(forms) > 15
    for path in forms:
        answer = client.post(path, headers={"Accept": "application/json"})
        assert (path, answer.status_code) == (path, 400)
        assert answer.get_json()["error"]["code"] == "form_expired"


def test_every_page_but_the_door_says_whom_it_needs(service) -> None:
    views = service.app.view_functions
    for method in ("GET", "POST"):
        for rule in pages(service.app, method):
            assert rule.rule in OPEN or hasattr(views[rule.endpoint], ROLE_NEEDED), rule.rule


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_a_store_that_does_not_answer_is_said_to_who_is_signed_in(
    as_role, monkeypatch, accept: str
) -> None:
    client = as_role()

    def fail(*_: object, **__: object) -> None:
        raise OperationalError("SELECT", {}, Exception("gone"))

    monkeypatch.setattr(sessions, "find", fail)
    answer = client.get("/people", headers={"Accept": accept})
    assert answer.status_code == 503
    assert "the store does not answer" in answer.get_data(as_text=True).lower()


@pytest.mark.parametrize("number", [2**31, 2**63, 10**30])
@pytest.mark.parametrize(
    "path", ["/people/{}", "/webhooks/{}", "/rules/versions/{}", "/comments/{}"]
)
def test_a_number_that_no_row_can_have_is_not_there(as_role, path: str, number: int) -> None:
    assert as_role().get(path.format(number)).status_code == 404


@pytest.mark.parametrize("number", [2**31, 2**63, 10**30])
def test_the_desk_takes_no_number_that_no_row_can_have(as_role, number: int) -> None:
    client = as_role()

    def status(path: str, **form: str) -> int:
        told = {"csrf_token": "form"} | form
        answer = client.post(path, data=told, headers={"Accept": "application/json"})
        return answer.status_code

    named = {"seen": f"{number}:pending:1", "until": "2026-11-29T08:00:00+00:00"}
    decided = {"action": "approve", "state": "pending", "revision": "1"}
    assert status(f"/comments/{number}/decide", **decided) == 400
    assert status("/undo", decision=f"{number}") in (400, 404)
    assert status(f"/second/{number}", action="approve") == 303
    for path in ("/claims/keep", "/claims/leave", "/queue/more"):
        assert status(path, **named) == 400


def test_texts_that_the_store_cannot_have_are_refused_before_it_is_asked(as_role) -> None:
    client = as_role()
    for path, status in (("/?section=%00", 400), ("/batch?section=a%00", 400), ("/batch/%00", 404)):
        assert (path, client.get(path).status_code) == (path, status)
    early = {"csrf_token": "form", "until": "0001-01-01T00:00:00+14:00", "seen": "1:pending:1"}
    assert client.post("/claims/leave", data=early).status_code == 400


@pytest.mark.parametrize("number", [2**31, 2**63, 10**30])
@pytest.mark.parametrize(
    "path", ["/keys/{}/revoke", "/people/{}/enable", "/rules/versions/{}/restore"]
)
def test_a_form_about_such_a_number_is_not_taken(as_role, path: str, number: int) -> None:
    answer = as_role().post(path.format(number), data={"csrf_token": "form"})
    assert answer.status_code == 404
