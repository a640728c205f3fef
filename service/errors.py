"""Refusals carry their status and code; one handler turns everything into one shape.

    Refusal
    ├── BadRequest 400
    │   ├── InvalidJson     the body cannot be read as JSON
    │   ├── InvalidField    a field is missing or of another type
    │   ├── TooManyComments
    │   └── FormExpired     a form without the token of its session
    ├── KeyRefused 401      no key, or one that is not valid
    ├── SignInNeeded 401    nobody is signed in to the dashboard
    ├── Forbidden 403       the key or the caller may not do this
    ├── NotFound 404
    ├── MethodNotAllowed 405
    ├── BodyTimeout 408
    ├── Conflict 409
    │   ├── Claimed         somebody else has the comment before them
    │   ├── Changed         it is not as it was when it was read
    │   ├── Erased          of the comment, only the record is left
    │   ├── NothingToUndo
    │   └── PolicyChanged   somebody else saved rules meanwhile
    ├── BodyTooLarge 413
    ├── UnsupportedMediaType 415
    ├── QuotaExceeded 429   the key has used up what it may ask for
    ├── Internal 500        a fault of ours; the id leads to the log
    └── Unavailable 503
        ├── Overloaded      too many scorings wait
        ├── NotReady        no verified bundle is loaded
        └── StoreUnavailable

A message names the field, the value's size and the limit; never the comment.
"""

import traceback
from collections.abc import Callable, Mapping
from typing import ClassVar, Final

import structlog
from flask import Blueprint, Flask, Response, g, jsonify
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


class FormExpired(BadRequest):
    """A form of the dashboard came without the token of the session that it was sent in."""

    code = "form_expired"


class SignInNeeded(Refusal):
    """Nobody is signed in to the dashboard, or not any more."""

    status, code = 401, "sign_in_needed"


class KeyRefused(Refusal):
    """The call has no API key, or one that is not valid."""

    status, code = 401, "key_refused"

    def __init__(self, message: str, *, missing: bool = False) -> None:
        super().__init__(message, headers={"WWW-Authenticate": "Bearer"})
        self.missing = missing


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


class Conflict(Refusal):
    """What is on record does not allow it."""

    status, code = 409, "conflict"


class Claimed(Conflict):
    """Somebody else has claimed the comment and has not decided yet."""

    code = "claimed"


class Changed(Conflict):
    """The comment was decided or edited by somebody else since it was read."""

    code = "changed"


class Erased(Conflict):
    """The comment's text was erased; only the record of what happened to it is left."""

    code = "erased"


class NothingToUndo(Conflict):
    """The comment, as it reads now, has no decision that could be undone."""

    code = "nothing_to_undo"


class PolicyChanged(Conflict):
    """The policy was saved since the version that the change is based on."""

    code = "policy_changed"


class BodyTooLarge(Refusal):
    """The request's body is larger than the limit."""

    status, code = 413, "body_too_large"


class UnsupportedMediaType(Refusal):
    """The body is not said to be JSON."""

    status, code = 415, "unsupported_media_type"


class QuotaExceeded(Refusal):
    """The key has used up what it may ask for; Retry-After says when there is more."""

    status, code = 429, "quota_exceeded"

    def __init__(
        self,
        message: str,
        *,
        quota: str = "",
        limit: int = 0,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message, headers=headers)
        self.quota = quota
        self.limit = limit


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


def register(
    app: Flask | Blueprint,
    *,
    shape: Callable[[Refusal], Mapping[str, object]] = as_body,
    status: Callable[[Refusal], int] = lambda refusal: refusal.status,
) -> None:
    """Answer every exception of ``app``, its 404 and 405 included, in one shape: that of ``shape``.

    A door registers its blueprint with the shape that its clients know; an address or method that
    no view has is answered by the application, in the native shape.
    """

    def answer(error: Exception) -> Response | HTTPException:
        if isinstance(error, HTTPException) and (error.code is None or error.code < 400):
            return error
        refusal = as_refusal(error)
        return reply(refusal, shape=shape, status=status(refusal))

    app.register_error_handler(Exception, answer)


def reply(
    refusal: Refusal,
    *,
    shape: Callable[[Refusal], Mapping[str, object]] = as_body,
    status: int | None = None,
) -> Response:
    """The answer that ``refusal`` is, in JSON."""
    g.refused = refusal.code
    response = jsonify(shape(refusal))
    response.status_code = status or refusal.status
    response.headers.update(refusal.headers)
    return response


def as_refusal(error: Exception) -> Refusal:
    """What a caller is told of ``error``; what is a fault of ours is logged here."""
    if isinstance(error, Refusal):
        return error
    if isinstance(error, HTTPException):
        return _from_http(error)
    if isinstance(error, PoolTimeout | DBAPIError):
        log.error("store unavailable", **trace_of(error))
        return StoreUnavailable("the store does not answer")
    fault = "store fault" if isinstance(error, SQLAlchemyError) else "internal error"
    log.error(fault, **trace_of(error))
    return Internal(f"internal error; the log has it under the id {g.get('request_id')}")


def _from_http(error: HTTPException) -> Refusal:
    known = _OF_STATUS.get(error.code or 500)
    if known is None:
        refusal: Refusal = BadRequest(f"the request was not understood: {error.name.lower()}")
        return refusal if (error.code or 500) < 500 else Internal(error.name.lower())
    headers = {name: value for name, value in error.get_headers() if name == "Allow"}
    kind, message = known
    return kind(message, headers=headers)


def trace_of(error: BaseException) -> dict[str, object]:
    """Where ``error`` arose, without its message: that may quote a comment."""
    chain: list[str] = []
    current: BaseException | None = error
    while current is not None:
        chain.append(type(current).__qualname__)
        frames = traceback.extract_tb(current.__traceback__)
        chain.extend(f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in frames)
        current = current.__cause__ or current.__context__
    return {"error": type(error).__qualname__, "trace": chain}
