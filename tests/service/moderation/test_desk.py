"""What somebody at the desk does with the comments before them, in both databases."""

from datetime import timedelta

import pytest

from service.errors import Changed, Claimed, Erased, NotFound, NothingToUndo
from service.moderation import claims, queue, retention
from service.moderation import desk as functions
from service.moderation.decisions import Ruling
from service.moderation.desk import Seen
from service.moderation.queue import Wanted
from service.store.tables import KeptComment
from tests.service.moderation.desk import START, Desk


def seen(row: KeptComment) -> Seen:
    return Seen(row.id, row.state, row.revision)


def decide(on: Desk, what: Seen, action: str = "approve", by: str = "ann") -> int:
    with on.store.writing() as session:
        return functions.decide(session, "daily", what, Ruling(action, by), now=on.now)[1].id


def undo(on: Desk, number: int, by: str = "ann") -> str:
    with on.store.writing() as session:
        return functions.undo(session, "daily", number, by, now=on.now)[0].state


def held(on: Desk, number: int, by: str) -> bool:
    """Whether somebody other than ``by`` has the comment."""
    with on.store.reading() as session:
        return bool(claims.held_by_others(session, [number], by, now=on.now))


def test_a_decision_about_a_comment_as_it_was_read_counts(desk: Desk) -> None:
    decide(desk, seen(desk.keep("a")), "reject")
    assert desk.find("a").state == "rejected"


def test_what_somebody_else_decided_meanwhile_is_not_decided_over(desk: Desk) -> None:
    read = seen(desk.keep("a"))
    decide(desk, read, "reject", by="ben")
    with pytest.raises(Changed, match="the comment is rejected now"):
        decide(desk, read)
    assert desk.find("a").state == "rejected"


def test_what_was_edited_meanwhile_is_not_decided_unread(desk: Desk) -> None:
    read = seen(desk.keep("a"))
    desk.keep("a", "Another text.")
    with pytest.raises(Changed, match="edited"):
        decide(desk, read)


def test_claimed_erased_and_foreign_comments_are_refused(desk: Desk) -> None:
    read, gone, other = (seen(desk.keep(name)) for name in "abc")
    with desk.store.writing() as session:
        claims.claim(session, [read.number], "ben", now=desk.now)
        retention.erase_comment(session, "daily", "b", now=desk.now)
    with pytest.raises(Claimed):
        decide(desk, read)
    with pytest.raises(Erased):
        decide(desk, gone)
    with desk.store.writing() as session, pytest.raises(NotFound):
        functions.decide(session, "weekly", other, Ruling("approve", "ann"), now=desk.now)


def test_a_mark_leaves_the_comment_before_whoever_set_it(desk: Desk) -> None:
    row = desk.keep("a")
    decide(desk, seen(row), "highlight")
    assert held(desk, row.id, "ben")
    decide(desk, seen(row), "approve")
    assert not held(desk, row.id, "ben")


def test_ones_own_decisions_are_taken_back_one_by_one_and_claimed_again(desk: Desk) -> None:
    rows = [desk.keep(name) for name in "ab"]
    numbers = [decide(desk, seen(row)) for row in rows]
    desk.decide("b", "reject", by="ben")

    def last() -> int | None:
        with desk.store.reading() as session:
            return functions.last_decision(session, "daily", "ann", since=START)

    assert last() == numbers[1]
    with pytest.raises(NothingToUndo, match="somebody decided again"):
        undo(desk, numbers[1])
    with pytest.raises(NotFound):
        undo(desk, numbers[0], by="ben")
    assert undo(desk, numbers[0]) == "pending"
    assert held(desk, rows[0].id, "ben")
    with pytest.raises(NothingToUndo):
        undo(desk, numbers[0])
    with desk.store.reading() as session:
        later = desk.now + timedelta(seconds=1)
        assert functions.last_decision(session, "daily", "ann", since=later) is None


def test_what_is_kept_longer_is_what_is_still_ones_own(desk: Desk) -> None:
    rows = [seen(desk.keep(name)) for name in "abcd"]
    desk.decide("b", "approve", by="ben")
    desk.keep("c", "Another text.")
    with desk.store.writing() as session:
        claims.claim(session, [rows[3].number], "ben", now=desk.now)
        assert functions.keep(session, "daily", rows, "ann", now=desk.now) == {rows[0].number}
        assert functions.keep(session, "weekly", rows, "ann", now=desk.now) == set()
        twice = [rows[0], rows[0]]
        assert functions.keep(session, "daily", twice, "ann", now=desk.now) == {rows[0].number}


def test_leaving_an_old_page_leaves_alone_what_the_new_one_claimed(desk: Desk) -> None:
    row = desk.keep("a")

    def take(now) -> None:
        with desk.store.writing() as session:
            queue.take(session, Wanted("daily"), by="ann", limit=5, now=now, seconds=60)

    def leave(until) -> None:
        with desk.store.writing() as session:
            functions.leave(session, [row.id], "ann", until=until)

    take(desk.now)
    later = desk.now + timedelta(seconds=5)
    take(later)
    leave(desk.now + timedelta(seconds=60))
    assert held(desk, row.id, "ben")
    leave(later + timedelta(seconds=60))
    assert not held(desk, row.id, "ben")


def test_taking_more_leaves_out_what_one_has(desk: Desk) -> None:
    rows = [desk.keep(name) for name in "abc"]
    with desk.store.writing() as session:
        more = queue.take(
            session,
            Wanted("daily", sort="age"),
            by="ann",
            limit=2,
            now=desk.now,
            seconds=60,
            besides=[rows[0].id],
        )
        assert [row.external_id for row in more] == ["b", "c"]


@pytest.mark.parametrize("sort", ["uncertainty", "age", "reports", "insult"])
def test_neighbours_are_those_of_the_queue(desk: Desk, sort: str) -> None:
    for i, score in enumerate((0.3, 0.9, 0.5)):
        desk.keep(f"c-{i}", score=score, uncertainty=score / 2)
    wanted = Wanted("daily", sort=sort)
    with desk.store.reading() as session:
        order = queue.page(session, wanted, limit=5).comments
        found = [queue.neighbours(session, wanted, row) for row in order]
        first, second, third = (row.id for row in order)
    assert found == [(None, second), (first, third), (second, None)]
