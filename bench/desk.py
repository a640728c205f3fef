"""``python -m bench.desk``: how quick the desk is on a store with a million comments."""

import os
import sqlite3
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Final

import click
from pydantic import SecretStr
from rich.console import Console
from rich.table import Table

from bench import machine
from bench.desk_calls import Browser, Timed, measure
from bench.desk_rows import columns
from bench.desk_store import fill
from bench.measure import percentile
from service import logs
from service.settings import load_settings
from service.store.session import Store

GOAL_MS: Final = 150
BATCH: Final = 5000


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--rows", type=click.IntRange(min=1000), default=1_000_000, show_default=True)
@click.option("--repeats", type=click.IntRange(min=2), default=20, show_default=True)
@click.option("--url", help="An empty database instead of SQLite in a folder of its own.")
def main(*, rows: int, repeats: int, url: str | None) -> None:
    """Fill a store with invented comments and measure the desk's pages and decisions on it.

    The SQLite file is made in the system's folder for temporary files and removed at the end.
    """
    console = Console(width=110, highlight=False)
    facts, warning = machine.facts(), machine.busy_warning()
    with tempfile.TemporaryDirectory(prefix="comity-bench-") as folder:
        address = url or f"sqlite:///{Path(folder) / 'desk.db'}"
        settings = load_settings({"COMITY_STATE_DIR": folder})
        settings = settings.model_copy(update={"database_url": SecretStr(address)})
        store = Store(settings.store_url)
        try:
            begun = time.monotonic()
            token = fill(store, columns(rows), told=console.print)
            facts |= {
                "database": _database(store),
                "comments": f"{rows:,}, a tenth pending, three tenths decided",
                "filled in": f"{time.monotonic() - begun:.0f} s",
                "load then": f"{os.getloadavg()[0]:.2f}",
            }
        finally:
            store.close()
        browser = Browser(settings, token)
        try:
            found = list(measure(browser, repeats=repeats, batch=min(BATCH, rows // 200)))
        finally:
            browser.parts.store.close()
    show(found, facts, console)
    if warning:
        console.print(warning)


def show(found: list[Timed], facts: dict[str, str], console: Console) -> None:
    """Print the facts and a line a measured thing, in milliseconds."""
    for name, fact in facts.items():
        console.print(f"{name}: {fact}")
    table = Table("what", "repeats", "median ms", "95% ms", "processor ms", "")
    for column in table.columns[1:5]:
        column.justify = "right"
    for one in found:
        table.add_row(one.name, *_cells(one))
    console.print(table)


def _cells(one: Timed) -> tuple[str, str, str, str, str]:
    if not one.seconds:
        return "", "", "", "", one.note
    middle, high = median(one.seconds) * 1000, percentile(one.seconds, 0.95) * 1000
    note = f"over the goal of {GOAL_MS}" if _has_goal(one) and middle > GOAL_MS else one.note
    used = f"{median(one.processor) * 1000:.1f}"
    return str(len(one.seconds)), f"{middle:.1f}", f"{high:.1f}", used, note


def _has_goal(one: Timed) -> bool:
    """Whether it is a page of the queue, which has a goal."""
    return one.name.startswith("queue")


def _database(store: Store) -> str:
    if store.engine.dialect.name == "sqlite":
        return f"SQLite {sqlite3.sqlite_version}"
    with store.engine.connect() as connection:
        return f"PostgreSQL {connection.dialect.server_version_info}"


if __name__ == "__main__":
    logs.configure("warning")  # not in main: a test's own logging stays as it is
    main()
