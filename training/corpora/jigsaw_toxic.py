"""Jigsaw Toxic Comment Classification Challenge: Wikipedia talk pages."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from training.corpora.corpus import Corpus, CorpusExample, without_gone
from training.corpora.decoding import tidy, unquote_doubled
from training.corpora.rows import Row, csv_rows, file_in

_OURS: Final = {
    "insult": "insult",
    "obscene": "profanity",
    "threat": "threat",
    "identity_hate": "identity_attack",
}
_AIMED: Final = ("severe_toxic", "threat", "insult", "identity_hate")
_COLUMNS: Final = ("comment_text", "toxic", "severe_toxic", "obscene", *_OURS)


def _labels(row: Row) -> Mapping[str, float]:
    labels = {ours: float(row.flag(theirs)) for theirs, ours in _OURS.items()}
    toxic, aimed = row.flag("toxic"), any(row.flag(column) for column in _AIMED)
    # toxic alone is often swearing at nobody, so not a full 1; a few rows are aimed, not toxic
    labels["incivility"] = 1.0 if aimed else 0.7 if toxic else 0.0
    return labels


@without_gone
def read(path: Path) -> Iterator[CorpusExample]:
    """Yield the comments of train.csv, the part or the official 159,571 rows."""
    for row in csv_rows(file_in(path, "train.csv"), _COLUMNS):
        raw = row.text("comment_text")
        yield CorpusExample(
            tidy(unquote_doubled(raw)),
            _labels(row),
            id=f"jigsaw_toxic:{row.number}",
            source="jigsaw_toxic",
            raw=raw,
        )


CORPUS: Final = Corpus(
    name="jigsaw_toxic",
    title="Jigsaw Toxic Comment Classification Challenge, train",
    address="https://www.kaggle.com/c/jigsaw-toxic-comment-classification-challenge",
    cite="Wulczyn et al. 2017; Jigsaw 2018",
    licence="CC0 (text CC BY-SA 3.0)",
    permissive=True,
    use="train",
    mapping=(
        "insult, obscene (profanity), threat and identity_hate (identity_attack) are taken over. "
        "incivility is 1 where a comment is an insult, a threat, identity hate or severely toxic, "
        "0.7 where it is only toxic, because bare swearing is toxic there and civil here, else 0."
    ),
    read=read,
    files={"train.csv": "c68e67e17f7a0ea6f1b215c620e90d33183e0761369605ec1186cc2c295347a3"},
)
