"""An input file together with the columns that are read from it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from service.archive.formats import ArchiveError, Format


@dataclass(frozen=True, slots=True)
class Source:
    """A file whose format and columns have been checked; ``id_column`` None means row numbers."""

    path: Path
    format: Format
    text_column: str
    id_column: str | None
    size: int


def check_ids(sources: Sequence[Source]) -> None:
    """Raise ``ArchiveError`` where only some of the files have ids.

    The row numbers of the others would stand among the ids, and no one could tell the two apart.
    """
    without = [source for source in sources if source.id_column is None]
    having = [source for source in sources if source.id_column is not None]
    if without and having:
        raise ArchiveError(
            f"{without[0].path}: has no column of ids, but {having[0].path} has"
            f" {having[0].id_column!r}, and row numbers may be the same as its ids. Score files"
            " with ids and files without into an OUT each"
        )
