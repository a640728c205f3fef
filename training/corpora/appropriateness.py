"""The Appropriateness Corpus: arguments from debate portals, questions and answers, and reviews."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from model.records import Article, Context
from training.corpora.corpus import Corpus, CorpusExample, without_gone
from training.corpora.decoding import tidy, unescape_html
from training.corpora.rows import Row, csv_rows, file_in

_COLUMNS: Final = ("issue", "post_text", "Inappropriateness", "Toxic Emotions")
_SMALL: Final = 0.34  # one annotator of three


def _labels(row: Row) -> Mapping[str, float]:
    emotions = row.number_of("Toxic Emotions")
    otherwise_inappropriate = row.number_of("Inappropriateness") > 0.5 and emotions < _SMALL
    return {} if otherwise_inappropriate else {"incivility": 0.8 * emotions}


@without_gone
def read(path: Path) -> Iterator[CorpusExample]:
    """Yield the arguments whose tone was judged, the debated issue as the article's title."""
    for row in csv_rows(file_in(path, "appropriateness_corpus_mean.csv"), _COLUMNS):
        labels = _labels(row)
        if labels:
            raw = row.text("post_text")
            yield CorpusExample(
                tidy(unescape_html(raw)),
                labels,
                id=f"appropriateness:{row.number}",
                weight=0.3,
                source="appropriateness",
                context=Context(article=Article(title=tidy(row.text("issue")) or None)),
                raw=raw,
            )


CORPUS: Final = Corpus(
    name="appropriateness",
    title="Appropriateness Corpus, means of the annotators",
    address="https://github.com/timonziegenbein/appropriateness-corpus",
    cite="Ziegenbein et al., ACL 2023",
    licence="none stated",
    permissive=False,
    use="train",
    mapping=(
        "incivility is 0.8 times the share of annotators who found Toxic Emotions, for that "
        "dimension also holds emotion aimed at nobody. A post that most found inappropriate for "
        "another reason is left out: dismissive or unserious may or may not be uncivil. Weight "
        "0.3."
    ),
    read=read,
    files={
        "appropriateness_corpus_mean.csv": (
            "7fbeaeacecd5a25acda10268d1591bee95622389f9894a22258ead5ed63c8ca0"
        )
    },
)
