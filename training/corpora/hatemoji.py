"""HatemojiBuild: hate written with emoji, and its civil twins."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from training.corpora.corpus import Corpus, CorpusExample, without_gone
from training.corpora.decoding import tidy
from training.corpora.rows import Row, csv_rows, files_in

_FILES: Final = ("build_train.csv", "build_validation.csv", "build_test.csv")
_COLUMNS: Final = ("entry_id", "text", "type", "label_gold", "matched_id")


def _labels(row: Row) -> Mapping[str, float]:
    if not row.flag("label_gold"):
        return {"identity_attack": 0.0, "incivility": 0.1}
    hate = {"identity_attack": 1.0, "incivility": 1.0}
    return hate | ({"threat": 1.0} if row.text("type").startswith("threatening") else {})


def _pair(row: Row) -> str:
    """Return one key for an entry and its twin, so that no split parts them."""
    ids = [row.text(column) for column in ("entry_id", "matched_id") if row.text(column)]
    return f"hatemoji:{min(ids, key=lambda number: (len(number), number))}"


@without_gone
def read(path: Path) -> Iterator[CorpusExample]:
    """Yield the entries of all three parts; all are training rows here."""
    for file in files_in(path, _FILES):
        for row in csv_rows(file, _COLUMNS):
            raw = row.text("text")
            yield CorpusExample(
                tidy(raw),
                _labels(row),
                id=f"hatemoji:{row.text('entry_id')}",
                source="hatemoji",
                key=_pair(row),
                raw=raw,
            )


CORPUS: Final = Corpus(
    name="hatemoji",
    title="HatemojiBuild",
    address="https://github.com/HannahKirk/Hatemoji",
    cite="Kirk et al., NAACL 2022",
    licence="CC BY 4.0",
    permissive=True,
    use="train",
    mapping=(
        "Hate 1 becomes identity_attack and incivility 1, and threat 1 where its type is "
        "threatening language. 0 becomes identity_attack 0 and incivility 0.1, for its writers "
        "meant no hate but were free to be rude; threat is unknown. An entry and its twin share a "
        "key. Its validation and test parts are training rows here by decision."
    ),
    read=read,
    files={
        "build_train.csv": "2255818a5b10153876320068451be582ed876a2eefb22a250bd2f6478d1815e5",
        "build_validation.csv": "721094d44fceb923a0b3897935126a654bbb1f092b1fed6a74d80e4a845c6f43",
        "build_test.csv": "4b067b445c6445dbd4036d7c75dde21f72928bfd31db63d1c53d66226c53be99",
    },
)
