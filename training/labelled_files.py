"""A desk's own labelled comments for ``comity evaluate --data``: csv, tsv or JSON Lines, by column."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

from model.records import Example
from training.corpora.rows import csv_rows
from training.errors import TrainingError

_WORDS: Final = {"true": 1.0, "false": 0.0}


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column holds the comment, which the truth, and the label it is the truth of."""

    text: str
    truth: str
    label: str


@dataclass(frozen=True, slots=True)
class _Cell:
    """A value and where it stands, for the message that refuses it."""

    value: Any
    where: str


def read(file: Path, columns: Columns) -> list[Example]:
    """Return one example a row, in order; a row whose truth is blank or null has no label.

    Truth is a number from 0 to 1, true or false. In JSON Lines a column may be a path with dots
    (``labels.insult``). Raises ``TrainingError`` naming file, line and column, never the text.
    """
    if (ending := file.suffix.lower()) not in _READERS:
        raise TrainingError(f"{file}: ends in none of {', '.join(_READERS)}")
    if not file.is_file():
        raise TrainingError(f"{file}: there is no such file")
    rows = _READERS[ending](file, columns)
    return [
        Example(_text(text), _truth(columns.label, truth), id=str(number), source=file.name)
        for number, (text, truth) in enumerate(rows, 1)
    ]


def _text(cell: _Cell) -> str:
    if not isinstance(cell.value, str):
        raise TrainingError(f"{cell.where}: is not text")
    return cell.value


def _truth(label: str, cell: _Cell) -> Mapping[str, float]:
    value = cell.value.strip().lower() if isinstance(cell.value, str) else cell.value
    if value is None or value == "":
        return {}
    try:
        number = _WORDS[value] if value in _WORDS else float(value)
    except (TypeError, ValueError, OverflowError):
        # without the cause, whose message repeats the field
        raise TrainingError(f"{cell.where}: is neither a number nor true or false") from None
    if not 0 <= number <= 1:
        raise TrainingError(f"{cell.where}: is not between 0 and 1")
    return {label: number}


def _delimited(file: Path, columns: Columns, *, delimiter: str) -> Iterator[tuple[_Cell, _Cell]]:
    for row in csv_rows(file, (columns.text, columns.truth), delimiter=delimiter):
        where = f"{file}, line {row.line}, column"
        yield (
            _Cell(row.text(columns.text), f"{where} '{columns.text}'"),
            _Cell(row.text(columns.truth), f"{where} '{columns.truth}'"),
        )


def _json_lines(file: Path, columns: Columns) -> Iterator[tuple[_Cell, _Cell]]:
    with file.open("rb") as stream:
        for number, line in enumerate(stream, 1):
            if line.strip():
                where = f"{file}, line {number}"
                row = _parsed(line, where)
                yield (
                    _Cell(_at(row, columns.text), f"{where}, column '{columns.text}'"),
                    _Cell(_at(row, columns.truth), f"{where}, column '{columns.truth}'"),
                )


def _parsed(line: bytes, where: str) -> Mapping[str, Any]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):  # also what is not UTF-8; without the cause and its line
        raise TrainingError(f"{where}: is not JSON in UTF-8") from None
    if not isinstance(row, dict):
        raise TrainingError(f"{where}: is not a JSON object")
    return row


def _at(row: Mapping[str, Any], path: str) -> Any:
    """Return the value under the column's name, or at its dotted path; None where there is none."""
    if path in row:
        return row[path]
    value: Any = row
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


_READERS: Final[Mapping[str, Callable[[Path, Columns], Iterator[tuple[_Cell, _Cell]]]]] = {
    ".csv": partial(_delimited, delimiter=","),
    ".tsv": partial(_delimited, delimiter="\t"),
    ".jsonl": _json_lines,
}
