"""Forms count only with a token of the session: another web page cannot send them in somebody's name."""

import hmac
import secrets
from typing import Final

from flask import request, session

from service.errors import FormExpired

FIELD: Final = "csrf_token"
HEADER: Final = "X-CSRFToken"
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})


def csrf_token() -> str:
    """The session's token, made when a page first asks for it."""
    if FIELD not in session:
        session[FIELD] = secrets.token_urlsafe(24)
    return str(session[FIELD])


def check_form() -> None:
    """Raise ``FormExpired`` unless what is sent carries its session's token, in a field or a header.

    Calls with API keys and the doors are not checked: no browser sends a key unasked.
    """
    if request.method in _SAFE:
        return
    kept = session.get(FIELD, "")
    sent = request.headers.get(HEADER) or request.form.get(FIELD, "")
    if not kept or not hmac.compare_digest(str(kept).encode(), sent.encode()):
        raise FormExpired("this form is no longer good: load the page again and send it once more")
