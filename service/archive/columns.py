"""Which column holds the comments and which their ids."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from service.archive.formats import ArchiveError, format_of

TEXT_COLUMNS: Final = ("text", "comment", "comment_text", "body")
ID_COLUMN: Final = "id"
NAMED_AT_MOST: Final = 20
# Their names are the first line, whatever it holds.
HEADER_KINDS: Final = ("csv", "tsv")
LIKE_A_NAME: Final = re.compile(r"[^\W\d][\w-]{0,39}")


def fits_text(column: str, wanted: str | None) -> bool:
    """Return whether ``column`` is by its name one of the comments: ``wanted``, else a usual name."""
    return _plain(column) in TEXT_COLUMNS if wanted is None else column == wanted


def fits_ids(column: str, wanted: str | None) -> bool:
    """Return whether ``column`` is by its name one of the ids: ``wanted``, else ``id``."""
    return _plain(column) == ID_COLUMN if wanted is None else column == wanted


def text_column(columns: Sequence[str], wanted: str | None, *, path: Path) -> str:
    """Return the column of the comments: the ``wanted`` one, else the only usual name.

    Raises ``ArchiveError`` that names the file, its columns and the option where that is not one
    column.
    """
    if wanted is not None:
        return _the_one(columns, wanted, option="--text-column", path=path)
    usual = [column for column in columns if fits_text(column, None)]
    if len(usual) == 1:
        return usual[0]
    found = "several columns may hold" if usual else "no column is known to hold"
    raise ArchiveError(
        f"{path}: {found} the comments; name one with --text-column."
        f" The file has {shown(columns, path=path)}{_hint(columns)}"
    )


def id_column(columns: Sequence[str], wanted: str | None, *, path: Path) -> str | None:
    """Return the column of the ids: the ``wanted`` one, else ``id`` if there is one, else None.

    Raises ``ArchiveError`` where several are called ``id``: row numbers in their place would join
    to nothing.
    """
    if wanted is not None:
        return _the_one(columns, wanted, option="--id-column", path=path)
    usual = [column for column in columns if fits_ids(column, None)]
    if len(usual) > 1:
        raise ArchiveError(
            f"{path}: several columns may hold the ids; name one with --id-column."
            f" The file has {shown(columns, path=path)}"
        )
    return usual[0] if usual else None


def shown(columns: Sequence[str], *, path: Path) -> str:
    """Return the column names as a message may print them.

    A CSV or TSV without a header has comments where the names should be, and a comment must not reach
    a message. No shape tells the two apart, since one word may be a whole comment: only a usual name
    on the line does. So a name is printed where it is a usual one, or where it is one word and either
    such a name stands beside it or the format has names of its own. Of any other column the message
    gives the number and the length.
    """
    header = format_of(path).kind not in HEADER_KINDS or any(map(_usual, columns))
    names = [
        repr(column)
        if _usual(column) or (header and LIKE_A_NAME.fullmatch(column))
        else f"(column {n}: {len(column)} character{'' if len(column) == 1 else 's'})"
        for n, column in enumerate(columns[:NAMED_AT_MOST], 1)
    ]
    more = f" and {len(columns) - NAMED_AT_MOST} more" if len(columns) > NAMED_AT_MOST else ""
    return f"{'column' if len(columns) == 1 else 'columns'} {', '.join(names)}{more}"


def _usual(column: str) -> bool:
    return fits_text(column, None) or fits_ids(column, None)


def _the_one(columns: Sequence[str], wanted: str, *, option: str, path: Path) -> str:
    count = columns.count(wanted)
    if count == 1:
        return wanted
    fault = "has no column" if count == 0 else f"has {count} columns named"
    raise ArchiveError(
        f"{path}: the file {fault} {wanted!r} ({option}). It has {shown(columns, path=path)}{_hint(columns)}"
    )


def _plain(column: str) -> str:
    return column.strip().casefold()


def _hint(columns: Sequence[str]) -> str:
    """Semicolon files are what spreadsheets write as CSV in much of Europe."""
    if len(columns) == 1 and ";" in columns[0]:
        return ". It seems to be separated by semicolons: save it with commas"
    if len(columns) == 1 and "\t" in columns[0]:
        return ". It seems to be separated by tabs: give it a name that ends in .tsv"
    return ""
