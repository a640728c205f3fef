"""The Gab Hate Corpus."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from training.corpora.corpus import Corpus, CorpusExample, without_gone
from training.corpora.decoding import from_twitter
from training.corpora.rows import Row, csv_rows, files_in

_HUMAN_DEGRADATION: Final = {"identity_attack": 0.9, "incivility": 0.9}
_CALL_FOR_VIOLENCE: Final = {"threat": 0.8, "incivility": 0.9}
_VULGAR: Final = {"incivility": 0.6}
_NONE: Final = {"identity_attack": 0.05, "threat": 0.02, "incivility": 0.2}


def _labels(row: Row) -> Mapping[str, float]:
    degrades, violence, vulgar = (row.flag(column) for column in ("hd", "cv", "vo"))
    if not (degrades or violence):
        return _VULGAR if vulgar else _NONE
    return (_HUMAN_DEGRADATION if degrades else {}) | (_CALL_FOR_VIOLENCE if violence else {})


@without_gone
def read(path: Path) -> Iterator[CorpusExample]:
    """Yield the posts of both parts; all are training rows here."""
    for file in files_in(path, ("ghc_train.tsv", "ghc_test.tsv")):
        for row in csv_rows(file, ("text", "hd", "cv", "vo"), delimiter="\t"):
            raw = row.text("text")
            yield CorpusExample(
                from_twitter(raw),
                _labels(row),
                id=f"gab_hate_corpus:{file.stem.rsplit('_', 1)[-1]}-{row.number}",
                weight=0.5,
                source="gab_hate_corpus",
                raw=raw,
            )


CORPUS: Final = Corpus(
    name="gab_hate_corpus",
    title="The Gab Hate Corpus",
    address="https://osf.io/edua3/",
    cite="Kennedy et al. 2022",
    licence="none stated",
    permissive=False,
    use="train",
    mapping=(
        "hd (human degradation) becomes identity_attack and incivility 0.9; cv (call for "
        "violence) threat 0.8 and incivility 0.9. vo alone becomes incivility 0.6 and nothing "
        "else: its rule is vulgar or offensive words aimed at somebody, its rows hold insults "
        "without a swear word, swearing at nobody and plain noise. A post with none of the three "
        "becomes identity_attack 0.05, threat 0.02 and incivility 0.2. Weight 0.5. Its test "
        "part is a training set here by decision."
    ),
    read=read,
    files={
        "ghc_train.tsv": "c82a27336560d3a6822a4cc3f92856481af5fd63aa2ce8d0ca644d440d351d43",
        "ghc_test.tsv": "0c64ffe8d7e4e72303f9d33723f5750aa852223bc32554b529afba3a6efb1ddc",
    },
)
