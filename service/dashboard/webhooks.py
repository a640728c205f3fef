"""/webhooks: who is told of decisions and how that goes, for admins."""

from collections.abc import Callable
from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from service.dashboard.access import needs, person
from service.errors import Conflict, Forbidden, InvalidField, NotFound
from service.parts import parts
from service.store.tables import Webhook
from service.webhooks import addresses, hooks
from service.webhooks.hooks import state_of

bp = Blueprint("webhooks", __name__)
PAGE_ROWS = 50


@bp.get("/webhooks")
@needs("admin")
def webhooks_page() -> ResponseReturnValue:
    """The site's webhooks, and the form for one more."""
    return _webhooks()


@bp.post("/webhooks")
@needs("admin")
def add() -> ResponseReturnValue:
    """Add a webhook, whose secret is shown on this answer only."""
    url, who = request.form.get("url", "").strip(), person()
    try:
        addresses.checked(url, parts().settings)
        with parts().store.writing() as session:
            hook = hooks.add(session, who.site, url, by=who.name, now=datetime.now(UTC))
            fresh = (hook.url, hook.secret)
    except (InvalidField, Forbidden, Conflict) as error:
        return _webhooks(error=error, url=url), error.status
    return _webhooks(fresh=fresh)


@bp.get("/webhooks/<int:number>")
@needs("admin")
def one_page(number: int) -> ResponseReturnValue:
    """One webhook, what can be done with it, and its deliveries."""
    before = hooks.place_of(request.args.get("before"))
    with parts().store.reading() as session:
        hook = hooks.find(session, person().site, _known(number))
        (standing,) = hooks.standings(session, [hook])
        page = hooks.deliveries(session, hook, before=before, limit=PAGE_ROWS)
        return render_template(
            "one_webhook.html", one=standing, page=page, before=before, state_of=state_of
        )


@bp.post("/webhooks/<int:number>/disable")
@needs("admin")
def disable(number: int) -> ResponseReturnValue:
    """Tell it nothing more."""
    return _change(number, hooks.disable, "It is disabled: nothing is sent.")


@bp.post("/webhooks/<int:number>/enable")
@needs("admin")
def enable(number: int) -> ResponseReturnValue:
    """Tell it again, what waited first."""
    return _change(number, hooks.enable, "It is enabled: what waits is sent now.")


@bp.post("/webhooks/<int:number>/test")
@needs("admin")
def send_test(number: int) -> ResponseReturnValue:
    """Send it a message that tells of nothing."""
    return _change(number, hooks.send_test, "A test message is on its way.")


@bp.post("/webhooks/<int:number>/remove")
@needs("admin")
def remove(number: int) -> ResponseReturnValue:
    """Remove it with all that waits for it."""
    who, now = person(), datetime.now(UTC)
    with parts().store.writing() as session:
        hooks.remove(session, who.site, _known(number), by=who.name, now=now)
    flash(f"Webhook {number} is removed.")
    return redirect("/webhooks", 303)


@bp.post("/webhooks/<int:number>/replay")
@needs("admin")
def replay(number: int) -> ResponseReturnValue:
    """Send again the message of an ``event``, or all that were written ``since`` a time of UTC."""
    event, who = request.form.get("event"), person()
    since = None if event else _time(request.form.get("since", ""))
    known, by, now = _known(number), who.name, datetime.now(UTC)
    with parts().store.writing() as session:
        if since is None:
            count = hooks.replay_event(session, who.site, known, event=event or "", by=by, now=now)
        else:
            count = hooks.replay_since(session, who.site, known, since=since, by=by, now=now)
    flash("1 message is sent again." if count == 1 else f"{count:,} messages are sent again.")
    return redirect(f"/webhooks/{number}", 303)


def _change(number: int, change: Callable[..., Webhook | str], said: str) -> ResponseReturnValue:
    who = person()
    with parts().store.writing() as session:
        change(session, who.site, _known(number), by=who.name, now=datetime.now(UTC))
    flash(said)
    return redirect(f"/webhooks/{number}", 303)


def _webhooks(*, error: Forbidden | InvalidField | Conflict | None = None, **more: object) -> str:
    with parts().store.reading() as session:
        rows = _standings(session)
        hosts = parts().settings.outbound_hosts
        return render_template("webhooks.html", rows=rows, hosts=hosts, error=error, **more)


def _standings(session: Session) -> list[hooks.Standing]:
    return hooks.standings(session, hooks.every(session, person().site))


def _known(number: int) -> int:
    known = hooks.number_of(str(number))
    if known is None:
        raise NotFound("there is no webhook of that number")
    return known


def _time(text: str) -> datetime:
    """A time of UTC as a browser's field for one writes it."""
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        time = None
    if time is None or time.tzinfo is not None:
        raise InvalidField("since must be a time of UTC such as 2026-11-29T08:00", field="since")
    return time.replace(tzinfo=UTC)
