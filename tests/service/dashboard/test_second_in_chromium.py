"""The second look by keys and the statistics, in a real browser."""

import pytest
from playwright.sync_api import expect

from model.labels import NAMES
from tests.service.dashboard.invented import fill
from tests.service.dashboard.test_people_in_chromium import enter, faults
from tests.service.dashboard.test_second_page import decided, rows

pytestmark = pytest.mark.slow


def test_second_looks_are_given_by_keys(desk, open_page, add_person, store) -> None:
    add_person("Ada", "editor")
    decided(store, fill(store, ["You clown.", "Another text.", "A third text."]))
    page = open_page(desk, path="/second")
    enter(page)
    expect(page.get_by_text("You clown")).to_be_visible()
    assert faults(page) == []
    page.keyboard.press("e")
    page.keyboard.press("3")
    page.keyboard.press("r")
    expect(page.get_by_text("Another text.")).to_be_visible()
    page.wait_for_load_state()  # keys count once the page's script runs
    page.keyboard.press("s")
    expect(page.get_by_text("A third text.")).to_be_visible()
    page.wait_for_load_state()  # keys count once the page's script runs
    page.keyboard.press("a")
    expect(page.get_by_text("No comment waits")).to_be_visible()
    assert rows(store) == [("Ada", "reject", True), (None, None, None), ("Ada", "approve", False)]
    page.get_by_role("link", name="Disagreements").click()
    expect(page.get_by_text("waits for a decision")).to_be_visible()
    assert faults(page) == []


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1280, "light"), (1920, "dark")])
def test_the_statistics_fit_every_width(
    desk, open_page, add_person, store, width: int, scheme: str
) -> None:
    add_person("Ada", "editor")
    decided(store, fill(store)[:30])
    page = open_page(desk, path="/statistics", width=width, color_scheme=scheme)
    enter(page)
    expect(page.get_by_role("img", name="By the state they have now")).to_be_visible()
    expect(page.get_by_role("img")).to_have_count(4 + len(NAMES))
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(overflow) == 0
    assert faults(page) == []
