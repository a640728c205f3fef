"""The command ``doctor``."""

import sys

import click

from service.doctor.calls import Examined, url_of
from service.doctor.checks import CHECKS, KIND, RUDE, examine

_MARKS = {
    "fine": ("ok", "green"),
    "wrong": ("FAILS", "red"),
    "slow": ("SLOW", "red"),
    "not tested": ("-", "yellow"),
}
# What a door's clients do not get along with: wrong answers, and right ones that come too late.
_FAILURES = ("wrong", "slow")


@click.command("doctor", short_help="Say what clients see at a running service, door by door.")
@click.argument("url")
@click.argument("key")
@click.option(
    "--coral-secret", help="Coral's signing secret, where the service takes signed calls."
)
@click.pass_context
def doctor_command(ctx: click.Context, url: str, key: str, coral_secret: str | None) -> None:
    """Send a rude and a kind comment through each door of the service at URL, with the API key KEY.

    KEY is - to read it from stdin. Nothing is stored; each comment counts against the key's quota.

    Exit status: 0 every door that was tested answers as its clients need and in the time they wait,
    1 some door FAILS or is SLOW, 2 wrong use.
    """
    try:
        there = url_of(url)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="URL") from error
    given = sys.stdin.readline().strip() if key == "-" else key
    if not given or not (given.isascii() and given.isprintable()):
        raise click.BadParameter("is not an API key", param_hint="KEY")
    click.echo(f"Rude: {RUDE}\nKind: {KIND}\n")
    failures = 0
    for finding in examine(Examined(there, given, coral_secret)):
        mark, color = _MARKS[finding.verdict]
        name = f"{finding.door:<{max(map(len, CHECKS))}}"
        click.echo(f"{click.style(f'{mark:<5}', fg=color)}  {name}  {finding.says}")
        failures += finding.verdict in _FAILURES
    ctx.exit(1 if failures else 0)
