"""Unhealthy Comments Corpus: reader comments of the Globe and Mail. For measuring only."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from training.corpora.corpus import Corpus, CorpusExample, without_gone
from training.corpora.decoding import tidy
from training.corpora.rows import csv_rows, file_in

_TRUTH: Final = (
    "hostile",
    "antagonize",
    "condescending",
    "dismissive",
    "sarcastic",
    "generalisation_unfair",
)


@without_gone
def read(path: Path) -> Iterator[CorpusExample]:
    """Yield the comments with the truth under the corpus's own names."""
    for row in csv_rows(file_in(path, "val.csv"), ("comment", "healthy", *_TRUTH)):
        raw = row.text("comment")
        truth = {name: float(row.flag(name)) for name in _TRUTH}
        yield CorpusExample(
            tidy(raw),
            truth | {"unhealthy": float(not row.flag("healthy"))},
            id=f"unhealthy_conversations:{row.number}",
            source="unhealthy_conversations",
            raw=raw,
        )


CORPUS: Final = Corpus(
    name="unhealthy_conversations",
    title="Unhealthy Comments Corpus, validation part",
    address="https://github.com/conversationai/unhealthy-conversations",
    cite="Price et al. 2020",
    licence="CC BY-NC-SA 4.0",
    permissive=False,
    use="evaluate",
    mapping=(
        "Truth columns under their own names; unhealthy is 1 where healthy is 0. Non-commercial: "
        "it trains nothing and chooses no bundle, threshold or epoch."
    ),
    read=read,
    files={"val.csv": "4968adb126904bb8778ff4da5c91db5e98f065a8ce3d11026017f227bf47ee69"},
)
