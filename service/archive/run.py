"""A run: files through the scorer into the journal, chunk by chunk, and out."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Final

from model.records import Comment
from model.scorer import Scorer
from service.archive import journal
from service.archive.formats import ArchiveError
from service.archive.readers import read
from service.archive.results import Judge, Result, failed, scored
from service.archive.rows import Row
from service.archive.source import Source

# Rows of one call of the scorer: enough to sort by length, little enough to hold and to lose.
CHUNK_ROWS: Final = 256
CHUNK_CHARS: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Tally:
    """How many rows a run has put out, and how many of them without scores."""

    rows: int = 0
    failed: int = 0
    abstained: int = 0

    def plus(self, results: Iterable[Result]) -> "Tally":
        """Return the tally with ``results`` counted in."""
        counted = list(results)
        return Tally(
            self.rows + len(counted),
            self.failed + sum(result["error"] is not None for result in counted),
            self.abstained + sum(result["abstained"] is not None for result in counted),
        )


def open_journal(
    out: Path, head: dict[str, object], *, resume: bool, overwrite: bool
) -> journal.Journal:
    """Return the journal of the run that ``head`` identifies, new or taken up again.

    Raises ``ArchiveError`` rather than let an earlier run's rows be lost unasked.
    """
    path = journal.journal_of(out)
    if not path.exists() or (overwrite and not resume):
        return journal.begun(path, head)
    if not resume:
        raise ArchiveError(
            f"{path}: an earlier run stopped here; --resume goes on with it, --overwrite drops it"
        )
    return journal.resumed(path, head)


def run(
    sources: Sequence[Source],
    into: journal.Journal,
    *,
    scorer: Scorer,
    judge: Judge,
) -> Iterator[tuple[Tally, int]]:
    """Score every row that the journal does not hold yet.

    Yields, after what was found in the journal and after each chunk, the tally so far and the bytes
    of input read.
    """
    tally = Tally()
    for result in journal.finished(into.path):
        tally = tally.plus([result])
    yield tally, 0
    for chunk in chunks(islice(_numbered(sources), tally.rows, None)):
        results = score_chunk(chunk, scorer=scorer, judge=judge)
        into.append(results)
        tally = tally.plus(results)
        yield tally, chunk[-1].bytes_read


def score_chunk(chunk: Sequence[Row], *, scorer: Scorer, judge: Judge) -> list[Result]:
    """Return one result a row, in order; rows that have a fault are not shown to the scorer."""
    comments = [
        Comment(row.text, row.id or "")
        for row in chunk
        if row.fault is None and row.text is not None
    ]
    answers = scorer.score(comments, spans=True) if comments else []
    if len(answers) != len(comments):
        raise RuntimeError(f"the scorer answered {len(comments)} comments with {len(answers)}")
    waiting = iter(answers)
    return [
        failed(row.id, row.fault, judge=judge, model=scorer.version)
        if row.fault is not None
        else scored(row, next(waiting), judge=judge, model=scorer.version)
        for row in chunk
    ]


def chunks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Group rows: at most ``CHUNK_ROWS`` a chunk and, its last row aside, ``CHUNK_CHARS``."""
    chunk: list[Row] = []
    chars = 0
    for row in rows:
        chunk.append(row)
        chars += len(row.text or "")
        if len(chunk) == CHUNK_ROWS or chars >= CHUNK_CHARS:
            yield chunk
            chunk, chars = [], 0
    if chunk:
        yield chunk


def _numbered(sources: Sequence[Source]) -> Iterator[Row]:
    """Yield the rows of all sources; without id columns a row's id is its number in OUT."""
    number = read_before = 0
    for source in sources:
        for row in read(source):
            number += 1
            row_id = str(number) if source.id_column is None else row.id
            yield replace(row, id=row_id, bytes_read=read_before + row.bytes_read)
        read_before += source.size
