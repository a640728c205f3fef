"""Bytes of a request to a validated schema; every way to fail has a clear answer."""

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Final, NoReturn, TypeVar

from flask import Request
from gunicorn.http.errors import ParseException
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from service.errors import (
    BadRequest,
    BodyTimeout,
    BodyTooLarge,
    InvalidField,
    InvalidJson,
    UnsupportedMediaType,
)

Shape = TypeVar("Shape", bound=BaseModel)

LONGEST_FIELD_NAME: Final = 64
LARGEST_DISCARD: Final = 64 * 2**20
LONGEST_DISCARD_S: Final = 5.0
LONGEST_SILENCE_S: Final = 1.0
LONGEST_PAUSE_S: Final = 30.0
_STEP: Final = 2**16
_SAYS: Final = {
    "missing": "is required",
    "string_type": "must be a text",
    "list_type": "must be a list",
    "bool_type": "must be true or false",
    "model_type": "must be an object",
    "extra_forbidden": "is not a field of this request",
    "string_too_short": "is empty",
    "string_too_long": "is longer than the limit of {max_length} characters",
    "too_short": "has {actual_length} items, it needs at least {min_length}",
    "too_long": "has {actual_length} items, the limit is {max_length}",
}


def read_body(request: Request, shape: type[Shape]) -> Shape:
    """The request's JSON body as ``shape``.

    Raises ``UnsupportedMediaType`` unless the body is said to be JSON: a form or plain text could
    be sent by any web page to a service on the reader's own machine. Raises ``BodyTooLarge``,
    ``BodyTimeout``, ``InvalidJson`` or ``InvalidField``.
    """
    refuse_unless_json(request)
    return as_shape(read_raw(request), shape)


def read_query(request: Request, shape: type[Shape]) -> Shape:
    """What the address asks for after its ``?``, as ``shape``; the API key is left out.

    A blank value is as if it were not sent: forms and templates of addresses send every name they know.
    Raises ``InvalidField``, also for a name that is given more than once.
    """
    sent = _filled(request.args.to_dict(flat=False))
    sent.pop("key", None)
    for name, values in sent.items():
        if len(values) > 1:
            field = field_name((name,))
            raise InvalidField(f"{field} is given {len(values)} times", field=field)
    try:
        return shape.model_validate({name: values[0] for name, values in sent.items()})
    except ValidationError as error:
        raise _first_of(error) from None


def _filled(sent: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """The names that have a value, each with its values that are not blank."""
    kept = {name: [value for value in values if value.strip()] for name, values in sent.items()}
    return {name: values for name, values in kept.items() if values}


def refuse_unless_json(request: Request) -> None:
    """Raise ``UnsupportedMediaType`` unless the body is said to be JSON."""
    if not request.is_json:
        raise UnsupportedMediaType("the header Content-Type must be application/json")


def as_shape(raw: bytes, shape: type[Shape]) -> Shape:
    """What ``raw`` says in JSON, as ``shape``; raises ``InvalidJson`` or ``InvalidField``."""
    try:
        return shape.model_validate(parse_json(raw))
    except ValidationError as error:
        raise _first_of(error) from None


def discard_rest(request: Request) -> None:
    """Read what is left of a body that nobody wants, within bounds, and forget it.

    Most clients send a body whole before they look at the answer. Where the connection is closed
    meanwhile, they see that, and not why they were refused.
    """
    if not request.environ.get("wsgi.input_terminated"):
        return
    end, left = time.monotonic() + LONGEST_DISCARD_S, LARGEST_DISCARD
    with _patience(request, LONGEST_SILENCE_S), suppress(OSError, ParseException):
        while left > 0 and time.monotonic() < end:
            got = len(request.environ["wsgi.input"].read(_STEP))
            if got == 0:
                return
            left -= got


def read_raw(request: Request) -> bytes:
    """The body as it came, at most as long as the limit.

    A body in chunks says its length only by its end. Raises ``BodyTooLarge``, ``BodyTimeout`` or
    ``BadRequest``.
    """
    limit = request.max_content_length
    assert limit is not None
    if request.content_length is not None and request.content_length > limit:
        raise _too_large(request.content_length, limit)
    try:
        with _patience(request, LONGEST_PAUSE_S):
            raw = _read_up_to(request, limit + 1)
    except TimeoutError as error:
        raise BodyTimeout(f"no more of the body came for {LONGEST_PAUSE_S:.0f} seconds") from error
    except (OSError, ParseException) as error:
        raise BadRequest("the body ended early or its chunks are malformed") from error
    if len(raw) > limit:
        raise _too_large(None, limit)
    return raw


def _read_up_to(request: Request, size: int) -> bytes:
    if request.content_length is None and request.environ.get("wsgi.input_terminated"):
        raw: bytes = request.environ["wsgi.input"].read(size)
        return raw
    return request.get_data(cache=False)


@contextmanager
def _patience(request: Request, seconds: float) -> Iterator[None]:
    """Let reading the body raise ``TimeoutError`` once the client is silent for ``seconds``."""
    connection = request.environ.get("gunicorn.socket")
    if connection is None:
        yield
        return
    before = connection.gettimeout()
    connection.settimeout(seconds)
    try:
        yield
    finally:
        connection.settimeout(before)


def parse_json(raw: bytes) -> object:
    """The value that ``raw`` says; raises ``InvalidJson`` with the place of the fault.

    Half surrogate pairs pass, because they are the fault of one text and not of the whole body; NaN
    and Infinity, which Python would take, do not. A byte order mark is skipped.
    """
    if not raw:
        raise InvalidJson("the body is empty")
    try:
        text = raw.decode("utf-8-sig")
        return json.loads(text, parse_constant=_refuse_constant)
    except UnicodeDecodeError as error:
        raise InvalidJson(f"the body is not valid UTF-8 at byte {error.start}") from None
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise InvalidJson(f"the body is not valid JSON at {place}: {error.msg}") from None
    except RecursionError:
        raise InvalidJson("the body's lists and objects are nested too deeply") from None
    except ValueError:
        raise InvalidJson("the body holds a number with too many digits") from None


def _refuse_constant(name: str) -> NoReturn:
    raise InvalidJson(f"the body is not valid JSON: {name} is not a JSON number")


def _too_large(size_bytes: int | None, limit: int) -> BodyTooLarge:
    size = f"{size_bytes} bytes, " if size_bytes else ""
    return BodyTooLarge(f"the body is too large: {size}the limit is {limit} bytes")


def _first_of(error: ValidationError) -> InvalidField:
    """The first fault; the message never quotes a value, a field's name is cut where it is long."""
    details = error.errors(include_url=False, include_input=False)
    field = field_name(details[0]["loc"])
    more = f" (and {len(details) - 1} more faults)" if len(details) > 1 else ""
    return InvalidField(f"{field or 'the body'} {sentence(details[0])}{more}", field=field or None)


def sentence(detail: ErrorDetails) -> str:
    """What is wrong with a field, to be read after its name; it never quotes the value."""
    said = _SAYS.get(detail["type"])
    return said.format_map(detail.get("ctx", {})) if said else detail["msg"]


def field_name(loc: tuple[int | str, ...]) -> str:
    """A place in a request as a programmer writes it: ``comments[3].context.parent``."""
    name = ""
    for part in loc:
        name += f"[{part}]" if isinstance(part, int) else f".{part[:LONGEST_FIELD_NAME]}"
    return name.removeprefix(".").encode("utf-8", "replace").decode()
