"""Comma- and tab-separated files as rows."""

from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO

from service.archive.formats import ArchiveError, Kind
from service.archive.lines import lines_of
from service.archive.quoting import Pending, Shape, record
from service.archive.rows import Row, escaped_byte_fault, id_text, text_fault
from service.archive.source import Source


def records(
    stream: BinaryIO, kind: Kind, *, id_column: str | None = None
) -> Iterator[tuple[int, list[str] | str]]:
    """Yield each record's first line and its fields, or a fault in place of fields.

    A broken record does not end the reading, and does not take the lines after the one on which its
    quote opens with it. The first record is the header: it says how many fields the others have and
    which of them is ``id_column``. In a file of one column a blank line between records is a record
    whose field is empty; elsewhere, and at the end of any file, blank lines are left out.
    """
    shape = Shape(kind)
    blank = 0
    with lines_of(stream, newline="") as lines:
        pending = Pending(lines)
        while (line := pending.take()) is not None:
            if not line.text:
                blank += shape.columns == 1 and not line.rest
                continue
            yield from ((number, [""]) for number in range(line.number - blank, line.number))
            blank = 0
            fields = record(line, pending, shape)
            if shape.columns is None and not isinstance(fields, str):
                id_at = fields.index(id_column) if id_column in fields else None
                shape = replace(shape, columns=len(fields), id_at=id_at)
            yield line.number, fields


def header(stream: BinaryIO, source_name: str, kind: Kind) -> list[str]:
    """Return the column names, or raise ``ArchiveError`` for a header that cannot be one."""
    for line, fields in records(stream, kind):
        if isinstance(fields, str):
            raise ArchiveError(f"{source_name}, line {line}: the header cannot be read: {fields}")
        joined = "".join(fields)
        if escaped_byte_fault(joined) is not None:
            raise ArchiveError(f"{source_name}, line {line}: the header is not valid UTF-8")
        if "\0" in joined:
            raise ArchiveError(f"{source_name}, line {line}: the header has NUL bytes; not text")
        return fields
    raise ArchiveError(f"{source_name}: the file is empty")


def rows(stream: BinaryIO, source: Source) -> Iterator[Row]:
    """Yield every row after the header."""
    found = records(stream, source.format.kind, id_column=source.id_column)
    columns = list(next(found)[1])
    at = columns.index(source.text_column)
    id_at = None if source.id_column is None else columns.index(source.id_column)
    for line, fields in found:
        on_line = f"{source.path}, line {line}"
        if isinstance(fields, str):
            yield Row(None, None, f"{on_line}: {fields}")
        else:
            row_id, text = None if id_at is None else fields[id_at], fields[at]
            place = f"{on_line}, column {source.text_column!r}"
            id_place = f"{on_line}, column {source.id_column!r}"
            fault = _id_fault(row_id, id_place) or _text_fault(text, place)
            yield Row(id_text(row_id), text, fault, place=place)


def _id_fault(row_id: str | None, place: str) -> str | None:
    fault = None if row_id is None else _bytes_fault(row_id)
    return None if fault is None else f"{place}: {fault}"


def _text_fault(text: str, place: str) -> str | None:
    fault = _bytes_fault(text) or text_fault(text)
    return None if fault is None else f"{place}: {fault}"


def _bytes_fault(field: str) -> str | None:
    """A NUL byte is no character of a text file: it tells of UTF-16 or of a damaged disk."""
    if "\0" in field:
        return f"has a NUL byte at character {field.index(chr(0)) + 1}"
    return escaped_byte_fault(field)
