"""Incivility on Reddit (Davidson, Sun and Wojcieszak)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from training.corpora.corpus import Corpus, CorpusExample, without_gone
from training.corpora.decoding import from_reddit
from training.corpora.rows import csv_rows, file_in

_CIVIL: Final = {"incivility": 0.0, "insult": 0.0, "threat": 0.0, "identity_attack": 0.0}
_COLUMNS: Final = ("text", "uncivil")


@without_gone
def read(path: Path) -> Iterator[CorpusExample]:
    """Yield the comments; the file has no header line."""
    for row in csv_rows(file_in(path, "train.csv"), _COLUMNS, header=_COLUMNS):
        raw = row.text("text")
        yield CorpusExample(
            from_reddit(raw),
            {"incivility": 1.0} if row.flag("uncivil") else _CIVIL,
            id=f"reddit_incivility_ercexpo:{row.number}",
            source="reddit_incivility_ercexpo",
            raw=raw,
        )


CORPUS: Final = Corpus(
    name="reddit_incivility_ercexpo",
    title="Reddit incivility, train",
    address="https://github.com/ercexpo/reddit_incivility",
    cite="Davidson, Sun & Wojcieszak 2020",
    licence="BSD-3-Clause",
    permissive=True,
    use="train",
    mapping=(
        "uncivil 1 becomes incivility 1, of which kind is unknown. 0 becomes incivility, insult, "
        "threat and identity_attack 0, for each of those would have been uncivil; profanity is "
        "unknown."
    ),
    read=read,
    files={"train.csv": "b3837633eba7e176be743fd6211ab2df4a333702a024cbc9d113a8635dff1b29"},
)
