"""The command ``demo fill``."""

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import click

from service import opening, registry
from service.commands import open_store
from service.demo import filling
from service.demo.filling import PEOPLE, NotEmpty, SignIns
from service.parts import make_parts
from service.settings import load_settings
from service.store import schema

SIGN_INS: Final = "sign-ins.txt"
_TRY: Final = """\
What to try, once it listens:
  /            decide what waits: j and k move, a approves, r rejects, u takes back, ? lists the keys
  /batch       decide a whole range of scores at once, as {editor}
  /rules       change a rule and see what it would have moved, as {admin}
  /statistics  what came in, what was decided, how often two agree
  /second      decide again, blind, what the other moderator decided
  /try         see how a sentence of your own reads
All of it is invented. To begin anew, stop it and remove {folder}."""


@click.group("demo")
def demo_group() -> None:
    """A store of invented comments to look around in."""


@demo_group.command("fill")
def fill() -> None:
    """Fill the empty store with invented comments and people, and print their passwords.

    Called again, it changes nothing and prints them again. A store that holds anything else is refused.
    """
    from model.scorer import load_scorer
    from service.loading import CANNOT_SPEAK, why

    with open_store() as store:
        settings = load_settings(os.environ)
        if schema.state_of(store) == "empty":
            schema.upgrade(store)
        schema.require_current(store)
        path = settings.state_dir / SIGN_INS
        try:
            with store.reading() as session:
                filled = filling.is_filled(session)
            if not filled:
                scorer = load_scorer(
                    registry.champion(settings.models_folder), threads=settings.engine_threads
                )
                parts = make_parts(settings, scorer)
                try:
                    made = filling.fill(parts, now=datetime.now(UTC), told=_told)
                finally:
                    parts.store.close()
                opening.write_secret(path, _sign_ins(made))
        except NotEmpty as error:
            click.echo(
                f"comity: {error}: give the demonstration a COMITY_STATE_DIR of its own", err=True
            )
            raise click.exceptions.Exit(2) from error
        except CANNOT_SPEAK as error:
            click.echo(f"comity: {why(error)}", err=True)
            raise click.exceptions.Exit(2) from error
    if filled:
        click.echo("The store is filled already; nothing was changed.")
    click.echo(_read(path))
    names = {role: name for name, role in PEOPLE.items()}
    click.echo(_TRY.format(editor=names["editor"], admin=names["admin"], folder=settings.state_dir))
    click.echo(
        f"The service's address, unless you set another: http://{settings.host}:{settings.port}"
    )


def _told(kept: int, of: int) -> None:
    if sys.stderr.isatty() or kept == of:
        click.echo(f"\r{kept} of {of} invented comments scored and kept", nl=kept == of, err=True)


def _sign_ins(made: SignIns) -> str:
    lines = ["Sign in as      with this password"]
    lines += [f"{name:6}{role:10}{made.passwords[name]}" for name, role in PEOPLE.items()]
    return "\n".join([*lines, f"API key         {made.key}", ""])


def _read(path: Path) -> str:
    if not path.exists():
        return f"Their passwords were in {path}, which is gone; see `comity users set-password`."
    return f"{path.read_text('utf-8')}(kept in {path})\n"
