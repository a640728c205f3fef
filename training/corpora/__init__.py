"""Public corpora: one catalogue, and one small adapter each."""

from training.corpora.catalogue import CATALOGUE, Checksum, checksums, corpus_named, read_corpus
from training.corpora.corpus import Corpus, CorpusExample
from training.corpora.rows import CorpusError

__all__ = [
    "CATALOGUE",
    "Checksum",
    "Corpus",
    "CorpusError",
    "CorpusExample",
    "checksums",
    "corpus_named",
    "read_corpus",
]
