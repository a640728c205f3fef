"""Histograms, samples and batches of a range, in both databases."""

from datetime import timedelta

import pytest

from model.labels import NAMES
from service.errors import NotFound, NothingToUndo
from service.moderation import batches, claims, histogram, keeping, queue, reports
from service.moderation.decisions import Ruling
from service.moderation.keeping import Arrival, Judged
from service.moderation.queue import Wanted
from service.store.tables import BatchRow
from tests.service.moderation.desk import Desk

HIGH = Wanted("daily", label="insult", minimum=0.5, maximum=1.0)


@pytest.fixture(autouse=True)
def small_steps(monkeypatch) -> None:
    monkeypatch.setattr(batches, "STEP", 2)


def begin(desk: Desk, wanted: Wanted = HIGH, action: str = "reject") -> str:
    with desk.store.writing() as session:
        return batches.begin(session, wanted, Ruling(action, "eve"), now=desk.now).name


def step(desk: Desk, name: str, does=batches.step) -> BatchRow:
    with desk.store.writing() as session:
        row = does(session, "daily", name, "eve", now=desk.now)
        session.flush()
        session.expunge(row)
        return row


def run(desk: Desk, name: str) -> BatchRow:
    while (row := step(desk, name)).ended_at is None:
        pass
    return row


def run_undo(desk: Desk, name: str) -> BatchRow:
    while not batches.undo_is_done(row := step(desk, name, batches.undo_step)):
        pass
    return row


@pytest.fixture
def five(desk: Desk) -> Desk:
    for i, score in enumerate((0.2, 0.5, 0.7, 0.9, 1.0)):
        desk.keep(f"c-{i}", score=score, section="sport" if i % 2 else None)
    desk.keep("c-none", score=None)
    return desk


def states(desk: Desk) -> list[str]:
    return [desk.find(f"c-{i}").state[0] for i in range(5)]


def test_a_histogram_counts_pending_comments_by_score(five: Desk) -> None:
    five.decide("c-2", "approve")
    with five.store.reading() as session:
        bars = histogram.histogram(session, Wanted("daily", label="insult"))
        sport = histogram.histogram(session, Wanted("daily", label="insult", section="sport"))
    assert len(bars) == histogram.BARS
    counted = {bar.minimum: bar.count for bar in bars if bar.count}
    assert counted == {0.2: 1, 0.5: 1, 0.9: 1, 0.95: 1}
    assert sum(bar.count for bar in sport) == 2


def test_a_score_between_two_bars_is_in_the_upper_one(desk: Desk) -> None:
    for i in range(1, 20):
        desk.keep(f"c-{i}", score=i / 20)
    with desk.store.reading() as session:
        bars = histogram.histogram(session, Wanted("daily", label="insult"))
    assert [bar.count for bar in bars] == [0] + [1] * 19


def test_a_sample_is_of_the_range_and_each_once(five: Desk) -> None:
    with five.store.reading() as session:
        drawn = histogram.sample(session, HIGH, limit=20)
        assert [row.external_id for row in drawn] == ["c-4", "c-3", "c-2", "c-1"]
        assert len(histogram.sample(session, HIGH, limit=3)) == 3
        assert histogram.count(session, HIGH) == 4
        assert histogram.count(session, HIGH, limit=3) == 3


def test_a_batch_decides_its_range_in_steps_and_is_undone_in_steps(five: Desk) -> None:
    name = begin(five)
    first = step(five, name)
    assert (first.wanted, first.decided, first.ended_at) == (4, 2, None)
    done = run(five, name)
    assert (done.decided, done.skipped) == (4, 0)
    assert states(five) == list("prrrr")
    assert {row.batch for row in five.history("c-3").decisions} == {name}
    assert step(five, name).decided == 4
    undone = run_undo(five, name)
    assert undone.undone == 4
    assert states(five) == list("ppppp")
    with pytest.raises(NothingToUndo):
        step(five, name, batches.undo_step)


def test_a_batch_is_about_the_range_as_it_was(five: Desk) -> None:
    five.decide("c-1", "reject")
    name = begin(five)
    five.keep("c-new", score=0.9)
    five.keep("c-4", "Edited.", score=0.9)
    five.keep("c-3", model="m-2", score=0.9)
    five.decide("c-1", "undo")
    done = run(five, name)
    assert (done.wanted, done.decided) == (3, 1)
    assert states(five) == list("pprpp")


def test_what_is_edited_between_finding_and_deciding_is_left_out(five: Desk, monkeypatch) -> None:
    """In PostgreSQL an edit can come between the two queries of a step."""
    find = queue.page

    def edit_after(session, *given, **more):
        found = find(session, *given, **more)
        by_label = dict.fromkeys(NAMES, 0.9)
        judged = Judged("m-1", "review", by_label, 0.1, {"scores": by_label, "labels": []})
        later = five.now + timedelta(seconds=1)
        keeping.keep(session, "daily", [(Arrival("c-3", "Another text."), judged)], now=later)
        return found

    monkeypatch.setattr(queue, "page", edit_after)
    run(five, begin(five))
    assert five.find("c-3").state == "pending"
    assert five.find("c-4").state == "rejected"


def test_what_readers_call_back_meanwhile_is_left_to_people(five: Desk) -> None:
    five.decide("c-3", "approve")
    name = begin(five)
    five.now = five.now.replace(year=2027)
    with five.store.writing() as session:
        reports.report(session, "daily", "c-3", reports.Report("spam"), now=five.now)
    run(five, name)
    assert states(five) == list("prrpr")


def test_comments_before_somebody_else_are_skipped_and_the_batch_still_ends(five: Desk) -> None:
    with five.store.writing() as session:
        numbers = [five.find(name).id for name in ("c-4", "c-3", "c-2")]
        claims.claim(session, numbers, "ben", now=five.now)
    done = run(five, begin(five))
    assert (done.decided, done.skipped) == (1, 3)
    assert states(five) == list("prppp")


def test_what_was_decided_again_since_is_not_undone(five: Desk) -> None:
    name = begin(five)
    run(five, name)
    five.decide("c-3", "approve", by="ben")
    five.decide("c-2", "undo", by="ben")
    assert run_undo(five, name).undone == 3
    assert states(five) == list("pppap")


def test_a_batch_can_be_undone_before_its_end_and_goes_no_further(five: Desk) -> None:
    name = begin(five)
    step(five, name)
    assert run_undo(five, name).undone == 2
    assert step(five, name).decided == 2
    assert states(five) == list("ppppp")


def test_the_last_batches_are_listed_with_those_of_the_api(five: Desk) -> None:
    from service.moderation import decisions

    name = begin(five, Wanted("daily", label="insult", minimum=0.9, maximum=1.0, section="sport"))
    run(five, name)
    five.now = five.now.replace(year=2027)
    with five.store.writing() as session:
        ruling = Ruling("approve", "key: m-1")
        made = decisions.decide_each(session, "daily", ["c-0", "c-x"], ruling, now=five.now)
    with five.store.reading() as session:
        rows = batches.last(session, "daily", limit=5)
        assert [(row.name, row.by, row.decided, row.skipped) for row in rows] == [
            (made.name, "key: m-1", 1, 1),
            (name, "eve", 1, 0),
        ]
        assert batches.last(session, "weekly", limit=5) == []
        with pytest.raises(NotFound):
            batches.find(session, "weekly", name)
