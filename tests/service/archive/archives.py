"""Archive files for these tests."""

import gzip
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from model.labels import NAMES
from model.records import Comment, Scores, Span
from service.archive.readers import inspect, read
from service.archive.rows import Row

Seen = tuple[str | None, str | None]


def write(path: Path, content: str | bytes) -> Path:
    """Write ``content``, packed where the name ends in .gz, and return the path."""
    content = content.encode() if isinstance(content, str) else content
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


def json_lines(rows: Iterable[Mapping[str, object]]) -> str:
    """Return rows as JSON Lines."""
    return "".join(json.dumps(row) + "\n" for row in rows)


def rows_of(path: Path, *, text: str | None = None, ids: str | None = None) -> list[Row]:
    """Return everything that the reader makes of a file."""
    return list(read(inspect(path, text=text, ids=ids)))


def short(rows: Iterable[Row], path: Path) -> list[Seen]:
    """Return id and what is known of each row: its text, or its fault without the file's name."""
    return [
        (row.id, row.text if row.fault is None else row.fault.replace(f"{path}, ", "!"))
        for row in rows
    ]


class LengthScorer:
    """Scores by length alone and remembers how many comments each call had.

    A comment of one word abstains, one that says ``refuse`` is not accepted.
    """

    version = "length-1"
    thresholds: ClassVar[dict[str, float]] = dict.fromkeys(NAMES, 0.5)

    def __init__(self) -> None:
        self.calls: list[int] = []

    def score(self, comments: Sequence[Comment], *, spans: bool = False) -> list[Scores]:
        self.calls.append(len(comments))
        return [self._one(comment.text, spans) for comment in comments]

    def _one(self, text: str, spans: bool) -> Scores:
        if text == "refuse":
            return Scores(None, error="empty")
        if " " not in text:
            return Scores(None, abstained="no_words")
        share = len(text) / (len(text) + 30)
        return Scores(
            dict.fromkeys(NAMES, share),
            labels=NAMES if share >= 0.5 else (),
            spans=(Span(0, 4, "insult", share),) if spans else None,
            language="en",
        )


def judge(scores: Scores, text: str = "") -> str:
    """Return an action that tells the cases apart."""
    return "review" if scores.by_label is None else "approve"
