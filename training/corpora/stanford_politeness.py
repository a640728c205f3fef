"""Stanford Politeness Corpus: requests on Wikipedia talk pages and Stack Exchange."""

from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Final

from training.corpora.corpus import Corpus, CorpusExample, without_gone
from training.corpora.decoding import mask_users, tidy, unescape_html
from training.corpora.rows import csv_rows, files_in

_FILES: Final = {
    "wikipedia.annotated.csv": "1dd1eadb42d32dfa6c72fec4b2d164185498b8f825d9f3cb605864d64133ff2e",
    "stack-exchange.annotated.csv": (
        "106c13d6090cefbdcf42ce6de4c4f66daefbf387b00aef264ad52f61c11664e8"
    ),
}
_POLITE: Final = {"incivility": 0.02, "insult": 0.0}
_SCORE: Final = "Normalized Score"


@without_gone
def read(path: Path) -> Iterator[CorpusExample]:
    """Yield the requests in the politer half of each file."""
    for file in files_in(path, tuple(_FILES)):
        rows = [row for row in csv_rows(file, ("Request", _SCORE)) if row.text(_SCORE).strip()]
        scores = [row.number_of(_SCORE, low=-10.0, high=10.0) for row in rows]
        middle = median(scores) if scores else 0.0
        for row, score in zip(rows, scores, strict=True):
            if score > middle:
                raw = row.text("Request")
                yield CorpusExample(
                    tidy(mask_users(unescape_html(raw))),
                    _POLITE,
                    id=f"stanford_politeness:{file.name.partition('.')[0]}-{row.number}",
                    weight=0.2,
                    source="stanford_politeness",
                    raw=raw,
                )


CORPUS: Final = Corpus(
    name="stanford_politeness",
    title="Stanford Politeness Corpus, annotated requests",
    address="https://github.com/sudhof/politeness-api",
    cite="Danescu-Niculescu-Mizil et al., ACL 2013",
    licence="none stated",
    permissive=False,
    use="train",
    mapping=(
        "The politer half of each file by normalised score becomes incivility 0.02 and insult 0. "
        "The other half is left out, because an impolite request is curt, which is not uncivil. "
        "Weight 0.2: all of it is requests."
    ),
    read=read,
    files=_FILES,
)
