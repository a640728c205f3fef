"""The figures of the statistics page, counted on a small desk in both databases."""

from datetime import UTC, date, datetime, timedelta

import pytest

from model.labels import NAMES
from service.moderation import decisions, keeping, outcomes, samples, volumes
from service.moderation.decisions import Ruling
from service.moderation.keeping import Arrival, Judged
from service.moderation.periods import Period, up_to
from service.moderation.statistics import Statistics, statistics
from tests.service.moderation.desk import START, Desk

PERIOD = Period(7, date(2026, 11, 1))


def of(desk: Desk, period: Period = PERIOD, site: str = "daily") -> Statistics:
    with desk.store.reading() as session:
        return statistics(session, site, period)


def keep(desk: Desk, name: str, *, labels: tuple[str, ...] = (), action="review", section=None):
    by_label = {label: 0.8 if label in labels else 0.2 for label in NAMES}
    result: dict[str, object] = {"scores": by_label, "labels": list(labels)}
    judged = Judged("m-1", action, by_label, 0.1, result, by="policy:1")
    desk.now += timedelta(seconds=1)
    with desk.store.writing() as session:
        keeping.keep(
            session, "daily", [(Arrival(name, "T.", section=section), judged)], now=desk.now
        )


def test_a_period_is_whole_days_of_utc_with_today() -> None:
    period = up_to(datetime.fromisoformat("2026-11-02T00:30:00+02:00"), 7)
    assert (period.first, period.last) == (date(2026, 10, 26), date(2026, 11, 1))
    assert period.until == datetime(2026, 11, 2, tzinfo=UTC)
    assert (period.before.first, period.before.last) == (date(2026, 10, 19), date(2026, 10, 25))
    assert len(period.each_day()) == 7


def test_comments_are_counted_by_day_state_and_action(desk: Desk) -> None:
    desk.now = START - timedelta(days=1)
    desk.keep("old")
    desk.now = START.replace(hour=0, minute=0)
    for name in ("a", "b"):
        desk.keep(name)
    desk.keep("c", action="approve")
    desk.keep("d", site="weekly")
    desk.decide("a", "reject")
    found = of(desk)
    assert len(found.days) == 7
    assert found.days[-1].by_state == {"rejected": 1, "pending": 1, "approved": 1}
    assert found.days[-1].by_action == {"review": 2, "approve": 1}
    assert [day.total for day in found.days] == [0, 0, 0, 0, 0, 1, 3]
    assert (found.comments, found.comments_before) == (4, 0)
    assert of(desk, Period(1, date(2026, 11, 1))).comments_before == 1


def test_who_decides_otherwise_than_the_policy_overrides_it(desk: Desk) -> None:
    cases = [
        ("held", "hold", "approve", ("insult",), "sport"),
        ("held too", "hold", "reject", ("insult", "threat"), "sport"),
        ("turned away", "reject", "approve", ("threat",), "city"),
        ("published", "approve", "reject", (), "city"),
        ("published too", "approve", "approve", (), None),
        ("asked", "review", "reject", ("insult",), "sport"),
    ]
    for name, policy, verb, labels, section in cases:
        keep(desk, name.replace(" ", "-"), labels=labels, action=policy, section=section)
        desk.decide(name.replace(" ", "-"), verb)
    found = of(desk)
    counts = {
        one.name: (one.approved.part, one.approved.whole, one.overridden.part, one.overridden.whole)
        for one in (found.overall, *found.by_label, *found.by_section)
    }
    assert counts == {
        "all": (3, 6, 3, 5),
        "incivility": (0, 0, 0, 0),
        "insult": (1, 3, 1, 2),
        "profanity": (0, 0, 0, 0),
        "identity_attack": (0, 0, 0, 0),
        "threat": (1, 2, 1, 2),
        "condescension": (0, 0, 0, 0),
        "dismissal": (0, 0, 0, 0),
        "no label": (1, 2, 1, 2),
        "sport": (1, 3, 1, 2),
        "city": (1, 2, 2, 2),
        "no section": (1, 1, 0, 1),
    }
    assert found.overall.overridden.low == pytest.approx(0.2307, abs=1e-4)
    assert [one.approved.whole for one in found.over_time] == [0, 0, 0, 0, 0, 0, 6]


def test_undone_decisions_batches_and_other_verbs_do_not_count_as_outcomes(desk: Desk) -> None:
    for name in ("a", "b", "c", "d"):
        desk.keep(name)
    desk.decide("a", "approve")
    desk.decide("a", "undo")
    desk.decide("b", "defer")
    with desk.store.writing() as session:
        decisions.decide_each(session, "daily", ["c"], Ruling("reject", "bea"), now=desk.now)
    desk.decide("d", "reject")
    found = of(desk)
    assert (found.overall.approved.part, found.overall.approved.whole) == (0, 1)
    assert found.decisions == 5
    workers = {one.name: (dict(one.by_verb), one.in_batches) for one in found.workers}
    assert workers == {
        "ann": ({"approve": 1, "undo": 1, "defer": 1, "reject": 1}, 0),
        "bea": ({"reject": 1}, 1),
    }


def test_what_a_rule_rejects_or_marks_by_itself_is_no_decision_of_people(desk: Desk) -> None:
    by_label = dict.fromkeys(NAMES, 0.9)
    result: dict[str, object] = {"scores": by_label, "labels": []}
    with desk.store.writing() as session:
        for name, action in (("a", "reject"), ("b", "review")):
            judged = Judged("m-1", action, by_label, 0.1, result, highlight=True, by="policy:3")
            keeping.keep(session, "daily", [(Arrival(name, "T."), judged)], now=desk.now)
    desk.now += timedelta(minutes=5)
    desk.decide("a", "approve")
    desk.decide("b", "approve")
    found = of(desk)
    assert (found.overall.approved.part, found.overall.approved.whole) == (2, 2)
    assert (found.overall.overridden.part, found.overall.overridden.whole) == (1, 1)
    assert found.decisions == 2
    assert [one.name for one in found.workers] == ["ann"]


def test_the_policy_that_counts_is_the_one_on_record_at_the_decision(desk: Desk) -> None:
    desk.keep("a", action="hold")
    desk.decide("a", "approve")
    desk.keep("a", action="approve", model="m-2")
    found = of(desk).overall.overridden
    assert (found.part, found.whole) == (1, 1)


def test_the_wait_is_from_the_last_text_to_the_decision(desk: Desk) -> None:
    for name, minutes in (("a", 10), ("b", 20), ("c", 60)):
        desk.keep(name)
        desk.now += timedelta(minutes=minutes, seconds=-1)
        desk.decide(name, "approve")
    desk.keep("d")
    desk.now += timedelta(hours=5)
    desk.keep("d", "Another text.")
    desk.now += timedelta(minutes=20, seconds=-1)
    desk.decide("d", "reject")
    desk.decide("d", "approve")  # it was not waiting any more
    found = of(desk).wait
    assert found is not None
    assert (found.count, found.median) == (4, timedelta(minutes=20))
    assert (found.first_quarter, found.third_quarter) == (
        timedelta(minutes=17.5),
        timedelta(minutes=30),
    )
    assert of(desk, site="weekly").wait is None


def test_weeks_begin_on_monday_and_empty_ones_are_there(desk: Desk) -> None:
    desk.keep("a")
    desk.decide("a", "approve")
    found = of(desk, Period(30, date(2026, 11, 2)))
    assert [one.name for one in found.over_time] == [
        "2026-09-28", "2026-10-05", "2026-10-12", "2026-10-19", "2026-10-26", "2026-11-02",
    ]  # fmt: skip
    assert [one.approved.whole for one in found.over_time] == [0, 0, 0, 0, 1, 0]


def test_scores_are_spread_over_bars_and_those_not_judged_left_out(desk: Desk) -> None:
    desk.keep("a", score=0.0)
    desk.keep("b", score=1.0)
    desk.keep("c", score=0.52)
    desk.keep("d", score=None)
    insult = next(one for one in of(desk).spreads if one.label == "insult")
    assert {at: count for at, count in enumerate(insult.now) if count} == {0: 1, 10: 1, 19: 1}
    assert insult.stability.now == 3
    assert insult.stability.index is None


def test_many_rows_are_sampled_within_the_period_and_the_site(desk: Desk, monkeypatch) -> None:
    monkeypatch.setattr(samples, "MOST", 40)
    monkeypatch.setattr(samples, "_MOST_DRAWN", 120)
    with desk.store.writing() as session:
        for site in ("daily", "weekly"):
            for start, when in ((0, START - timedelta(days=9)), (200, START)):
                given = [(Arrival(f"{n}", "T."), _judged(n)) for n in range(start, start + 200)]
                keeping.keep(session, site, given, now=when)
    found = of(desk)
    assert found.scores_sampled
    assert found.comments == 200
    insult = next(one for one in found.spreads if one.label == "insult")
    assert sum(insult.now) == pytest.approx(40, abs=15)
    # Those of the period score 0.9, those before it 0.1.
    assert insult.now[18] == sum(insult.now)
    assert insult.before[2] == sum(insult.before)


def test_an_edit_of_an_old_comment_just_now_leaves_the_sample_as_it_is(
    desk: Desk, monkeypatch
) -> None:
    monkeypatch.setattr(samples, "MOST", 40)
    with desk.store.writing() as session:
        for start, when in ((0, START - timedelta(days=40)), (200, START)):
            given = [(Arrival(f"{n}", "T."), _judged(n)) for n in range(start, start + 200)]
            keeping.keep(session, "daily", given, now=when)
        again = [(Arrival("0", "Another text."), _judged(200))]
        keeping.keep(session, "daily", again, now=START + timedelta(hours=1))
    insult = next(one for one in of(desk).spreads if one.label == "insult")
    assert sum(insult.now) == pytest.approx(40, abs=15)


def _judged(n: int) -> Judged:
    by_label = dict.fromkeys(NAMES, 0.9 if n >= 200 else 0.1)
    return Judged("m-1", "approve", by_label, 0.1, {"scores": by_label, "labels": []})


def test_a_store_with_nothing_has_figures_of_nothing(desk: Desk) -> None:
    found = of(desk)
    assert (found.comments, found.decisions, found.workers, found.wait) == (0, 0, (), None)
    assert found.overall.approved.value is None
    assert len(found.over_time) == 7
    assert outcomes.by_section([]) == ()
    with desk.store.reading() as session:
        assert volumes.by_worker(session, "daily", PERIOD) == ()
