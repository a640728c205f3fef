"""People, keys, models and audit, as pages."""

import html
import json
import re
from pathlib import Path

import pytest

from model.bundle import default_bundle
from model.manifest import own_hash
from service import keys
from service.people import accounts, passwords

FORM = {"csrf_token": "form"}
ADMIN_ONLY = ["/people", "/people/1", "/keys", "/audit"]


def text(answer) -> str:
    return html.unescape(re.sub(r"\s+", " ", answer.get_data(as_text=True)))


@pytest.mark.parametrize("path", ADMIN_ONLY)
@pytest.mark.parametrize("role", ["viewer", "moderator", "editor"])
def test_what_is_for_admins_is_refused_to_others_and_not_in_their_bar(
    as_role, path: str, role: str
) -> None:
    client = as_role(role)
    answer = client.get(path)
    assert answer.status_code == 403
    assert "this needs the role admin" in text(answer).lower()
    assert f'href="{path}"' not in client.get("/").get_data(as_text=True)
    refused = client.get(path, headers={"Accept": "application/json"})
    assert refused.get_json()["error"]["code"] == "forbidden"


@pytest.mark.parametrize(
    "path", ["/people", "/people/1/role", "/people/1/password", "/people/1/disable", "/keys"]
)
def test_no_form_for_admins_works_for_an_editor(as_role, path: str) -> None:
    assert as_role("editor").post(path, data=FORM).status_code == 403


def test_the_bar_holds_what_the_role_may_open_and_marks_where_one_is(as_role) -> None:
    page = as_role().get("/people").get_data(as_text=True)
    for path in ("/people", "/keys", "/models", "/audit"):
        assert f'href="{path}"' in page
    assert 'href="/people" aria-current="page"' in page
    assert 'href="/" aria-current' not in page


def test_a_person_is_added_with_a_password_that_works_and_is_shown_once(as_role, store) -> None:
    client = as_role()
    answer = client.post("/people", data=FORM | {"name": " Bea ", "role": "moderator"})
    password = re.findall(r"[a-z2-9]{5}(?:-[a-z2-9]{5}){3}", text(answer))[0]
    with store.reading() as session:
        bea = accounts.named(session, "bea")
        assert bea is not None
        assert (bea.name, bea.role, bea.site) == ("Bea", "moderator", "default")
        assert passwords.fits(password, bea.password)
    assert password not in text(client.get("/people"))


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"name": "", "role": "viewer"}, 400),
        ({"name": "Bea", "role": "king"}, 400),
        ({"name": "ADMIN of default", "role": "viewer"}, 409),
    ],
)
def test_a_person_who_cannot_be_added_says_why(as_role, form, status: int) -> None:
    answer = as_role().post("/people", data=FORM | form)
    assert answer.status_code == status
    assert "Not done:" in text(answer)


def test_a_name_of_markup_is_shown_as_it_is(as_role) -> None:
    client = as_role()
    client.post("/people", data=FORM | {"name": "<script>alert(1)</script>", "role": "viewer"})
    for path in ("/people", "/audit"):
        page = client.get(path).get_data(as_text=True)
        assert "<script>alert" not in page
        assert "&lt;script&gt;" in page


def test_a_person_can_be_given_a_role_disabled_and_enabled(as_role, add_person, sign_in) -> None:
    client, bea = as_role(), add_person("Bea", "viewer")
    theirs = sign_in(bea)
    assert client.post(f"/people/{bea}/role", data=FORM | {"role": "editor"}).status_code == 303
    assert "Bea has the role editor." in text(client.get("/people"))
    assert theirs.get("/").status_code == 303
    assert client.post(f"/people/{bea}/disable", data=FORM).status_code == 303
    assert "disabled" in text(client.get(f"/people/{bea}"))
    assert client.post(f"/people/{bea}/enable", data=FORM).status_code == 303
    assert "Bea may sign in again." in text(client.get("/people"))
    assert client.post(f"/people/{bea}/role", data=FORM | {"role": "king"}).status_code == 400


def test_the_last_admin_is_told_why_they_stay(add_person, sign_in) -> None:
    number = add_person()
    client = sign_in(number)
    for path, form in (("role", {"role": "viewer"}), ("disable", {})):
        answer = client.post(f"/people/{number}/{path}", data=FORM | form)
        assert answer.status_code == 409
        assert "Ada is the last admin of site default" in text(answer)


def test_a_new_password_is_shown_once_and_ends_their_sessions(
    as_role, add_person, sign_in, store
) -> None:
    client, bea = as_role(), add_person("Bea", "viewer")
    theirs = sign_in(bea)
    answer = client.post(f"/people/{bea}/password", data=FORM)
    password = re.findall(r"[a-z2-9]{5}(?:-[a-z2-9]{5}){3}", text(answer))[0]
    assert theirs.get("/").status_code == 303
    with store.reading() as session:
        user = accounts.named(session, "Bea")
        assert user is not None
        assert passwords.fits(password, user.password)


@pytest.mark.parametrize("number", [0, 10**30])
def test_an_admin_sees_nobody_of_another_site(as_role, add_person, number: int) -> None:
    client, elsewhere = as_role(), add_person("Zoe", "viewer", "elsewhere")
    assert "Zoe" not in text(client.get("/people"))
    for asked in (elsewhere, number):
        assert client.get(f"/people/{asked}").status_code == 404
        assert client.post(f"/people/{asked}/password", data=FORM).status_code == 404


def test_a_key_is_made_with_scopes_shown_once_and_revoked(as_role, store) -> None:
    client = as_role(site="north")
    form = FORM | {"name": "cms", "scope": ["score", "moderate"]}
    key = re.findall(r"cmt_[0-9a-f]{8}_[0-9a-f]{48}", text(client.post("/keys", data=form)))[0]
    with store.reading() as session:
        caller = keys.find(session, key)
    assert caller is not None
    assert (caller.site, caller.scopes) == ("north", {"score", "moderate"})
    page = text(client.get("/keys"))
    assert key not in page
    assert key[: keys.PREFIX_CHARS] in page
    assert client.post(f"/keys/{caller.key_id}/revoke", data=FORM).status_code == 303
    with store.reading() as session:
        assert keys.find(session, key) is None
    said = text(client.get("/audit"))
    assert said.index("key revoked") < said.index("key created")
    assert key not in said


@pytest.mark.parametrize("form", [{"name": "cms"}, {"name": "", "scope": "score"}])
def test_a_key_without_name_or_scope_is_refused(as_role, form) -> None:
    answer = as_role().post("/keys", data=FORM | form)
    assert answer.status_code == 400
    assert "Not done:" in text(answer)


def test_a_key_of_another_site_is_neither_shown_nor_revoked(as_role, store, key: str) -> None:
    client = as_role(site="north")
    assert key[: keys.PREFIX_CHARS] not in text(client.get("/keys"))
    for number in (1, 10**30):
        assert client.post(f"/keys/{number}/revoke", data=FORM).status_code == 404
    with store.reading() as session:
        assert keys.find(session, key) is not None


def test_the_audit_goes_by_pages_that_neither_repeat_nor_leave_out(as_role, store) -> None:
    from service.people import audit

    with store.writing() as session:
        for n in range(120):
            audit.note(session, "default", "Ada", "thing changed", f"thing-{n}.")
            audit.note(session, "elsewhere", "Zoe", "thing changed", "secret")
    client, path, seen = as_role(), "/audit", []
    while path:
        page = client.get(path).get_data(as_text=True)
        assert "secret" not in page
        seen += re.findall(r"thing-(\d+)\.", page)
        older = re.findall(r'href="(/audit\?before=\d+)"', page)
        path = older[0] if older else ""
    assert seen == [str(n) for n in reversed(range(120))]


@pytest.mark.parametrize("before", ["x", "-1", "1" * 30, "٣"])
def test_a_page_of_the_audit_that_cannot_be_is_refused(as_role, before: str) -> None:
    assert as_role().get("/audit", query_string={"before": before}).status_code == 400


def test_models_shows_what_is_held_with_figures_and_card(as_role) -> None:
    client = as_role("viewer")
    page = text(client.get("/models"))
    assert "Version list-1 speaks." in re.sub(r"<[^>]+>", "", page)
    assert "identity attack" in page
    assert "Encoder" in page
    (card,) = re.findall(r'href="(/models/[^"]+/card)"', page)
    answer = client.get(card)
    assert answer.mimetype == "text/plain"
    assert answer.get_data(as_text=True).startswith("# ")
    for wrong in ("/models/nothing/card", "/models/../card", "/models/%2e%2e/card"):
        assert client.get(wrong).status_code == 404


def test_a_version_that_cannot_be_read_says_so_and_hides_no_other(as_role, settings) -> None:
    folder = settings.models_folder / "20990101.0000"
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text("{}")
    page = text(as_role().get("/models"))
    assert "It cannot be read. manifest.json: format" in page
    assert "Measured on comments held out" in page


def with_manifest(folder: Path, version: str) -> Path:
    folder.mkdir(parents=True)
    form = json.loads((default_bundle() / "manifest.json").read_text()) | {"version": version}
    (folder / "manifest.json").write_text(json.dumps(form | {"sha256": own_hash(form)}))
    return folder


def test_a_version_is_shown_and_its_card_found_by_the_name_in_its_manifest(
    as_role, settings
) -> None:
    folder = with_manifest(settings.models_folder / "candidate-3", "v-7")
    (folder / "README.md").write_text("# The card of seven")
    client = as_role()
    page = text(client.get("/models"))
    assert "candidate-3" not in page
    assert client.get("/models/v-7/card").get_data(as_text=True) == "# The card of seven"
    assert client.get("/models/candidate-3/card").status_code == 404


def test_a_version_whose_report_cannot_be_read_says_so_under_its_name(as_role, settings) -> None:
    folder = with_manifest(settings.models_folder / "candidate-3", "v-7")
    (folder / "report.json").write_text("{")
    page = text(as_role().get("/models"))
    assert "It cannot be read. report.json: is not JSON in UTF-8" in page
    assert "v-7" in page
