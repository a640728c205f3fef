"""SemEval-2021 task 5 trial posts: the untyped toxic spans to measure spans on."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from model.records import Span
from training.corpora.corpus import Corpus, CorpusExample, without_gone
from training.corpora.offsets import runs
from training.corpora.rows import Row, csv_rows, file_in


def _offsets(row: Row, length: int) -> list[int]:
    try:
        offsets = json.loads(row.text("spans"))
    except ValueError as cause:
        raise row.error("spans", "is not a list of offsets") from cause
    if not isinstance(offsets, list) or not all(type(at) is int for at in offsets):
        raise row.error("spans", "is not a list of offsets")
    if offsets and not 0 <= min(offsets) <= max(offsets) < length:
        raise row.error("spans", f"has an offset outside the text's {length} characters")
    return sorted(set(offsets))


@without_gone
def read(path: Path) -> Iterator[CorpusExample]:
    """Yield the posts as they are, no labels, spans of label ``toxic`` (none: an empty tuple)."""
    for row in csv_rows(file_in(path, "tsd_trial.csv"), ("spans", "text")):
        text = row.text("text")
        found = runs(_offsets(row, len(text)))
        yield CorpusExample(
            text,
            {},
            id=f"tsd_trial:{row.number}",
            source="tsd_trial",
            spans=tuple(Span(begin, end, "toxic", 1.0) for begin, end in found),
            raw=text,
        )


CORPUS: Final = Corpus(
    name="tsd_trial",
    title="SemEval-2021 task 5, toxic spans detection, trial",
    address="https://github.com/ipavlopoulos/toxic_spans",
    cite="Pavlopoulos et al., SemEval-2021 task 5",
    licence="CC0",
    permissive=True,
    use="evaluate",
    mapping="The list of offsets as spans of the label toxic; no comment labels.",
    read=read,
    files={"tsd_trial.csv": "6bb8e9a16470c0269ac8727fd8bb77df68d8fb27955d9f5ff29ad724505622e8"},
    folder="toxic_spans",
)
