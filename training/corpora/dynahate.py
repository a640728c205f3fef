"""DynaHate: adversarial hate and non-hate written for dynamic benchmarking, lower-cased."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from training.corpora.corpus import Corpus, CorpusExample, without_gone
from training.corpora.decoding import tidy
from training.corpora.rows import csv_rows, files_in

_FILES: Final = {
    "dynabench2021_valid.clean_DERIVED.csv": (
        "87fb704f11556b5911bdae7315cb63f20895f8b731c0680c485234bdf88065d9"
    ),
    "dynabench2021_test.clean_DERIVED.csv": (
        "5efab9dbb1c2b957a97314ed285d60f05c51f05379cac1434ffec23f813c4c41"
    ),
}
_HATE: Final = {"identity_attack": 1.0, "incivility": 1.0}
# Most of the rest is civil, but some is rude without hate: unsure rather than unknown, so that
# naming a group is not learnt as uncivil by itself.
_OTHER: Final = {"identity_attack": 0.0, "incivility": 0.25}


@without_gone
def read(path: Path) -> Iterator[CorpusExample]:
    """Yield the entries of both parts."""
    for file in files_in(path, tuple(_FILES)):
        for row in csv_rows(file, ("id", "text", "label")):
            raw = row.text("text")
            yield CorpusExample(
                tidy(raw),
                _HATE if row.flag("label") else _OTHER,
                id=f"dynahate:{row.text('id')}",
                source="dynahate",
                # an original and its perturbation have one number, the latter with a p behind it
                key=f"dynahate:{row.text('id').removesuffix('p')}",
                raw=raw,
            )


CORPUS: Final = Corpus(
    name="dynahate",
    title="Dynamically Generated Hate Speech, validation and test parts",
    address="https://github.com/bvidgen/Dynamically-Generated-Hate-Speech-Dataset",
    cite="Vidgen et al., ACL 2021",
    licence="none stated",
    permissive=False,
    use="train",
    mapping=(
        "Hate becomes identity_attack and incivility 1. Not hate becomes identity_attack 0 and "
        "incivility 0.25, unsure because some of its negatives are insults without an identity. Its "
        "validation and test parts are training rows here by decision."
    ),
    read=read,
    files=_FILES,
)
