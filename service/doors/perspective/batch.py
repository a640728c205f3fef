"""/batch: a multipart/mixed body of whole HTTP requests, answered by one of whole HTTP responses.

Each part runs through the application as a call of its own: its key, quotas and errors are its own.
"""

import contextvars
import email.parser
import email.policy
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from flask import Flask, Request, Response, current_app
from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder

from service.doors.perspective.refusals import Refused

OURS: Final = "/v1alpha1/"
_PART: Final = "application/http"
# What a part does not say itself, it has from the call around it.
_INHERITED: Final = ("Authorization", "X-Goog-Api-Key", "Origin")
_OF_THE_CONNECTION: Final = frozenset({"host", "content-length", "transfer-encoding", "connection"})


@dataclass(frozen=True, slots=True)
class Call:
    """One part: the request in it, and the name by which its sender knows it."""

    name: str
    method: str
    target: str
    headers: Headers
    body: bytes


def answer(request: Request, raw: bytes, *, most: int) -> Response:
    """The answers to the calls in ``raw``, in their order; raises ``Refused`` for no such body."""
    calls = list(_calls(raw, request.headers.get("Content-Type", "")))
    if len(calls) > most:
        raise Refused(f"The batch has {len(calls)} calls, the limit is {most}")
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    boundary = f"batch_{secrets.token_hex(16)}"
    parts = [_part(call, _run(app, request, call), boundary) for call in calls]
    body = b"".join(parts) + f"--{boundary}--\r\n".encode()
    return Response(body, content_type=f"multipart/mixed; boundary={boundary}")


def _calls(raw: bytes, content_type: str) -> Iterator[Call]:
    head = f"Content-Type: {content_type}\r\n\r\n".encode("latin-1", "replace")
    whole = email.parser.BytesParser(policy=email.policy.compat32).parsebytes(head + raw)
    parts = whole.get_payload()
    if whole.get_content_type() != "multipart/mixed" or not isinstance(parts, list) or not parts:
        raise Refused("A batch must be multipart/mixed, with a part for each call")
    for number, part in enumerate(parts, start=1):
        assert isinstance(part, Message)
        yield _call(part, number)


def _call(part: Message, number: int) -> Call:
    """The request in a part of type application/http."""
    content = part.get_payload(decode=True)
    if part.get_content_type() != _PART or not isinstance(content, bytes):
        raise Refused(f"Part {number} of the batch must be of the type {_PART}")
    line, _, rest = content.lstrip(b"\r\n").partition(b"\n")
    words = line.decode("latin-1").split()
    if len(words) not in (2, 3):
        raise Refused(f"Part {number} of the batch does not begin with METHOD ADDRESS HTTP/1.1")
    said = email.parser.BytesParser(policy=email.policy.compat32).parsebytes(rest)
    separator = b"\r\n\r\n" if b"\r\n\r\n" in rest else b"\n\n"
    headers = Headers(
        (name, " ".join(str(value).split()))  # a folded header is one line
        for name, value in said.items()
        if name.lower() not in _OF_THE_CONNECTION
    )
    body = rest.partition(separator)[2]
    return Call(str(part.get("Content-ID", "")), words[0].upper(), words[1], headers, body)


def _run(app: Flask, around: Request, call: Call) -> Response:
    """The application's answer to ``call``, in a context of its own."""
    try:
        address = urlsplit(call.target)
    except ValueError:
        address = urlsplit(OURS)
    for name in _INHERITED:
        if name in around.headers and name not in call.headers:
            call.headers[name] = around.headers[name]
    # Nothing else may be called so; at the address OURS itself there is nothing.
    path = address.path if address.path.startswith(OURS) else OURS
    builder = EnvironBuilder(
        path=path,
        query_string=address.query,
        method=call.method,
        headers=call.headers,
        data=call.body,
        base_url=around.host_url,
    )

    def dispatched() -> Response:
        with app.app_context(), app.request_context(builder.get_environ()):
            return app.full_dispatch_request()

    try:
        return contextvars.copy_context().run(dispatched)
    finally:
        builder.close()


def _part(call: Call, response: Response, boundary: str) -> bytes:
    """One answer as a part; its name is the call's with ``response-`` before it, as at Google."""
    body = response.get_data()
    response.headers["Content-Length"] = str(len(body))
    name = "".join(c for c in call.name if c.isprintable()).strip()
    reply_to = f"<response-{name[1:-1]}>" if name.startswith("<") else f"response-{name}"
    reason = HTTPStatus(response.status_code).phrase
    lines = [
        f"--{boundary}",
        f"Content-Type: {_PART}",
        *([f"Content-ID: {reply_to}"] if name else []),
        "",
        f"HTTP/1.1 {response.status_code} {reason}",
        *(f"{name}: {value}" for name, value in response.headers.items()),
        "",
        "",
    ]
    return "\r\n".join(lines).encode("latin-1", "replace") + body + b"\r\n"
