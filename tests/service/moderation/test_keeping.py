"""Comments into the store, in both databases."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from model.labels import NAMES
from service.moderation import keeping
from service.moderation.keeping import Arrival, Judged
from service.store.tables import NOT_JUDGED, KeptComment, StoreSecret
from tests.service.moderation.desk import START, Desk


@pytest.mark.parametrize(
    ("action", "state"), [("approve", "approved"), ("review", "pending"), ("hold", "pending")]
)
def test_what_the_policy_does_not_approve_is_pending(desk: Desk, action: str, state: str) -> None:
    assert desk.keep("c-1", action=action).state == state


def test_the_same_comment_again_changes_nothing(desk: Desk) -> None:
    first = desk.keep("c-1", context={"parent": "Why?"}, author="u-9")
    desk.decide("c-1", "approve")
    again = desk.keep("c-1", context={"parent": "Why?"}, author="u-9")
    assert (again.id, again.revision, again.state) == (first.id, 1, "approved")
    assert again.author == first.author
    assert len(desk.history("c-1").scores) == 1


def test_two_sites_may_use_the_same_id(desk: Desk) -> None:
    assert desk.keep("c-1").id != desk.keep("c-1", site="weekly").id


@pytest.mark.parametrize("action", ["approve", "reject", "defer"])
def test_an_edit_comes_back_to_the_queue_with_new_scores(desk: Desk, action: str) -> None:
    desk.keep("c-1", "Kind words.", score=0.1)
    desk.decide("c-1", action)
    edited = desk.keep("c-1", "Other words.", score=0.9, action="approve")
    assert (edited.state, edited.revision, edited.insult) == ("pending", 2, 0.9)
    scored = desk.history("c-1").scores
    assert [(s.revision, s.result["scores"]["insult"]) for s in scored] == [(1, 0.1), (2, 0.9)]


def test_another_context_adds_scores_and_leaves_the_state(desk: Desk) -> None:
    desk.keep("c-1", context={"parent": "Why?"})
    desk.decide("c-1", "approve")
    changed = desk.keep("c-1", context={"parent": "Why not?"}, score=0.3)
    assert (changed.state, changed.revision, changed.insult) == ("approved", 2, 0.3)


def test_another_version_adds_scores_and_overwrites_none(desk: Desk) -> None:
    desk.keep("c-1", score=0.2)
    desk.decide("c-1", "reject")
    newer = desk.keep("c-1", score=0.8, model="m-2")
    assert (newer.state, newer.revision, newer.insult) == ("rejected", 1, 0.8)
    scored = desk.history("c-1").scores
    assert [(s.model, s.result["scores"]["insult"]) for s in scored] == [("m-1", 0.2), ("m-2", 0.8)]


def test_a_comment_without_scores_comes_below_every_score(desk: Desk) -> None:
    kept = desk.keep("c-1", score=None)
    assert [getattr(kept, name) for name in NAMES] == [NOT_JUDGED] * len(NAMES)


def test_an_author_is_kept_as_a_pseudonym_of_the_site(desk: Desk) -> None:
    mine = [desk.keep(name, author="reader@example.org").author for name in ("a", "b")]
    other = desk.keep("c", author="other").author
    elsewhere = desk.keep("a", author="reader@example.org", site="weekly").author
    assert mine[0] == mine[1] != other
    assert elsewhere not in (*mine, other)
    assert len(mine[0]) == 64
    with desk.store.reading() as session:
        assert session.scalar(select(func.count()).select_from(StoreSecret)) == 1


def test_times_are_the_comments_own_and_its_arrival(desk: Desk) -> None:
    written = START - timedelta(days=3)
    desk.keep("c-1", created_at=written)
    kept = desk.keep("c-1", "Edited.")
    assert (kept.created_at, kept.received_at) == (written, desk.now)


def test_a_nul_is_replaced_and_repeating_it_is_no_edit(desk: Desk) -> None:
    assert desk.keep("c-1", "nul \0 here").text == "nul � here"
    assert desk.keep("c-1", "nul \0 here").revision == 1


def test_an_id_twice_in_one_call_is_the_comment_and_its_edit(desk: Desk) -> None:
    judged = Judged("m-1", "approve", None, 1.0, {"scores": None})
    arrivals = [(Arrival("c-1", text), judged) for text in ("First.", "Second.", "Second.")]
    with desk.store.writing() as session:
        kept = keeping.keep(session, "daily", arrivals, now=START)
        assert len({row.id for row in kept}) == 1
        assert (kept[0].text, kept[0].revision, kept[0].state) == ("Second.", 2, "pending")


def test_processes_that_keep_the_same_comments_at_once_keep_them_once(desk: Desk) -> None:
    faults: list[BaseException] = []
    judged = Judged("m-1", "approve", None, 1.0, {"scores": None})

    def keep() -> None:
        arrivals = [(Arrival(f"c-{i}", "Words.", author="a"), judged) for i in range(20)]
        try:
            with desk.store.writing() as session:
                keeping.keep(session, "daily", arrivals, now=START)
        except Exception as error:
            faults.append(error)

    threads = [threading.Thread(target=keep) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert faults == []
    with desk.store.reading() as session:
        assert session.scalar(select(func.count()).select_from(KeptComment)) == 20
        assert session.scalar(select(func.max(KeptComment.revision))) == 1


def test_every_label_has_a_column_to_sort_by() -> None:
    columns = {column.name for column in KeptComment.__table__.columns}
    indices = {index.name for index in KeptComment.__table__.indexes}
    assert set(NAMES) <= columns
    assert {f"ix_comments_queue_{name}" for name in NAMES} <= indices
