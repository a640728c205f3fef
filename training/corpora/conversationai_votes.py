"""Single judgements on Wikipedia talk comments (conversationai annotator models)."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import fmean
from typing import Final

from training.corpora.corpus import Corpus, CorpusExample, without_gone
from training.corpora.decoding import tidy, unquote_doubled
from training.corpora.rows import CorpusError, csv_rows, file_in

_OURS: Final = {
    "insult": "insult",
    "obscene": "profanity",
    "threat": "threat",
    "identity_hate": "identity_attack",
}
_AIMED: Final = ("insult", "threat", "identity_attack")
_COMMENTS, _VOTES = "sample_comment_text.csv", "sample_training_data.csv"

Vote = Mapping[str, float]


def _votes(file: Path) -> Mapping[str, Sequence[Vote]]:
    votes: dict[str, list[Vote]] = defaultdict(list)
    for row in csv_rows(file, ("_unit_id", *_OURS)):
        vote = {ours: float(row.flag(theirs)) for theirs, ours in _OURS.items()}
        votes[row.text("_unit_id")].append(vote)
    return votes


def _labels(votes: Sequence[Vote]) -> Mapping[str, float]:
    shares = {label: fmean(vote[label] for vote in votes) for label in _OURS.values()}
    aimed = max(shares[label] for label in _AIMED)
    return shares | ({"incivility": aimed} if aimed >= 0.5 else {})


@without_gone
def read(path: Path) -> Iterator[CorpusExample]:
    """Yield the comments that were judged, with the shares of their judges."""
    if not path.is_dir():
        raise CorpusError(f"{path}: is not a folder that holds {_COMMENTS} and {_VOTES}")
    votes = _votes(file_in(path, _VOTES))
    for row in csv_rows(file_in(path, _COMMENTS), ("_unit_id", "comment_text")):
        if row.text("_unit_id") in votes:
            raw = row.text("comment_text")
            yield CorpusExample(
                tidy(unquote_doubled(raw)),
                _labels(votes[row.text("_unit_id")]),
                id=f"conversationai_votes:{row.number}",
                source="conversationai_votes",
                raw=raw,
            )


CORPUS: Final = Corpus(
    name="conversationai_votes",
    title="conversationai annotator models, sample judgements",
    address="https://github.com/conversationai/conversationai-models",
    cite="Jigsaw, conversationai-models",
    licence="Apache-2.0",
    permissive=True,
    use="train",
    mapping=(
        "insult, obscene (profanity), threat and identity_hate (identity_attack) are the shares "
        "of judges who said so. incivility is the highest of the aimed three where that is at "
        "least 0.5, else unknown, because the judges were not asked about rudeness short of "
        "those."
    ),
    read=read,
    files={
        _COMMENTS: "d7b4ba0440752e3aa68f739661cd22b252e8761968348563be118ad54866abc3",
        _VOTES: "7aef87db5d5145f85bc7b9d9a6c872b6b7ac578a4c34ce801c1fe59b2f24db66",
    },
)
