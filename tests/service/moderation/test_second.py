"""Second reviews, in both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import event

from service.errors import Claimed, NotFound
from service.moderation import decisions, reports, retention, second
from service.moderation.decisions import Ruling
from service.moderation.reports import Report
from service.store.tables import KeptComment, SecondReview
from tests.service.moderation.desk import Desk


def take(desk: Desk, by: str = "bea", site: str = "daily") -> str | None:
    with desk.store.writing() as session:
        found = second.take(session, site, by, now=desk.now)
        return found[1].external_id if found else None


def number_of(desk: Desk, name: str) -> int:
    with desk.store.reading() as session:
        rows = session.query(SecondReview).join(KeptComment).filter_by(external_id=name)
        return rows.order_by(SecondReview.id.desc()).first().id


def answer(desk: Desk, name: str, action: str, by: str = "bea", **more) -> bool:
    number = number_of(desk, name)
    with desk.store.writing() as session:
        return second.answer(session, "daily", number, by, action=action, now=desk.now, **more)


def asked(desk: Desk, name: str, action: str = "approve", *, by: str = "ann") -> None:
    desk.keep(name)
    desk.decide(name, action, by=by, second_share=1.0)


def requests(desk: Desk) -> int:
    with desk.store.reading() as session:
        return session.query(SecondReview).count()


def test_a_decision_is_asked_of_somebody_else_and_never_of_whoever_made_it(desk: Desk) -> None:
    asked(desk, "a")
    assert take(desk, "ann") is None
    assert take(desk, "bea") == "a"


def test_the_share_chooses_by_a_secret_of_the_store() -> None:
    chosen = [n for n in range(20_000) if second.is_chosen(n, 0.05, b"one")]
    assert len(chosen) == pytest.approx(1000, abs=120)
    other = {n for n in range(20_000) if second.is_chosen(n, 0.05, b"other")}
    assert len(other & set(chosen)) == pytest.approx(50, abs=30)
    assert all(second.is_chosen(n, 1.0, b"one") for n in range(100))
    assert not any(second.is_chosen(n, 0.0, b"one") for n in range(100))
    # Whatever is asked about at a small share is asked about at a larger one too.
    assert all(second.is_chosen(n, 0.1, b"one") for n in chosen)


@pytest.mark.parametrize("action", ["defer", "highlight"])
def test_only_approvals_and_rejections_are_asked_about(desk: Desk, action: str) -> None:
    desk.keep("a")
    desk.decide("a", action, second_share=1.0)
    assert requests(desk) == 0


def test_batches_are_not_asked_about(desk: Desk) -> None:
    desk.keep("a")
    with desk.store.writing() as session:
        ruling = Ruling("reject", "ann", second_share=1.0)
        decisions.decide_each(session, "daily", ["a"], ruling, now=desk.now)
    assert requests(desk) == 0


def test_requests_that_are_over_are_dropped_at_once_however_many(desk: Desk) -> None:
    for number in range(30):
        asked(desk, f"c-{number}")
    desk.now += second.LASTS
    asked(desk, "new")
    sent: list[str] = []

    def note(_connection, _cursor, statement: str, *_: object) -> None:
        sent.append(statement)

    event.listen(desk.store.engine, "before_cursor_execute", note)
    assert take(desk) == "new"
    assert len(sent) <= 5
    assert requests(desk) == 1


def test_two_people_never_have_the_same_comment(desk: Desk) -> None:
    asked(desk, "a")
    asked(desk, "b")
    assert [take(desk, "bea"), take(desk, "cleo"), take(desk, "dan")] == ["a", "b", None]
    assert take(desk, "bea") == "a"  # the page loaded again
    with pytest.raises(Claimed):
        answer(desk, "a", "approve", "cleo")
    desk.now += second.LEASE + timedelta(seconds=1)
    assert take(desk, "dan") == "a"


def test_an_answer_that_agrees_changes_nothing(desk: Desk) -> None:
    asked(desk, "a", "reject")
    take(desk)
    assert answer(desk, "a", "reject", labels={"insult": 1.0})
    assert desk.find("a").state == "rejected"
    (review,) = desk.history("a").second_reviews
    assert (review.second_by, review.agrees, review.second_labels) == ("bea", True, {"insult": 1.0})
    assert take(desk) is None
    assert take(desk, "cleo") is None
    with desk.store.reading() as session:
        assert second.of_decisions(session, [review.decision_id]).keys() == {review.decision_id}


def test_an_answer_that_disagrees_brings_the_comment_back_and_says_why(desk: Desk) -> None:
    asked(desk, "a", "reject")
    take(desk)
    assert answer(desk, "a", "approve")
    comment = desk.find("a")
    assert comment.state == "pending"
    with desk.store.reading() as session:
        assert second.in_dispute(session, [comment.id]) == {comment.id}
        (one,) = second.disagreements(session, "daily", limit=5)
        assert (one.review.first_by, one.review.second_by, one.open) == ("ann", "bea", True)
        assert second.disagreements(session, "weekly", limit=5) == []
    # Neither the first nor the second is asked about what a third then decides.
    desk.decide("a", "approve", by="cleo", second_share=1.0)
    assert [take(desk, who) for who in ("ann", "bea", "cleo", "dan")] == [None, None, None, "a"]
    with desk.store.reading() as session:
        assert second.in_dispute(session, [comment.id]) == set()
        assert [one.open for one in second.disagreements(session, "daily", limit=5)] == [False]


def test_who_disagreed_does_not_see_the_comment_leave_the_queue_by_an_undo(desk: Desk) -> None:
    asked(desk, "a", "reject")
    take(desk)
    answer(desk, "a", "approve")
    assert desk.decide("a", "undo").state_after == "pending"


def test_skipping_leaves_it_to_others(desk: Desk) -> None:
    asked(desk, "a")
    take(desk, "bea")
    with desk.store.writing() as session:
        second.skip(session, "daily", number_of(desk, "a"), "bea", now=desk.now)
    assert take(desk, "bea") is None
    with pytest.raises(NotFound):
        answer(desk, "a", "approve", "bea")
    assert take(desk, "cleo") == "a"


def change(desk: Desk, how: str) -> None:
    if how == "undo":
        desk.decide("a", "undo")
    elif how == "other decision":
        desk.decide("a", "reject", by="cleo")
    elif how == "edit":
        desk.keep("a", "Another text.")
    elif how == "context":
        desk.keep("a", context={"parent": "Another parent."})
    elif how == "late":
        desk.now += second.LASTS
    else:
        with desk.store.writing() as session:
            if how == "erase":
                retention.erase_comment(session, "daily", "a", now=desk.now)
            else:
                reports.report(session, "daily", "a", Report("spam"), now=desk.now)


CHANGES = ["undo", "other decision", "edit", "context", "erase", "report", "late"]


@pytest.mark.parametrize("how", CHANGES)
def test_a_request_is_dropped_when_it_no_longer_holds(desk: Desk, how: str) -> None:
    asked(desk, "a")
    asked(desk, "b")
    change(desk, how)
    assert take(desk) == ("b" if how != "late" else None)
    assert requests(desk) == (1 if how != "late" else 0)


@pytest.mark.parametrize("how", CHANGES)
def test_an_answer_does_not_count_when_something_changed_while_it_was_read(desk: Desk, how) -> None:
    asked(desk, "a")
    take(desk)
    change(desk, how)
    state = desk.find("a").state
    assert not answer(desk, "a", "reject")
    assert desk.find("a").state == state
    assert desk.history("a").second_reviews == []


def test_nobody_answers_twice_or_for_another_site(desk: Desk) -> None:
    asked(desk, "a")
    assert take(desk, site="weekly") is None
    take(desk)
    answer(desk, "a", "approve")
    with pytest.raises(NotFound):
        answer(desk, "a", "reject")
    with pytest.raises(NotFound):
        answer(desk, "a", "reject", "ann")
