"""Rows of a corpus file, one at a time; what is wrong is named by file, line and column."""

import csv
import logging
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from training.errors import TrainingError

if TYPE_CHECKING:
    import _csv

# The longest official row is a Wikipedia diff of some 60,000 characters; csv stops at 131,072.
csv.field_size_limit(2**24)

log = logging.getLogger(__name__)


class CorpusError(TrainingError):
    """A corpus file is not what its adapter expects; says file, line and column, never the text."""


@dataclass(frozen=True, slots=True)
class Row:
    """One record: its file, the line it begins on, its number from 1, its fields by column."""

    file: Path
    line: int
    number: int
    fields: Mapping[str, str]

    def error(self, column: str, wrong: str) -> CorpusError:
        """Return the error that says what is ``wrong`` with this row's ``column``."""
        return CorpusError(f"{self.file}, line {self.line}, column '{column}': {wrong}")

    def text(self, column: str) -> str:
        """Return the field as it stands in the file."""
        return self.fields[column]

    def number_of(self, column: str, *, low: float = 0.0, high: float = 1.0) -> float:
        """Return the field as a number from ``low`` to ``high``; CorpusError for all else."""
        try:
            number = float(self.fields[column])
        except ValueError:
            # without the cause, whose message repeats the field
            raise self.error(column, "is not a number") from None
        if not low <= number <= high:
            raise self.error(column, f"is not between {low:g} and {high:g}")
        return number

    def flag(self, column: str) -> bool:
        """Return True for 1, 1.0, True and False for 0, 0.0, False; CorpusError for all else."""
        return self.one_of(column, _FLAGS) in _TRUE

    def one_of(self, column: str, allowed: Collection[str]) -> str:
        """Return the field if it is one of ``allowed``; CorpusError naming the choice if not."""
        word = self.fields[column].strip()
        if word not in allowed:
            raise self.error(column, f"is none of {', '.join(sorted(allowed))}")
        return word


_TRUE = frozenset({"1", "1.0", "True"})
_FLAGS = _TRUE | {"0", "0.0", "False"}


def file_in(path: Path, name: str) -> Path:
    """Return ``path`` itself if it is a file, else the file ``name`` in that folder."""
    if path.is_file():
        return path
    file = path / name
    if not file.is_file():
        raise CorpusError(f"{file}: there is no such file")
    return file


def files_in(path: Path, names: Sequence[str]) -> list[Path]:
    """Return every named file of the folder, or ``path`` alone if it is a file."""
    return [path] if path.is_file() else [file_in(path, name) for name in names]


def csv_rows(
    file: Path,
    columns: Sequence[str],
    *,
    delimiter: str = ",",
    quoting: int = csv.QUOTE_MINIMAL,
    header: Sequence[str] | None = None,
) -> Iterator[Row]:
    """Yield the rows of a delimited UTF-8 file that has at least ``columns``.

    ``header`` names the columns of a file that has no header line. A row with fields too many or
    too few, broken quoting and bytes that are not UTF-8 are CorpusErrors.
    """
    quoting_of = {"delimiter": delimiter, "quoting": quoting, "strict": True}
    with file.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.reader(stream, **quoting_of)  # type: ignore[arg-type]
        try:
            names = list(header) if header is not None else next(reader, [])
            _require(file, names, columns)
            yield from _numbered(file, names, reader)
        except UnicodeDecodeError:
            raise CorpusError(f"{file}, after line {reader.line_num}: is not UTF-8") from None
        except csv.Error as cause:
            raise CorpusError(f"{file}, line {reader.line_num}: {cause}") from cause


def _require(file: Path, names: Sequence[str], columns: Sequence[str]) -> None:
    for column in columns:
        if column not in names:
            raise CorpusError(f"{file}, line 1: there is no column '{column}'")
        if (times := names.count(column)) > 1:
            raise CorpusError(f"{file}, line 1: there are {times} columns '{column}'")


def _numbered(file: Path, names: Sequence[str], reader: "_csv.Reader") -> Iterator[Row]:
    line, number = reader.line_num + 1, 0
    for fields in reader:
        if fields:
            number += 1
            if len(fields) != len(names):
                wrong = f"has {len(fields)} fields, the header {len(names)}"
                raise CorpusError(f"{file}, line {line}: {wrong}")
            yield Row(file, line, number, dict(zip(names, fields, strict=True)))
        line = reader.line_num + 1
