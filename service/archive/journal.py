"""The journal of a run: every finished row is on disk before the next chunk is scored.

``OUT.partial`` is JSON Lines. Its first line says what run it belongs to; each further line is one
finished row. A kill loses at most the chunk that was being scored, and a torn last line is dropped
when the run is taken up again.
"""

import fcntl
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Final, cast

from service.archive.formats import ArchiveError
from service.archive.results import Result
from service.archive.source import Source

# Goes up when a file may be read as other rows than before: rows are told by their number alone.
VERSION: Final = 3


def journal_of(out: Path) -> Path:
    """Return where the journal of ``out`` lies: beside it."""
    return out.with_name(out.name + ".partial")


def heading(
    sources: Sequence[Source],
    *,
    model: str,
    policy: str | None = None,
    language: str | None = None,
) -> dict[str, object]:
    """Return what identifies a run: its files as they are now, its columns, the bundle, the policy.

    ``policy`` is a digest of the rules where they are not those that ship, ``language`` the one
    that the comments are taken to be in where that is settled.
    """
    return {
        "comity_journal": VERSION,
        "model": model,
        **({"policy": policy} if policy else {}),
        **({"language": language} if language else {}),
        "files": [
            {
                "path": str(source.path),
                "bytes": source.size,
                "modified_ns": source.path.stat().st_mtime_ns,
                "text_column": source.text_column,
                "id_column": source.id_column,
            }
            for source in sources
        ],
    }


class Journal:
    """An open journal that only this process may write; use it as a context manager."""

    def __init__(self, path: Path, file: BinaryIO) -> None:
        """Append to ``file``, which lies at ``path`` and is locked."""
        self.path = path
        self._file = file

    def __enter__(self) -> "Journal":
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file, which also unlocks it.

        Closing writes once more what ``append`` could not; it has said so, and what it said stands.
        """
        with suppress(OSError):
            self._file.close()

    def append(self, results: Sequence[Result]) -> None:
        """Write finished rows and have them on disk before this returns."""
        self._file.write(b"".join(map(_line, results)))
        self._file.flush()
        os.fsync(self._file.fileno())


def begun(path: Path, head: dict[str, object]) -> Journal:
    """Return a new journal in place of any that was there and that no running process holds.

    Raises ``OSError`` where the disk does not take it, and leaves none.
    """
    file = _locked(path, "a+b")
    file.truncate(0)
    journal = Journal(path, file)
    try:
        journal.append([cast(Result, head)])
    except OSError:
        path.unlink(missing_ok=True)
        with journal:
            raise
    return journal


def resumed(path: Path, head: dict[str, object]) -> Journal:
    """Return the journal of an earlier run, ready to be appended to, its torn last line cut off.

    Raises ``ArchiveError`` where it belongs to another run: other files, columns or bundle.
    """
    file = _locked(path, "r+b")
    first = file.readline()
    if not first.endswith(b"\n"):
        file.close()
        return begun(path, head)
    if (difference := _difference(first, head)) is not None:
        file.close()
        raise ArchiveError(f"{path}: belongs to another run ({difference}); --overwrite drops it")
    end = file.tell()
    for line in file:
        end += len(line) if line.endswith(b"\n") else 0
    file.truncate(end)
    file.seek(end)
    return Journal(path, file)


def finished(path: Path) -> Iterator[Result]:
    """Yield the rows that a journal holds, in order."""
    with path.open("rb") as file:
        file.readline()
        for line in file:
            if line.endswith(b"\n"):
                yield json.loads(line)


def _locked(path: Path, mode: str) -> BinaryIO:
    try:
        file = cast(BinaryIO, path.open(mode))
    except OSError as error:
        raise ArchiveError(f"{path}: cannot be written: {error.strerror}") from error
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        file.close()
        raise ArchiveError(f"{path}: another run is writing it") from error
    return file


def _line(result: Result) -> bytes:
    # In ASCII, because a file's name need not be UTF-8 and must come back as it was.
    return json.dumps(result, separators=(",", ":")).encode() + b"\n"


def _difference(first: bytes, head: dict[str, object]) -> str | None:
    """Return what differs between a journal's heading and the run's, or None."""
    try:
        found = json.loads(first)
    except ValueError:
        return "it is no journal"
    if not isinstance(found, dict) or "comity_journal" not in found:
        return "it is no journal"
    if found == head:
        return None
    reasons = {
        "comity_journal": "another version of Comity began it",
        "model": f"it was scored with bundle {found.get('model')}, not {head['model']}",
        "policy": "it was judged by another policy",
        "language": "it was read with another COMITY_LANGUAGE",
    }
    different = (reason for key, reason in reasons.items() if found.get(key) != head.get(key))
    return next(different, "its input files or columns differ, or a file has changed since")
