"""EDOS, Explainable Detection of Online Sexism: Reddit and Gab."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from training.corpora.corpus import Corpus, CorpusExample, without_gone
from training.corpora.decoding import from_reddit
from training.corpora.rows import Row, csv_rows, file_in

_SEXIST: Final = {"identity_attack": 0.8, "incivility": 0.85}
_OTHER: Final = {"identity_attack": 0.02, "incivility": 0.15}


def _labels(row: Row) -> Mapping[str, float]:
    if row.one_of("label_sexist", ("sexist", "not sexist")) == "not sexist":
        return _OTHER
    threatens = row.text("label_category").startswith("1. threats")
    return _SEXIST | ({"threat": 1.0} if threatens else {})


@without_gone
def read(path: Path) -> Iterator[CorpusExample]:
    """Yield the posts of all its splits; all are training rows here."""
    file = file_in(path, "edos_labelled_aggregated.csv")
    for row in csv_rows(file, ("text", "label_sexist", "label_category")):
        raw = row.text("text")
        yield CorpusExample(
            from_reddit(raw),
            _labels(row),
            id=f"edos:{row.number}",
            weight=0.4,
            source="edos",
            raw=raw,
        )


CORPUS: Final = Corpus(
    name="edos",
    title="EDOS, Explainable Detection of Online Sexism",
    address="https://github.com/rewire-online/edos",
    cite="Kirk et al., SemEval-2023 task 10",
    licence="CC0",
    permissive=True,
    use="train",
    mapping=(
        "sexist becomes identity_attack 0.8 and incivility 0.85, for prejudice without attack "
        "counts as sexist there, and threat 1 in the category of threats and incitement. not "
        "sexist becomes identity_attack 0.02 and incivility 0.15, for it may be rude. Weight 0.4."
    ),
    read=read,
    files={
        "edos_labelled_aggregated.csv": (
            "607bdbb766e1803a28f0eb8fc21c14b6b9dfa20039f726ba6767438584b47f9b"
        )
    },
)
