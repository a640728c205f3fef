"""``comity policy``: rules as TOML files, checked, written out, and saved for a site."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy.orm import Session

from model.bundle import Bundle, BundleError, default_bundle, load
from service.commands import open_store
from service.errors import PolicyChanged
from service.keys import DEFAULT_SITE
from service.moderation import policies, policy_file
from service.moderation.policies import SHIPPED, Change
from service.moderation.policy import Rule, shipped_rules
from service.moderation.policy_file import PolicyFileError
from service.people.audit import COMMAND_LINE
from service.settings import load_settings
from service.store import schema

_FILE = click.argument("file", type=click.Path(path_type=Path))
_SITE = click.option("--site", default=DEFAULT_SITE, show_default=True, help="Whose policy.")


class Refused(click.ClickException):
    """A file or a state that the command cannot work with."""

    exit_code = 2


@click.group("policy")
def policy_group() -> None:
    """A site's rules as a TOML file: check, export, import."""


@policy_group.command("check")
@_FILE
def check(file: Path) -> None:
    """Say whether FILE is a policy, or what is wrong: rule, field and limit."""
    rules = _read(file)
    click.echo(f"{file}: {_many(rules)}, nothing wrong.")


@policy_group.command("export")
@_FILE
@_SITE
def export(file: Path, site: str) -> None:
    """Write the rules that hold for the site into FILE; - prints them."""
    with _session() as session:
        row = policies.last_version(session, site)
        rules = None if row is None or row.restores == SHIPPED else policies.rules_of(row)
        number = row.number if row else SHIPPED
    what = f"policy of site {site}, version {number}"
    if rules is None:
        bundle = _bundle()
        rules = shipped_rules(bundle.manifest.thresholds)
        what += f": the rules that ship, by the thresholds of bundle {bundle.version}"
    text = policy_file.as_toml(rules, heading=f"Comity, {what}")
    if str(file) == "-":
        click.echo(text, nl=False)
        return
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Refused(f"{file}: cannot be written: {error.strerror}") from error
    click.echo(f"{file}: {what}.")


@policy_group.command("import")
@_FILE
@_SITE
@click.option("--note", help="What the change is for; kept with the version.")
def import_(file: Path, site: str, note: str | None) -> None:
    """Save the rules of FILE as the site's policy; it holds for comments that come from now on."""
    rules = _read(file)
    with _session() as session:
        last = policies.last_version(session, site)
        change = Change(rules, last.number if last else SHIPPED, COMMAND_LINE, note)
        try:
            number = policies.save(session, site, change, now=datetime.now(UTC)).number
        except PolicyChanged as error:
            raise Refused(error.message) from error
    click.echo(f"Site {site}: {_many(rules)}, version {number}.")


@contextmanager
def _session() -> Iterator[Session]:
    with open_store() as store:
        schema.require_current(store)
        with store.writing() as session:
            yield session


def _bundle() -> Bundle:
    """The bundle that speaks: the champion's, else the one that ships."""
    try:
        return load(default_bundle(load_settings(os.environ).models_folder))
    except BundleError as error:
        raise Refused(str(error)) from error


def _read(file: Path) -> tuple[Rule, ...]:
    try:
        return policy_file.read(file.read_bytes(), name=str(file))
    except OSError as error:
        raise Refused(f"{file}: cannot be read: {error.strerror}") from error
    except PolicyFileError as error:
        raise Refused(str(error)) from error


def _many(rules: tuple[Rule, ...]) -> str:
    return f"{len(rules)} rule{'' if len(rules) == 1 else 's'}"
