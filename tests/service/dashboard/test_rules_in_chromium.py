"""Rules changed, previewed, saved and rolled back in a real browser."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from service import keys
from tests.service.api import desk as api
from tests.service.browsing import axe_on

PASSWORD = "correct horse battery"

pytestmark = pytest.mark.slow


@pytest.fixture
def filled(service, store) -> None:
    """Forty comments in two sections, of which people decided some."""
    with store.writing() as session:
        key = keys.create(session, name="t", scopes=("score", "moderate"))
    calls = api.Desk(service, key)
    texts = [api.RUDE, api.KIND, "12345"]
    calls.keep(
        *(
            {
                "id": f"c-{n}",
                "text": texts[n % 3],
                "section": "sport" if n % 2 else "city & country",
            }
            for n in range(40)
        )
    )
    for n in range(0, 12):
        action = "reject" if n % 5 == 0 else "approve"
        calls.say("POST", f"/v1/comments/c-{n}/decision", {"action": action})


@pytest.fixture
def editor(desk: str, filled: None, open_page, add_person) -> Iterator[Callable[..., Page]]:
    """Open /rules as an editor."""
    add_person("Eve", "editor")

    def run(**more: object) -> Page:
        page = open_page(desk, path="/rules", **more)
        page.get_by_label("Name").fill("Eve")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Rules")
        return page

    yield run


def sound(page: Page) -> None:
    """Fail for what axe finds serious or worse, and for a page wider than its window."""
    found = axe_on(page).response["violations"]
    faults = [(one["id"], [node["target"] for node in one["nodes"]]) for one in found]
    grave = {one["id"] for one in found if one["impact"] in ("serious", "critical")}
    assert [fault for fault in faults if fault[0] in grave] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def add_rule(page: Page, **fields: str) -> None:
    page.get_by_label("Asks for").select_option(fields["action"])
    page.get_by_label("Label", exact=True).select_option(fields["label"])
    page.get_by_label("From", exact=True).fill(fields["low"])
    page.get_by_label("Section", exact=True).fill(fields["section"])
    page.get_by_label("From", exact=True).press("Enter")


@pytest.mark.parametrize("script", [True, False])
def test_a_rule_is_changed_with_a_preview_saved_and_rolled_back(editor, script: bool) -> None:
    page = editor(java_script_enabled=script)
    page.get_by_role("link", name="Change the rules").click()
    expect(page.get_by_role("button", name="Save the rules")).to_have_count(0)
    add_rule(page, action="hold", label="insult", low="0.95", section="sport")
    expect(page.get_by_role("status")).to_contain_text("Rule 9 is in the draft")
    page.get_by_role("button", name="Remove rule 2: hold where incivility is 0.75 to 1").click()
    page.get_by_role("button", name="Change rule 8: hold where insult is 0.95 to 1, in sp").click()
    expect(page.get_by_label("From", exact=True)).to_have_value("0.95")
    page.get_by_label("From", exact=True).fill("0.92")
    page.get_by_role("button", name="Change in the draft").click()
    page.get_by_role("button", name="Preview the draft").click()
    if script:
        expect(page.get_by_role("heading", name="What the draft would have done")).to_be_focused()
    effect = page.get_by_role("region", name="What the draft would have done")
    expect(effect).to_contain_text("40 comments came")
    expect(effect).to_contain_text("7 comments would have been treated otherwise")
    expect(effect).to_contain_text("hold to review: 7")
    expect(effect.get_by_role("row", name="Present")).to_have_count(2)
    page.get_by_label("What the change is for").fill("Calmer in sport.")
    page.get_by_role("button", name="Save the rules").click()
    expect(page.get_by_role("status")).to_contain_text("Saved as version 1")
    expect(page.get_by_role("table", name="The rules that hold")).to_contain_text("0.92 to 1")
    page.get_by_role("link", name="Version 0").click()
    page.get_by_role("button", name="Bring version 0 back").click()
    expect(page.get_by_role("status")).to_contain_text("Version 2 holds now")
    history = page.get_by_role("table", name="Versions, the newest first")
    expect(history).to_contain_text("Brought back the shipped rules")
    expect(history).to_contain_text("Calmer in sport.")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280, 1920])
def test_axe_finds_nothing_serious_at_any_width(editor, width: int, scheme: str) -> None:
    page = editor(width=width, color_scheme=scheme)
    sound(page)
    page.get_by_role("link", name="Change the rules").click()
    sound(page)
    page.get_by_label("From", exact=True).fill("7")
    page.get_by_role("button", name="Add to the draft").click()
    expect(page.get_by_role("alert")).to_contain_text("min: is above the limit 1")
    page.get_by_label("From", exact=True).fill("")
    page.get_by_label("Words or phrases").fill("zebra\nfake news\ngnu\nnumbat\nokapi")
    page.get_by_label("person", exact=True).check()
    page.get_by_role("button", name="Add to the draft").click()
    page.get_by_role("button", name="Preview the draft").click()
    sound(page)
    page.get_by_role("button", name="Save the rules").click()
    page.get_by_role("link", name="Version 1").click()
    sound(page)


def test_a_file_is_read_into_the_draft(editor, tmp_path: Path) -> None:
    page = editor()
    file = tmp_path / "desk.toml"
    file.write_text('[[rules]]\naction = "reject"\nwords = ["okapi"]\n')
    page.get_by_role("link", name="Change the rules").click()
    page.get_by_label("A file").set_input_files(file)
    page.get_by_role("button", name="Read into the draft").click()
    expect(page.get_by_role("table", name="The draft")).to_contain_text("it says “okapi”")
