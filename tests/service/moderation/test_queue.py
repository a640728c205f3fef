"""The queue's pages, orders and filters, and who takes what, in both databases."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from service.errors import InvalidField
from service.moderation import queue, reports
from service.moderation.queue import SORTS, Wanted
from service.store import schema
from service.store.session import Store
from service.store.tables import KeptComment
from tests.service.moderation.desk import Desk


def ids(desk: Desk, *, limit: int = 2, **wanted: object) -> list[str]:
    """The ids of all pages, one page after the other."""
    found: list[str] = []
    cursor = None
    with desk.store.reading() as session:
        while True:
            page = queue.page(session, Wanted("daily", **wanted), limit=limit, cursor=cursor)
            assert len(page.comments) <= limit
            found += [row.external_id for row in page.comments]
            cursor = page.next
            if cursor is None:
                return found


@pytest.fixture
def five(desk: Desk) -> Desk:
    for i, (score, distance) in enumerate(
        [(0.3, 0.2), (0.9, 0.4), (0.5, 0.0), (0.9, 0.4), (None, 1.0)]
    ):
        section = "sport" if i % 2 else "city"
        desk.keep(f"c-{i}", score=score, uncertainty=distance, section=section)
    for name, reporter in [("c-3", "x"), ("c-3", "y"), ("c-0", "x")]:
        with desk.store.writing() as session:
            given = reports.Report("spam", reporter=reporter)
            reports.report(session, "daily", name, given, now=desk.now)
    return desk


@pytest.mark.parametrize("limit", [1, 2, 5])
@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("uncertainty", [2, 0, 1, 3, 4]),
        ("age", [0, 1, 2, 3, 4]),
        ("insult", [3, 1, 2, 0, 4]),
        ("reports", [3, 0, 4, 2, 1]),
    ],
)
def test_every_order_gives_every_comment_once(
    five: Desk, sort: str, expected: list[int], limit: int
) -> None:
    assert ids(five, sort=sort, limit=limit) == [f"c-{i}" for i in expected]


def test_filters_narrow_the_queue(five: Desk) -> None:
    five.decide("c-1", "reject")
    assert ids(five, state="rejected") == ["c-1"]
    assert ids(five, section="sport") == ["c-3"]
    assert ids(five, label="insult", minimum=0.5, sort="age") == ["c-2", "c-3"]
    assert ids(five, label="insult", maximum=0.5, sort="age") == ["c-0", "c-2"]
    assert ids(five, label="threat", minimum=0.5) == []


def test_a_comment_that_leaves_the_queue_moves_no_other(five: Desk) -> None:
    with five.store.reading() as session:
        first = queue.page(session, Wanted("daily", sort="age"), limit=2)
    five.decide("c-0", "approve")
    with five.store.reading() as session:
        second = queue.page(session, Wanted("daily", sort="age"), limit=2, cursor=first.next)
    assert [row.external_id for row in second.comments] == ["c-2", "c-3"]


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "é",
        "WzFd",  # [1]
        "e30",  # {}
        "WyJhZ2UiLCAiMjAyNi0wMS0wMVQwMDowMDowMCswMDowMCIsIDFd",  # of age
        "WyJ1bmNlcnRhaW50eSIsbnVsbCwxXQ",  # ["uncertainty",null,1]
        "WyJ1bmNlcnRhaW50eSIsTmFOLDFd",  # ["uncertainty",NaN,1]
        "WyJ1bmNlcnRhaW50eSIsMC41LHRydWVd",  # ["uncertainty",0.5,true]
    ],
)
def test_a_cursor_that_no_page_gave_is_refused(desk: Desk, cursor: str) -> None:
    with desk.store.reading() as session, pytest.raises(InvalidField) as refused:
        queue.page(session, Wanted("daily"), limit=1, cursor=cursor)
    assert refused.value.field == "cursor"


def test_every_order_is_one_walk_along_an_index(settings) -> None:
    store = Store(settings.store_url)
    schema.upgrade(store)
    with store.reading() as session:
        walks = {sort: walk(session, sort) for sort in SORTS}
        in_section = {sort: walk(session, sort, section="sport") for sort in ("age", "uncertainty")}
    store.close()
    for sort, steps in walks.items():
        name = "created_at" if sort == "age" else sort
        index = f"ix_comments_queue_{name}"
        assert steps == [f"SEARCH comments USING INDEX {index} (site=? AND state=?)"]
    for sort, steps in in_section.items():
        name = "created_at" if sort == "age" else sort
        index = f"ix_comments_section_{name}"
        assert steps == [f"SEARCH comments USING INDEX {index} (site=? AND state=? AND section=?)"]


def walk(session: Session, sort: str, **wanted: str) -> list[str]:
    """What SQLite does for a page; a sorting of its own would be a step of its own."""
    query = queue.matching(Wanted("daily", **wanted)).limit(50)
    query = query.order_by(queue.column_of(sort), KeptComment.id)
    written = query.compile(session.connection(), compile_kwargs={"literal_binds": True})
    return [row[3] for row in session.execute(text(f"EXPLAIN QUERY PLAN {written}"))]


def test_two_people_never_take_the_same_comment(desk: Desk) -> None:
    for i in range(30):
        desk.keep(f"c-{i}")
    taken: dict[str, list[str]] = {}

    def take(by: str) -> None:
        own: list[str] = []
        for _ in range(3):
            with desk.store.writing() as session:
                rows = queue.take(
                    session, Wanted("daily"), by=by, limit=3, now=desk.now, seconds=60
                )
                own += [row.external_id for row in rows]
        taken[by] = own

    threads = [threading.Thread(target=take, args=(name,)) for name in ("ann", "ben", "cem")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    owned = [set(own) for own in taken.values()]
    assert len(owned) == 3
    assert sum(map(len, owned)) == len(set.union(*owned))
    assert all(owned)


def test_taking_again_gives_ones_own_and_those_whose_claim_ended(desk: Desk) -> None:
    for name in "ab":
        desk.keep(name)

    def take(by: str) -> list[str]:
        with desk.store.writing() as session:
            rows = queue.take(session, Wanted("daily"), by=by, limit=5, now=desk.now, seconds=60)
            return [row.external_id for row in rows]

    assert take("ann") == ["a", "b"]
    assert take("ben") == []
    assert take("ann") == ["a", "b"]
    desk.now += timedelta(seconds=61)
    assert take("ben") == ["a", "b"]
