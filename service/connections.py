"""What becomes of a connection after a body or a request that was refused; no word of it is quoted.

Where a client counts a body's length in characters, the rest of the body stands in the connection like
a next request. Gunicorn would quote that rest, a reader's comment, in its log and on an HTML page.
"""

import json
import logging
import socket
from collections.abc import Callable, Iterable, MutableMapping
from http import HTTPStatus
from ssl import SSLError
from typing import Any, Final

import gunicorn.util
import structlog
from gunicorn.http.errors import ParseException
from gunicorn.workers.gthread import ThreadWorker

from service.errors import BadRequest, Internal, Refusal, as_body, trace_of

# Set in a request's WSGI environment by who wants the connection closed after the answer; gunicorn
# would drop a header Connection.
CLOSE: Final = "comity.close"
# Of gunicorn's exceptions; what is not here is answered 400.
_STATUS: Final = {
    "ConfigurationProblem": 500,
    "ExpectationFailed": 417,
    "ForbiddenProxyRequest": 403,
    "InvalidResponseHeader": 500,
    "InvalidResponseHeaderName": 500,
    "LimitRequestHeaders": 431,
    "LimitRequestLine": 414,
    "UnsupportedTransferCoding": 501,
}

StartResponse = Callable[[str, Iterable[tuple[str, str]]], None]
Wsgi = Callable[[MutableMapping[str, Any], StartResponse], Iterable[bytes]]

log = structlog.get_logger()


class Worker(ThreadWorker):
    """Gunicorn's worker with threads; it refuses as the service does, and closes where it is asked to."""

    def load_wsgi(self) -> None:
        """Load the application, with the connection within its reach."""
        super().load_wsgi()
        self.wsgi = _closing(self.wsgi)

    def handle_error(
        self, req: object, client: socket.socket, addr: object, exc: BaseException
    ) -> None:
        """Answer a request that gunicorn could not read, or stumbled over; the connection is closed then."""
        structlog.contextvars.clear_contextvars()  # those of the thread's last request
        name = type(exc).__name__
        known = isinstance(exc, ParseException | SSLError)
        status = _STATUS.get(name, 400) if known else 500
        refusal: Refusal
        if status == 500:
            log.error("internal error", **trace_of(exc))
            refusal = Internal("internal error; the log has it")
        else:
            log.warning("request not understood", error=name)
            refusal = BadRequest(f"the request was not understood: {name}")
        try:
            gunicorn.util.write_nonblock(client, _answer(status, refusal))
        except OSError as error:
            log.debug("refusal not sent", error=type(error).__name__)


def name_exceptions(record: logging.LogRecord) -> bool:
    """Let a log line name the exceptions among its arguments: their messages quote what was sent."""
    if isinstance(record.args, tuple):
        record.args = tuple(
            type(one).__name__ if isinstance(one, BaseException) else one for one in record.args
        )
    return True


def _closing(app: Wsgi) -> Wsgi:
    """Return ``app``, after whose answer the connection is closed where the request has ``CLOSE``."""

    def call(environ: MutableMapping[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        def begin(*told: Any) -> None:
            if environ.get(CLOSE):
                # A method of gunicorn's response, which alone can announce the end.
                start_response.__self__.force_close()  # type: ignore[attr-defined]
            return start_response(*told)

        return app(environ, begin)

    return call


def _answer(status: int, refusal: Refusal) -> bytes:
    body = json.dumps(as_body(refusal)).encode()
    head = (
        f"HTTP/1.1 {status} {HTTPStatus(status).phrase}",
        "Connection: close",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        "X-Content-Type-Options: nosniff",
        "Cache-Control: no-store",
    )
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body
