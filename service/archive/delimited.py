"""Comma- and tab-separated files as rows."""

import csv
import io
from collections.abc import Iterator
from typing import BinaryIO, Final

from service.archive.formats import ArchiveError, Kind
from service.archive.lines import MAX_LINE_CHARS, Lines
from service.archive.rows import escaped_byte_fault, id_text, text_fault
from service.archive.source import Source

DELIMITERS: Final[dict[Kind, str]] = {"csv": ",", "tsv": "\t"}
MAX_FIELD_CHARS: Final = 4 << 20


class Table:
    """The records of a delimited file, each with the line it begins on.

    Broken records do not end the reading: quoting starts afresh on the next line.
    """

    def __init__(self, stream: BinaryIO, kind: Kind) -> None:
        """Read ``stream``, the bytes of a file of that ``kind``."""
        # The csv module's limit, 131,072 characters, is under what an archive's comment may have;
        # it is one number for the whole process.
        csv.field_size_limit(MAX_FIELD_CHARS)
        text = io.TextIOWrapper(stream, "utf-8-sig", errors="surrogateescape", newline="")
        self._lines = Lines(text)
        self._records = csv.reader(self._lines, delimiter=DELIMITERS[kind], strict=True)

    def __iter__(self) -> Iterator[tuple[int, list[str] | str]]:
        """Yield line number and fields, or a fault in their place; blank lines are left out."""
        while True:
            line = self._records.line_num + 1
            try:
                fields: list[str] | str = next(self._records)
            except StopIteration:
                return
            except csv.Error as error:
                fields = _fault(error)
            if self._lines.was_cut():
                fields = f"a line is longer than {MAX_LINE_CHARS:,} characters"
            if fields:
                yield line, fields


def header(stream: BinaryIO, source_name: str, kind: Kind) -> list[str]:
    """Return the column names, or raise ``ArchiveError`` for a header that cannot be one."""
    for line, fields in Table(stream, kind):
        if isinstance(fields, str):
            raise ArchiveError(f"{source_name}, line {line}: the header cannot be read: {fields}")
        joined = "".join(fields)
        if escaped_byte_fault(joined) is not None:
            raise ArchiveError(f"{source_name}, line {line}: the header is not valid UTF-8")
        if "\0" in joined:
            raise ArchiveError(f"{source_name}, line {line}: the header has NUL bytes; not text")
        return fields
    raise ArchiveError(f"{source_name}: the file is empty")


def rows(stream: BinaryIO, source: Source) -> Iterator[tuple[str | None, str | None, str | None]]:
    """Yield id, text and fault of every row after the header."""
    records = iter(Table(stream, source.format.kind))
    columns = list(next(records)[1])
    at = columns.index(source.text_column)
    id_at = None if source.id_column is None else columns.index(source.id_column)
    for line, fields in records:
        place = f"{source.path}, line {line}"
        if isinstance(fields, str):
            yield None, None, f"{place}: {fields}"
        elif len(fields) != len(columns):
            yield None, None, f"{place}: {len(fields)} fields; the header has {len(columns)}"
        else:
            used = {columns[n]: fields[n] for n in (at, id_at) if n is not None}
            fault = next(filter(None, (_fault_of(place, *field) for field in used.items())), None)
            yield None if id_at is None else id_text(fields[id_at]), fields[at], fault


def _fault_of(place: str, column: str, field: str) -> str | None:
    """A NUL byte is no character of a text file: it tells of UTF-16 or of a damaged disk."""
    if "\0" in field:
        fault: str | None = f"has a NUL byte at character {field.index(chr(0)) + 1}"
    else:
        fault = escaped_byte_fault(field) or text_fault(field)
    return None if fault is None else f"{place}, column {column!r}: {fault}"


def _fault(error: csv.Error) -> str:
    """The csv module's messages in a reader's words."""
    reason = str(error)
    if "field limit" in reason:
        return f"a field is longer than {MAX_FIELD_CHARS:,} characters; is a quote never closed?"
    if "unexpected end" in reason:
        return "a quoted field is never closed"
    return f"the quoting is broken ({reason})"
