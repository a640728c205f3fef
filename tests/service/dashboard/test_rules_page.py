"""/rules: what each role sees, and a draft from its first change to its roll-back."""

import html
import io
import json
import re

import pytest

from service.moderation import policies
from service.people import audit

FORM = {"csrf_token": "form"}
HOLD = {"action": "hold", "label": "insult", "min": 0.85, "max": 1.0, "section": "sport"}


def text(answer) -> str:
    plain = re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True))
    return html.unescape(re.sub(r"\s+", " ", plain))


def draft_of(answer) -> list[dict[str, object]]:
    found = re.findall(r'name="draft" value="([^"]*)"', answer.get_data(as_text=True))
    return json.loads(html.unescape(found[0]))


def form(rules: object = (), number: int = 0, **more: object) -> dict[str, object]:
    return FORM | {"draft": json.dumps(rules), "number": number, **more}


def last(store):
    with store.reading() as session:
        row = policies.last_version(session, "default")
        return row and (row.number, row.by, row.note, row.rules, row.restores)


@pytest.mark.parametrize("role", ["viewer", "moderator"])
def test_who_is_no_editor_reads_and_changes_nothing(as_role, role: str, store) -> None:
    client = as_role(role)
    page = client.get("/rules")
    assert page.status_code == 200
    assert "The rules that hold" in text(page)
    assert "/rules/edit" not in page.get_data(as_text=True)
    assert client.get("/rules/edit").status_code == 403
    for path in ("/rules/edit", "/rules/save", "/rules/versions/0/restore"):
        assert client.post(path, data=form()).status_code == 403
    assert last(store) is None


def test_the_shipped_rules_are_there_in_words_and_can_be_downloaded(as_role) -> None:
    client = as_role("viewer")
    assert "insult is 0.75 to 1" in text(client.get("/rules"))
    file = client.get("/rules/versions/0/policy.toml")
    assert file.headers["Content-Disposition"] == 'attachment; filename="policy-0.toml"'
    assert file.get_data(as_text=True).count("[[rules]]") == 8
    assert client.get("/rules/versions/7").status_code == 404


def test_a_rule_is_added_changed_and_removed_in_the_draft_alone(as_role, store) -> None:
    client = as_role("editor")
    assert len(draft_of(client.get("/rules/edit"))) == 8
    fields = {"action": "hold", "label": "insult", "min": "0,85", "section": " sport "}
    added = client.post("/rules/edit", data=form(do="put", at="", **fields))
    assert draft_of(added) == [HOLD]
    assert "insult is 0.85 to 1" in text(added)
    asked = client.post("/rules/edit", data=form([HOLD], do="change:0"))
    assert "Change rule 1" in text(asked)
    assert 'name="min" value="0.85"' in asked.get_data(as_text=True)
    words = {"action": "reject", "words": "Fake  news\n\n zebra ", "targets": ["author", "group"]}
    changed = client.post("/rules/edit", data=form([HOLD], do="put", at="0", **words))
    assert draft_of(changed) == [
        {"action": "reject", "targets": ["author", "group"], "words": ["Fake news", "zebra"]}
    ]
    assert draft_of(client.post("/rules/edit", data=form([HOLD], do="remove:0"))) == []
    assert last(store) is None


@pytest.mark.parametrize(
    ("fields", "says", "at"),
    [
        ({"label": "insult", "min": "1.5"}, "min: is above the limit 1", "min"),
        ({"label": "insult", "min": "low"}, "min: must be a number from 0 to 1", "min"),
        ({}, "needs a condition: label, targets, section or words", None),
        ({"words": "x" * 101}, "words: item 1: is longer than the limit of 100", "words"),
        ({"section": "a", "at": "4"}, "at names no rule of the draft", None),
    ],
)
def test_a_wrong_field_is_named_and_what_was_typed_stays(as_role, fields, says: str, at) -> None:
    answer = as_role("editor").post(
        "/rules/edit", data=form([HOLD], do="put", action="hold", **fields)
    )
    assert answer.status_code == 400
    assert says in text(answer)
    page = answer.get_data(as_text=True)
    if at:
        assert re.search(rf'id="{at}"[^>]*aria-invalid="true"', page)
    if "min" in fields:
        assert f'name="min" value="{fields["min"]}"' in page
    assert draft_of(answer) == [HOLD]


@pytest.mark.parametrize(
    "sent",
    [
        {"do": "burn"},
        {"do": "change:3"},
        {"do": "preview", "draft": "[{}]"},
        {"do": "preview", "draft": "no"},
        {"do": "preview", "number": "x"},
    ],
)
def test_a_form_that_no_page_sends_is_400(as_role, sent) -> None:
    assert as_role("editor").post("/rules/edit", data=form() | sent).status_code == 400


def test_saving_is_offered_with_the_preview_and_not_before(as_role, store, service) -> None:
    client = as_role("editor")
    assert "Save the rules" not in text(client.get("/rules/edit"))
    comments = [{"id": "a", "text": "You clown.", "section": "sport"}, {"id": "b", "text": "Hi."}]
    from tests.service.api.desk import Desk

    Desk(service, service._auth["Authorization"].removeprefix("Bearer ")).keep(*comments)
    seen = client.post("/rules/edit", data=form([HOLD], do="preview"))
    told = text(seen)
    assert "2 comments came" in told
    assert "0 comments would have been treated otherwise" in told
    assert "Save the rules" in told
    seen = client.post("/rules/edit", data=form([HOLD | {"min": 0.95}], do="preview"))
    assert "1 comment would have been treated otherwise" in text(seen)
    assert "hold to approve: 1" in text(seen)
    done = client.post("/rules/save", data=form([HOLD], note="Calmer."))
    assert (done.status_code, done.headers["Location"]) == (303, "/rules")
    assert last(store) == (1, "editor of default", "Calmer.", [HOLD], None)
    assert "Saved as version 1" in text(client.get("/rules"))
    with store.reading() as session:
        (entry,) = audit.page(session, "default").entries[:1]
        assert (entry.what, entry.by) == ("policy saved", "editor of default")


def test_a_draft_that_is_behind_is_kept_and_not_saved(as_role, store) -> None:
    client = as_role("editor")
    client.post("/rules/save", data=form([HOLD]))
    for path, more in (("/rules/save", {}), ("/rules/edit", {"do": "preview"})):
        answer = client.post(path, data=form([], number=0, **more))
        assert answer.status_code == 409
        assert "editor of default saved version 1" in text(answer)
        assert 'name="number" value="1"' in answer.get_data(as_text=True)
    assert last(store)[0] == 1


def test_a_version_is_brought_back_as_a_new_one(as_role, store) -> None:
    client = as_role("editor")
    client.post("/rules/save", data=form([HOLD]))
    assert "Bring version 0 back" in text(client.get("/rules/versions/0"))
    assert "Bring version" not in text(client.get("/rules/versions/1"))
    assert client.post("/rules/versions/0/restore", data=FORM).status_code == 303
    assert last(store) == (2, "editor of default", None, [], 0)
    assert "Brought back the shipped rules" in text(client.get("/rules"))
    client.post("/rules/versions/1/restore", data=FORM)
    assert last(store)[3:] == ([HOLD], 1)


def test_rules_are_read_from_pasted_text_and_from_a_file(as_role) -> None:
    client = as_role("editor")
    toml = '[[rules]]\naction = "hold"\nlabel = "insult"\nmin = 0.85\nsection = "sport"\n'
    assert draft_of(client.post("/rules/edit", data=form(do="read", toml=toml))) == [HOLD]
    file = (io.BytesIO(toml.encode()), "desk.toml")
    assert draft_of(client.post("/rules/edit", data=form(do="read", file=file))) == [HOLD]
    wrong = toml.replace("0.85", "8.5")
    answer = client.post("/rules/edit", data=form([HOLD], do="read", toml=wrong))
    assert answer.status_code == 400
    assert "what was pasted: rule 1: min: is above the limit 1" in text(answer)
    assert "min = 8.5" in text(answer)
    assert draft_of(answer) == [HOLD]


def test_a_hostile_word_is_shown_as_text(as_role) -> None:
    rule = {"action": "hold", "words": ["<script>alert(1)</script>", "\u202eevil"]}
    page = as_role("editor").post("/rules/edit", data=form([rule], do="change:0"))
    shown = page.get_data(as_text=True)
    assert "<script>alert" not in shown
    assert "&lt;script&gt;alert(1)" in shown


def test_sites_do_not_see_each_others_rules(as_role, store) -> None:
    as_role("editor").post("/rules/save", data=form([HOLD]))
    other = as_role("editor", "weekly")
    assert other.get("/rules/versions/1").status_code == 404
    assert "These are the rules that ship" in text(other.get("/rules"))


def test_a_long_list_of_words_fits_into_the_form(as_role) -> None:
    rules = [
        {"action": "hold", "words": [f"{'w' * 90}{n}-{m}" for m in range(500)]} for n in range(10)
    ]
    answer = as_role("editor").post("/rules/edit", data=form(rules, do="new"))
    assert answer.status_code == 200
