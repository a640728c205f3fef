"""The batch view, as the server writes it and takes its forms."""

import re

import pytest

from service.moderation import batches
from tests.service.dashboard.invented import fill

PLAIN = {"csrf_token": "form"}
JSON = {"Accept": "application/json", "X-CSRFToken": "form"}
RANGE = {"label": "insult", "min": "0.5", "max": "1"}


def text(answer) -> str:
    return answer.get_data(as_text=True)


@pytest.fixture
def editor(as_role, store):
    fill(store)
    return as_role("editor")


def test_it_shows_how_scores_are_spread_as_picture_and_table(editor) -> None:
    page = text(editor.get("/batch"))
    assert "Incivility scores of 50 pending comments" in page
    bars = re.findall(r'aria-label="(\d\.\d\d) to (\d\.\d\d): (\d+)"', page)
    rows = re.findall(r'<tr><td>(\S+)</td><td>(\S+)</td><td class="number">(\d+)</td>', page)
    assert len(bars) == 20
    assert bars == rows
    assert sum(int(count) for _, _, count in bars) == 50
    sport = text(editor.get("/batch?section=Sport"))
    assert "of 10 pending comments" in sport


def test_a_range_is_read_confirmed_decided_and_undone(editor, monkeypatch) -> None:
    monkeypatch.setattr(batches, "STEP", 4)
    page = text(editor.get("/batch", query_string=RANGE))
    (count,) = re.findall(r"(\d+) comments from 0\.50 to 1\.00", page)
    assert page.count("<li><p") == min(20, int(count))
    asked = RANGE | {"action": "reject", "reason": "abusive"}
    confirm = text(editor.get("/batch/confirm", query_string=asked))
    assert f"Reject {count} comments?" in confirm
    begun = editor.post("/batch/begin", data=asked | PLAIN)
    assert begun.status_code == 303
    name = begun.headers["Location"].rsplit("/", 1)[1]
    told = editor.post(f"/batch/{name}/step", headers=JSON).get_json()
    assert (told["decided"], told["wanted"], told["done"]) == (int(count), int(count), True)
    listed = text(editor.get("/batch"))
    assert "insult 0.50 to 1.00" in listed
    assert "editor of default" in listed
    undone = editor.post(f"/batch/{name}/undo", data=PLAIN)
    assert undone.status_code == 303
    page = text(editor.get(f"/batch/{name}"))
    assert f"Undone: {count} of {count} decisions." in page
    assert "Undo the batch" not in page
    again = editor.post(f"/batch/{name}/undo", headers=JSON)
    assert (again.status_code, again.get_json()["error"]["code"]) == (409, "nothing_to_undo")


def test_a_batch_that_was_broken_off_can_be_continued(editor, monkeypatch) -> None:
    monkeypatch.setattr(batches, "STEP", 4)
    monkeypatch.setattr("service.dashboard.batch._STRETCH_S", 0)
    begun = editor.post("/batch/begin", data=RANGE | PLAIN | {"action": "approve"})
    page = text(editor.get(begun.headers["Location"]))
    assert '<span id="decided">4</span>' in page
    assert "Continue" in page
    assert "Continue" in text(editor.get("/batch"))
    editor.post(begun.headers["Location"] + "/step", data=PLAIN)
    assert '<span id="decided">8</span>' in text(editor.get(begun.headers["Location"]))


@pytest.mark.parametrize(
    "changed", [{"action": "highlight"}, {"action": ""}, {"reason": "x"}, {"min": "2"}]
)
def test_what_makes_no_sense_is_refused(editor, changed) -> None:
    asked = RANGE | {"action": "reject"} | changed
    assert editor.get("/batch/confirm", query_string=asked).status_code == 400
    assert editor.post("/batch/begin", data=asked | PLAIN).status_code == 400


def test_a_batch_is_for_editors_of_its_site(editor, as_role) -> None:
    begun = editor.post("/batch/begin", data=RANGE | PLAIN | {"action": "approve"})
    address = begun.headers["Location"]
    moderator, other = as_role("moderator"), as_role("editor", "weekly")
    for path in ("/batch", address):
        assert moderator.get(path).status_code == 403
    assert moderator.post(f"{address}/undo", headers=JSON).status_code == 403
    assert other.get(address).status_code == 404
    assert other.post(f"{address}/undo", headers=JSON).status_code == 404
