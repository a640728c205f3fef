"""The try page as a person uses it, in a real browser."""

import pytest
from playwright.sync_api import Page, expect

from model.labels import NAMES

pytestmark = pytest.mark.slow


@pytest.fixture
def keyless(make_service, scorer, serve) -> str:
    return serve(make_service(scorer, keyless=True).app)


def result(page: Page):
    return page.locator("#result")


def score(page: Page, text: str) -> None:
    page.get_by_label("Comment", exact=True).fill(text)
    page.get_by_role("button", name="Score", exact=True).click()


def test_a_person_sees_labels_numbers_thresholds_action_and_bundle(keyless, open_page) -> None:
    page = open_page(keyless, path="/try")
    score(page, "You are a clown.")
    expect(page.get_by_role("status")).to_contain_text("Hold")
    expect(page.get_by_role("status")).to_contain_text("withheld until a moderator decides")
    expect(page.get_by_role("status")).to_contain_text("Labels: incivility 0.90, insult 0.90.")
    rows = page.get_by_role("listitem")
    expect(rows).to_have_count(len(NAMES))
    expect(rows.nth(1)).to_contain_text("insult")
    expect(rows.nth(1)).to_contain_text("0.900")
    expect(rows.nth(1)).to_contain_text("At or over the threshold of 0.50.")
    expect(rows.nth(4)).to_contain_text("Under the threshold of 0.50.")
    expect(result(page)).to_contain_text("list-1")
    expect(page.locator("mark")).to_have_text("clown")
    widths = [bar.evaluate("e => e.style.width") for bar in page.locator(".fill").all()]
    assert widths == ["90%", "90%", *["5%"] * (len(NAMES) - 2)]


def test_an_approved_comment_reads_so(keyless, open_page) -> None:
    page = open_page(keyless, path="/try")
    score(page, "Well argued, thank you.")
    expect(page.get_by_role("status")).to_contain_text("Approve")
    expect(page.get_by_role("status")).to_contain_text("No label reaches its threshold.")


def test_an_abstention_says_why_and_shows_no_bars(keyless, open_page) -> None:
    page = open_page(keyless, path="/try")
    score(page, "12345 !!!")
    expect(page.get_by_role("status")).to_contain_text("Review")
    expect(page.get_by_role("status")).to_contain_text("No score: it has no words to judge.")
    expect(page.get_by_role("listitem")).to_have_count(0)


def test_a_comment_that_is_too_long_shows_its_own_error(keyless, open_page) -> None:
    page = open_page(keyless, path="/try")
    score(page, "x" * 20_500)
    expect(page.get_by_role("status")).to_contain_text("has 20500 bytes of UTF-8")


def test_what_a_person_types_never_becomes_markup(keyless, open_page) -> None:
    page = open_page(keyless, path="/try")
    score(page, "<img src=x onerror=alert(1)> clown <b>bold</b> 😀 clown")
    expect(page.locator("mark")).to_have_text("clown")
    expect(page.locator("blockquote")).to_have_text(
        "<img src=x onerror=alert(1)> clown <b>bold</b> 😀 clown"
    )
    assert page.locator("#result img, #result b").count() == 0


def test_marked_words_are_right_after_characters_of_two_units(keyless, open_page) -> None:
    page = open_page(keyless, path="/try")
    score(page, "😀😀 you clown")
    expect(page.locator("mark")).to_have_text("clown")


def test_the_keyboard_is_enough(keyless, open_page) -> None:
    page = open_page(keyless, path="/try")
    for _ in range(10):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "text":
            break
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    page.keyboard.type("You are a clown.")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("status")).to_contain_text("Hold")


def test_a_sample_is_scored_with_one_press(keyless, open_page) -> None:
    page = open_page(keyless, path="/try")
    page.get_by_role("button", name="You are a clown and so is your editor.").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Hold")


def test_the_context_is_sent_along(keyless, open_page, scorer) -> None:
    page = open_page(keyless, path="/try")
    page.get_by_text("What it answers (optional)").click()
    page.get_by_label("Headline of the article").fill("Budget")
    page.get_by_label("Its authors").fill("A. Writer, B. Writer,")
    page.get_by_label("Comment that it replies to").fill("I disagree.")
    score(page, "You are a clown.")
    expect(page.get_by_role("status")).to_contain_text("Hold")
    context = scorer.asked[-1].context
    assert context.article.title == "Budget"
    assert context.article.authors == ("A. Writer", "B. Writer")
    assert context.parent == "I disagree."


def test_the_key_is_asked_for_kept_in_the_tab_and_forgotten(
    service, serve, open_page, key: str
) -> None:
    page = open_page(serve(service.app), path="/try")
    page.get_by_label("API key").fill("wrong")
    score(page, "You are a clown.")
    expect(page.get_by_role("status")).to_contain_text("Not scored")
    expect(page.get_by_role("status")).to_contain_text("this API key is not valid here")
    expect(page.get_by_label("API key")).to_be_focused()
    assert page.evaluate("sessionStorage.length") == 0
    page.get_by_label("API key").fill(key)
    score(page, "You are a clown.")
    expect(page.get_by_role("status")).to_contain_text("Hold")
    assert page.evaluate("localStorage.length") == 0
    assert key not in page.url
    page.reload()
    expect(page.get_by_label("API key")).to_have_value(key)
    page.get_by_role("button", name="Forget").click()
    expect(page.get_by_label("API key")).to_have_value("")
    assert page.evaluate("sessionStorage.length") == 0


def test_a_key_with_odd_characters_is_explained(service, serve, open_page) -> None:
    page = open_page(serve(service.app), path="/try")
    page.get_by_label("API key").fill("schlüssel")
    score(page, "You are a clown.")
    expect(page.get_by_role("status")).to_contain_text("a key has no spaces and no accents")


def test_a_service_without_a_bundle_says_so(make_service, serve, open_page) -> None:
    page = open_page(
        serve(make_service(None, fault="manifest.json is missing", keyless=True).app), path="/try"
    )
    expect(page.get_by_role("alert")).to_contain_text("manifest.json is missing")
    score(page, "You are a clown.")
    expect(page.get_by_role("status")).to_contain_text("no bundle is loaded")


def test_a_service_that_is_gone_is_named(keyless, open_page) -> None:
    page = open_page(keyless, path="/try")
    page.route("**/v1/score", lambda route: route.abort())
    score(page, "You are a clown.")
    expect(page.get_by_role("status")).to_contain_text("The service does not answer.")
    expect(page.get_by_role("button", name="Score", exact=True)).to_be_enabled()
    page.unroute_all()
    score(page, "You are a clown.")
    expect(page.get_by_role("status")).to_contain_text("Hold")


@pytest.mark.parametrize("width", [360, 768, 1280, 2200])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_narrow_and_wide_in_light_and_dark(
    keyless, open_page, width: int, scheme: str
) -> None:
    page = open_page(keyless, path="/try", width=width, color_scheme=scheme)
    score(page, "You are a clown, " + "incomprehensibilities" * 20)
    expect(page.get_by_role("status")).to_contain_text("Hold")
    expect(result(page)).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    ink, paper = page.evaluate(
        "[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]"
    )
    assert contrast(ink, paper) > 7


def contrast(first: str, second: str) -> float:
    """The contrast ratio of two colours as WCAG 2.2 defines it, 1 to 21."""

    def luminance(colour: str) -> float:
        parts = [int(v) / 255 for v in colour.removeprefix("rgb(").removesuffix(")").split(",")]
        linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in parts]
        return sum(w * v for w, v in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    dark, light = sorted((luminance(first), luminance(second)))
    return (light + 0.05) / (dark + 0.05)


def test_the_reference_shows_the_calls_and_loads_nothing_from_elsewhere(keyless, open_page) -> None:
    page = open_page(keyless, path="/docs")
    expect(page.get_by_text("/v1/score")).to_be_visible()
    page.get_by_text("/v1/score").click()
    expect(page.get_by_text("Score comments", exact=True)).to_be_visible()
