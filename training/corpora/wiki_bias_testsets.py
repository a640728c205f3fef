"""Civil sentences from Wikipedia articles that name identities (Unintended Bias Analysis)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from model.labels import NAMES
from training.corpora.corpus import Corpus, CorpusExample, without_gone
from training.corpora.decoding import tidy
from training.corpora.rows import csv_rows, file_in

_CIVIL: Final = dict.fromkeys(NAMES, 0.0)


@without_gone
def read(path: Path) -> Iterator[CorpusExample]:
    """Yield the sentences that are not toxic, which is all of them in the official file."""
    file = file_in(path, "toxicity_debiasing_data.tsv")
    for row in csv_rows(file, ("comment", "is_toxic"), delimiter="\t"):
        if not row.flag("is_toxic"):
            raw = row.text("comment")
            yield CorpusExample(
                tidy(raw),
                _CIVIL,
                id=f"wiki_bias_testsets:{row.number}",
                source="wiki_bias_testsets",
                raw=raw,
            )


CORPUS: Final = Corpus(
    name="wiki_bias_testsets",
    title="Unintended ML Bias Analysis, debiasing sentences",
    address="https://github.com/conversationai/unintended-ml-bias-analysis",
    cite="Dixon et al. 2018",
    licence="CC BY 4.0",
    permissive=True,
    use="train",
    mapping=(
        "All are 0: sentences of encyclopaedia articles that name identities in plain use, "
        "which is civil under the house line."
    ),
    read=read,
    files={
        "toxicity_debiasing_data.tsv": (
            "5267c91253eac8945cc8d12720f93b4c36b92687a5aaf02775e57c1fb20f2d78"
        )
    },
)
