"""Hate Speech and Offensive Language (Davidson et al. 2017): tweets found by a lexicon."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from training.corpora.corpus import Corpus, CorpusExample, without_gone
from training.corpora.decoding import from_twitter
from training.corpora.rows import Row, csv_rows, file_in

_COLUMNS: Final = ("count", "hate_speech", "offensive_language", "neither", "tweet")
_RATERS: Final = 100.0


def _labels(row: Row) -> Mapping[str, float]:
    count, neither = (row.number_of(column, high=_RATERS) for column in ("count", "neither"))
    if not 0 <= neither <= count or count == 0:
        raise row.error("neither", "is more than 'count', or 'count' is 0")
    profane = 1.0 - neither / count
    return {"profanity": profane} if profane else {"profanity": 0.0, "insult": 0.0}


@without_gone
def read(path: Path) -> Iterator[CorpusExample]:
    """Yield the tweets, for profanity only."""
    for row in csv_rows(file_in(path, "labeled_data.csv"), _COLUMNS):
        raw = row.text("tweet")
        yield CorpusExample(
            from_twitter(raw),
            _labels(row),
            id=f"davidson2017:{row.number}",
            weight=0.3,
            source="davidson2017",
            raw=raw,
        )


CORPUS: Final = Corpus(
    name="davidson2017",
    title="Automated Hate Speech Detection and the Problem of Offensive Language",
    address="https://github.com/t-davidson/hate-speech-and-offensive-language",
    cite="Davidson et al., ICWSM 2017",
    licence="MIT",
    permissive=True,
    use="train",
    mapping=(
        "profanity is the share of raters who chose offensive or hate. All other labels are "
        "unknown, because offensive there is mostly casual swearing or African-American English "
        "and not insult; where every rater chose neither, insult is 0. Weight 0.3."
    ),
    read=read,
    files={"labeled_data.csv": "fcb8bc7c68120ae4af04a5b9acd58585513ede11e1548ebf36a5c2040b6f6281"},
)
