"""An expert annotated dataset for the detection of online misogyny: Reddit."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from training.corpora.corpus import Corpus, CorpusExample, without_gone
from training.corpora.decoding import from_reddit
from training.corpora.rows import Row, csv_rows, file_in

_MISOGYNY: Final = {"identity_attack": 0.8, "incivility": 0.85}
_OTHER: Final = {"identity_attack": 0.02, "incivility": 0.12}
_PERSONAL: Final = {"insult": 0.8, "incivility": 0.85}


def _labels(row: Row) -> Mapping[str, float]:
    level_1 = row.one_of("level_1", ("Misogynistic", "Nonmisogynistic"))
    labels = dict(_MISOGYNY if level_1 == "Misogynistic" else _OTHER)
    if row.text("level_2").endswith("personal_attack"):
        labels |= _PERSONAL
    if row.text("level_3").startswith("Threatening"):
        labels["threat"] = 1.0
    return labels


@without_gone
def read(path: Path) -> Iterator[CorpusExample]:
    """Yield the posts and comments of both its splits; all are training rows here."""
    file = file_in(path, "final_labels.csv")
    for row in csv_rows(file, ("body", "level_1", "level_2", "level_3")):
        raw = row.text("body")
        yield CorpusExample(
            from_reddit(raw),
            _labels(row),
            id=f"guest_misogyny:{row.number}",
            weight=0.4,
            source="guest_misogyny",
            raw=raw,
        )


CORPUS: Final = Corpus(
    name="guest_misogyny",
    title="An Expert Annotated Dataset for the Detection of Online Misogyny",
    address="https://github.com/ellamguest/online-misogyny-eacl2021",
    cite="Guest et al., EACL 2021",
    licence="MIT",
    permissive=True,
    use="train",
    mapping=(
        "Misogynistic becomes identity_attack 0.8 and incivility 0.85, threat 1 where level 3 "
        "says threatening; a personal attack, misogynistic or not, becomes insult 0.8 and "
        "incivility 0.85. Nonmisogynistic becomes identity_attack 0.02 and incivility 0.12. "
        "Weight 0.4."
    ),
    read=read,
    files={"final_labels.csv": "d7b48ebb4d4c0592eede9af9234eefd4e81347e2ff9f6161519635e066a12034"},
)
