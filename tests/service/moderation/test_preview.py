"""What other rules would have done, in both databases."""

from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from model.labels import NAMES
from model.records import Scores
from service.moderation import preview as previews
from service.moderation.policy import ACTIONS, Rule, decide
from service.moderation.policy_sql import MOST_CONDITIONS, action_of, can_be_counted
from service.moderation.preview import Move, Preview, preview
from service.moderation.shares import wilson
from service.store.tables import NOT_JUDGED, KeptComment
from tests.service.moderation.desk import Desk

LOOSE = (Rule("insult", 0.8, 1.0, "hold"),)
STRICT = (Rule("insult", 0.5, 1.0, "hold"), Rule("insult", 0.8, 1.0, "reject", section="sport"))
BY_WORDS = (Rule(words=("zebra",), action="reject"),)


def look(desk: Desk, present, proposed) -> Preview:
    with desk.store.reading() as session:
        return preview(session, "daily", present, proposed, now=desk.now)


@pytest.fixture
def filled(desk: Desk) -> Desk:
    for number, score in enumerate([0.1, 0.6, 0.9]):
        desk.keep(f"s-{number}", score=score, section="sport")
        desk.keep(f"n-{number}", score=score)
    desk.keep("none", score=None)
    desk.keep("s-9", score=0.9, site="weekly", section="sport")
    return desk


def test_moves_are_counted_by_section(filled: Desk) -> None:
    seen = look(filled, LOOSE, STRICT)
    assert (seen.comments, seen.read) == (7, 7)
    assert seen.moves == (
        Move(None, "approve", "approve", 1),
        Move(None, "approve", "hold", 1),
        Move(None, "hold", "hold", 1),
        Move(None, "review", "review", 1),
        Move("sport", "approve", "approve", 2),
        Move("sport", "hold", "reject", 1),
    )


def test_only_the_last_days_count_and_nothing_erased(filled: Desk) -> None:
    with filled.store.writing() as session:
        row = session.get(KeptComment, filled.find("s-0").id)
        row.erased_at = filled.now
    filled.now += timedelta(days=30, seconds=-3)
    assert look(filled, LOOSE, STRICT).comments == 3


def test_decisions_that_stand_are_held_against_both_policies(filled: Desk) -> None:
    filled.decide("s-2", "approve")  # LOOSE holds it, STRICT rejects it
    filled.decide("n-1", "approve")  # LOOSE approves it, STRICT holds it
    filled.decide("n-0", "reject")  # both approve it
    filled.decide("none", "reject")  # both ask a person
    filled.decide("n-2", "approve")
    filled.decide("n-2", "undo")
    filled.decide("s-1", "reject")
    filled.decide("s-1", "approve")  # the later one counts
    filled.decide("s-0", "reject", by="policy:1")
    seen = look(filled, LOOSE, STRICT)
    assert seen.present == wilson(2, 5)
    assert seen.proposed == wilson(3, 5)


def test_a_decision_about_another_text_does_not_count(filled: Desk) -> None:
    filled.decide("n-2", "approve")
    filled.keep("n-2", "Another text.", score=0.9)
    assert look(filled, LOOSE, STRICT).present.whole == 0


def test_words_are_read(filled: Desk) -> None:
    filled.keep("z", "A zebra!", score=0.1, section="zoo")
    filled.decide("z", "approve")
    seen = look(filled, LOOSE, (*LOOSE, *BY_WORDS))
    assert Move("zoo", "approve", "reject", 1) in seen.moves
    assert (seen.read, seen.comments) == (8, 8)
    assert (seen.present, seen.proposed) == (wilson(0, 1), wilson(1, 1))


def test_targets_are_read_from_the_latest_scores(filled: Desk) -> None:
    with filled.store.writing() as session:
        row = session.scalars(select(KeptComment).where(KeptComment.external_id == "n-0")).one()
        scored = filled.history("n-0").scores[0]
        session.merge(scored).result = {"target": {"kind": "author", "score": 0.9}}
        assert row.section is None
    seen = look(filled, (), (Rule(targets=("author",), action="hold"),))
    assert Move(None, "approve", "hold", 1) in seen.moves


def test_of_a_large_store_the_newest_stand_for_all(filled: Desk, monkeypatch) -> None:
    monkeypatch.setattr(previews, "MOST_READ", 2)
    assert (look(filled, LOOSE, BY_WORDS).read, look(filled, LOOSE, BY_WORDS).comments) == (2, 7)
    monkeypatch.setattr(previews, "MOST_COUNTED", 3)
    assert (look(filled, LOOSE, STRICT).read, look(filled, LOOSE, STRICT).comments) == (3, 7)


def test_too_many_conditions_for_one_statement_are_read() -> None:
    sections = [Rule(section=f"s-{n}", action="hold") for n in range(100)]
    site = [Rule("insult", 0.5, 1.0, "hold")] * 100
    assert can_be_counted(sections)
    assert not can_be_counted([*sections, *site])
    assert MOST_CONDITIONS < 101 * 100


def test_the_largest_policy_that_is_counted_fits_into_one_statement(filled: Desk) -> None:
    sections = [Rule(section=f"s-{n}", action="hold") for n in range(14)]
    rules = [*sections, *[Rule("insult", 0.5, 1.0, "hold")] * 185]
    assert can_be_counted(rules)
    assert look(filled, rules, rules).read == 7


PLAIN = st.builds(
    lambda label, bounds, action, section: Rule(
        label, min(bounds), max(bounds), action, section=section
    ),
    st.none() | st.sampled_from(NAMES),
    st.tuples(st.sampled_from([0.0, 0.1, 0.6, 0.9, 1.0]), st.sampled_from([0.0, 0.1, 0.6, 1.0])),
    st.sampled_from([*ACTIONS, "highlight"]),
    st.sampled_from([None, "sport", "city"]),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(PLAIN, max_size=7))
def test_the_store_counts_what_the_policy_decides(filled: Desk, rules: list[Rule]) -> None:
    with filled.store.reading() as session:
        rows = session.execute(select(KeptComment, action_of(rules).label("action"))).all()
        for row in rows:
            kept = row.KeptComment
            by_label = {name: getattr(kept, name) for name in NAMES}
            judged = kept.insult != NOT_JUDGED
            scores = Scores(by_label) if judged else Scores(None, abstained="language")
            assert row.action == decide(scores, rules, section=kept.section).action
    assert Counter(row.KeptComment.site for row in rows) == {"daily": 7, "weekly": 1}
