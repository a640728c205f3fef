"""What an archive file is, told by its ending, and how its bytes are opened."""

import gzip
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, Literal, cast, get_args

Kind = Literal["csv", "tsv", "jsonl", "parquet"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
READABLE: Final = ".csv, .tsv, .jsonl (each also .gz) or .parquet"
GZIP_MAGIC: Final = b"\x1f\x8b"
UTF16_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")


class ArchiveError(Exception):
    """A file that cannot be read or written at all; the message names it and says what to do."""


@dataclass(frozen=True, slots=True)
class Format:
    """A file's kind, and whether gzip is wrapped around it."""

    kind: Kind
    gzipped: bool = False


def format_of(path: Path) -> Format:
    """Return the format that the ending of ``path`` names, or raise ``ArchiveError``."""
    endings = [ending.lower().removeprefix(".") for ending in path.suffixes]
    gzipped = endings[-1:] == ["gz"]
    kind = endings[-2:-1] if gzipped else endings[-1:]
    if not kind or kind[0] not in KINDS or (gzipped and kind[0] == "parquet"):
        raise ArchiveError(f"{path}: the name must end in {READABLE}")
    return Format(kind[0], gzipped)


@contextmanager
def opened(path: Path, *, gzipped: bool) -> Iterator[tuple[BinaryIO, BinaryIO]]:
    """Give the file's own bytes, and beside them the bytes to parse (unpacked if ``gzipped``).

    The first of the two tells by its position how much of the file has been read. Raises
    ``ArchiveError`` for a file that is missing, is empty or is not what its ending says.
    """
    try:
        raw = path.open("rb")
    except OSError as error:
        raise ArchiveError(f"{path}: cannot be opened: {error.strerror}") from error
    with raw:
        _check_start(path, _peek(path, raw), gzipped=gzipped)
        if not gzipped:
            yield raw, raw
            return
        with gzip.GzipFile(fileobj=raw) as unpacked:
            yield raw, cast(BinaryIO, unpacked)


def _peek(path: Path, raw: io.BufferedReader) -> bytes:
    try:
        return raw.peek(4)[:4]
    except OSError as error:
        raise ArchiveError(f"{path}: cannot be read: {error.strerror}") from error


def _check_start(path: Path, start: bytes, *, gzipped: bool) -> None:
    if not start:
        raise ArchiveError(f"{path}: the file is empty")
    if gzipped and not start.startswith(GZIP_MAGIC):
        raise ArchiveError(f"{path}: the name ends in .gz but the file is not gzip")
    if not gzipped and start.startswith(GZIP_MAGIC):
        raise ArchiveError(f"{path}: the file is gzip: give it a name that ends in .gz")
    if start.startswith(UTF16_MARKS):
        raise ArchiveError(f"{path}: the file is UTF-16; save it as UTF-8")
