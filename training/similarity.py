"""How near the suites lie to Comity's own training comments, and how much those repeat themselves.

``python -m training.similarity`` prints it, ids only.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer

from training import suites
from training.corpora import read_corpus
from training.identity_templates import FILE, NEUTRAL, sentences

_WORD: Final = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
# Words as common as this in the comments are the frame of a sentence; the others fill it.
_FRAME_WORDS: Final = 150
_FEWEST_WORDS: Final = 3

Texts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two comments by id, and how alike they are, 0 to 1."""

    similarity: float
    one: str
    other: str


@dataclass(frozen=True, slots=True)
class Nearness:
    """How alike each of ``n`` comments is to its nearest among others; ``nearest`` pairs, worst first."""

    n: int
    median: float
    p95: float
    nearest: tuple[Pair, ...]

    @property
    def largest(self) -> float:
        """The similarity of the nearest pair of all."""
        return self.nearest[0].similarity


@dataclass(frozen=True, slots=True)
class Repetition:
    """The commonest pattern of ``n`` comments: how many share it, and the ids of the first of them."""

    n: int
    largest: int
    ids: tuple[str, ...]

    @property
    def share(self) -> float:
        """The share of the comments that have the commonest pattern."""
        return self.largest / self.n


def nearness(ones: Texts, others: Texts, *, listed: int = 10) -> Nearness:
    """Return how alike each of ``ones`` is to its nearest of ``others``, both by id.

    Similarity is the mean of two cosines of TF-IDF vectors, of one and two words and of three to
    five characters within words, fitted on both sides. Raises ValueError where a side is empty.
    """
    if not ones or not others:
        raise ValueError("similarity needs comments on both sides")
    alike = _similarities(list(ones.values()), list(others.values()))
    at = alike.argmax(axis=1)
    most = alike[np.arange(len(ones)), at]
    names, neighbours = list(ones), list(others)
    worst = np.argsort(-most, kind="stable")[:listed]
    return Nearness(
        n=len(ones),
        median=float(np.median(most)),
        p95=float(np.quantile(most, 0.95)),
        nearest=tuple(Pair(float(most[i]), names[i], neighbours[at[i]]) for i in worst),
    )


def _similarities(ones: Sequence[str], others: Sequence[str]) -> np.ndarray:
    vectorizers = (
        TfidfVectorizer(ngram_range=(1, 2), token_pattern=r"(?u)\b\w+\b", sublinear_tf=True),
        TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True),
    )
    cosines = []
    for vectorizer in vectorizers:
        vectors: csr_matrix = vectorizer.fit_transform([*ones, *others])
        cosines.append((vectors[: len(ones)] @ vectors[len(ones) :].T).toarray())
    return np.asarray(np.mean(cosines, axis=0))


def shared_beginnings(texts: Texts) -> Repetition:
    """Return the commonest first three words of these comments, case aside."""
    return _commonest(
        {
            id: tuple(words[:_FEWEST_WORDS])
            for id, text in texts.items()
            if len(words := _words(text)) >= _FEWEST_WORDS
        }
    )


def shared_skeletons(texts: Texts) -> Repetition:
    """Return the commonest skeleton: a comment's words, each run of uncommon ones a blank.

    Common are the 150 words that most comments hold; a filled template shows as one skeleton.
    """
    by_id = {id: _words(text) for id, text in texts.items()}
    counts = Counter(word for words in by_id.values() for word in set(words))
    frame = {word for word, _ in counts.most_common(_FRAME_WORDS)}
    return _commonest({id: _skeleton(words, frame) for id, words in by_id.items()})


def _skeleton(words: Iterable[str], frame: set[str]) -> tuple[str, ...]:
    kept: list[str] = []
    for word in words:
        if word in frame:
            kept.append(word)
        elif kept[-1:] != [""]:
            kept.append("")
    return tuple(kept)


def _commonest(patterns: Mapping[str, tuple[str, ...]]) -> Repetition:
    if not patterns:
        raise ValueError("there are no comments to compare")
    (pattern, times) = Counter(patterns.values()).most_common(1)[0]
    ids = [id for id, one in patterns.items() if one == pattern]
    return Repetition(len(patterns), times, tuple(ids[:5]))


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def newsroom() -> dict[str, str]:
    """Return the training comments that Comity wrote itself, by id."""
    return {row.id: row.text for row in read_corpus("newsroom", Path())}


def measured() -> dict[str, dict[str, str]]:
    """Return the texts of every suite by name and id; of templates, those with a neutral term."""
    cases = {
        name: {case.id: case.text for case in suite} for name, suite in suites.suites().items()
    }
    plain = {row.id: row.text for row in sentences() if row.kind == NEUTRAL}
    return {**cases, FILE.stem: plain}


def lines() -> list[str]:
    """Return the account as lines of text, without any comment's words."""
    own = newsroom()
    found = [f"{len(own):,} comments of training/newsroom"]
    for name, texts in measured().items():
        near = nearness(texts, own, listed=5)
        found.append(
            f"{name}: {near.n} rows, nearest training comment: median {near.median:.3f}, "
            f"95th percentile {near.p95:.3f}, largest {near.largest:.3f}"
        )
        found += [f"  {pair.similarity:.3f}  {pair.one}  {pair.other}" for pair in near.nearest]
    for name, of in (
        ("first three words", shared_beginnings(own)),
        ("skeleton", shared_skeletons(own)),
    ):
        found.append(
            f"commonest {name}: {of.largest} of {of.n:,} ({of.share:.1%}), as {', '.join(of.ids)}"
        )
    return found


if __name__ == "__main__":
    print("\n".join(lines()))
