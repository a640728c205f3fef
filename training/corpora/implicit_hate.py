"""Latent Hatred: implicit and explicit hate in tweets of extremist accounts."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from training.corpora.corpus import Corpus, CorpusExample, without_gone
from training.corpora.decoding import from_twitter
from training.corpora.rows import csv_rows, file_in

_READING: Final = {
    "explicit_hate": {"identity_attack": 0.95, "incivility": 0.95},
    "implicit_hate": {"identity_attack": 0.7, "incivility": 0.8},
    "not_hate": {"identity_attack": 0.05, "incivility": 0.2},
}

_DOUBLED: Final = re.compile(r'"(?:\s*")+')


def decode(raw: str) -> str:
    """Return the tweet without the doubled quotes and outer marks that its export left behind.

    They stand in this corpus alone; a network would learn them as a sign of its labels.
    """
    return from_twitter(_DOUBLED.sub('"', raw)).strip('" :')


@without_gone
def read(path: Path) -> Iterator[CorpusExample]:
    """Yield the posts of stage 1."""
    file = file_in(path, "implicit_hate_v1_stg1_posts.tsv")
    for row in csv_rows(file, ("post", "class"), delimiter="\t"):
        raw = row.text("post")
        yield CorpusExample(
            decode(raw),
            _READING[row.one_of("class", _READING)],
            id=f"implicit_hate:{row.number}",
            weight=0.4,
            source="implicit_hate",
            raw=raw,
        )


CORPUS: Final = Corpus(
    name="implicit_hate",
    title="Latent Hatred, stage 1",
    address="https://github.com/SALT-NLP/implicit-hate",
    cite="ElSherief et al., EMNLP 2021",
    licence="MIT",
    permissive=True,
    use="train",
    mapping=(
        "explicit_hate becomes identity_attack and incivility 0.95, implicit_hate 0.7 and 0.8, "
        "for innuendo is judged less surely. not_hate becomes identity_attack 0.05 and incivility 0.2, "
        "for it may be rude. Weight 0.4, because the accounts chosen give the topic away."
    ),
    read=read,
    files={
        "implicit_hate_v1_stg1_posts.tsv": (
            "00811aca26d05ace390e7131eb311a3e9e0e39ecadb2b839a173d4f7e2ccea8b"
        )
    },
)
