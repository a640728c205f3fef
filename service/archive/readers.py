"""Archive files as one stream of rows."""

import gzip
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import BinaryIO

from service.archive import delimited, json_lines, parquet
from service.archive.columns import fits_ids, fits_text, id_column, text_column
from service.archive.formats import ArchiveError, Format, format_of, opened
from service.archive.parquet import DamagedParquet
from service.archive.rows import Row
from service.archive.source import Source


def inspect(path: Path, *, text: str | None = None, ids: str | None = None) -> Source:
    """Return ``path`` as a source of rows, its format and columns settled before any row is read.

    ``text`` and ``ids`` are the columns the caller named, if any. Raises ``ArchiveError`` for a
    file that cannot be read, a column that is not there or not unambiguous.
    """
    form = format_of(path)
    sought = (partial(fits_text, wanted=text), partial(fits_ids, wanted=ids))
    columns = _columns(path, form, sought)
    names = [name for name, _ in columns]
    chosen = text_column(names, text, path=path)
    if not dict(columns)[chosen]:
        raise ArchiveError(f"{path}: column {chosen!r} does not hold text")
    return Source(path, form, chosen, id_column(names, ids, path=path), path.stat().st_size)


def read(source: Source) -> Iterator[Row]:
    """Yield one ``Row`` a row of the file, broken ones with their fault.

    Where the file itself gives out (a gzip that ends early, a damaged page) the rows before have
    been yielded and a last one says so.
    """
    number = 0
    try:
        with opened(source.path, gzipped=source.format.gzipped) as (raw, stream):
            for row in _rows(stream, source):
                number += 1
                text = None if row.fault else row.text
                yield replace(row, text=text, bytes_read=raw.tell())
    except (EOFError, zlib.error, OSError, DamagedParquet) as error:
        reason = f"{source.path}: reading stopped after row {number:,}: {_why(error)}"
        yield Row(None, None, reason, source.size)


def _columns(path: Path, form: Format, sought: Sequence[json_lines.Fits]) -> list[tuple[str, bool]]:
    """Return the file's columns, or those in view and the ``sought``; and which may hold text."""
    try:
        with opened(path, gzipped=form.gzipped) as (_, stream):
            match form.kind:
                case "parquet":
                    return parquet.columns(path)
                case "jsonl":
                    names = json_lines.columns(stream, str(path), sought=sought)
                case _:
                    names = delimited.header(stream, str(path), form.kind)
    except (EOFError, zlib.error, OSError) as error:
        raise ArchiveError(f"{path}: cannot be read: {_why(error)}") from error
    return [(name, True) for name in names]


def _rows(stream: BinaryIO, source: Source) -> Iterator[Row]:
    match source.format.kind:
        case "parquet":
            return parquet.rows(source)
        case "jsonl":
            return json_lines.rows(stream, source)
        case _:
            return delimited.rows(stream, source)


def _why(error: Exception) -> str:
    """Return the reason in a reader's words."""
    if isinstance(error, EOFError):
        return "the gzip file is cut off"
    if isinstance(error, zlib.error | gzip.BadGzipFile):
        return "the gzip file is damaged"
    if isinstance(error, DamagedParquet):
        return "the Parquet file is damaged"
    return str(getattr(error, "strerror", None) or type(error).__name__)
