"""Migrations on a store that holds something, in both databases."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from alembic import command
from sqlalchemy import inspect, text

from service import keys
from service.moderation import reports
from service.store import schema
from service.store.session import Store
from service.store.tables import NOT_JUDGED, KeptLabel
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
