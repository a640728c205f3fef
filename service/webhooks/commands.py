"""The commands ``webhooks list`` and ``webhooks replay``."""

from datetime import UTC, datetime

import click

from service.commands import aligned, open_store
from service.sites import DEFAULT_SITE
from service.store import schema

_SITE = click.option("--site", default=DEFAULT_SITE, show_default=True, help="Whose webhooks.")


@click.group("webhooks")
def webhooks_group() -> None:
    """Webhooks: list them, send again what they were told."""


@webhooks_group.command("list")
@_SITE
def list_webhooks(site: str) -> None:
    """List the webhooks of a site, with what waits for each and how its last tries went."""
    from service.webhooks import hooks

    table = [("number", "address", "state", "waiting", "last success", "last fault")]
    with open_store() as store:
        schema.require_current(store)
        with store.reading() as session:
            for one in hooks.standings(session, hooks.every(session, site)):
                hook = one.hook
                fault = f"{_time(hook.last_fault_at)} {hook.last_fault}" if hook.last_fault else ""
                state = "disabled" if hook.disabled_at else "enabled"
                success = _time(hook.last_success_at)
                table.append((str(hook.id), hook.url, state, str(one.waiting), success, fault))
    for row in aligned(table):
        click.echo(row)


@webhooks_group.command("replay")
@click.argument("number", type=int)
@click.option("--since", help="What was written since this time: 2026-11-22T08:00:00Z.")
@click.option("--event", help="The message of this event only.")
@_SITE
def replay(number: int, since: str | None, event: str | None, site: str) -> None:
    """Send messages to webhook NUMBER again, delivered or not; the worker does it."""
    from service.errors import Conflict, NotFound
    from service.people import audit
    from service.webhooks import hooks

    if (since is None) == (event is None):
        raise click.UsageError("name one of --since and --event")
    by, now = audit.COMMAND_LINE, datetime.now(UTC)
    with open_store() as store:
        schema.require_current(store)
        try:
            with store.writing() as session:
                if event is not None:
                    count = hooks.replay_event(session, site, number, event=event, by=by, now=now)
                else:
                    begin = _since(since or "")
                    count = hooks.replay_since(session, site, number, since=begin, by=by, now=now)
        except (Conflict, NotFound) as error:
            raise click.BadParameter(error.message, param_hint="NUMBER") from error
    click.echo(f"{count} message{'' if count == 1 else 's'} will be sent again.")


def _since(text: str) -> datetime:
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        time = None
    if time is None or time.tzinfo is None:
        raise click.BadParameter(
            "must be a time with its zone, such as 2026-11-22T08:00:00Z", param_hint="--since"
        )
    return time


def _time(time: datetime | None) -> str:
    return f"{time:%Y-%m-%d %H:%M:%S}" if time else ""
