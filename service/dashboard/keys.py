"""/keys: the API keys of the site, for admins."""

from datetime import UTC, datetime
from typing import Final

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from service.dashboard.access import needs, person
from service.errors import InvalidField
from service.parts import parts
from service.people import keyring
from service.settings import SCOPES, parse_scopes

bp = Blueprint("keys", __name__)
_MEANINGS: Final = {
    "score": "have comments scored, and kept for moderation",
    "feedback": "send labels and reports",
    "moderate": "read the queue, decide, read the policy",
    "admin": "change policy, webhooks and models, erase",
}


@bp.get("/keys")
@needs("admin")
def keys_page() -> ResponseReturnValue:
    """All keys by their first characters, and the form for one more."""
    return _keys(ticked=["score"])


@bp.post("/keys")
@needs("admin")
def create() -> ResponseReturnValue:
    """Make a key, which is shown on this answer only."""
    name, ticked = request.form.get("name", ""), request.form.getlist("scope")
    try:
        scopes = _scopes(ticked)
        with parts().store.writing() as session:
            key = keyring.make(
                session,
                name=name,
                site=person().site,
                scopes=scopes,
                by=person().name,
                now=datetime.now(UTC),
            )
    except InvalidField as error:
        return _keys(error=error, name=name, ticked=ticked), error.status
    return _keys(fresh=(name.strip(), key), ticked=["score"])


@bp.post("/keys/<int:number>/revoke")
@needs("admin")
def revoke(number: int) -> ResponseReturnValue:
    """End a key at once."""
    who, now = person(), datetime.now(UTC)
    with parts().store.writing() as session:
        name = keyring.revoke(session, who.site, number, by=who.name, now=now)
    flash(f"The key {name} is revoked.")
    return redirect("/keys", 303)


def _scopes(ticked: list[str]) -> tuple[str, ...]:
    try:
        return parse_scopes(",".join(ticked))
    except ValueError as error:
        raise InvalidField(f"{error}", field="scope") from error


def _keys(**more: object) -> str:
    scopes = {scope: _MEANINGS[scope] for scope in SCOPES}
    with parts().store.reading() as session:
        rows = keyring.of_site(session, person().site)
        return render_template("keys.html", rows=rows, scopes=scopes, **more)
