"""MUPID, multidimensional political incivility: tweets about US politics."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from training.corpora.corpus import Corpus, CorpusExample, without_gone
from training.corpora.decoding import from_twitter
from training.corpora.parquet import parquet_rows
from training.corpora.rows import file_in

_CIVIL: Final = {"incivility": 0.0, "insult": 0.0, "identity_attack": 0.0}


def _labels(impolite: float, intolerant: float) -> Mapping[str, float]:
    incivility = max(impolite, intolerant)
    return {"incivility": incivility} if incivility else _CIVIL


@without_gone
def read(path: Path) -> Iterator[CorpusExample]:
    """Yield the tweets of the training part."""
    file = file_in(path, "train.parquet")
    for row in parquet_rows(file, ("text", "impoliteness", "intolerance")):
        raw = row.text("text")
        yield CorpusExample(
            from_twitter(raw),
            _labels(row.number_of("impoliteness"), row.number_of("intolerance")),
            id=f"political_incivility_mupid:{row.number}",
            source="political_incivility_mupid",
            raw=raw,
        )


CORPUS: Final = Corpus(
    name="political_incivility_mupid",
    title="MUPID, multidimensional political incivility detection, train",
    address="https://github.com/sagipend/detecting-multidimensional-political-incivility-on-social-media",
    cite="Pendzel et al. 2023",
    licence="none stated",
    permissive=False,
    use="train",
    mapping=(
        "incivility is the higher of impoliteness and intolerance, for either would be uncivil to "
        "a desk; which of our narrower labels it is stays unknown. Where both are 0, insult and "
        "identity_attack are 0 too; threat was not asked and stays unknown."
    ),
    read=read,
    files={"train.parquet": "aaa4c879eb8bb53794f6d3be976cb142acd1902521ec2644d1397ccbca1bafd7"},
)
