"""The webhook pages as an admin uses them, in a real browser, over a worker's courier."""

import threading
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from service.outbound import fence_of
from service.webhooks.courier import Courier
from tests.service.pages.test_try_in_chromium import CHROMIUM, FLAGS, Quiet
from tests.service.webhooks.receiver import Receiver, receiving

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.fail("Chromium is missing: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


@pytest.fixture
def service(make_service, scorer, receiver: Receiver):
    return make_service(scorer, outbound_hosts=receiver.host, outbound_private=True)


@pytest.fixture
def address(service) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, service.app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join(timeout=10)
    server.server_close()


@pytest.fixture
def page(browser: Browser, address: str, add_person) -> Iterator[Page]:
    context = browser.new_context(base_url=address)
    page = context.new_page()
    add_person("Ada", "admin")
    page.goto("/sign-in?next=/webhooks")
    page.get_by_label("Name").fill("Ada")
    page.get_by_label("Password", exact=True).fill("correct horse battery")
    page.get_by_role("button", name="Sign in").click()
    yield page
    context.close()


def deliver(service) -> None:
    settings = service.parts.settings
    fence = fence_of(settings.outbound_hosts, private=True)
    courier = Courier(service.parts.store, fence)
    courier.round()
    courier.close()
    # What began is finished by close, a turn at most one message long: go on until nothing is due.


def no_faults(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
