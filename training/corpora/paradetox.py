"""ParaDetox: toxic sentences and civil rewrites that say the same."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from training.corpora.corpus import Corpus, CorpusExample, without_gone
from training.corpora.decoding import tidy, unescape_html
from training.corpora.rows import Row, csv_rows, file_in

_TOXIC: Final = {"incivility": 0.75}
_CIVIL: Final = {
    "incivility": 0.02,
    "insult": 0.02,
    "profanity": 0.0,
    "identity_attack": 0.02,
    "threat": 0.02,
}
_REWRITES: Final = ("neutral1", "neutral2", "neutral3")


def _pair(row: Row) -> Iterator[CorpusExample]:
    for column in ("toxic", *_REWRITES):
        raw = row.text(column)
        if column == "toxic" or raw.strip():
            yield CorpusExample(
                tidy(unescape_html(raw)),
                _TOXIC if column == "toxic" else _CIVIL,
                id=f"paradetox:{row.number}-{column}",
                weight=0.4,
                source="paradetox",
                key=f"paradetox:{row.number}",
                raw=raw,
            )


@without_gone
def read(path: Path) -> Iterator[CorpusExample]:
    """Yield each toxic sentence and its one to three rewrites, tied by their key."""
    file = file_in(path, "paradetox.tsv")
    for row in csv_rows(file, ("toxic", *_REWRITES), delimiter="\t"):
        yield from _pair(row)


CORPUS: Final = Corpus(
    name="paradetox",
    title="ParaDetox",
    address="https://github.com/s-nlp/paradetox",
    cite="Logacheva et al., ACL 2022",
    licence="CC0",
    permissive=True,
    use="train",
    mapping=(
        "The toxic sentence becomes incivility 0.75 only, for many of them merely swear. Each "
        "rewrite becomes 0 to 0.02 in all five: two people found it free of toxicity. A sentence "
        "and its rewrites share a key, so that no split parts them. Weight 0.4."
    ),
    read=read,
    files={"paradetox.tsv": "6e5e80def7deaf4a3410f7de6c638c13f100ce5ece09ee84a47f6f14ab69a0cd"},
)
