"""/sign-in, /sign-out and /password."""

import re
from datetime import UTC, datetime
from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, session
from flask.typing import ResponseReturnValue

from service.dashboard.access import TOKEN, needs, person, signed_in
from service.errors import InvalidField
from service.parts import parts
from service.people import accounts, passwords, sessions, signing_in

bp = Blueprint("signing_in", __name__)
# Of this host: a second slash, or a backslash, which browsers read as one, would name another.
_LOCAL: Final = re.compile(r"/(?![/\\])[\x21-\x7e]*")


@bp.get("/sign-in")
def sign_in_page() -> ResponseReturnValue:
    """The form; who is signed in already goes on."""
    if signed_in() is not None:
        return redirect(_wanted(), 303)
    with parts().store.reading() as reading:
        if not accounts.any_exist(reading):
            return render_template("first.html")
    return render_template("sign_in.html", wanted=_wanted(), name="")


@bp.post("/sign-in")
def sign_in() -> ResponseReturnValue:
    """Sign in and go to where the person wanted to."""
    name, password = request.form.get("name", ""), request.form.get("password", "")
    token = signing_in.sign_in(
        parts().store,
        parts().guesses,
        name=name,
        password=password,
        address=_address(),
        now=datetime.now(UTC),
    )
    if token is None:
        return render_template("sign_in.html", wanted=_wanted(), name=name, refused=True), 401
    _keep(token)
    return redirect(_wanted(), 303)


@bp.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """End this session, here and in the store."""
    token = session.get(TOKEN)
    if isinstance(token, str):
        with parts().store.writing() as writing:
            sessions.end(writing, token)
    session.clear()
    flash("You are signed out.")
    return redirect("/sign-in", 303)


@bp.get("/password")
@needs("viewer")
def password_page() -> ResponseReturnValue:
    """The form for a new password."""
    return render_template("password.html", shortest=passwords.SHORTEST)


@bp.post("/password")
@needs("viewer")
def change_password() -> ResponseReturnValue:
    """Change the password; it ends all of the person's sessions, and begins a new one here."""
    try:
        token = _changed(request.form.get("old", ""), request.form.get("password", ""))
    except InvalidField as error:
        page = render_template("password.html", shortest=passwords.SHORTEST, error=error)
        return page, error.status
    _keep(token)
    flash("Your password is changed. You are signed out everywhere else.")
    return redirect("/", 303)


def local(address: str) -> str:
    """The address if it is one of this host, else the start."""
    return address if _LOCAL.fullmatch(address) else "/"


def _changed(old: str, new: str) -> str:
    """The token of a new session, the password changed; raises ``InvalidField`` naming the field."""
    who, now = person(), datetime.now(UTC)
    if new != request.form.get("again", ""):
        raise InvalidField("the two new passwords differ", field="again")
    passwords.check(new)
    if not _is_theirs(who.name, old):
        raise InvalidField("that is not your password", field="old")
    with parts().store.writing() as writing:
        user = accounts.of_site(writing, who.site, who.id)
        accounts.set_password(writing, user, new, by=who.name, now=now)
        return sessions.begin(writing, user.id, now=now)


def _is_theirs(name: str, password: str) -> bool:
    """Whether it is the person's password. A guesser at an open desk counts like one at the door."""
    token = signing_in.sign_in(
        parts().store,
        parts().guesses,
        name=name,
        password=password,
        address=_address(),
        now=datetime.now(UTC),
    )
    return token is not None


def _keep(token: str) -> None:
    """Put the token into a fresh cookie: nothing of the time before the sign-in stays."""
    session.clear()
    session[TOKEN] = token


def _wanted() -> str:
    return local(request.values.get("next", "/"))


def _address() -> str:
    """Where the sign-in comes from, as the last proxy that is trusted saw it."""
    proxies = parts().settings.trusted_proxies
    named = request.headers.get("X-Forwarded-For", "").split(",")
    if proxies and len(named) >= proxies:
        return named[-proxies].strip()[:64]
    return request.remote_addr or "unknown"
