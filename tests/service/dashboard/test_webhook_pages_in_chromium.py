"""The webhook pages as an admin uses them, in a real browser, over a worker's courier."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from service.outbound import fence_of
from service.webhooks import hooks
from service.webhooks.courier import Courier
from tests.service.browsing import axe_on
from tests.service.moderation.desk import Desk
from tests.service.webhooks.receiver import Receiver, receiving

pytestmark = pytest.mark.slow


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


@pytest.fixture
def service(make_service, scorer, receiver: Receiver):
    return make_service(scorer, outbound_hosts=receiver.host, outbound_private=True)


@pytest.fixture
def page(open_page, desk: str, add_person) -> Page:
    """The webhooks' page, with Ada signed in, who is an admin."""
    add_person("Ada", "admin")
    page = open_page(desk, path="/sign-in?next=/webhooks")
    page.get_by_label("Name").fill("Ada")
    page.get_by_label("Password").fill("correct horse battery")
    page.get_by_role("button", name="Sign in").click()
    return page


def deliver(service, number: int = 1) -> None:
    """As the worker does, at once."""
    fence = fence_of(service.parts.settings.outbound_hosts, private=True)
    courier = Courier(service.parts.store, fence)
    courier.deliver_to(number)
    courier.close()


def no_faults(page: Page) -> None:
    found = axe_on(page)
    assert found.violations_count == 0, found.generate_report()


def test_an_admin_adds_a_webhook_tests_it_sees_it_fail_and_sends_again(
    page: Page, service, receiver: Receiver
) -> None:
    no_faults(page)
    page.get_by_label("Address").fill(receiver.url)
    page.get_by_role("button", name="Add").click()
    secret = page.get_by_text("whs_").inner_text()
    no_faults(page)

    page.get_by_role("link", name=receiver.url).click()
    page.get_by_role("button", name="Send a test message").click()
    expect(page.get_by_role("status")).to_have_text("A test message is on its way.")
    row = page.get_by_role("row").filter(has_text="test")
    expect(row).to_contain_text("waits")
    deliver(service)
    page.reload()
    expect(row).to_contain_text("arrived")
    assert receiver.received[0].is_signed(secret)

    receiver.status = 503
    newsroom = Desk(service.parts.store)
    newsroom.keep("<b>c-1</b>", site="default")
    newsroom.decide("<b>c-1</b>", "reject", site="default")
    deliver(service)
    page.reload()
    told = page.get_by_role("row").filter(has_text="reject <b>c-1</b>")
    expect(told).to_contain_text("answered 503")
    expect(page.get_by_text("not arriving")).to_be_visible()
    no_faults(page)

    receiver.status = 200
    told.get_by_role("button").click()
    expect(page.get_by_role("status")).to_have_text("1 message is sent again.")
    deliver(service)
    page.reload()
    expect(told).to_contain_text("arrived")
    assert receiver.comments == [None, "<b>c-1</b>", "<b>c-1</b>"]

    page.get_by_label("All since, in UTC").fill("2020-01-01T00:00")
    page.get_by_role("button", name="Send again", exact=True).press("Enter")
    expect(page.get_by_role("status")).to_have_text("2 messages are sent again.")
    page.get_by_role("button", name="Disable").click()
    expect(page.get_by_text("It is disabled: nothing is sent.")).to_be_visible()
    no_faults(page)
    page.get_by_text("Remove it").click()
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("No webhooks yet.")).to_be_visible()


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_is_wider_than_its_window_or_hard_to_read(
    page: Page, desk: str, service, receiver: Receiver, width: int, scheme: str
) -> None:
    with service.parts.store.writing() as session:
        now = datetime.now(UTC)
        for end in ("hook", "a-rather-long-path/" * 8):
            url = f"http://{receiver.host}/{end}"
            number = hooks.add(session, "default", url, by="Ada", now=now).id
        for _ in range(3):
            hooks.send_test(session, "default", number, by="Ada", now=now)
    page.set_viewport_size({"width": width, "height": 700})
    page.emulate_media(color_scheme=scheme)
    for path in ("/webhooks", f"/webhooks/{number}"):
        page.goto(f"{desk}{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        no_faults(page)
