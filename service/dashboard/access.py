"""Who is signed in, and what their role lets them open.

A view says ``@needs("moderator")`` under its ``@bp.get(...)`` and asks ``person()`` who it is.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps
from typing import Final, ParamSpec, cast
from urllib.parse import urlencode

from flask import g, redirect, render_template, request, session
from flask.typing import ResponseReturnValue

from service.errors import Forbidden, SignInNeeded
from service.parts import parts
from service.people import accounts, sessions
from service.people.roles import Role, at_least

Asked = ParamSpec("Asked")
TOKEN: Final = "token"
ROLE_NEEDED: Final = "comity_role_needed"


@dataclass(frozen=True, slots=True)
class Person:
    """Who is signed in."""

    id: int
    name: str
    role: Role
    site: str

    def may(self, role: Role) -> bool:
        """Whether they may do what ``role`` may."""
        return at_least(self.role, role)


def needs(
    role: Role,
) -> Callable[[Callable[Asked, ResponseReturnValue]], Callable[Asked, ResponseReturnValue]]:
    """Let only people of ``role`` or above into a view.

    A page sends others to /sign-in and back. A call that accepts JSON only is refused in the one
    shape: ``SignInNeeded`` or, as a page is as well, ``Forbidden``. While there is nobody who could
    sign in, pages say how the first person is made.
    """

    def decorate(
        view: Callable[Asked, ResponseReturnValue],
    ) -> Callable[Asked, ResponseReturnValue]:
        @wraps(view)
        def guarded(*args: Asked.args, **kwargs: Asked.kwargs) -> ResponseReturnValue:
            who = signed_in()
            if who is None:
                return _to_sign_in()
            if not who.may(role):
                raise Forbidden(f"this needs the role {role}; {who.name} has the role {who.role}")
            return view(*args, **kwargs)

        setattr(guarded, ROLE_NEEDED, role)
        return guarded

    return decorate


def person() -> Person:
    """Who is signed in; raises ``SignInNeeded`` where nobody is."""
    who = signed_in()
    if who is None:
        raise SignInNeeded("sign in first")
    return who


def signed_in() -> Person | None:
    """Who is signed in, or None; looked up once a request."""
    if "person" not in g:
        g.person = None  # and stays so for the page of the refusal, where the store does not answer
        g.person = _look_up()
    return cast("Person | None", g.person)


def accepts_json_only() -> bool:
    """Whether a script is asking, which cannot use a page."""
    kinds = request.accept_mimetypes
    return kinds["application/json"] > kinds["text/html"]


def _look_up() -> Person | None:
    token = session.get(TOKEN)
    if not isinstance(token, str):
        return None
    now = datetime.now(UTC)
    with parts().store.reading() as reading:
        found = sessions.find(reading, token, now=now)
        if found is None:
            return None
        user, touch_due = found
        who = Person(user.id, user.name, cast(Role, user.role), user.site)
    if touch_due:
        with parts().store.writing() as writing:
            sessions.touch(writing, token, now=now)
    return who


def _to_sign_in() -> ResponseReturnValue:
    if accepts_json_only():
        raise SignInNeeded("sign in first")
    with parts().store.reading() as reading:
        if not accounts.any_exist(reading):
            return render_template("first.html")
    # A form cannot be sent again after the detour, so that leads to the start.
    wanted = request.full_path.rstrip("?") if request.method == "GET" else "/"
    return redirect(f"/sign-in?{urlencode({'next': wanted})}", 303)
