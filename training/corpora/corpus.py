"""What the catalogue says of a corpus, and the examples that its adapter yields."""

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from typing import Literal

from model.records import Example
from training.corpora.decoding import is_gone

log = logging.getLogger(__name__)

Use = Literal["train", "evaluate", "text"]
Read = Callable[[Path], Iterator[Example]]


@dataclass(frozen=True, slots=True)
class CorpusExample(Example):
    """An Example that remembers its text as it stood in the file.

    The contamination guard looks at ``raw`` as well as at ``text``: a decoded or shortened text no
    longer has the key that the same comment has in a public test set.
    """

    raw: str = ""


@dataclass(frozen=True, slots=True)
class Corpus:
    """One entry of the catalogue.

    ``address`` is the official public source, ``licence`` as stated there, ``permissive`` whether a
    model may be built on it under ``--licences permissive``. ``files`` holds the sha256 of each
    file in the corpora folder. ``mapping`` says how its labels become ours and why. ``read`` takes
    the corpus's folder, or one file of it. ``folder`` is where it lies if not under its name.
    """

    name: str
    title: str
    address: str
    cite: str
    licence: str
    permissive: bool
    use: Use
    mapping: str
    read: Read
    files: Mapping[str, str] = field(default_factory=dict)
    folder: str = ""

    def location(self, corpora: Path) -> Path:
        """Return the corpus's own folder; an absolute ``folder`` (our own cases) stays as it is."""
        return corpora / (self.folder or self.name)


def without_gone(read: Callable[[Path], Iterator[CorpusExample]]) -> Read:
    """Return ``read`` without the comments that are blank or deleted; their count is logged."""

    @wraps(read)
    def kept(path: Path) -> Iterator[Example]:
        gone = 0
        for example in read(path):
            if is_gone(example.text):
                gone += 1
            else:
                yield example
        if gone:
            log.info("%s: %d deleted or blank comments left out", path, gone)

    return kept
