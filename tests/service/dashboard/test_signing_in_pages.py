"""Signing in and out, and what pages say to those who are not."""

import re

import pytest

from service.edges import STRICT

PASSWORD = "correct horse battery"


def form_token(page: str) -> str:
    return re.findall(r'name="csrf_token" value="([^"]+)"', page)[0]


def test_a_desk_without_people_says_how_the_first_is_made(service) -> None:
    answer = service.get("/")
    assert answer.status_code == 200
    assert "comity users create" in answer.get_data(as_text=True)
    assert "Set-Cookie" not in answer.headers
    assert "comity users create" in service.get("/sign-in").get_data(as_text=True)


def test_who_is_not_signed_in_is_sent_to_the_form_and_back(service, add_person) -> None:
    add_person()
    answer = service.get("/password?x=1")
    assert (answer.status_code, answer.headers["Location"]) == (
        303,
        "/sign-in?next=%2Fpassword%3Fx%3D1",
    )
    page = service.get(answer.headers["Location"]).get_data(as_text=True)
    form = {"csrf_token": form_token(page), "name": "ADA", "password": PASSWORD}
    done = service.client.post("/sign-in", data=form | {"next": "/password?x=1"})
    assert (done.status_code, done.headers["Location"]) == (303, "/password?x=1")
    assert service.get("/password").status_code == 200


@pytest.mark.parametrize("form", [{"name": "Ada", "password": "wrong"}, {"name": "Eve"}, {}])
def test_a_wrong_name_and_a_wrong_password_get_the_same_answer(service, add_person, form) -> None:
    add_person()
    token = form_token(service.get("/sign-in").get_data(as_text=True))
    answer = service.client.post("/sign-in", data={"csrf_token": token} | form)
    assert answer.status_code == 401
    page = answer.get_data(as_text=True)
    assert "Name and password do not fit." in page
    assert "wrong" not in re.sub("five wrong passwords", "", page)


@pytest.mark.parametrize(
    "wanted", ["//evil.example", "https://evil.example", "/\\evil.example", "/\t/evil.example", ""]
)
def test_the_way_back_never_leads_elsewhere(as_role, wanted: str) -> None:
    answer = as_role().get("/sign-in", query_string={"next": wanted})
    assert answer.headers["Location"] == "/"


def test_signing_out_ends_the_session_in_the_store(as_role, service) -> None:
    client = as_role()
    cookie = client.get_cookie("comity").value
    assert client.get("/").status_code == 200
    assert client.post("/sign-out", data={"csrf_token": "form"}).status_code == 303
    assert client.get("/").status_code == 303
    thief = service.app.test_client()
    thief.set_cookie("comity", cookie)
    assert thief.get("/").status_code == 303


def test_a_form_without_its_token_is_refused(as_role) -> None:
    client = as_role()
    answer = client.post("/sign-out")
    assert answer.status_code == 400
    assert "load the page again" in answer.get_data(as_text=True)
    assert client.get("/").status_code == 200
    assert client.post("/sign-out", data={"csrf_token": "other"}).status_code == 400
    by_script = client.post("/sign-out", headers={"X-CSRFToken": "form"})
    assert by_script.status_code == 303


def test_a_script_is_refused_in_the_one_shape(service, add_person) -> None:
    add_person()
    answer = service.get("/", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (401, "sign_in_needed")


def test_calls_with_keys_need_no_form_token(service) -> None:
    assert service.post(json={"comments": [{"text": "Good day."}]}).status_code == 200


def test_the_cookie_is_plain_on_this_machine_and_strict_elsewhere(service, add_person) -> None:
    add_person()
    here = service.get("/sign-in").headers["Set-Cookie"]
    assert here.startswith("comity=")
    assert "HttpOnly" in here
    assert "SameSite=Lax" in here
    assert "Secure" not in here
    for headers in ({"Host": "desk.example"}, {"X-Forwarded-Proto": "https"}):
        there = service.app.test_client().get("/sign-in", headers=headers).headers["Set-Cookie"]
        assert there.startswith("__Host-comity=")
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(there.split("; "))
        assert "Domain" not in there


def test_a_password_change_ends_the_other_sessions_and_not_this_one(add_person, sign_in) -> None:
    number = add_person()
    here, there = sign_in(number), sign_in(number)
    new = "a new long password"
    form = {"csrf_token": "form", "old": PASSWORD, "password": new, "again": new}
    assert here.post("/password", data=form).status_code == 303
    assert "Your password is changed" in here.get("/").get_data(as_text=True)
    assert there.get("/").status_code == 303


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"old": "wrong wrong wrong"}, "that is not your password"),
        ({"again": "something else"}, "the two new passwords differ"),
        ({"password": "short", "again": "short"}, "10 to 256 characters"),
    ],
)
def test_a_password_that_cannot_be_changed_says_why(as_role, changed, says: str) -> None:
    new = "a new long password"
    form = {"csrf_token": "form", "old": PASSWORD, "password": new, "again": new} | changed
    answer = as_role().post("/password", data=form)
    assert answer.status_code == 400
    assert says in answer.get_data(as_text=True).lower()


@pytest.mark.parametrize("path", ["/", "/password", "/sign-in"])
def test_a_page_runs_nothing_inline_and_is_not_stored(as_role, path: str) -> None:
    answer = as_role().get(path)
    assert answer.headers["Content-Security-Policy"] == STRICT
    assert answer.headers["Cache-Control"] == "no-store"
    page = answer.get_data(as_text=True)
    assert not re.search(r"\son\w+=|style=|javascript:|<style|<script>", page)
