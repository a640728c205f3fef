"""The migrations make the tables that the code maps, in SQLite and in PostgreSQL."""

import threading
from collections.abc import Iterator

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from service import keys
from service.store import schema
from service.store.session import Store, StoreError
from service.store.tables import Base


@pytest.fixture
def both(either_url: str) -> Iterator[Store]:
    store = Store(either_url)
    yield store
    store.close()


def test_an_empty_store_becomes_current(both: Store) -> None:
    assert schema.state_of(both) == "empty"
    with pytest.raises(StoreError, match="the store is empty: run `comity db upgrade`"):
        schema.require_current(both)
    schema.upgrade(both)
    assert schema.state_of(both) == "current"
    schema.require_current(both)


def test_the_migrations_make_the_tables_that_are_mapped(both: Store) -> None:
    schema.upgrade(both)
    with both.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_upgrading_twice_changes_nothing_and_keeps_what_is_there(both: Store) -> None:
    schema.upgrade(both)
    with both.writing() as session:
        keys.create(session, name="cms")
    schema.upgrade(both)
    with both.reading() as session:
        assert keys.count_valid(session) == 1


def test_several_processes_may_upgrade_at_once(both: Store, either_url: str) -> None:
    faults: list[BaseException] = []

    def upgrade() -> None:
        store = Store(either_url)
        try:
            schema.upgrade(store)
        except Exception as error:
            faults.append(error)
        finally:
            store.close()

    threads = [threading.Thread(target=upgrade) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert faults == []
    assert schema.state_of(both) == "current"


def test_the_migrations_can_be_taken_back(both: Store) -> None:
    schema.upgrade(both)
    config = schema._config()
    with both.writing() as session:
        config.attributes["connection"] = session.connection()
        command.downgrade(config, "base")
    with both.engine.connect() as connection:
        assert inspect(connection).get_table_names() == ["alembic_version"]


def test_a_store_of_a_later_version_is_refused(both: Store) -> None:
    schema.upgrade(both)
    with both.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match="revision 9999, which a later Comity has made"):
        schema.state_of(both)


def test_a_database_of_something_else_is_refused(both: Store) -> None:
    with both.writing() as session:
        session.execute(text("CREATE TABLE posts (id INTEGER)"))
    with pytest.raises(StoreError, match="not Comity's"):
        schema.state_of(both)
