"""Parquet files, read and written by batches; the only file that imports the Arrow library."""

import errno
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Literal
from uuid import UUID

import arro3.io
from arro3.core import Array, DataType, Field, RecordBatch, RecordBatchReader, Schema

from service.archive.formats import ArchiveError
from service.archive.rows import Row, id_text, text_fault
from service.archive.source import Source

MAGIC: Final = b"PAR1"
SMALLEST_FILE: Final = 12
READ_ROWS: Final = 64
GROUP_ROWS: Final = 16_384
UUID_BYTES: Final = 16

ColumnKind = Literal["text", "number", "flag"]
ARROW_TYPES: Final[dict[ColumnKind, DataType]] = {
    "text": DataType.utf8(),
    "number": DataType.float64(),
    "flag": DataType.bool(),
}


class DamagedParquet(Exception):
    """Parquet bytes that cannot be decoded."""


def columns(path: Path) -> list[tuple[str, bool]]:
    """Return every column's name and whether it can hold text.

    Raises ``ArchiveError`` for a file that is not Parquet or whose footer is damaged.
    """
    with path.open("rb") as file:
        start = file.read(len(MAGIC))
        size = file.seek(0, 2)
        file.seek(max(0, size - len(MAGIC)))
        end = file.read(len(MAGIC))
    if start != MAGIC:
        raise ArchiveError(f"{path}: the file is not Parquet")
    if size < SMALLEST_FILE or end != MAGIC:
        raise ArchiveError(f"{path}: the Parquet file is cut off: its footer is missing")
    try:
        schema = _reader(path).schema
    except DamagedParquet as error:
        raise ArchiveError(f"{path}: the Parquet file's footer is damaged") from error
    return [(name, _may_hold_text(schema.field(name).type)) for name in schema.names]


def rows(source: Source) -> Iterator[Row]:
    """Yield every row; raise ``DamagedParquet`` where decoding stops."""
    number = 0
    for batch in _batches(source.path):
        texts = _values(batch, source.text_column)
        ids = [None] * len(texts) if source.id_column is None else _ids(batch, source.id_column)
        for row_id, value in zip(ids, texts, strict=True):
            number += 1
            column = f"{source.path}, row {number}, column"
            place = f"{column} {source.text_column!r}"
            known_id, id_fault = _id(row_id)
            text, fault = _decoded(value)
            if id_fault is not None:
                yield Row(known_id, text, f"{column} {source.id_column!r}: {id_fault}")
            elif fault is not None:
                yield Row(known_id, text, f"{place}: {fault}")
            else:
                yield Row(known_id, text, place=place)


def write(
    path: Path, kinds: dict[str, ColumnKind], batches: Iterator[list[Sequence[object]]]
) -> None:
    """Write a Parquet file of columns ``kinds``; each of ``batches`` is one sequence a column.

    Raises ``OSError`` where the disk does not take it.
    """
    schema = Schema([Field(name, ARROW_TYPES[kind]) for name, kind in kinds.items()])

    def record_batches() -> Iterator[RecordBatch]:
        for batch in batches:
            arrays = [
                Array(values, ARROW_TYPES[kind])
                for values, kind in zip(batch, kinds.values(), strict=True)
            ]
            yield RecordBatch.from_arrays(arrays, schema=schema)

    reader = RecordBatchReader.from_batches(schema, record_batches())
    with path.open("wb") as file:
        try:
            arro3.io.write_parquet(
                reader, file, compression="zstd(3)", max_row_group_size=GROUP_ROWS
            )
        except BaseException as error:
            if _is_panic(error):
                raise OSError(errno.EIO, "the Parquet writer could not write") from error
            raise


def _values(batch: RecordBatch, column: str) -> list[Any]:
    return list(batch.column(column).to_pylist())


def _ids(batch: RecordBatch, column: str) -> list[Any]:
    """Return the ids; bytes of a fixed number are no text but a UUID or a digest, shown as such."""
    ids = _values(batch, column)
    fixed = DataType.is_fixed_size_binary(batch.schema.field(column).type)
    return [_fixed_bytes(one) if fixed and one is not None else one for one in ids]


def _fixed_bytes(value: bytes) -> str:
    return str(UUID(bytes=value)) if len(value) == UUID_BYTES else value.hex()


def _id(value: object) -> tuple[str | None, str | None]:
    """Return an id as its writer meant it, and its fault."""
    if isinstance(value, bytes):
        try:
            return id_text(value.decode()), None
        except UnicodeDecodeError as error:
            shown = value.decode("utf-8", "replace")
            return id_text(shown), f"is not valid UTF-8 at byte {error.start + 1}"
    return id_text(value), None


def _decoded(value: object) -> tuple[str | None, str | None]:
    """Return text and fault; files without the string annotation hold the text's bytes."""
    if isinstance(value, bytes):
        try:
            value = value.decode()
        except UnicodeDecodeError as error:
            return None, f"is not valid UTF-8 at byte {error.start + 1}"
    fault = text_fault(value)
    return (value, None) if isinstance(value, str) and fault is None else (None, fault)


def _may_hold_text(kind: DataType) -> bool:
    inner = kind.value_type if DataType.is_dictionary(kind) else kind
    return inner is not None and any(
        is_kind(inner)
        for is_kind in (
            DataType.is_string,
            DataType.is_large_string,
            DataType.is_string_view,
            DataType.is_binary,
            DataType.is_large_binary,
            DataType.is_binary_view,
        )
    )


def _reader(path: Path) -> RecordBatchReader:
    with _decoding():
        return arro3.io.read_parquet(path, batch_size=READ_ROWS)


def _batches(path: Path) -> Iterator[RecordBatch]:
    reader = _reader(path)
    while True:
        try:
            with _decoding():
                batch = reader.read_next_batch()
        except StopIteration:
            return
        yield batch


@contextmanager
def _decoding() -> Iterator[None]:
    """Turn the library's failures into ``DamagedParquet``.

    arro3 panics on a broken footer, which reaches Python as a bare ``BaseException``, and raises a
    bare ``Exception`` for a broken page, so there is no narrower type to name.
    """
    try:
        yield
    except (StopIteration, OSError, MemoryError):
        raise
    except BaseException as error:
        if _is_panic(error) or type(error) is Exception:
            raise DamagedParquet(str(error)) from error
        raise


def _is_panic(error: BaseException) -> bool:
    """Rust's panics have a type of their own, which no module exports."""
    return type(error).__name__ == "PanicException"
