"""JSON Lines files as rows."""

import json
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from typing import Any, BinaryIO, Final

from service.archive.formats import ArchiveError
from service.archive.lines import MAX_LINE_CHARS, lines_of
from service.archive.rows import KIND_NAMES, Row, escaped_byte_fault, id_text, text_fault
from service.archive.source import Source

LOOKED_AT: Final = 100
BLANK: Final = ": the line is blank"

Fits = Callable[[str], bool]


def columns(stream: BinaryIO, source_name: str, *, sought: Sequence[Fits] = ()) -> list[str]:
    """Return the fields of the first objects, in the order met; raise where there are none.

    Each of ``sought`` tells by its name a field that must not be missed. Where the first objects
    have none that fits, the search goes on, to the end of the file if need be.
    """
    met = (found for _, found in objects(stream) if found != BLANK)
    seen: dict[str, None] = {}
    lines = 0
    for found in islice(met, LOOKED_AT):
        lines += 1
        if isinstance(found, dict):
            seen.update(dict.fromkeys(found))
    if not lines:
        raise ArchiveError(f"{source_name}: the file is empty")
    if not seen:
        first = "the first line" if lines == 1 else f"any of the first {lines} lines"
        raise ArchiveError(f"{source_name}: no JSON object with fields in {first}; JSON Lines?")
    missing = [fits for fits in sought if not any(map(fits, seen))]
    return list(seen | dict.fromkeys(_further(met, missing)))


def _further(met: Iterable[dict[str, Any] | str], missing: list[Fits]) -> Iterator[str]:
    """Yield of the ``missing`` fields those of the first object that has any, for each."""
    # A file that gives out here will give out when it is read, after the rows before have been.
    with suppress(EOFError, zlib.error, OSError):
        if not missing:
            return
        for found in met:
            if isinstance(found, dict):
                yield from (name for name in found if any(fits(name) for fits in missing))
                missing = [fits for fits in missing if not any(map(fits, found))]
            if not missing:
                return


def rows(stream: BinaryIO, source: Source) -> Iterator[Row]:
    """Yield a row for every line; blank ones at the end of the file are none."""
    column = source.text_column
    for line, found in objects(stream):
        place = f"{source.path}, line {line}"
        if isinstance(found, str):
            yield Row(None, None, f"{place}{found}")
            continue
        row_id, id_fault = _id(found, source.id_column)
        fault = id_fault or _text_fault(found, column)
        if fault is None:
            yield Row(row_id, found[column], place=f"{place}, column {column!r}")
        else:
            yield Row(row_id, None, f"{place}, {fault}")


def _id(found: dict[str, Any], column: str | None) -> tuple[str | None, str | None]:
    """Return the id and its fault; what could just be read may be nested too deeply to write."""
    try:
        return None if column is None else id_text(found.get(column)), None
    except RecursionError:
        return None, f"column {column!r}: is nested too deeply"


def _text_fault(found: dict[str, Any], column: str) -> str | None:
    fault = text_fault(found[column]) if column in found else "is missing from this line"
    return None if fault is None else f"column {column!r}: {fault}"


def objects(stream: BinaryIO) -> Iterator[tuple[int, dict[str, Any] | str]]:
    """Yield the number of every line and its object, or in its place the fault.

    Blank lines are ``BLANK``; those at the end of the file are left out.
    """
    blank = 0
    with lines_of(stream, newline="\n") as lines:
        for number, line in enumerate(lines, 1):
            cut = lines.was_cut()
            if not cut and not line.strip():
                blank += 1
                continue
            yield from ((before, BLANK) for before in range(number - blank, number))
            blank = 0
            if cut:
                yield number, f": the line is longer than {MAX_LINE_CHARS:,} characters"
            else:
                yield number, _parsed(line)


def _parsed(line: str) -> dict[str, Any] | str:
    """Return the object, or where and why the line is none; the parser's reasons hold no text."""
    if (fault := escaped_byte_fault(line)) is not None:
        return f": the line {fault}"
    try:
        found = json.loads(line)
    except json.JSONDecodeError as error:
        return f", character {error.colno}: not valid JSON ({error.msg.partition(':')[0]})"
    except RecursionError:
        return ": not valid JSON (nested too deeply)"
    except ValueError:
        return ": not valid JSON (a number with too many digits)"
    if isinstance(found, dict):
        return found
    return f": {KIND_NAMES.get(type(found), 'text')} where a JSON object is expected"
