"""Comments of 97 subreddits, removed by moderators or kept: a pool of text without labels."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from training.corpora.corpus import Corpus, CorpusExample, without_gone
from training.corpora.decoding import from_reddit
from training.corpora.rows import csv_rows, file_in


@without_gone
def read(path: Path) -> Iterator[CorpusExample]:
    """Yield the comments with no labels at all."""
    for row in csv_rows(file_in(path, "comments.csv"), ("body",)):
        raw = row.text("body")
        yield CorpusExample(
            from_reddit(raw),
            {},
            id=f"reddit_moderated:{row.number}",
            source="reddit_moderated",
            raw=raw,
        )


CORPUS: Final = Corpus(
    name="reddit_moderated",
    title="Reddit comments kept or removed by moderators",
    address="https://github.com/kumarde/llm-content-mod",
    cite="Kumar et al., ICWSM 2024; Chandrasekharan et al. 2018",
    licence="none stated",
    permissive=False,
    use="text",
    mapping=(
        "No label is taken: moderated says removed for any rule of a subreddit, off topic "
        "included. The text serves for distillation and to check calibration on real discussion."
    ),
    read=read,
    files={"comments.csv": "b2d06387f92df54d3ff65a0ecc7668b04f41d1c819c658ee1f4a1324345df8f9"},
)
