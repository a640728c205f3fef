"""Refusals carry their status and code; one handler turns everything into one shape.

    Refusal
    ├── BadRequest 400
    │   ├── InvalidJson     the body cannot be read as JSON
    │   ├── InvalidField    a field is missing or of another type
    │   └── TooManyComments
    ├── KeyRefused 401      no key, or one that is not valid
    ├── Forbidden 403       the key or the caller may not do this
    ├── NotFound 404
    ├── MethodNotAllowed 405
    ├── BodyTimeout 408
    ├── BodyTooLarge 413
    ├── UnsupportedMediaType 415
    ├── Internal 500        a fault of ours; the id leads to the log
    └── Unavailable 503
        ├── Overloaded      too many scorings wait
        ├── NotReady        no verified bundle is loaded
        └── StoreUnavailable

A message names the field, the value's size and the limit; never the comment.
"""

import traceback
from collections.abc import Mapping
from typing import ClassVar, Final

import structlog
from flask import Flask, Response, g, jsonify
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

log = structlog.get_logger()


class Refusal(Exception):
    """A call that is not answered as asked; subclasses fix the status and the code."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal"

    def __init__(
        self, message: str, *, field: str | None = None, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.headers = dict(headers or {})


class BadRequest(Refusal):
    """The request cannot be understood."""

    status, code = 400, "bad_request"


class InvalidJson(BadRequest):
    """The body cannot be read as JSON."""

    code = "invalid_json"


class InvalidField(BadRequest):
    """A field is missing, unknown or of another type than asked for."""

    code = "invalid_field"


class TooManyComments(BadRequest):
    """The call carries more comments than the limit."""

    code = "too_many_comments"


class KeyRefused(Refusal):
    """The call has no API key, or one that is not valid."""

    status, code = 401, "key_refused"

    def __init__(self, message: str) -> None:
        super().__init__(message, headers={"WWW-Authenticate": "Bearer"})


class Forbidden(Refusal):
    """The key, or the way the call came here, does not allow it."""

    status, code = 403, "forbidden"


class NotFound(Refusal):
    """There is nothing at this address."""

    status, code = 404, "not_found"


class MethodNotAllowed(Refusal):
    """The address does not take this method."""

    status, code = 405, "method_not_allowed"


class BodyTimeout(Refusal):
    """The body stopped coming before its end."""

    status, code = 408, "body_timeout"


class BodyTooLarge(Refusal):
    """The request's body is larger than the limit."""

    status, code = 413, "body_too_large"


class UnsupportedMediaType(Refusal):
    """The body is not said to be JSON."""

    status, code = 415, "unsupported_media_type"


class Internal(Refusal):
    """A fault of the service itself."""

    status, code = 500, "internal"


class Unavailable(Refusal):
    """The service cannot do this now; a later try may succeed."""

    status, code = 503, "unavailable"

    def __init__(self, message: str, *, retry_after_s: int = 5) -> None:
        super().__init__(message, headers={"Retry-After": str(retry_after_s)})


class Overloaded(Unavailable):
    """Too many scorings wait already."""

    code = "overloaded"


class NotReady(Unavailable):
    """No verified bundle is loaded."""

    code = "not_ready"


class StoreUnavailable(Unavailable):
    """The store does not answer."""

    code = "store_unavailable"


_OF_STATUS: Final[dict[int, tuple[type[Refusal], str]]] = {
    404: (NotFound, "there is nothing at this address"),
    405: (MethodNotAllowed, "this address does not take this method; see the header Allow"),
    413: (BodyTooLarge, "the body is larger than the limit"),
    415: (UnsupportedMediaType, "the header Content-Type must be application/json"),
}


def as_body(refusal: Refusal) -> dict[str, dict[str, str | None]]:
    """The one shape of an error: code, message, and the field where one is at fault."""
    return {
        "error": {"code": refusal.code, "message": refusal.message, "field": refusal.field},
    }


def register(app: Flask) -> None:
    """Answer every exception of ``app``, its 404 and 405 included, in the one shape."""
    app.register_error_handler(Exception, _answer)


def _answer(error: Exception) -> Response | HTTPException:
    if isinstance(error, HTTPException) and (error.code is None or error.code < 400):
        return error
    refusal = _as_refusal(error)
    g.refused = refusal.code
    response = jsonify(as_body(refusal))
    response.status_code = refusal.status
    response.headers.update(refusal.headers)
    return response


def _as_refusal(error: Exception) -> Refusal:
    if isinstance(error, Refusal):
        return error
    if isinstance(error, HTTPException):
        return _from_http(error)
    if isinstance(error, PoolTimeout | DBAPIError):
        log.error("store unavailable", **_trace_of(error))
        return StoreUnavailable("the store does not answer")
    fault = "store fault" if isinstance(error, SQLAlchemyError) else "internal error"
    log.error(fault, **_trace_of(error))
    return Internal(f"internal error; the log has it under the id {g.get('request_id')}")


def _from_http(error: HTTPException) -> Refusal:
    known = _OF_STATUS.get(error.code or 500)
    if known is None:
        refusal: Refusal = BadRequest(f"the request was not understood: {error.name.lower()}")
        return refusal if (error.code or 500) < 500 else Internal(error.name.lower())
    headers = {name: value for name, value in error.get_headers() if name == "Allow"}
    kind, message = known
    return kind(message, headers=headers)


def _trace_of(error: BaseException) -> dict[str, object]:
    """Where ``error`` arose, without its message: that may quote a comment."""
    chain: list[str] = []
    current: BaseException | None = error
    while current is not None:
        chain.append(type(current).__qualname__)
        frames = traceback.extract_tb(current.__traceback__)
        chain.extend(f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in frames)
        current = current.__cause__ or current.__context__
    return {"error": type(error).__qualname__, "trace": chain}
