"""An input file together with the columns that are read from it."""

from dataclasses import dataclass
from pathlib import Path

from service.archive.formats import Format


@dataclass(frozen=True, slots=True)
class Source:
    """A file whose format and columns have been checked; ``id_column`` None means row numbers."""

    path: Path
    format: Format
    text_column: str
    id_column: str | None
    size: int
