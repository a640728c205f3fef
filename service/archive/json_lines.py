"""JSON Lines files as rows."""

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any, BinaryIO, Final

from service.archive.formats import ArchiveError
from service.archive.lines import MAX_LINE_CHARS, lines_of
from service.archive.rows import KIND_NAMES, escaped_byte_fault, id_text, text_fault
from service.archive.source import Source

LOOKED_AT: Final = 100


def columns(stream: BinaryIO, source_name: str) -> list[str]:
    """Return the fields of the first objects, in the order met; raise where there are none."""
    seen: dict[str, None] = {}
    lines = 0
    for _, found in islice(objects(stream), LOOKED_AT):
        lines += 1
        if isinstance(found, dict):
            seen.update(dict.fromkeys(found))
    if not lines:
        raise ArchiveError(f"{source_name}: the file is empty")
    if not seen:
        first = "the first line" if lines == 1 else f"any of the first {lines} lines"
        raise ArchiveError(f"{source_name}: no JSON object with fields in {first}; JSON Lines?")
    return list(seen)


def rows(stream: BinaryIO, source: Source) -> Iterator[tuple[str | None, str | None, str | None]]:
    """Yield id, text and fault of every line that is not blank."""
    for line, found in objects(stream):
        place = f"{source.path}, line {line}"
        if isinstance(found, str):
            yield None, None, f"{place}{found}"
            continue
        row_id = None if source.id_column is None else id_text(found.get(source.id_column))
        fault = (
            text_fault(found[source.text_column])
            if source.text_column in found
            else "is missing from this line"
        )
        if fault is None:
            yield row_id, found[source.text_column], None
        else:
            yield row_id, None, f"{place}, column {source.text_column!r}: {fault}"


def objects(stream: BinaryIO) -> Iterator[tuple[int, dict[str, Any] | str]]:
    """Yield line number and object, or in its place the fault, for every line that is not blank."""
    with lines_of(stream, newline="\n") as lines:
        for number, line in enumerate(lines, 1):
            if lines.was_cut():
                yield number, f": the line is longer than {MAX_LINE_CHARS:,} characters"
            elif line.strip():
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
