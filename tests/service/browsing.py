"""A real browser, and a server for it to look at: fixtures for a conftest to import."""

import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING

import pytest
from axe_playwright_python.base import AxeResults
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.fail("Chromium is missing: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


class Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        pass


def files_read_at_once(app: "WSGIApplication") -> "WSGIApplication":
    """Return an application whose files are read and closed before the first byte is sent.

    A page that is left while it loads drops its connections, and werkzeug's server then forgets to
    close a file that it was sending. That is a warning, and so a failure, of whatever test runs next.
    """

    def read(file: IO[bytes], size: int = -1) -> list[bytes]:
        with file:
            return [file.read()]

    def run(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        return app({**environ, "wsgi.file_wrapper": read}, start_response)

    return run


@pytest.fixture
def serve() -> Iterator[Callable[..., str]]:
    """Serve an application on a free port and return its address."""
    servers = []

    def run(app) -> str:
        whole = files_read_at_once(app)
        server = make_server("127.0.0.1", 0, whole, threaded=True, request_handler=Quiet)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        servers.append((server, thread))
        return f"http://127.0.0.1:{server.server_port}"

    yield run
    for server, thread in servers:
        server.shutdown()
        thread.join(timeout=10)
        server.server_close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open an address; nothing may be loaded from elsewhere and nothing may fail in the console."""
    contexts, complaints = [], []

    def run(url: str, *, width: int = 1280, height: int = 800, path: str = "/", **more) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height}, **more)
        contexts.append(context)
        page = context.new_page()
        page.on(
            "console",
            lambda said: (
                complaints.append(said.text) if said.type in ("error", "warning") else None
            ),
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "request",
            lambda asked: None if asked.url.startswith(url) else complaints.append(asked.url),
        )
        page.goto(url + path)
        return page

    yield run
    for context in contexts:
        context.close()
    own = ("Failed to load resource:", "data:")  # the browser's line on a refusal; Swagger's icons
    assert [said for said in complaints if not said.startswith(own)] == []


def axe_on(page: Page) -> AxeResults:
    """Return what axe finds on a page, once its styles are there.

    After a click that leads to another page its heading may stand there before its stylesheet does, and
    contrast would be measured without one.
    """
    page.wait_for_load_state("load")
    return Axe().run(page)
