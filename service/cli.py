"""The command ``comity``: one group, whose commands are imported when they are called."""

import importlib
import importlib.metadata
import os
from pathlib import Path
from typing import Final

import click

PLUGINS: Final = "comity.commands"
_OWN: Final[dict[str, tuple[str, str]]] = {
    "db": ("service.commands:db_group", "The store: update its tables, let old comments expire."),
    "demo": ("service.demo.commands:demo_group", "Fill a store with invented comments to look at."),
    "doctor": (
        "service.doctor.commands:doctor_command",
        "Say what clients see at a running service, door by door.",
    ),
    "keys": ("service.commands:keys_group", "API keys: create, list, revoke."),
    "policy": (
        "service.policy_commands:policy_group",
        "A site's rules as a TOML file: check, export, import.",
    ),
    "score": ("service.scoring:score_command", "Score one comment or an archive of comments."),
    "serve": ("service.commands:serve_command", "Run the web service."),
    "users": (
        "service.people.commands:users_group",
        "People of the dashboard: create, list, disable, set-password.",
    ),
    "webhooks": (
        "service.webhooks.commands:webhooks_group",
        "Webhooks: list them, send again what they were told.",
    ),
    "worker": (
        "service.commands:worker_command",
        "Deliver webhooks and let old comments expire; `serve` runs it.",
    ),
}


class LazyGroup(click.Group):
    """A group that knows its commands by name and imports one when it is called.

    Other rooms join through the entry-point group ``comity.commands``: each entry point is a mapping
    from a command's name to a ``click.Command``, which itself must import little.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, in order of the alphabet."""
        return sorted({*_OWN, *_plugged_in()})

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """The command of that name, imported; None where there is none."""
        if name in _OWN:
            return _imported(_OWN[name][0])
        return _plugged_in().get(name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing ours."""
        plugged = _plugged_in()
        with formatter.section("Commands"):
            formatter.write_dl(
                [
                    (n, _OWN[n][1] if n in _OWN else plugged[n].get_short_help_str())
                    for n in self.list_commands(ctx)
                ]
            )


def _imported(address: str) -> click.Command:
    module, _, name = address.partition(":")
    command = getattr(importlib.import_module(module), name)
    assert isinstance(command, click.Command)
    return command


def _plugged_in() -> dict[str, click.Command]:
    found: dict[str, click.Command] = {}
    for point in importlib.metadata.entry_points(group=PLUGINS):
        try:
            found.update(point.load())
        except ImportError as error:
            click.echo(f"comity: the commands of {point.value} are missing: {error}", err=True)
    return found


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="comity", prog_name="comity")
@click.pass_context
def main(ctx: click.Context) -> None:
    """Score reader comments for insults and incivility."""
    # For commands of other rooms, which must not import the settings of this one.
    ctx.obj = serving


def serving() -> Path:
    """The folder of the bundle that speaks by the settings here: the champion's, else the one that ships."""
    # Imported when called, as the commands are.
    from model.bundle import default_bundle  # noqa: PLC0415
    from service.settings import SettingsError, load_settings  # noqa: PLC0415

    try:
        return default_bundle(load_settings(os.environ).models_folder)
    except SettingsError as error:
        raise click.UsageError(str(error)) from error
