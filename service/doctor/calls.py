"""Calls to the service under examination, as its clients make them: one connection a call."""

import http.client
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote, urlsplit

TIMEOUT_S: Final = 30.0
LARGEST_ANSWER: Final = 2**20
_CONNECTIONS: Final = {"http": http.client.HTTPConnection, "https": http.client.HTTPSConnection}


class Unreachable(Exception):
    """No answer came; the message says why."""


@dataclass(frozen=True, slots=True)
class Examined:
    """The service: where it is, a key to it, and the secret that Coral signs with, if it has one."""

    url: str
    key: str
    coral_secret: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: status, JSON (None where there is none), headers, and after how long."""

    status: int
    body: object
    headers: Mapping[str, str]
    ms: int

    def at(self, *path: str | int) -> object:
        """What is at ``path`` in the body, or None."""
        found = self.body
        for step in path:
            if isinstance(step, int):
                found = found[step] if isinstance(found, list) and len(found) > step else None
            else:
                found = found.get(step) if isinstance(found, dict) else None
        return found

    def number(self, *path: str | int) -> float | None:
        """The number at ``path``, or None."""
        found = self.at(*path)
        return float(found) if isinstance(found, int | float) else None


@dataclass(frozen=True, slots=True)
class Call:
    """A call to make; the key goes into the address where ``in_address``, else into a header."""

    method: str
    path: str
    body: bytes | None = None
    in_address: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)


def as_json(body: object) -> bytes:
    """``body`` as JSON."""
    return json.dumps(body).encode()


def url_of(text: str) -> str:
    """The service's URL without a slash at its end; raises ``ValueError`` for another thing."""
    parts = urlsplit(text)
    if parts.scheme not in _CONNECTIONS or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("must look like http://127.0.0.1:8080 or https://comments.example.org")
    _ = parts.port  # raises for a port that is no number
    return text.rstrip("/")


def make(call: Call, to: Examined) -> Answer:
    """The answer to ``call``; redirects are not followed. Raises ``Unreachable``."""
    parts = urlsplit(to.url)
    path = parts.path + call.path
    headers = {"Content-Type": "application/json", **call.headers}
    if call.in_address:
        path += f"{'&' if '?' in path else '?'}key={quote(to.key, safe='')}"
    else:
        headers.setdefault("Authorization", f"Bearer {to.key}")
    kind = _CONNECTIONS[parts.scheme]
    connection = kind(parts.hostname or "", parts.port, timeout=TIMEOUT_S)
    begun = time.monotonic()
    try:
        connection.request(call.method, path, call.body, headers)
        response = connection.getresponse()
        raw = response.read(LARGEST_ANSWER)
    except (OSError, http.client.HTTPException) as error:
        raise Unreachable(f"{type(error).__name__}: {error}") from error
    finally:
        connection.close()
    ms = round((time.monotonic() - begun) * 1000)
    return Answer(response.status, _json_of(raw), dict(response.headers), ms)


def _json_of(raw: bytes) -> object:
    try:
        return json.loads(raw)
    except ValueError:
        return None
