"""The dashboard's one cookie: signed under a secret of the store, and as strict as the address allows.

It holds the token of the sign-in, the token of forms, and messages for the next page.
"""

from typing import Final

from flask import Flask, Request, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from service.api.access import host_of
from service.parts import Parts, parts
from service.settings import is_loopback
from service.store import own_secrets

NAME: Final = "comity"
_SECRET: Final = "cookies"


class StoreSessions(SecureCookieSessionInterface):
    """Flask's signed cookie, whose secret is read from the store when a cookie first needs it.

    Calls of the API bring no cookie, so they cost nothing here.
    """

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """What the request's cookie holds; empty without one, or where it was not signed here."""
        if self.get_cookie_name(app) not in request.cookies:
            return self.session_class()
        try:
            _know_secret(app)
        except (DBAPIError, PoolTimeout):
            # Too early for an answer: the view's own look into the store will say what is wrong.
            return self.session_class()
        return super().open_session(app, request)

    def save_session(self, app: Flask, session, response) -> None:  # type: ignore[no-untyped-def]
        """Write the cookie where the session changed."""
        if session and session.modified:
            _know_secret(app)
        super().save_session(app, session, response)

    def get_cookie_name(self, app: Flask) -> str:
        """A name that browsers take from nobody else's host, where the cookie is secure."""
        return f"__Host-{NAME}" if is_secure() else NAME

    def get_cookie_secure(self, app: Flask) -> bool:
        """Whether the cookie may only travel over HTTPS."""
        return is_secure()

    def get_cookie_samesite(self, app: Flask) -> str:
        """Not sent along with forms of other sites."""
        return "Lax"

    def get_cookie_path(self, app: Flask) -> str:
        """All addresses, as the name demands."""
        return "/"


def is_secure() -> bool:
    """Whether the browser speaks HTTPS with us; only plain HTTP to this very machine is let off.

    The host is what the browser names. Behind a proxy that names a loopback address instead, its
    ``X-Forwarded-Proto`` or the setting ``COMITY_PUBLIC_URL`` tells.
    """
    told = request.headers.get("X-Forwarded-Proto", request.scheme).split(",")[0].strip().lower()
    public = parts().settings.public_url or ""
    if told == "https" or public.startswith("https:"):
        return True
    return not is_loopback(host_of(request.host))


def _know_secret(app: Flask) -> None:
    """Set the application's secret key, once: two threads at once set the same."""
    if not app.secret_key:
        app.secret_key = _secret(app.extensions["comity"])


def _secret(given: Parts) -> bytes:
    with given.store.reading() as session:
        found = own_secrets.known(session, _SECRET)
    if found is not None:
        return found
    with given.store.writing() as session:
        return own_secrets.secret(session, _SECRET)
