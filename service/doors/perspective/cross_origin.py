"""Calls from web pages: authorship widgets call straight from the reader's browser."""

import re
from typing import Final

from flask import Response, request

from service.errors import Forbidden
from service.parts import parts

_HEADER_LIST: Final = re.compile(r"[A-Za-z0-9-]{1,64}(?:\s*,\s*[A-Za-z0-9-]{1,64}){0,31}")
_SHOWN: Final = (
    "Comity-Model, Comity-Not-Judged, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id"
)
_PREFLIGHT_S: Final = 3600


def refuse_other_origins() -> None:
    """In a keyless service, raise ``Forbidden`` for calls from web pages of elsewhere.

    Everywhere else the key keeps strangers out; there, any page that a reader has open could call.
    """
    origin = request.headers.get("Origin")
    if not parts().settings.keyless or origin in (None, request.host_url.rstrip("/")):
        return
    raise Forbidden("a service without keys takes no calls from other web pages")


def list_methods(response: Response) -> Response:
    """Let OPTIONS list what the address itself takes, not also what it answers with 404."""
    rule = request.url_rule
    if request.method == "OPTIONS" and rule is not None and rule.methods:
        response.headers["Allow"] = ", ".join(sorted(rule.methods))
    return response


def allow(response: Response) -> Response:
    """Let web pages of any origin read ``response``, unless the service is keyless."""
    if parts().settings.keyless:
        return response
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = _SHOWN
    if request.method == "OPTIONS":
        response.headers["Access-Control-Allow-Methods"] = "GET, POST, OPTIONS"
        response.headers["Access-Control-Max-Age"] = str(_PREFLIGHT_S)
        wanted = request.headers.get("Access-Control-Request-Headers", "")
        if _HEADER_LIST.fullmatch(wanted):
            response.headers["Access-Control-Allow-Headers"] = wanted
    return response
