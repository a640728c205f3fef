"""What is measured of a desk: pages and decisions, asked for as a browser or a client asks for them."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from bench.desk_rows import MODEL, SECTIONS, SITE, THRESHOLDS
from model.labels import NAMES
from model.records import Comment, Scores
from service import keys
from service.app import create_app
from service.moderation import histogram, queue
from service.moderation.policy import Rule, shipped_rules
from service.moderation.preview import preview
from service.moderation.queue import SORTS, Wanted
from service.parts import Parts, make_parts
from service.settings import Settings
from service.store.tables import KeptComment

TOKEN: Final = "form"
DEEP_PAGES: Final = 40


@dataclass(frozen=True, slots=True)
class Timed:
    """A measured thing: the seconds of each of its repeats, by the clock and of processor time.

    The latter says what other work on the machine has taken from it. ``note`` says why there are none.
    """

    name: str
    seconds: tuple[float, ...]
    processor: tuple[float, ...]
    note: str = ""


class NoScorer:
    """A bundle's thresholds without a bundle: nothing is scored here."""

    version = MODEL
    languages = ("en",)
    thresholds = THRESHOLDS

    def score(self, comments: Sequence[Comment], *, spans: bool = False) -> list[Scores]:
        """Raises ``RuntimeError``."""
        raise RuntimeError("the benchmark of the desk scores nothing")


class Browser:
    """Somebody signed in to the application on the store of ``settings``, and a key of their site."""

    def __init__(self, settings: Settings, token: str) -> None:
        self.parts: Parts = make_parts(settings, NoScorer())
        app = create_app(self.parts)
        self.client: FlaskClient = app.test_client()
        self.pages = {rule.rule for rule in app.url_map.iter_rules()}
        with self.client.session_transaction() as cookie:
            cookie["token"], cookie["csrf_token"] = token, TOKEN
        with self.parts.store.writing() as session:
            key = keys.create(session, name="bench", scopes=("score", "moderate"))
        self._auth = {"Authorization": f"Bearer {key}"}

    def get(self, path: str) -> TestResponse:
        """The page; anything but the page itself is an error."""
        return _sound(self.client.get(path))

    def post(self, path: str, **fields: object) -> TestResponse:
        """The answer to a form, as the page's script sends it."""
        headers = {"X-CSRFToken": TOKEN, "Accept": "application/json"}
        return _sound(self.client.post(path, data=fields, headers=headers))

    def call(self, path: str, body: object) -> TestResponse:
        """The answer of the API."""
        return _sound(self.client.post(path, json=body, headers=self._auth))


def measure(browser: Browser, *, repeats: int, batch: int) -> Iterator[Timed]:
    """Each thing that is measured, one after the other; ``batch`` comments are decided at once."""
    yield from _pages(browser, repeats)
    yield from _counts(browser, repeats)
    yield from _previews(browser, max(2, repeats // 5))
    yield _claims(browser, repeats)
    yield _decisions(browser, repeats)
    yield from _ranges(browser, batch)


def _pages(browser: Browser, repeats: int) -> Iterator[Timed]:
    for sort in SORTS:
        yield _timed(f"queue by {sort}", repeats, lambda at, s=sort: browser.get(f"/?sort={s}"))
    for section in (SECTIONS[0], SECTIONS[12]):
        for sort in ("uncertainty", "age", "insult"):
            path = f"/?sort={sort}&section={section.replace(' ', '%20')}"
            yield _timed(
                f"queue of {section} by {sort}", repeats, lambda at, p=path: browser.get(p)
            )
    path = "/?label=threat&min=0.1&sort=age"
    yield _timed("queue, threat over 0.1, by age", repeats, lambda at: browser.get(path))
    yield _timed("approved by age", repeats, lambda at: browser.get("/?state=approved&sort=age"))
    cursor = _deep_cursor(browser)
    later = f"/?sort=uncertainty&cursor={cursor}"
    yield _timed(f"queue, page {DEEP_PAGES}", repeats, lambda at: browser.get(later))
    numbers = _pending(browser, repeats)
    yield _timed("comment", repeats, lambda at: browser.get(f"/comments/{numbers[at]}"))
    yield _timed("batch, histogram", repeats, lambda at: browser.get("/batch?label=insult"))
    ranged = "/batch?label=insult&min=0.3&max=0.9"
    yield _timed("batch, histogram and sample", repeats, lambda at: browser.get(ranged))
    for path in ("/statistics", "/second", "/rules", "/audit"):
        if path in browser.pages:
            yield _timed(path, max(2, repeats // 3), lambda at, p=path: browser.get(p))
        else:
            yield Timed(path, (), (), "no such page yet")


def _counts(browser: Browser, repeats: int) -> Iterator[Timed]:
    for state in ("pending", "approved"):

        def count(_at: int, wanted: Wanted) -> int:
            with browser.parts.store.reading() as session:
                return histogram.count(session, wanted)

        wanted = Wanted(SITE, state="pending" if state == "pending" else "approved")
        yield _timed(f"count of all {state}", repeats, lambda at, w=wanted: count(at, w))


def _previews(browser: Browser, repeats: int) -> Iterator[Timed]:
    shipped = shipped_rules(THRESHOLDS)
    by_score = (*shipped, Rule("profanity", 0.3, 1.0, "review"))
    by_word = (*shipped, Rule(words=("referee",), action="review"))
    for name, rules in (("of scores", by_score), ("of words", by_word)):

        def look(_at: int, proposed: tuple[Rule, ...]) -> object:
            with browser.parts.store.reading() as session:
                return preview(session, SITE, shipped, proposed, now=datetime.now(UTC))

        yield _timed(f"preview of a rule {name}", repeats, lambda at, r=rules: look(at, r))


def _claims(browser: Browser, repeats: int) -> Timed:
    body = {"limit": 25}
    return _timed(
        "claim of 25", repeats, lambda at: browser.call("/v1/claims", body | {"by": f"m-{at}"})
    )


def _decisions(browser: Browser, repeats: int) -> Timed:
    """One decision each; the comments are those that nobody has claimed, the last of the order."""
    numbers = _pending(browser, repeats)

    def decide(at: int) -> TestResponse:
        path = f"/comments/{numbers[at]}/decide"
        return browser.post(path, state="pending", revision=1, action="approve")

    return _timed("decide one", repeats, decide)


def _ranges(browser: Browser, batch: int) -> Iterator[Timed]:
    """A batch begun and decided to its end, and then undone, as the page's script does it."""
    steps: list[Timed] = []
    names = []

    def stepped(path: str) -> None:
        done = False

        def step(_at: int) -> None:
            nonlocal done
            done = browser.post(path).get_json()["done"]

        while not done:
            steps.append(_timed("a step", 1, step))

    def decide(_at: int) -> None:
        lowest = _lowest_of(browser, "profanity", batch)
        asked = {"label": "profanity", "min": lowest, "action": "reject", "reason": "spam"}
        name = browser.post("/batch/begin", **asked).headers["Location"].rsplit("/", 1)[1]
        names.append(name)
        stepped(f"/batch/{name}/step")

    yield _timed(f"decide a range of {batch:,}", 2, decide)
    yield _timed(f"undo a batch of {batch:,}", 2, lambda at: stepped(f"/batch/{names[at]}/undo"))
    seconds = tuple(one.seconds[0] for one in steps)
    yield Timed("a request of either", seconds, tuple(one.processor[0] for one in steps))


def _timed(name: str, repeats: int, call: Callable[[int], object]) -> Timed:
    seconds, processor = [], []
    for at in range(repeats):
        begun, used = time.perf_counter(), time.process_time()
        call(at)
        seconds.append(time.perf_counter() - begun)
        processor.append(time.process_time() - used)
    return Timed(name, tuple(seconds), tuple(processor))


def _pending(browser: Browser, count: int) -> list[int]:
    """Comments that wait, far from those that a page of the queue claims."""
    query = select(KeptComment.id).where(KeptComment.site == SITE, KeptComment.state == "pending")
    with browser.parts.store.reading() as session:
        return list(session.scalars(query.order_by(KeptComment.uncertainty.desc()).limit(count)))


def _deep_cursor(browser: Browser) -> str:
    cursor = None
    with browser.parts.store.reading() as session:
        for _ in range(DEEP_PAGES - 1):
            cursor = queue.page(session, Wanted(SITE), limit=25, cursor=cursor).next or cursor
    return cursor or ""


def _lowest_of(browser: Browser, label: str, count: int) -> float:
    """The score over which about ``count`` pending comments lie."""
    column = queue.column_of(label)
    query = select(column).where(KeptComment.site == SITE, KeptComment.state == "pending")
    with browser.parts.store.reading() as session:
        found = session.scalars(query.order_by(column.desc()).offset(count - 1).limit(1)).first()
    return float(str(found or 0.0))


def _sound(answer: TestResponse) -> TestResponse:
    if answer.status_code not in (200, 303):
        raise RuntimeError(f"{answer.request.path} answered {answer.status}")
    return answer


assert set(NAMES) <= set(SORTS)
