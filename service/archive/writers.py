"""A finished journal as the file that was asked for.

Cells hold what Comity computed, except ``id``, which is the caller's own and is written as it came:
a reader of the CSV joins on it, so no quote is put before a leading ``=`` to defuse a formula.
Comments are never written.
"""

import csv
import gzip
import io
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Final, TextIO

from service.archive import parquet
from service.archive.formats import ArchiveError, format_of
from service.archive.results import COLUMNS, Cell, Result

WRITABLE: Final = ("jsonl", "csv", "parquet")
BATCH_ROWS: Final = 1024


def check_writable(out: Path, *, inputs: Iterable[Path], overwrite: bool) -> None:
    """Raise ``ArchiveError`` where ``out`` cannot become the output, or would replace another file."""
    if format_of(out).kind not in WRITABLE:
        raise ArchiveError(f"{out}: the output's name must end in .jsonl, .csv or .parquet")
    try:
        _check_place(out, inputs=inputs, overwrite=overwrite)
    except OSError as error:
        raise ArchiveError(f"{out}: cannot be written: {error.strerror}") from error


def _check_place(out: Path, *, inputs: Iterable[Path], overwrite: bool) -> None:
    if not out.parent.is_dir():
        raise ArchiveError(f"{out}: the folder {out.parent} does not exist")
    # Longer by its ending than OUT, so it shows a name that is too long before anything is scored.
    if _unfinished(out).is_dir():
        raise ArchiveError(f"{_unfinished(out)}: is a folder; OUT is made under this name")
    if out.is_dir():
        raise ArchiveError(f"{out}: is a folder")
    if any(os.path.realpath(path) == os.path.realpath(out) for path in inputs):
        raise ArchiveError(f"{out}: the output would replace an input file")
    if out.exists() and not overwrite:
        raise ArchiveError(f"{out}: exists; --overwrite replaces it")


def write(results: Iterable[Result], out: Path) -> None:
    """Write ``results`` to ``out`` in the format of its ending; it appears when it is complete."""
    form = format_of(out)
    unfinished = _unfinished(out)
    try:
        if form.kind == "parquet":
            parquet.write(unfinished, COLUMNS, _column_batches(results))
        else:
            with _text(unfinished, gzipped=form.gzipped) as file:
                (_write_jsonl if form.kind == "jsonl" else _write_csv)(results, file)
        with unfinished.open("rb") as file_on_disk:
            os.fsync(file_on_disk.fileno())
        unfinished.replace(out)
    finally:
        unfinished.unlink(missing_ok=True)


def _unfinished(out: Path) -> Path:
    return out.with_name(out.name + ".writing")


@contextmanager
def _text(path: Path, *, gzipped: bool) -> Iterator[TextIO]:
    with path.open("wb") as raw:
        if not gzipped:
            with io.TextIOWrapper(raw, "utf-8", newline="") as text:
                yield text
            return
        with (
            gzip.GzipFile(fileobj=raw, mode="wb", filename="", mtime=0) as packed,
            io.TextIOWrapper(packed, "utf-8", newline="") as text,
        ):
            yield text


def _write_jsonl(results: Iterable[Result], file: TextIO) -> None:
    for result in results:
        file.write(json.dumps(result, ensure_ascii=False) + "\n")


def _write_csv(results: Iterable[Result], file: TextIO) -> None:
    table = csv.writer(file)
    table.writerow(COLUMNS)
    table.writerows([_text_cell(result[name]) for name in COLUMNS] for result in results)


def _text_cell(cell: Cell) -> str | float:
    match cell:
        case None:
            return ""
        case bool() | list():
            return json.dumps(cell)
        case _:
            return cell


def _column_batches(results: Iterable[Result]) -> Iterator[list[Sequence[object]]]:
    remaining = iter(results)
    while batch := list(islice(remaining, BATCH_ROWS)):
        yield [[_flat(result[name]) for result in batch] for name in COLUMNS]


def _flat(cell: Cell) -> object:
    return json.dumps(cell) if isinstance(cell, list) else cell
