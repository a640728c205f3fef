import sqlite3
import threading
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import OperationalError

from service import keys
from service.store import schema
from service.store.session import Store, StoreError, make_engine
from service.store.tables import UtcTime


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "comity.db"


@pytest.fixture
def lite(file: Path):
    store = Store(f"sqlite:///{file}")
    schema.upgrade(store)
    yield store
    store.close()


def test_the_folder_and_file_are_made_for_the_owner_only(lite: Store, file: Path) -> None:
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    for beside in file.parent.iterdir():
        assert beside.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("busy_timeout", 5000), ("synchronous", 2), ("foreign_keys", 1)],
)
def test_every_connection_is_set_up(lite: Store, pragma: str, value: object) -> None:
    with lite.reading() as session:
        assert session.execute(text(f"PRAGMA {pragma}")).scalar() == value


def test_a_writer_takes_the_lock_at_its_beginning_and_a_reader_does_not(
    lite: Store, file: Path
) -> None:
    other = sqlite3.connect(file, timeout=0, isolation_level=None)
    try:
        with lite.reading() as session:
            session.execute(text("SELECT count(*) FROM api_keys"))
            other.execute("BEGIN IMMEDIATE")
            other.execute("ROLLBACK")
        with lite.writing() as session:
            session.execute(text("SELECT count(*) FROM api_keys"))
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                other.execute("BEGIN IMMEDIATE")
    finally:
        other.close()


def test_a_reader_reads_while_another_writes(lite: Store) -> None:
    with lite.writing() as session:
        keys.create(session, name="unfinished")
        with lite.reading() as reader:
            assert keys.count_valid(reader) == 0


def test_writers_that_meet_wait_for_each_other(lite: Store) -> None:
    def write() -> None:
        for _ in range(5):
            with lite.writing() as session:
                keys.create(session, name=f"after {keys.count_valid(session)}")

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    with lite.reading() as session:
        assert [row.name for row in keys.every(session)] == [f"after {i}" for i in range(20)]


@pytest.mark.parametrize(
    "url",
    ["", "comity.db", "mysql://desk:pa55word@db/x", "sqlite://", "sqlite:///:memory:", "a://b"],
)
def test_an_address_of_another_kind_is_refused_without_quoting_it(url: str) -> None:
    with pytest.raises(StoreError) as refused:
        make_engine(url)
    assert "COMITY_DATABASE_URL" in str(refused.value)
    assert "pa55word" not in str(refused.value)


@pytest.mark.parametrize("begin", ["postgresql", "postgres", "postgresql+psycopg"])
def test_postgresql_is_reached_through_psycopg(begin: str) -> None:
    engine = make_engine(f"{begin}://desk@db/comity")
    assert engine.url.drivername == "postgresql+psycopg"
    assert engine.dialect.driver == "psycopg"


def test_without_its_driver_postgresql_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StoreError, match=r"pip install '\.\[postgres\]'"):
        make_engine("postgresql://desk@db/comity")


@pytest.mark.slow
def test_a_server_that_is_away_is_an_operational_error(tmp_path: Path) -> None:
    store = Store(f"postgresql://desk@/comity?host={tmp_path}")
    with pytest.raises(OperationalError), store.reading() as session:
        session.execute(text("SELECT 1"))
    store.close()


def test_a_time_goes_in_and_comes_out_as_utc() -> None:
    kind, dialect = UtcTime(), sqlite.dialect()
    noon_in_rome = datetime(2026, 11, 22, 12, tzinfo=timezone(timedelta(hours=1)))
    bound = kind.process_bind_param(noon_in_rome, dialect)
    assert bound == datetime(2026, 11, 22, 11, tzinfo=UTC)
    naive = datetime(2026, 11, 22, 11)
    assert kind.process_result_value(naive, dialect) == bound
    assert kind.process_bind_param(None, dialect) is None
    assert kind.process_result_value(None, dialect) is None


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        UtcTime().process_bind_param(datetime(2026, 1, 1), sqlite.dialect())
