"""The queue as moderators use it, in a real browser: by keyboard, two at once, with hostile comments."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import delete, select

from service.moderation import decisions
from service.moderation.decisions import Ruling
from service.store.tables import Claim, DecisionRow, KeptComment, UserSession
from tests.service.browsing import axe_on
from tests.service.dashboard.invented import HOSTILE, fill, texts

pytestmark = pytest.mark.slow
Open = Callable[..., Page]


@pytest.fixture
def cookie_of(add_person, sign_in) -> Callable[..., dict[str, object]]:
    """A browser's cookie for somebody new; with a number, a new one for the same person."""

    def make(name: str = "Ann", role: str = "moderator", number: int | None = None):
        client = sign_in(number or add_person(name, role))
        value = client.get_cookie("comity").value
        plain = {"httpOnly": True, "secure": False, "sameSite": "Lax", "expires": -1}
        return {"name": "comity", "value": value, "domain": "127.0.0.1", "path": "/", **plain}

    return make


@pytest.fixture
def open_as(desk, open_page, cookie_of) -> Open:
    def run(name: str = "Ann", role: str = "moderator", path: str = "/", **more: object) -> Page:
        state = {"cookies": [cookie_of(name, role)], "origins": []}
        return open_page(desk, path=path, storage_state=state, **more)

    return run


def cards(page: Page) -> list[int]:
    return page.eval_on_selector_all("article.comment", "all => all.map(e => +e.dataset.number)")


def current(page: Page) -> int:
    return page.evaluate("+document.activeElement.closest('article.comment')?.dataset.number")


def card(page: Page, number: int):
    return page.locator(f"#c-{number}")


def kept(page: Page, number: int, words: str) -> None:
    """Wait until the service has answered that the decision is kept; it is shown before that."""
    expect(card(page, number)).to_have_attribute("data-phase", "decided")
    expect(card(page, number).locator(".outcome")).to_contain_text(words)


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def made(store, number: int) -> list[DecisionRow]:
    with store.reading() as session:
        query = select(DecisionRow).where(DecisionRow.comment_id == number)
        return list(session.scalars(query.order_by(DecisionRow.id)))


def state_of(store, number: int) -> str:
    with store.reading() as session:
        return session.get_one(KeptComment, number).state


def test_comments_are_decided_by_keyboard_and_keep_their_place(open_as: Open, store) -> None:
    fill(store)
    page = open_as()
    one, two, three, four = cards(page)[:4]
    assert current(page) == one
    top = card(page, two).bounding_box()["y"]
    press(page, "a")
    assert current(page) == two
    kept(page, one, "Approved")
    expect(page.locator("#live")).to_contain_text("Approved. 24 left on this page.")
    assert card(page, two).bounding_box()["y"] == top
    press(page, "j", "d")
    assert current(page) == four
    kept(page, three, "Deferred")
    expect(page.locator("#live")).to_contain_text("Deferred. 23 left")
    press(page, "k", "k", "ArrowUp", "ArrowDown")
    assert current(page) == two
    assert state_of(store, one) == "approved"
    assert state_of(store, three) == "deferred"
    assert [row.by for row in made(store, one)] == ["Ann"]


def test_a_mark_is_set_and_the_comment_is_decided_afterwards(open_as: Open, store) -> None:
    fill(store)
    page = open_as()
    one = cards(page)[0]
    press(page, "h")
    expect(card(page, one).locator(".mark-set")).to_be_visible()
    assert current(page) == one
    press(page, "a")
    kept(page, one, "Approved")
    assert [row.action for row in made(store, one)] == ["highlight", "approve"]


def test_a_rejection_asks_for_its_reason_with_one_key(open_as: Open, store) -> None:
    fill(store)
    page = open_as()
    one, two, three = cards(page)[:3]
    press(page, "r")
    expect(page.get_by_role("dialog", name="Reject: why?")).to_be_visible()
    press(page, "t")
    kept(page, one, "Rejected: Threat")
    assert current(page) == two
    press(page, "r", "Enter")
    kept(page, two, "Rejected")
    press(page, "r", "Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert current(page) == three
    expect(page.locator("#live")).to_contain_text("23 left")
    assert [made(store, number)[0].reason for number in (one, two)] == ["threat", None]
    assert state_of(store, three) == "pending"


def test_a_key_that_is_held_down_decides_once_and_gives_no_reason(open_as: Open, store) -> None:
    fill(store)
    page = open_as()
    one, two = cards(page)[:2]
    for _ in range(4):
        page.keyboard.down("a")
    page.keyboard.up("a")
    kept(page, one, "Approved")
    assert current(page) == two
    for _ in range(4):
        page.keyboard.down("r")
    page.keyboard.up("r")
    expect(page.get_by_role("dialog", name="Reject: why?")).to_be_visible()
    for _ in range(4):
        page.keyboard.down("Escape")
    page.keyboard.up("Escape")
    card(page, two).get_by_role("button", name="Reject").focus()
    for _ in range(4):
        page.keyboard.down("Enter")
    page.keyboard.up("Enter")
    expect(page.get_by_role("dialog", name="Reject: why?")).to_be_visible()
    page.keyboard.press("Enter")
    kept(page, two, "Rejected")
    assert [row.action for number in (one, two) for row in made(store, number)] == [
        "approve",
        "reject",
    ]


def test_labels_are_corrected_with_digits_and_sent_with_the_decision(open_as: Open, store) -> None:
    fill(store, ["You are a clown."])
    page = open_as()
    (one,) = cards(page)
    press(page, "2")
    press(page, "e", "2", "3", "5", "5")
    expect(page.locator("#live")).to_have_text("threat: as scored")
    expect(card(page, one).locator("[data-chosen]")).to_have_text("insult: no, profanity: yes")
    press(page, "a")
    kept(page, one, "insult: no, profanity: yes")
    expect(page.locator("#live")).to_contain_text("0 left")
    assert made(store, one)[0].labels == {"insult": 0.0, "profanity": 1.0}


def test_decisions_are_undone_one_by_one(open_as: Open, store) -> None:
    fill(store)
    page = open_as()
    one, two = cards(page)[:2]
    held = []  # the first decision is held up, so that the service keeps the second before it
    page.route(f"**/comments/{one}/decide", lambda route: held.append(route))  # noqa: PLW0108 - playwright marks what it is given
    press(page, "a", "d")
    kept(page, two, "Deferred")
    held[0].continue_()
    kept(page, one, "Approved")
    page.unroute(f"**/comments/{one}/decide")
    press(page, "u")
    expect(page.locator("#live")).to_have_text("Undone.")
    assert current(page) == two
    expect(card(page, two).locator(".outcome")).to_be_hidden()
    press(page, "u")
    expect(card(page, one).locator(".outcome")).to_be_hidden()
    assert current(page) == one
    press(page, "u")
    expect(page.locator("#live")).to_contain_text("You have decided nothing in this session")
    press(page, "a")
    card(page, one).get_by_role("button", name="Undo").click()
    expect(card(page, one).locator(".outcome")).to_be_hidden()
    assert [row.action for row in made(store, one)] == ["approve", "undo", "approve", "undo"]


def test_new_comments_are_appended_before_the_list_runs_out(open_as: Open, store) -> None:
    every = fill(store)
    page = open_as()
    for _ in range(len(every)):
        press(page, "a")
        page.wait_for_timeout(15)
        if current(page) == cards(page)[-1]:
            page.wait_for_timeout(300)
    expect(page.locator("article[data-phase=decided]")).to_have_count(len(every))
    expect(page.locator("#end")).to_be_visible()
    assert len(set(cards(page))) == len(cards(page)) == len(every)
    assert {len(made(store, number)) for number in every} == {1}


def test_a_decided_comment_that_was_edited_comes_back_to_the_same_page(
    open_as: Open, store
) -> None:
    fill(store, ["One thing.", "Another thing.", "A third thing.", "A fourth."])
    page = open_as()
    one = cards(page)[0]
    press(page, "a")
    kept(page, one, "Approved")
    with store.writing() as session:
        row = session.get_one(KeptComment, one)
        row.text, row.state, row.revision = "Quite another text.", "pending", 2
    page.wait_for_timeout(200)
    page.evaluate("Date.now = (real => () => real() + 60000)(Date.now)")
    press(page, "a")
    expect(card(page, one)).to_contain_text("Quite another text.")
    expect(card(page, one)).to_have_attribute("data-revision", "2")
    assert page.locator("article.comment").count() == 5
    press(page, "j", "j", "j", "a")
    kept(page, one, "Approved")
    assert [row.revision for row in made(store, one)] == [1, 2]


def test_two_moderators_at_once_share_no_comment(open_as: Open, store) -> None:
    every = fill(store)
    ann, ben = open_as("Ann"), open_as("Ben")
    assert not set(cards(ann)) & set(cards(ben))
    for _ in range(40):
        press(ann, "a")
        press(ben, "r", "Enter")
        ann.wait_for_timeout(20)
    for page in (ann, ben):
        expect(page.locator("article[data-phase=sent]")).to_have_count(0)
        expect(page.locator("article[data-phase=lost], article[data-phase=failed]")).to_have_count(
            0
        )
    assert not set(cards(ann)) & set(cards(ben))
    assert max(len(made(store, number)) for number in every) == 1
    assert sum(len(made(store, number)) for number in every) == len(every)


def test_what_somebody_else_decided_is_told_calmly(open_as: Open, store) -> None:
    fill(store)
    page = open_as()
    one, two, three = cards(page)[:3]
    with store.writing() as session:
        session.execute(delete(Claim))
        for number in (one, three):
            row = session.get_one(KeptComment, number)
            ruling = Ruling("reject", "Ben")
            decisions.decide_found(session, row, ruling, now=row.received_at)
    press(page, "a")
    outcome = card(page, one).locator(".outcome")
    expect(outcome).to_contain_text("Somebody else took it: the comment is rejected now")
    assert current(page) == two
    expect(page.locator("#live")).to_contain_text("Somebody else took it")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(card(page, three).locator(".outcome")).to_contain_text("Somebody else took it")
    assert [row.by for row in made(store, one)] == ["Ben"]


def test_a_session_that_ended_says_so_and_loses_no_choice(open_as: Open, store, cookie_of) -> None:
    fill(store)
    page = open_as("Ann")
    one = cards(page)[0]
    press(page, "e", "4")
    with store.writing() as session:
        number = session.scalars(select(UserSession.user_id)).one()
        session.execute(delete(UserSession))
    press(page, "r", "h")
    trouble = page.locator("#trouble")
    expect(trouble).to_contain_text("You are signed out.")
    expect(trouble.get_by_role("link", name="Sign in")).to_have_attribute("target", "_blank")
    expect(card(page, one).locator(".outcome")).to_contain_text("Not rejected")
    expect(card(page, one).locator("[data-chosen]")).to_contain_text("Harassment, identity attack")
    assert made(store, one) == []
    page.context.add_cookies([cookie_of(number=number)])
    card(page, one).get_by_role("button", name="Try again").click()
    kept(page, one, "Rejected: Harassment")
    expect(trouble).to_be_hidden()
    (row,) = made(store, one)
    assert row.reason == "harassment"
    assert set(row.labels) == {"identity_attack"}


def test_a_form_token_of_an_older_session_is_renewed(open_as: Open, store) -> None:
    fill(store)
    page = open_as()
    one = cards(page)[0]
    page.evaluate("document.querySelector('meta[name=csrf-token]').content = 'old'")
    press(page, "a")
    kept(page, one, "Approved")
    assert state_of(store, one) == "approved"


def test_a_service_that_is_gone_keeps_the_choice(open_as: Open, store) -> None:
    fill(store)
    page = open_as()
    one = cards(page)[0]
    page.route("**/decide", lambda route: route.abort())
    press(page, "r", "s")
    expect(card(page, one).locator(".outcome")).to_contain_text(
        "Not rejected: the service does not answer"
    )
    page.unroute_all()
    card(page, one).get_by_role("button", name="Try again").click()
    kept(page, one, "Rejected: Spam")


def test_leaving_gives_the_comments_back_and_loading_again_keeps_them(open_as: Open, store) -> None:
    fill(store)
    page = open_as("Ann")
    first = cards(page)
    page.reload()
    page.wait_for_timeout(400)
    assert cards(page) == first
    assert not set(cards(open_as("Ben"))) & set(first)
    page.goto(page.url + "password")
    page.wait_for_timeout(400)
    assert set(cards(open_as("Cem"))) == set(first)


SHOWN = """box => {
  const copy = box.cloneNode(true);
  for (const part of copy.querySelectorAll(".unseen")) part.remove();
  for (const odd of copy.querySelectorAll(".odd"))
    odd.replaceWith(String.fromCodePoint(parseInt(odd.textContent.slice(2), 16)));
  return copy.textContent;
}"""


def test_hostile_comments_are_shown_as_they_are_and_do_nothing(open_as: Open, desk, store) -> None:
    found = fill(store, list(HOSTILE))
    page = open_as("Ann", "editor", width=360)
    page.on("dialog", lambda dialog: pytest.fail(f"a dialog opened: {dialog.message}"))
    for number, text in zip(found, HOSTILE, strict=True):
        boxes = card(page, number).locator(".text").all()
        shown = "".join(box.evaluate(SHOWN) for box in boxes)
        assert shown == text.replace("\0", "\ufffd")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.locator(".text svg, .text img, .text script, .text style").count() == 0
    long = card(page, found[HOSTILE.index("clown " * 3400)])
    assert long.locator("details.rest").get_attribute("open") is None
    assert long.bounding_box()["height"] < 2000
    long.get_by_text("Show all: 19,").click()
    assert long.bounding_box()["height"] > 5000
    for path in [f"/comments/{number}" for number in found] + ["/batch?label=insult&min=0&max=1"]:
        page.goto(desk + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_the_page_of_a_comment_takes_the_same_keys(open_as: Open, store) -> None:
    fill(store)
    page = open_as()
    one, two = cards(page)[:2]
    press(page, "o")
    page.wait_for_url(f"**/comments/{one}")
    press(page, "e", "1", "a")
    kept(page, one, "Approved")
    press(page, "u")
    expect(page.locator("#live")).to_have_text("Undone.")
    press(page, "j")
    page.wait_for_url(f"**/comments/{two}")
    assert [row.action for row in made(store, one)] == ["approve", "undo"]


def test_help_filter_and_keys_off(open_as: Open, store) -> None:
    fill(store)
    page = open_as()
    one = cards(page)[0]
    press(page, "?")
    dialog = page.get_by_role("dialog", name="Keys")
    expect(dialog).to_be_visible()
    dialog.get_by_label("Single keys work").uncheck()
    dialog.get_by_role("button", name="Close").click()
    press(page, "a", "/")
    assert made(store, one) == []
    expect(page.get_by_label("Section")).to_be_hidden()
    page.get_by_role("button", name="Keys").click()
    dialog.get_by_label("Single keys work").check()
    press(page, "Escape", "/")
    expect(page.get_by_label("Section")).to_be_focused()
    page.get_by_label("Section").select_option("Sport")
    press(page, "Escape")
    expect(page.get_by_label("Section")).to_be_hidden()
    assert made(store, one) == []


def test_a_viewer_moves_and_opens_by_keyboard_and_decides_nothing(open_as: Open, store) -> None:
    fill(store)
    page = open_as("Vic", "viewer")
    one, two = cards(page)[:2]
    press(page, "a", "j")
    assert current(page) == two
    press(page, "o")
    page.wait_for_url(f"**/comments/{two}")
    assert made(store, one) == []


def test_forms_decide_without_a_script(open_as: Open, store) -> None:
    fill(store)
    page = open_as(java_script_enabled=False)
    one = int(page.locator("article.comment").first.get_attribute("data-number"))
    card(page, one).get_by_role("button", name="Approve").click()
    expect(page.get_by_role("status").first).to_contain_text(f"Approved: comment {one}.")
    page.get_by_role("button", name="Undo last").click()
    expect(page.get_by_role("status").first).to_contain_text(f"Undone: comment {one}.")
    assert state_of(store, one) == "pending"


def test_a_range_is_decided_and_undone_as_a_batch(open_as: Open, store, monkeypatch) -> None:
    from service.dashboard import batch
    from service.moderation import batches

    monkeypatch.setattr(batches, "STEP", 5)
    monkeypatch.setattr(batch, "_STRETCH_S", 0)
    fill(store)
    page = open_as("Eve", "editor", path="/batch?label=insult")
    page.get_by_role("link", name="0.90 to 0.95").press("Enter")
    page.get_by_label("from", exact=True).fill("0.5")
    page.get_by_label("to", exact=True).fill("1")
    page.get_by_role("button", name="Show").click()
    heading = page.get_by_role("heading", name="comments from 0.50 to 1.00")
    count = int(heading.inner_text().split()[0])
    assert count > 10
    expect(page.locator(".sample li")).to_have_count(min(20, count))
    page.get_by_label("Decide").select_option("Reject all")
    page.get_by_label("Reason").select_option("Abusive")
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name=f"Reject {count} comments").click()
    expect(page.locator("#live")).to_contain_text(f"{count} of {count} decided, 0 left alone")
    page.get_by_role("button", name="Undo the batch").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Undone")
    expect(page.locator("#live")).to_contain_text(f"{count} undone")
    page.get_by_role("link", name="Back to the histogram").click()
    row = page.get_by_role("row").filter(has_text="insult 0.50 to 1.00")
    expect(row).to_contain_text("Eve")
    with store.reading() as session:
        assert set(session.scalars(select(KeptComment.state))) == {"pending"}


def faults(page: Page) -> list[str]:
    """What axe finds that is serious or worse, and where."""
    found = axe_on(page).response["violations"]
    return [
        f"{one['id']}: {node['target']}"
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(open_as: Open, desk, store, scheme: str) -> None:
    found = fill(store, [*texts()[:12], *HOSTILE])
    page = open_as("Eve", "editor", color_scheme=scheme)
    press(page, "a", "e")
    expect(page.locator("#live")).not_to_be_empty()
    assert faults(page) == []
    press(page, "r")
    assert faults(page) == []
    press(page, "Escape", "/")
    assert faults(page) == []
    asked = "label=insult&min=0.5&max=1&action=reject"
    for path in (f"/comments/{found[1]}", f"/batch?{asked}", f"/batch/confirm?{asked}"):
        page.goto(desk + path)
        assert faults(page) == []


@pytest.mark.parametrize("width", [360, 768, 1280, 1920])
def test_nothing_is_wider_than_the_window(open_as: Open, desk, store, width: int) -> None:
    found = fill(store, [*texts()[:8], *HOSTILE])
    page = open_as("Eve", "editor", width=width)
    press(page, "e", "/")
    for path in ("", f"/comments/{found[1]}", "/batch?label=insult&min=0&max=1"):
        if path:
            page.goto(desk + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
