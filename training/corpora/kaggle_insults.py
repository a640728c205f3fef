"""Detecting Insults in Social Commentary (Impermium on Kaggle, 2012)."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from training.corpora.corpus import Corpus, CorpusExample, without_gone
from training.corpora.decoding import tidy, unescape_html, unescape_python, unquote
from training.corpora.rows import csv_rows, file_in

_INSULT: Final = {"insult": 1.0, "incivility": 1.0}
# Its negatives include insults to public figures and bare swearing, which we label; the 0.03 leaves
# room for them and the two labels that its raters were not asked about stay unknown.
_OTHER: Final = {"insult": 0.03}


def decode(raw: str) -> str:
    """Return the comment without its outer quotes and Python escapes."""
    return tidy(unescape_html(unescape_python(unquote(raw))))


def _examples(
    file: Path, source: str, truth: Mapping[bool, Mapping[str, float]]
) -> Iterator[CorpusExample]:
    for row in csv_rows(file, ("Insult", "Comment")):
        raw = row.text("Comment")
        labels = truth[row.flag("Insult")]
        yield CorpusExample(
            decode(raw), labels, id=f"{source}:{row.number}", source=source, raw=raw
        )


@without_gone
def read(path: Path) -> Iterator[CorpusExample]:
    """Yield the training comments."""
    return _examples(file_in(path, "train.csv"), "kaggle_insults", {True: _INSULT, False: _OTHER})


@without_gone
def read_test(path: Path) -> Iterator[CorpusExample]:
    """Yield the solved test comments with their own truth as ``insult``."""
    truth = {True: {"insult": 1.0}, False: {"insult": 0.0}}
    return _examples(file_in(path, "test_with_solutions.csv"), "kaggle_insults_test", truth)


CORPUS: Final = Corpus(
    name="kaggle_insults",
    title="Detecting Insults in Social Commentary, train",
    address="https://www.kaggle.com/c/detecting-insults-in-social-commentary",
    cite="Impermium 2012",
    licence="none stated",
    permissive=False,
    use="train",
    mapping=(
        "Insult 1 becomes insult 1 and incivility 1. Insult 0 becomes insult 0.03 with incivility "
        "and profanity unknown, because insults to public figures and bare profanity are "
        "negatives there and are not under the house line."
    ),
    read=read,
    files={"train.csv": "523e0215c52ac483a4e6fe6ae078cd5d436221f07a89331edc572dca44e4c11e"},
)

TEST: Final = Corpus(
    name="kaggle_insults_test",
    title="Detecting Insults in Social Commentary, solved test",
    address="https://www.kaggle.com/c/detecting-insults-in-social-commentary",
    cite="Impermium 2012",
    licence="none stated",
    permissive=False,
    use="evaluate",
    mapping="Truth column Insult as insult, 0 or 1: the corpus's own rule, not the house line.",
    read=read_test,
    files={
        "test_with_solutions.csv": (
            "f009da3fd2d954bc23fc56e129d28fa8acd0941d3da5fcda1aa88ac83b6cfaa1"
        )
    },
    folder="kaggle_insults",
)
