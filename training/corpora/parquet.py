"""Rows of a parquet file, a batch in memory at a time."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from training.corpora.rows import CorpusError, Row


def parquet_rows(file: Path, columns: Sequence[str]) -> Iterator[Row]:
    """Yield the rows with ``columns`` as text; ``line`` is the row's number, counted from 1.

    A missing column, an empty field and a file that is no parquet are CorpusErrors.
    """
    # Here, because `comity evaluate` runs in the serving install, which has no pyarrow.
    import pyarrow as pa  # type: ignore[import-untyped]  # noqa: PLC0415
    import pyarrow.parquet as pq  # type: ignore[import-untyped]  # noqa: PLC0415

    try:
        table = pq.ParquetFile(file)
    except pa.ArrowException as cause:
        raise CorpusError(f"{file}: is not a parquet file") from cause
    with table:
        for column in columns:
            if column not in table.schema_arrow.names:
                raise CorpusError(f"{file}, line 1: there is no column '{column}'")
        number = 0
        for batch in table.iter_batches(columns=list(columns)):
            for fields in batch.to_pylist():
                number += 1
                yield _row(file, number, fields)


def _row(file: Path, number: int, fields: dict[str, object]) -> Row:
    for column, value in fields.items():
        if value is None:
            raise CorpusError(f"{file}, line {number}, column '{column}': is empty")
    return Row(file, number, number, {column: str(value) for column, value in fields.items()})
