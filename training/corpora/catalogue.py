"""Every corpus that Comity can read: source, licence, use, checksums and mapping of labels.

Word lists are no comments and therefore not here; augmentation and baselines may read them:

| list | address | licence |
|---|---|---|
| LDNOOBW | github.com/LDNOOBW/List-of-Dirty-Naughty-Obscene-and-Otherwise-Bad-Words | CC BY 4.0 |
| Surge AI profanity | github.com/surge-ai/profanity | MIT |
| abusive words (Wiegand et al. 2018) | github.com/uds-lsv/lexicon-of-abusive-words | CC BY 4.0 |
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from model.records import Example
from training.corpora import (
    appropriateness,
    cad_contextual_abuse,
    civil_comments,
    cmv_ad_hominem,
    context_toxicity,
    conversationai_votes,
    davidson2017,
    dynahate,
    edos,
    facebook_legislators_incivility,
    gab_hate_corpus,
    guest_misogyny,
    hatemoji,
    implicit_hate,
    jigsaw_toxic,
    kaggle_insults,
    newsroom,
    olid,
    paradetox,
    political_incivility_mupid,
    reddit_incivility_ercexpo,
    reddit_moderated,
    stanford_politeness,
    toxic_spans,
    tsd_trial,
    unhealthy_conversations,
    wiki_bias_testsets,
)
from training.corpora.corpus import Corpus
from training.corpora.rows import CorpusError, file_in

_ALL: Final = (
    newsroom.CORPUS,
    kaggle_insults.CORPUS,
    toxic_spans.CORPUS,
    jigsaw_toxic.CORPUS,
    cad_contextual_abuse.CORPUS,
    olid.CORPUS,
    political_incivility_mupid.CORPUS,
    facebook_legislators_incivility.CORPUS,
    cmv_ad_hominem.CORPUS,
    reddit_incivility_ercexpo.CORPUS,
    hatemoji.CORPUS,
    dynahate.CORPUS,
    implicit_hate.CORPUS,
    gab_hate_corpus.CORPUS,
    davidson2017.CORPUS,
    edos.CORPUS,
    guest_misogyny.CORPUS,
    paradetox.CORPUS,
    wiki_bias_testsets.CORPUS,
    conversationai_votes.CORPUS,
    appropriateness.CORPUS,
    stanford_politeness.CORPUS,
    civil_comments.CORPUS,
    kaggle_insults.TEST,
    unhealthy_conversations.CORPUS,
    context_toxicity.GN,
    context_toxicity.CAT,
    tsd_trial.CORPUS,
    reddit_moderated.CORPUS,
)

CATALOGUE: Final[Mapping[str, Corpus]] = MappingProxyType({corpus.name: corpus for corpus in _ALL})


@dataclass(frozen=True, slots=True)
class Checksum:
    """A file's sha256, and the one the catalogue holds or None if it does not know the file."""

    sha256: str
    expected: str | None

    @property
    def matches(self) -> bool:
        """True if the file is the one that the catalogue describes."""
        return self.sha256 == self.expected


def corpus_named(name: str) -> Corpus:
    """Return the catalogue's entry; CorpusError naming all entries if there is none."""
    if name not in CATALOGUE:
        raise CorpusError(f"'{name}' is not in the catalogue: {', '.join(CATALOGUE)}")
    return CATALOGUE[name]


def read_corpus(name: str, corpora: Path) -> Iterator[Example]:
    """Yield the corpus's examples from its folder under ``corpora``; CorpusError if not there."""
    corpus = corpus_named(name)
    return corpus.read(corpus.location(corpora))


def checksums(corpus: Corpus, corpora: Path) -> Mapping[str, Checksum]:
    """Return each file's sha256 beside the catalogue's; a file that differs is not refused.

    Of a corpus whose files the catalogue does not list (the project's own, Civil Comments) every
    file in its folder is reported.
    """
    folder = corpus.location(corpora)
    names = list(corpus.files) or sorted(
        str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()
    )
    return {
        name: Checksum(_sha256(file_in(folder, name)), corpus.files.get(name)) for name in names
    }


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
