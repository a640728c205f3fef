"""The commands ``users``."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import click
from sqlalchemy.orm import Session

from service import keys
from service.commands import aligned, fits, open_store
from service.errors import Conflict, InvalidField
from service.people import accounts, passwords
from service.people.audit import COMMAND_LINE
from service.people.roles import MEANINGS, ROLES, Role
from service.store import schema
from service.store.tables import User

_generate = click.option(
    "--generate", is_flag=True, help="Make a password and print it, alone on the last line."
)


@click.group("users")
def users_group() -> None:
    """People who may sign in to the dashboard: create, list, disable, set-password."""


@users_group.command("create")
@click.option("--name", required=True, callback=fits(100), help="The name to sign in with.")
@click.option(
    "--role",
    type=click.Choice(ROLES),
    required=True,
    help="What they may do: "
    + "; ".join(f"{role} {what}" for role, what in MEANINGS.items())
    + ".",
)
@click.option(
    "--site",
    default=keys.DEFAULT_SITE,
    show_default=True,
    callback=fits(100),
    help="The site whose comments they see.",
)
@_generate
def create(name: str, role: Role, site: str, generate: bool) -> None:
    """Add a person. Asks for the password twice, or makes one with --generate."""
    with open_store() as store:
        if schema.state_of(store) == "empty":
            schema.upgrade(store)
        schema.require_current(store)
        password = _password(generate)
        with _explained(), store.writing() as session:
            user = accounts.add(
                session,
                name=name,
                role=role,
                password=password,
                site=site,
                by=COMMAND_LINE,
                now=datetime.now(UTC),
            )
            name = user.name
    click.echo(f"{name}, {role} of site {site}, may sign in.", nl=True)
    _show(password, generate)


@users_group.command("list")
def list_users() -> None:
    """List the people of all sites, the disabled ones too."""
    table = [("name", "site", "role", "added", "disabled")]
    with open_store() as store:
        schema.require_current(store)
        with store.reading() as session:
            for row in accounts.every(session):
                disabled = f"{row.disabled_at:%Y-%m-%d %H:%M}" if row.disabled_at else ""
                added = f"{row.created_at:%Y-%m-%d %H:%M}"
                table.append((row.name, row.site, row.role, added, disabled))
    for line in aligned(table):
        click.echo(line)


@users_group.command("disable")
@click.argument("name")
def disable(name: str) -> None:
    """Let NAME in no more, and end their sessions."""
    with open_store() as store:
        schema.require_current(store)
        with _explained(), store.writing() as session:
            user = _named(session, name)
            accounts.disable(session, user, by=COMMAND_LINE, now=datetime.now(UTC))
            name = user.name
    click.echo(f"{name} cannot sign in any more.")


@users_group.command("set-password")
@click.argument("name")
@_generate
def set_password(name: str, generate: bool) -> None:
    """Give NAME a new password; it ends their sessions and a lock from wrong passwords."""
    with open_store() as store:
        schema.require_current(store)
        with store.reading() as session:
            name = _named(session, name).name
        password = _password(generate)
        with _explained(), store.writing() as session:
            user = _named(session, name)
            accounts.set_password(session, user, password, by=COMMAND_LINE, now=datetime.now(UTC))
    click.echo(f"{name} has a new password and is signed out everywhere.")
    _show(password, generate)


def _password(generate: bool) -> str:
    """A password that was made, or one asked for twice."""
    if generate:
        return passwords.generated()
    given: str = click.prompt("Password", hide_input=True, confirmation_prompt="Once more")
    with _explained():
        passwords.check(given)
    return given


def _show(password: str, generate: bool) -> None:
    if generate:
        click.echo("Password, not shown again:")
        click.echo(password)


def _named(session: Session, name: str) -> User:
    user = accounts.named(session, name)
    if user is None:
        raise click.BadParameter("nobody has that name; see `comity users list`")
    return user


@contextmanager
def _explained() -> Iterator[None]:
    """Turn a refusal into one line and exit status 2."""
    try:
        yield
    except (InvalidField, Conflict) as error:
        click.echo(f"comity: {error.message}", err=True)
        raise click.exceptions.Exit(2) from error
