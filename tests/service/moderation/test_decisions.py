"""Decisions and their undoing, in both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from service.errors import Claimed, Erased, NotFound, NothingToUndo
from service.moderation import claims, decisions, reports, retention
from service.moderation.decisions import Batch, Ruling
from service.moderation.queue import Wanted
from tests.service.moderation.desk import Desk


def each(desk: Desk, ids: list[str], action: str = "reject", **more) -> Batch:
    with desk.store.writing() as session:
        ruling = Ruling(action, more.pop("by", "ann"), **more)
        batch = decisions.decide_each(session, "daily", ids, ruling, now=desk.now)
        session.expunge_all()
    return batch


def undo_batch(desk: Desk, name: str) -> Batch:
    with desk.store.writing() as session:
        ruling = Ruling("undo", "ann")
        batch = decisions.undo_batch(session, "daily", name, ruling, now=desk.now)
        session.expunge_all()
    return batch


@pytest.mark.parametrize(
    ("action", "state", "highlighted"),
    [
        ("approve", "approved", False),
        ("reject", "rejected", False),
        ("defer", "deferred", False),
        ("highlight", "pending", True),
    ],
)
def test_a_decision_sets_the_state_or_the_mark(
    desk: Desk, action: str, state: str, highlighted: bool
) -> None:
    desk.keep("c-1")
    row = desk.decide("c-1", action)
    found = desk.find("c-1")
    assert (found.state, found.highlighted) == (state, highlighted)
    assert (row.state_before, row.state_after) == ("pending", state)


def test_a_decision_says_who_when_what_why_and_what_was_seen(desk: Desk) -> None:
    desk.keep("c-1", score=0.7)
    desk.keep("c-1", "An edit.", score=0.6, model="m-2")
    desk.decide("c-1", "reject", by="ben", reason="abusive", labels={"insult": 1.0})
    (row,) = desk.history("c-1").decisions
    assert (row.by, row.at, row.action, row.reason) == ("ben", desk.now, "reject", "abusive")
    assert (row.labels, row.batch, row.undoes) == ({"insult": 1.0}, None, None)
    assert (row.model, row.revision, row.scores["insult"]) == ("m-2", 2, 0.6)


def test_a_rejection_takes_the_mark_away_and_its_undoing_brings_it_back(desk: Desk) -> None:
    desk.keep("c-1")
    desk.decide("c-1", "highlight")
    desk.decide("c-1", "reject")
    assert not desk.find("c-1").highlighted
    desk.decide("c-1", "undo")
    found = desk.find("c-1")
    assert (found.state, found.highlighted) == ("pending", True)


def test_undo_is_a_decision_and_goes_back_one_by_one(desk: Desk) -> None:
    desk.keep("c-1")
    first = desk.decide("c-1", "approve")
    second = desk.decide("c-1", "reject")
    undone = [desk.decide("c-1", "undo", by="ben") for _ in range(2)]
    assert [row.undoes for row in undone] == [second.id, first.id]
    assert [row.state_after for row in undone] == ["approved", "pending"]
    actions = [row.action for row in desk.history("c-1").decisions]
    assert actions == ["approve", "reject", "undo", "undo"]
    with pytest.raises(NothingToUndo):
        desk.decide("c-1", "undo")
    desk.decide("c-1", "defer")
    assert desk.decide("c-1", "undo").state_after == "pending"


def test_a_decision_about_an_earlier_text_is_not_undone(desk: Desk) -> None:
    desk.keep("c-1", action="approve")
    desk.decide("c-1", "reject")
    desk.keep("c-1", "Other words.")
    with pytest.raises(NothingToUndo, match="edited"):
        desk.decide("c-1", "undo")
    assert desk.find("c-1").state == "pending"


def test_undoing_does_not_take_away_a_report(desk: Desk) -> None:
    desk.keep("c-1", action="approve")
    desk.decide("c-1", "approve")
    with desk.store.writing() as session:
        reports.report(session, "daily", "c-1", reports.Report("spam"), now=desk.now)
    assert desk.decide("c-1", "undo").state_after == "pending"


def test_a_comment_of_another_site_is_not_found(desk: Desk) -> None:
    desk.keep("c-1", site="weekly")
    with pytest.raises(NotFound):
        desk.decide("c-1", "approve")


def test_an_erased_comment_is_not_decided_and_its_decisions_stay(desk: Desk) -> None:
    desk.keep("c-1")
    desk.decide("c-1", "reject")
    with desk.store.writing() as session:
        assert retention.erase_comment(session, "daily", "c-1", now=desk.now) == 1
    with pytest.raises(Erased):
        desk.decide("c-1", "approve")
    assert [row.action for row in desk.history("c-1").decisions] == ["reject"]


def test_what_somebody_else_claimed_waits_for_them_or_for_the_claims_end(desk: Desk) -> None:
    kept = desk.keep("c-1")
    with desk.store.writing() as session:
        assert claims.claim(session, [kept.id], "ben", now=desk.now, seconds=60) == {kept.id}
    with pytest.raises(Claimed):
        desk.decide("c-1", "approve", by="ann")
    desk.decide("c-1", "approve", by="ben")
    desk.decide("c-1", "reject", by="ann")
    with desk.store.writing() as session:
        claims.claim(session, [kept.id], "ben", now=desk.now, seconds=60)
    desk.now += timedelta(seconds=60)
    desk.decide("c-1", "approve", by="ann")


def test_a_batch_is_marked_as_one_and_says_what_it_left_alone(desk: Desk) -> None:
    numbers = {name: desk.keep(name).id for name in ("a", "b", "c")}
    with desk.store.writing() as session:
        claims.claim(session, [numbers["b"]], "ben", now=desk.now)
    batch = each(desk, ["c", "a", "nowhere", "b", "a"], reason="spam")
    assert len(batch.decided) == 2
    assert {name: fault.code for name, fault in batch.skipped.items()} == {
        "nowhere": "not_found",
        "b": "claimed",
    }
    assert [desk.find(name).state for name in "abc"] == ["rejected", "pending", "rejected"]
    (row,) = desk.history("a").decisions
    assert (row.batch, row.reason) == (batch.name, "spam")


def test_a_batch_is_undone_where_nothing_has_followed(desk: Desk) -> None:
    for name in "abc":
        desk.keep(name)
    batch = each(desk, ["a", "b", "c"])
    desk.decide("b", "approve")
    desk.decide("c", "undo")
    undoing = undo_batch(desk, batch.name)
    assert [row.action for row in undoing.decided] == ["undo"]
    assert {name: fault.code for name, fault in undoing.skipped.items()} == {
        "b": "nothing_to_undo",
        "c": "nothing_to_undo",
    }
    assert [desk.find(name).state for name in "abc"] == ["pending", "approved", "pending"]
    assert desk.history("a").decisions[-1].batch == undoing.name != batch.name


def test_a_batch_of_nobody_or_of_another_site_is_not_found(desk: Desk) -> None:
    desk.keep("a")
    batch = each(desk, ["a"])
    with desk.store.writing() as session, pytest.raises(NotFound):
        decisions.undo_batch(session, "weekly", batch.name, Ruling("undo", "eve"), now=desk.now)
    with pytest.raises(NotFound):
        undo_batch(desk, "no-such-batch")


def test_a_range_takes_the_pending_comments_in_it(desk: Desk) -> None:
    for score in (0.2, 0.4, 0.5, 0.6, 0.9):
        desk.keep(f"c-{score}", score=score, section="sport")
    desk.keep("elsewhere", score=0.5, section="city")
    desk.keep("unjudged", score=None, section="sport")
    desk.decide("c-0.5", "approve")
    wanted = Wanted("daily", section="sport", label="insult", minimum=0.4, maximum=0.6)
    with desk.store.writing() as session:
        batch = decisions.decide_range(session, wanted, Ruling("reject", "ann"), now=desk.now)
        assert (len(batch.decided), batch.more, batch.skipped) == (2, False, {})
    rejected = [
        n
        for n in ("c-0.2", "c-0.4", "c-0.5", "c-0.6", "c-0.9", "elsewhere", "unjudged")
        if desk.find(n).state == "rejected"
    ]
    assert rejected == ["c-0.4", "c-0.6"]


def test_a_range_that_is_larger_than_a_call_says_that_there_is_more(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decisions, "MOST_AT_ONCE", 3)
    monkeypatch.setattr(decisions, "_CHUNK", 2)
    for name in "abcde":
        desk.keep(name)
    counts = []
    for _ in range(2):
        with desk.store.writing() as session:
            ruling = Ruling("approve", "ann")
            batch = decisions.decide_range(session, Wanted("daily"), ruling, now=desk.now)
            counts.append((len(batch.decided), batch.more))
    assert counts == [(3, True), (2, False)]


@pytest.mark.parametrize("change", ["UPDATE decisions SET \"by\" = 'eve'", "DELETE FROM decisions"])
def test_the_database_itself_refuses_to_change_a_decision(desk: Desk, change: str) -> None:
    desk.keep("c-1")
    desk.decide("c-1", "approve")
    with pytest.raises(DBAPIError, match="append-only"), desk.store.writing() as session:
        session.execute(text(change))
    assert [row.by for row in desk.history("c-1").decisions] == ["ann"]
