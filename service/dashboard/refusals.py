"""A refusal on a page is a page; a script is told in the one error shape."""

from typing import Final

from flask import Response, g, render_template
from werkzeug.exceptions import HTTPException

from service import errors
from service.dashboard.access import accepts_json_only
from service.errors import Refusal

_HEADINGS: Final = {
    400: "That could not be understood",
    401: "Sign in first",
    403: "Not with this role",
    404: "Not here",
    409: "That cannot be done now",
    413: "Too large",
    500: "Something broke",
    503: "Not now",
}


def answer(error: Exception) -> Response | HTTPException:
    """The page, or the JSON, that ``error`` is answered with."""
    if isinstance(error, HTTPException) and (error.code is None or error.code < 400):
        return error
    refusal = errors.as_refusal(error)
    if accepts_json_only():
        return errors.reply(refusal)
    g.refused = refusal.code
    return _page(refusal)


def _page(refusal: Refusal) -> Response:
    heading = _HEADINGS.get(refusal.status, "That did not work")
    html = render_template("refused.html", heading=heading, refusal=refusal)
    response = Response(html, status=refusal.status, mimetype="text/html")
    response.headers.update(refusal.headers)
    return response
