"""How long a sign-in is good."""

from datetime import UTC, datetime, timedelta

from service.people import sessions
from service.store.tables import UserSession

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def begin(store, number: int, at: datetime = NOW) -> str:
    with store.writing() as session:
        return sessions.begin(session, number, now=at)


def good(store, token: str, at: datetime) -> bool:
    with store.reading() as session:
        return sessions.find(session, token, now=at) is not None


def test_a_session_ends_after_twelve_idle_hours(either, add) -> None:
    token = begin(either, add())
    assert good(either, token, NOW + timedelta(hours=11, minutes=59))
    assert not good(either, token, NOW + timedelta(hours=12))


def test_use_keeps_it_and_seven_days_end_it(either, add) -> None:
    token, at = begin(either, add()), NOW
    while at < NOW + timedelta(days=7):
        assert good(either, token, at)
        with either.writing() as session:
            sessions.touch(session, token, now=at)
        at += timedelta(hours=8)
    assert not good(either, token, NOW + timedelta(days=7))


def test_a_visit_is_written_down_only_now_and_then(either, add) -> None:
    token = begin(either, add())
    for minutes, due in ((4, False), (5, True)):
        with either.reading() as session:
            _, touch_due = sessions.find(session, token, now=NOW + timedelta(minutes=minutes))
        assert touch_due is due


def test_the_store_holds_no_token_and_forgets_sessions_that_are_over(either, add) -> None:
    number = add()
    token = begin(either, number)
    with either.reading() as session:
        assert token not in session.query(UserSession).one().digest
    begin(either, number, NOW + timedelta(days=8))
    with either.reading() as session:
        assert session.query(UserSession).count() == 1


def test_signing_out_ends_one_session(either, add) -> None:
    number = add()
    first, second = begin(either, number), begin(either, number)
    with either.writing() as session:
        sessions.end(session, first)
    assert not good(either, first, NOW)
    assert good(either, second, NOW)
    assert not good(either, "no-token", NOW)
