"""What surrounds each request: its id, its log line, its meters and the headers of its answer."""

import re
import time
import uuid
from typing import Final

import structlog
from flask import Flask, Response, g, request

from service.api.access import refuse_calls_from_outside
from service.api.body import discard_rest
from service.connections import CLOSE
from service.errors import (
    BadRequest,
    BodyTimeout,
    BodyTooLarge,
    InvalidJson,
    UnsupportedMediaType,
)
from service.parts import parts
from service.quotas import headers_of

log = structlog.get_logger()
_SOUND_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
_PROBES: Final = frozenset({"/healthz", "/readyz", "/metrics"})
# A body that was refused for one of these may be longer than it says: where the next request on the
# connection begins is unknown.
_ENDS_UNKNOWN: Final = frozenset(
    kind.code for kind in (BadRequest, BodyTimeout, BodyTooLarge, InvalidJson, UnsupportedMediaType)
)
LONGEST_PATH: Final = 100
STRICT: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)


def register(app: Flask) -> None:
    """Put the edges around every request of ``app``."""
    app.before_request(_begin)
    app.before_request(refuse_calls_from_outside)
    app.after_request(_end)


def _begin() -> None:
    sent = request.headers.get("X-Request-Id", "")
    g.request_id = sent if _SOUND_ID.fullmatch(sent) else uuid.uuid4().hex
    g.begun = time.monotonic()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _end(response: Response) -> Response:
    seconds = time.monotonic() - g.begun
    route = request.url_rule.rule if request.url_rule else None
    _set_headers(response)
    if response.status_code >= 400:
        discard_rest(request)
    if g.get("refused") in _ENDS_UNKNOWN:
        request.environ[CLOSE] = True
    parts().meters.answered(
        route=route or "unmatched",
        method=request.method,
        status=response.status_code,
        seconds=seconds,
    )
    seen = {name: g.get(name) for name in ("comments", "refused") if g.get(name) is not None}
    write = log.debug if route in _PROBES else log.info
    write(
        "request",
        method=request.method[:16],
        route=route or request.path[:LONGEST_PATH],
        status=response.status_code,
        ms=round(seconds * 1000, 1),
        **seen,
    )
    return response


def _set_headers(response: Response) -> None:
    for name, value in headers_of(g.get("standings", ())).items():
        response.headers.setdefault(name, value)
    response.headers["X-Request-Id"] = g.request_id
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers.setdefault("Content-Security-Policy", STRICT)
    if request.endpoint is None or not request.endpoint.endswith("static"):
        response.headers.setdefault("Cache-Control", "no-store")
