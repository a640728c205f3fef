"""Migrations on a store that holds something, in both databases."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from alembic import command
from sqlalchemy import inspect, text

from service import keys
from service.moderation import batches, policies, reports, second
from service.moderation.decisions import Ruling
from service.moderation.policies import Change
from service.moderation.policy import Rule
from service.moderation.queue import Wanted
from service.people import accounts, passwords, sessions
from service.store import schema
from service.store.session import Store
from service.store.tables import NOT_JUDGED, Base, KeptLabel
from service.webhooks import hooks
from tests.service.moderation.desk import Desk


@pytest.fixture
def store(either_url: str) -> Iterator[Store]:
    store = Store(either_url)
    schema.upgrade(store)
    yield store
    store.close()


def migrate(store: Store, revision: str) -> None:
    config = schema._config()
    with store.writing() as session:
        config.attributes["connection"] = session.connection()
        move = command.upgrade if revision == "head" else command.downgrade
        move(config, revision)


def test_a_filled_store_goes_down_and_up_and_keeps_what_is_older(store: Store) -> None:
    desk = Desk(store)
    for name in ("a", "b"):
        desk.keep(name, author="r-1")
    desk.decide("a", "reject")
    desk.decide("a", "undo")
    desk.decide("a", "highlight")
    with store.writing() as session:
        reports.report(session, "daily", "a", reports.Report("spam"), now=desk.now)
        keys.create(session, name="cms")
        session.add(
            KeptLabel(site="daily", source="x", text="T.", labels={"insult": 1.0}, suggested={},
                      spans=[], created_at=datetime.now(UTC))
        )  # fmt: skip
    migrate(store, "0002")
    assert "comments" not in inspect(store.engine).get_table_names()
    migrate(store, "head")
    with store.reading() as session:
        assert keys.count_valid(session) == 1
        assert session.scalar(text("SELECT count(*) FROM labels")) == 1
        assert session.scalar(text("SELECT count(*) FROM comments")) == 0
    desk.keep("a")
    assert desk.decide("a", "approve").state_after == "approved"


def test_a_comment_scored_before_the_labels_of_tone_is_not_judged_by_them(store: Store) -> None:
    Desk(store).keep("a")
    migrate(store, "0004")
    assert "dismissal" not in {c["name"] for c in inspect(store.engine).get_columns("comments")}
    migrate(store, "head")
    with store.reading() as session:
        (row,) = session.execute(text("SELECT condescension, dismissal, insult FROM comments"))
        assert (row.condescension, row.dismissal) == (NOT_JUDGED, NOT_JUDGED)
        assert row.insult >= 0


OF_THE_DESK = {
    "audit_entries",
    "batches",
    "policy_versions",
    "second_review_skips",
    "second_reviews",
    "sections",
    "user_sessions",
    "users",
    "webhook_deliveries",
    "webhooks",
}


def fill_desk(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Something in every table of the desk, and comments that were kept and decided."""
    monkeypatch.setattr(passwords, "hashed", lambda _: "hash")
    with desk.store.writing() as session:
        ann = accounts.add(session, name="ann", role="admin", password="a long one", site="daily",
                           by="test", now=desk.now)  # fmt: skip
        sessions.begin(session, ann.id, now=desk.now)
        change = Change((Rule("insult", 0.5, 1.0, "hold"),), based_on=0, by="ann", note="first")
        policies.save(session, "daily", change, now=desk.now)
        hooks.add(session, "daily", "https://hooks.example/in", by="ann", now=desk.now)
    for name, section in (("a", "sport"), ("b", None), ("c", "sport"), ("d", "news")):
        desk.keep(name, section=section, action="review")
    desk.keep("d", section="news", action="hold", model="m-2")
    for name in ("a", "b"):
        desk.decide(name, "reject", reason="abusive", second_share=1.0)
    desk.decide("b", "undo")
    with desk.store.writing() as session:
        row = batches.begin(session, Wanted("daily", section="sport"), Ruling("approve", "ann"),
                            now=desk.now)  # fmt: skip
        batches.step(session, "daily", row.name, "ann", now=desk.now + timedelta(seconds=1))
        found = second.take(session, "daily", "bob", now=desk.now)
        assert found is not None
        second.skip(session, "daily", found[0].id, "bob", now=desk.now)


def rows(store: Store, query: str) -> list[tuple[object, ...]]:
    with store.reading() as session:
        return [tuple(row) for row in session.execute(text(query))]


def test_the_desk_goes_down_and_up_and_comments_scores_and_decisions_stay(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(store)
    fill_desk(desk, monkeypatch)
    for table in OF_THE_DESK:
        assert rows(store, f"SELECT count(*) FROM {table}") != [(0,)], table
    kept = "SELECT external_id, section, state, text, action FROM comments ORDER BY id"
    decided = (
        'SELECT id, comment_id, action, "by", reason, batch, undoes FROM decisions ORDER BY id'
    )
    scored = "SELECT comment_id, model, action FROM comment_scores ORDER BY id"
    before = [rows(store, query) for query in (kept, decided, scored)]
    assert [row[-1] for row in before[0]] == ["review", "review", "review", "hold"]

    migrate(store, "0003")
    assert not OF_THE_DESK & set(inspect(store.engine).get_table_names())
    assert "action" not in {c["name"] for c in inspect(store.engine).get_columns("comments")}
    assert [rows(store, query) for query in (decided, scored)] == before[1:]

    migrate(store, "head")
    assert set(inspect(store.engine).get_table_names()) == {
        *Base.metadata.tables,
        "alembic_version",
    }
    assert [rows(store, query) for query in (kept, decided, scored)] == before
    assert rows(store, "SELECT site, name FROM sections ORDER BY name") == [
        ("daily", "news"),
        ("daily", "sport"),
    ]
    for table in sorted(OF_THE_DESK - {"sections"}):
        assert rows(store, f"SELECT count(*) FROM {table}") == [(0,)], table
    assert desk.decide("d", "approve").state_before == "pending"
    assert desk.decide("a", "undo").state_after == "pending"
