"""Incivility in reactions to US legislators' Facebook posts."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from statistics import fmean
from typing import Final

from training.corpora.corpus import Corpus, CorpusExample, without_gone
from training.corpora.decoding import mask_users, tidy
from training.corpora.rows import csv_rows, file_in

_LOW, _HIGH = 0.08, 0.85


@without_gone
def read(path: Path) -> Iterator[CorpusExample]:
    """Yield each distinct comment once, its attacks averaged over its copies."""
    attacks: dict[str, list[bool]] = defaultdict(list)
    for row in csv_rows(file_in(path, "incivility.csv"), ("comment_message", "attacks")):
        attacks[row.text("comment_message")].append(row.flag("attacks"))
    for number, (raw, votes) in enumerate(attacks.items(), 1):
        yield CorpusExample(
            tidy(mask_users(raw)),
            {"incivility": _LOW + (_HIGH - _LOW) * fmean(votes)},
            id=f"facebook_legislators_incivility:{number}",
            weight=0.3,
            source="facebook_legislators_incivility",
            raw=raw,
        )


CORPUS: Final = Corpus(
    name="facebook_legislators_incivility",
    title="Incivility in comments on US legislators' Facebook posts",
    address="https://github.com/pablobarbera/social-media-upf",
    cite="Theocharis, Barberá et al.",
    licence="none stated",
    permissive=False,
    use="train",
    mapping=(
        "attacks becomes incivility between 0.08 and 0.85, averaged over copies of the same "
        "comment, at weight 0.3: its attacks include sharp criticism of a politician's conduct, "
        "which is civil here."
    ),
    read=read,
    files={"incivility.csv": "a1976e27170ea8730e9785c3fb8119c554b118d0bdd0b018c366038ec7452237"},
)
