"""/people: who may sign in, for admins."""

from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from service.dashboard.access import needs, person
from service.errors import Conflict, InvalidField, Refusal
from service.parts import parts
from service.people import accounts, passwords
from service.people.roles import MEANINGS, ROLES, role_of

bp = Blueprint("people", __name__)


@bp.get("/people")
@needs("admin")
def people_page() -> ResponseReturnValue:
    """Everybody of the site, and the form for one more."""
    return _people()


@bp.post("/people")
@needs("admin")
def add() -> ResponseReturnValue:
    """Add a person with a password that is shown on this answer only."""
    name, role = request.form.get("name", ""), role_of(request.form.get("role", ""))
    password = passwords.generated()
    try:
        if role is None:
            raise InvalidField(f"a role is one of {', '.join(ROLES)}", field="role")
        with parts().store.writing() as session:
            user = accounts.add(
                session,
                name=name,
                role=role,
                password=password,
                site=person().site,
                by=person().name,
                now=datetime.now(UTC),
            )
            name = user.name
    except (InvalidField, Conflict) as error:
        return _people(error=error, name=name, role=role), error.status
    return _people(fresh=(name, password))


@bp.get("/people/<int:number>")
@needs("admin")
def one_page(number: int) -> ResponseReturnValue:
    """One person, and what can be changed about them."""
    return _one(number)


@bp.post("/people/<int:number>/role")
@needs("admin")
def set_role(number: int) -> ResponseReturnValue:
    """Give a role."""
    role = role_of(request.form.get("role", ""))
    if role is None:
        raise InvalidField(f"a role is one of {', '.join(ROLES)}", field="role")
    try:
        with parts().store.writing() as session:
            user = accounts.of_site(session, person().site, number)
            accounts.set_role(session, user, role, by=person().name, now=datetime.now(UTC))
            name = user.name
    except Conflict as error:
        return _one(number, error=error), error.status
    flash(f"{name} has the role {role}.")
    return redirect("/people", 303)


@bp.post("/people/<int:number>/password")
@needs("admin")
def new_password(number: int) -> ResponseReturnValue:
    """Give a new password, shown on this answer only; it ends the person's sessions."""
    password = passwords.generated()
    with parts().store.writing() as session:
        user = accounts.of_site(session, person().site, number)
        accounts.set_password(session, user, password, by=person().name, now=datetime.now(UTC))
    return _one(number, fresh=password)


@bp.post("/people/<int:number>/disable")
@needs("admin")
def disable(number: int) -> ResponseReturnValue:
    """Let somebody in no more."""
    try:
        with parts().store.writing() as session:
            user = accounts.of_site(session, person().site, number)
            accounts.disable(session, user, by=person().name, now=datetime.now(UTC))
            name = user.name
    except Conflict as error:
        return _one(number, error=error), error.status
    flash(f"{name} cannot sign in any more.")
    return redirect("/people", 303)


@bp.post("/people/<int:number>/enable")
@needs("admin")
def enable(number: int) -> ResponseReturnValue:
    """Let somebody in again."""
    with parts().store.writing() as session:
        user = accounts.of_site(session, person().site, number)
        accounts.enable(session, user, by=person().name, now=datetime.now(UTC))
        name = user.name
    flash(f"{name} may sign in again.")
    return redirect("/people", 303)


def _people(**more: object) -> str:
    with parts().store.reading() as session:
        rows = accounts.every(session, person().site)
        now = datetime.now(UTC)
        return render_template("people.html", rows=rows, now=now, meanings=MEANINGS, **more)


def _one(number: int, *, error: Refusal | None = None, fresh: str | None = None) -> str:
    with parts().store.reading() as session:
        row = accounts.of_site(session, person().site, number)
        return render_template(
            "one_person.html",
            row=row,
            now=datetime.now(UTC),
            meanings=MEANINGS,
            error=error,
            fresh=fresh,
        )
