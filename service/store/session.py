"""Engines and sessions. An engine must be made after the fork, in the process that uses it."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

BUSY_TIMEOUT_MS: Final = 5000
POOL_TIMEOUT_S: Final = 5
_BEGIN: Final = "comity_sqlite_begin"


class StoreError(Exception):
    """The store's address cannot be used, or its tables are not those of this version."""


class Store:
    """Sessions on one engine: ``reading`` and ``writing``."""

    def __init__(self, url: str) -> None:
        self.engine = make_engine(url)
        self._writer = self.engine.execution_options(**{_BEGIN: "BEGIN IMMEDIATE"})

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees one state of the store and changes nothing."""
        with Session(self.engine) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session that commits at the end, or rolls back where an exception leaves it.

        On SQLite it takes the write lock at its beginning: a transaction that reads first and writes
        later would fail at once instead of waiting its turn.
        """
        with Session(self._writer) as session, session.begin():
            yield session

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()


def make_engine(url: str) -> Engine:
    """An engine for ``url``: SQLite (its folder is made) or PostgreSQL through psycopg 3.

    Raises ``StoreError`` where the URL is of neither or the driver is not installed; the message never
    quotes the URL, which may hold a password.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise StoreError("COMITY_DATABASE_URL is not a database URL") from error
    if parsed.drivername in ("postgres", "postgresql"):
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() not in ("sqlite", "postgresql"):
        raise StoreError("COMITY_DATABASE_URL must begin with sqlite:/// or postgresql://")
    try:
        if parsed.get_backend_name() == "postgresql":
            return create_engine(parsed, pool_pre_ping=True, pool_timeout=POOL_TIMEOUT_S)
        return _sqlite(parsed.database or "")
    except (ModuleNotFoundError, NoSuchModuleError) as error:
        raise StoreError("PostgreSQL needs its driver: pip install '.[postgres]'") from error


def _sqlite(file: str) -> Engine:
    if not file or file == ":memory:":
        raise StoreError("COMITY_DATABASE_URL needs a file: SQLite in memory keeps nothing")
    Path(file).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Made here for its mode, which SQLite gives to the journal files beside it as well.
    Path(file).touch(mode=0o600, exist_ok=True)
    engine = create_engine(f"sqlite:///{file}", pool_timeout=POOL_TIMEOUT_S)
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    return engine


def _set_up(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    """Hand transactions to us (the driver would begin them late) and set what each connection needs."""
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    _into_wal(cursor)
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _into_wal(cursor: DBAPICursor) -> None:
    """Switch the file to WAL; it stays so, and most connections find it done.

    SQLite's busy timeout does not cover the switch: two first connections at once are told "locked"
    without a wait, so the wait is ours.
    """
    deadline = time.monotonic() + BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get(_BEGIN, "BEGIN"))
