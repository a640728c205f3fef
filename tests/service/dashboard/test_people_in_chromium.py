"""Signing in and the pages of people and keys, in a real browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from service.people import signing_in
from tests.service.browsing import axe_on

PASSWORD = "correct horse battery"
PAGES = ["/", "/people", "/people/1", "/keys", "/models", "/audit", "/password"]

pytestmark = pytest.mark.slow


def enter(page: Page, name: str = "Ada", password: str = PASSWORD) -> None:
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def faults(page: Page) -> list[str]:
    """What axe finds that is serious or worse, and where.

    The page's policy refuses scripts from elsewhere, axe's too: it is let in by the browser itself.
    """
    found = axe_on(page).response["violations"]
    return [
        f"{one['id']}: {node['target']}"
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]


@pytest.fixture
def signed_in(desk: str, open_page, add_person) -> Callable[..., Page]:
    add_person("Ada")

    def run(**more: object) -> Page:
        page = open_page(desk, **more)
        enter(page)
        expect(page.get_by_role("heading", level=1)).not_to_have_text("Sign in")
        return page

    return run


def test_a_person_signs_in_and_comes_where_they_wanted_to(desk, signed_in) -> None:
    page = signed_in(path="/people")
    expect(page).to_have_url(f"{desk}/people")
    expect(page.get_by_role("heading", level=1)).to_have_text("People")


def test_a_wrong_password_says_so_keeps_the_name_and_takes_the_next_try(
    desk, open_page, add_person
) -> None:
    add_person("Ada")
    page = open_page(desk)
    enter(page, password="wrong")
    expect(page.get_by_role("alert")).to_contain_text("Name and password do not fit.")
    expect(page.get_by_label("Name")).to_have_value("Ada")
    expect(page.get_by_label("Password")).to_be_focused()
    expect(page.get_by_label("Password")).to_have_value("")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{desk}/")


def test_guessing_locks_the_name_in_every_browser(desk, open_page, add_person) -> None:
    add_person("Ada")
    page = open_page(desk)
    for _ in range(signing_in.FREE_TRIES):
        enter(page, password="wrong")
        expect(page.get_by_role("alert")).to_be_visible()
    other = open_page(desk)
    enter(other)
    expect(other.get_by_role("alert")).to_contain_text("the right password does not fit either")


def test_a_changed_password_signs_another_browser_out(desk, signed_in) -> None:
    here, there = signed_in(), signed_in()
    here.goto(f"{desk}/password")
    here.get_by_label("Password now").fill(PASSWORD)
    here.get_by_label("New password", exact=True).fill("a new long password")
    here.get_by_label("New password once more").fill("a new long password")
    here.get_by_role("button", name="Change it").click()
    expect(here.get_by_role("status").first).to_contain_text("Your password is changed.")
    there.reload()
    expect(there.get_by_role("heading", level=1)).to_have_text("Sign in")
    enter(there, password="a new long password")
    expect(there).to_have_url(f"{desk}/")


def test_a_person_is_added_and_signs_in_with_what_was_shown(desk, signed_in, open_page) -> None:
    page = signed_in(path="/people")
    page.get_by_label("Name").fill("Bea")
    page.get_by_role("radio", name="editor").check()
    page.get_by_role("button", name="Add").click()
    shown = page.get_by_role("region", name="Added").locator("dd").nth(1).inner_text()
    other = open_page(desk)
    enter(other, "bea", shown)
    expect(other).to_have_url(f"{desk}/")
    expect(other.get_by_role("link", name="People")).to_have_count(0)


def test_the_keyboard_is_enough(desk, signed_in) -> None:
    page = signed_in()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the page")).to_be_focused()
    page.keyboard.press("Enter")
    page.goto(f"{desk}/")
    tab_to(page, "Keys")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{desk}/keys")
    tab_to(page, "Ada")
    page.keyboard.press("Enter")
    tab_to(page, "Sign out")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("You are signed out.")


def tab_to(page: Page, name: str) -> None:
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == name:
            return
    pytest.fail(f"Tab does not reach {name}")


def test_the_menu_of_a_narrow_screen_opens_without_a_script(desk, signed_in) -> None:
    page = signed_in(width=360, java_script_enabled=False)
    expect(page.get_by_role("link", name="People")).to_be_hidden()
    page.get_by_text("Menu", exact=True).click()
    page.get_by_role("link", name="People").click()
    expect(page).to_have_url(f"{desk}/people")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280, 1920])
def test_no_page_is_wider_than_the_screen_and_axe_finds_nothing_serious(
    desk, signed_in, open_page, width: int, scheme: str
) -> None:
    look = {"width": width, "color_scheme": scheme, "bypass_csp": True}
    outside = open_page(desk, path="/sign-in", **look)
    assert faults(outside) == []
    page = signed_in(**look)
    for path in PAGES:
        page.goto(desk + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        assert faults(page) == [], path


def test_a_desk_without_people_is_calm(desk, open_page) -> None:
    page = open_page(desk, bypass_csp=True)
    expect(page.get_by_role("heading", level=1)).to_have_text("Nobody can sign in yet")
    assert faults(page) == []
