"""Fills an empty store with the rows of ``bench.desk_rows``, in bulk: indices are made afterwards."""

import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Final

from sqlalchemy import Connection, insert, text

from bench import desk_rows
from bench.desk_rows import SECTIONS, SITE, Columns
from service.people import accounts, sessions
from service.store import schema
from service.store.session import Store
from service.store.tables import CommentScores, DecisionRow, KeptComment, Section, User

NAME: Final = "bench"
_AT_ONCE: Final = 20_000
_TABLES: Final = (KeptComment, CommentScores, DecisionRow)


def fill(store: Store, made: Columns, *, told: Callable[[str], None]) -> str:
    """Make the tables, fill them, and return the token of a session of an admin of the site."""
    schema.upgrade(store)
    now = datetime.now(UTC)
    begun = time.monotonic()
    with store.writing() as session:
        connection = session.connection()
        zone = "+00:00" if connection.dialect.name == "postgresql" else ""
        indices = [index for table in _TABLES for index in table.__table__.indexes]
        for index in indices:
            index.drop(connection)
        for table, names, rows in (
            ("comments", desk_rows.COMMENT_COLUMNS, desk_rows.comment_rows),
            ("comment_scores", desk_rows.SCORE_COLUMNS, desk_rows.score_rows),
            ("decisions", desk_rows.DECISION_COLUMNS, desk_rows.decision_rows),
        ):
            _insert(connection, table, names, rows(made, now=now, zone=zone))
            told(f"{table} written after {time.monotonic() - begun:.0f} s")
        for index in indices:
            index.create(connection)
        told(f"indices made after {time.monotonic() - begun:.0f} s")
        connection.execute(insert(Section), [{"site": SITE, "name": name} for name in SECTIONS])
        token = sessions.begin(session, _person(connection, now), now=now)
        if zone:
            _count_on(connection)
    return token


def _insert(
    connection: Connection, table: str, names: Sequence[str], rows: Iterable[tuple[object, ...]]
) -> None:
    mark = "%s" if connection.dialect.name == "postgresql" else "?"
    marks = ", ".join([mark] * len(names))
    statement = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})"
    left = iter(rows)
    while some := list(islice(left, _AT_ONCE)):
        connection.exec_driver_sql(statement, some)


def _person(connection: Connection, now: datetime) -> int:
    """Somebody who may do everything and cannot sign in with a password; their number."""
    row = {
        "site": SITE,
        "name": NAME,
        "folded": accounts.folded(NAME),
        "role": "admin",
        "password": "none",
        "created_at": now,
        "failures": 0,
    }
    return int(connection.execute(insert(User).returning(User.id), row).scalar_one())


def _count_on(connection: Connection) -> None:
    """PostgreSQL: numbers go on after those that were given, and the planner knows the tables."""
    for table in ("comments", "comment_scores", "decisions"):
        number = f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"
        connection.execute(text(number))
        connection.execute(text(f"ANALYZE {table}"))
