"""One row of an archive, and what makes a row unfit to be scored."""

import json
import math
import re
from dataclasses import dataclass
from typing import Final

MAX_COMMENT_BYTES: Final = 1 << 20
# Beyond it a float no longer tells one whole number from the next.
WHOLE_AT_MOST: Final = 2.0**53
# What ``errors="surrogateescape"`` leaves in place of a byte that is not UTF-8.
ESCAPED_BYTE: Final = re.compile("[\udc80-\udcff]")
KIND_NAMES: Final = {
    type(None): "null",
    bool: "true or false",
    int: "a number",
    float: "a number",
    list: "a list",
    dict: "an object",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One input row: ``text`` to score, or the ``fault`` that says why it cannot be.

    A fault names file, line and column, never the comment; ``place`` names them of the text, for
    what only the scorer finds. ``bytes_read`` is how far the reader had got into the file.
    """

    id: str | None
    text: str | None
    fault: str | None = None
    bytes_read: int = 0
    place: str = ""


def text_fault(value: object) -> str | None:
    """Return why ``value`` cannot be scored as a comment, or None when it can."""
    if not isinstance(value, str):
        return f"is {KIND_NAMES.get(type(value), type(value).__name__)}; text is expected"
    if not value.strip():
        return "is blank"
    try:
        size = len(value.encode())
    except UnicodeEncodeError as error:
        return f"has a lone surrogate at character {error.start + 1}"
    if size > MAX_COMMENT_BYTES:
        return f"is {size:,} bytes long; the limit is {MAX_COMMENT_BYTES:,}"
    return None


def escaped_byte_fault(text: str) -> str | None:
    """Return where ``text``, read with surrogateescape, held a byte that is not UTF-8, or None."""
    found = ESCAPED_BYTE.search(text)
    if found is None:
        return None
    byte = ord(found.group()) - 0xDC00
    return f"is not valid UTF-8 at character {found.start() + 1} (byte 0x{byte:02X})"


def id_text(value: object) -> str | None:
    """Return an id as text that any of the outputs can hold, or None for null and for NaN.

    It is written as JSON would have it: ``true``, ``{"a":1}``, and a whole number whole, because
    among nulls those come as fractions from a writer that knows no whole null.
    """
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    return _written(value).encode("utf-8", "replace").decode()


def _written(value: object) -> str:
    match value:
        case bool() | list() | dict():
            return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_inner)
        case float() if value.is_integer() and abs(value) <= WHOLE_AT_MOST:
            return str(int(value))
        case _:
            return str(value)


def _inner(value: object) -> str:
    """Return what JSON has no form for, as a date or the bytes within a Parquet id, as text."""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
