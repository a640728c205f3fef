"""The commands ``serve``, ``keys`` and ``db``."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import click
from sqlalchemy.exc import DBAPIError, OperationalError

from service import keys
from service.people import audit
from service.settings import SCOPES, Settings, SettingsError, load_settings, parse_scopes
from service.store import schema
from service.store.session import Store, StoreError


@contextmanager
def _explained() -> Iterator[None]:
    """Turn what a person can put right into one line and exit status 2."""
    try:
        yield
    except (SettingsError, StoreError) as error:
        click.echo(f"comity: {error}", err=True)
        raise click.exceptions.Exit(2) from error
    except OSError as error:
        click.echo(f"comity: {error.filename}: {error.strerror}", err=True)
        raise click.exceptions.Exit(2) from error
    except OperationalError as error:  # its message may hold the address and the statement
        click.echo("comity: the store does not answer; see COMITY_DATABASE_URL", err=True)
        raise click.exceptions.Exit(2) from error
    except DBAPIError as error:  # and so may this one's, with what was to be stored
        click.echo(
            f"comity: the store cannot be used ({type(error.orig).__name__}): it is no database, is "
            "damaged or refuses; see COMITY_DATABASE_URL and COMITY_STATE_DIR",
            err=True,
        )
        raise click.exceptions.Exit(2) from error


@contextmanager
def open_store() -> Iterator[Store]:
    """The store that the settings name, closed at the end; what is wrong with it is one line, status 2."""
    with _explained():
        store = Store(load_settings(os.environ).store_url)
        try:
            yield store
        finally:
            store.close()


@click.command("serve")
@click.option("--host", help="Address to listen on (COMITY_HOST).")
@click.option("--port", type=int, help="Port to listen on (COMITY_PORT).")
@click.option("--workers", type=int, help="Worker processes (COMITY_WORKERS).")
@click.option("--threads", type=int, help="Scorings at once in a worker (COMITY_THREADS).")
@click.option(
    "--no-worker", is_flag=True, help="Without the worker beside it: run `comity worker` yourself."
)
def serve_command(no_worker: bool, **options: object) -> None:
    """Run the web service, with its worker, until it is told to stop (SIGTERM or Ctrl + C)."""
    from service import opening as start
    from service.server import serve
    from service.supervisor import worker_command

    with _explained():
        settings: Settings = load_settings(os.environ, overrides=options)
        opening = start.open_store(settings)
    serve(settings, opening, worker=None if no_worker else worker_command())


@click.command("worker")
@click.option("--parent", type=int, hidden=True, help="Stop when this is not our parent any more.")
def worker_command(parent: int | None) -> None:
    """Deliver webhooks and let old comments expire, until told to stop (SIGTERM or Ctrl + C).

    `comity serve` runs one already, unless it is given --no-worker. Several do no harm.
    """
    from service.worker import work

    with _explained():
        work(load_settings(os.environ), parent=parent)


@click.group("keys")
def keys_group() -> None:
    """API keys: create, list, revoke."""


def fits(longest: int) -> Callable[[click.Context, click.Parameter, str], str]:
    """A check that a text is not blank and has at most ``longest`` characters, as its column has."""

    def check(_ctx: click.Context, _option: click.Parameter, value: str) -> str:
        if not value.strip() or len(value) > longest:
            raise click.BadParameter(f"has {len(value)} characters, must have 1 to {longest}")
        return value

    return check


@keys_group.command("create")
@click.option("--name", required=True, callback=fits(200), help="Whom or what the key is for.")
@click.option(
    "--site",
    default=keys.DEFAULT_SITE,
    show_default=True,
    callback=fits(100),
    help="The key's site.",
)
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    help=f"What the key may do: {', '.join(SCOPES)}; with commas between, or several times. "
    "Without it, score.",
)
def create(name: str, site: str, scopes: tuple[str, ...]) -> None:
    """Create an API key and print it, alone on the last line. It is not shown again."""
    try:
        parsed = parse_scopes(",".join(scopes) or "score")
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--scope") from error
    with open_store() as store:
        if schema.state_of(store) == "empty":
            schema.upgrade(store)
        schema.require_current(store)
        with store.writing() as session:
            key = keys.create(session, name=name, site=site, scopes=parsed)
            detail = {"begins": key[: keys.PREFIX_CHARS], "scopes": ",".join(parsed)}
            audit.note(session, site, audit.COMMAND_LINE, "key created", name, detail)
    click.echo(f"API key for {name}, site {site}, may {', '.join(parsed)}. Not shown again:")
    click.echo(key)


@keys_group.command("list")
def list_keys() -> None:
    """List the API keys by their first characters, the revoked ones too."""
    table = [("begins with", "name", "site", "scopes", "created", "revoked")]
    with open_store() as store:
        schema.require_current(store)
        with store.reading() as session:
            for row in keys.every(session):
                revoked = f"{row.revoked_at:%Y-%m-%d %H:%M}" if row.revoked_at else ""
                created = f"{row.created_at:%Y-%m-%d %H:%M}"
                table.append((row.prefix, row.name, row.site, row.scopes, created, revoked))
    for line in aligned(table):
        click.echo(line)


def aligned(table: Sequence[tuple[str, ...]]) -> list[str]:
    """Return one line a row, its cells left-aligned under each other and never cut or wrapped."""
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in table
    ]


@keys_group.command("revoke")
@click.argument("beginning")
def revoke(beginning: str) -> None:
    """Revoke the API key with this BEGINNING, as `comity keys list` shows it, or the whole key."""
    with open_store() as store:
        schema.require_current(store)
        with store.writing() as session:
            revoked = keys.revoke(session, beginning)
            for row in revoked:
                detail = {"begins": row.prefix}
                audit.note(session, row.site, audit.COMMAND_LINE, "key revoked", row.name, detail)
            count = len(revoked)
    if count == 0:
        raise click.BadParameter("no valid key begins so; see `comity keys list`")
    click.echo(f"Revoked {count} key{'s' if count > 1 else ''}.")


@click.group("db")
def db_group() -> None:
    """The store: bring its tables up to date, let old comments expire."""


@db_group.command("upgrade")
def upgrade() -> None:
    """Make the store's tables, or bring them up to this version's."""
    with open_store() as store:
        before = schema.state_of(store)
        schema.upgrade(store)
    said = "was up to date" if before == "current" else f"was {before} and is now up to date"
    click.echo(f"The store {said}.")


@db_group.command("expire")
def expire() -> None:
    """Erase comments and labels older than their site's retention_days; run it every day."""
    from datetime import UTC, datetime

    from service.moderation import retention

    with _explained():
        sites = load_settings(os.environ).sites
    limits = {name: site.retention_days for name, site in sites.items() if site.retention_days}
    if not limits:
        click.echo("No site has retention_days: nothing expires.")
    with open_store() as store:
        schema.require_current(store)
        for name, days in limits.items():
            gone = retention.expire_all(store, name, days=days, now=datetime.now(UTC))
            comments = f"{gone.comments} comment{'' if gone.comments == 1 else 's'}"
            labels = f"{gone.labels} label{'' if gone.labels == 1 else 's'}"
            click.echo(f"Site {name}: erased {comments} and the text of {labels}.")
