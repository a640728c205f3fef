"""A scorer without a network, for tests in which the network is not what is tested."""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from model import language
from model.labels import NAMES, RAISING
from model.records import Comment, Scores
from model.scorer import EMPTY
from model.text import scored

# Mild words on purpose. The largest value of a label counts.
WORDS: Final[Mapping[str, Mapping[str, float]]] = MappingProxyType(
    {
        "clown": {"insult": 0.9},
        "fool": {"insult": 0.8},
        "silly": {"incivility": 0.55},
        "damn": {"profanity": 0.9},
        "vermin": {"identity_attack": 0.9, "insult": 0.7},
        "burn": {"threat": 0.7},
        "poppet": {"condescension": 0.8},
        "hush": {"dismissal": 0.7},
    }
)
FLOOR: Final = 0.02
THRESHOLD: Final = 0.5
LONGEST: Final = 1_000_000
_WORD: Final = re.compile(r"[a-z]+")


class WordScorer:
    """Scores by a small table of words, deterministically, with all the ways a scorer can answer.

    Empty comments are errors, foreign and wordless ones abstentions, disguises are undone, and a
    text of over ``LONGEST`` characters is truncated, as with a bundle.
    """

    version = "fake"
    languages = ("en",)

    def __init__(self, words: Mapping[str, Mapping[str, float]] = WORDS) -> None:
        """Score by ``words``: word -> label -> probability."""
        self._words = words

    @property
    def thresholds(self) -> dict[str, float]:
        """The same threshold for every label."""
        return dict.fromkeys(NAMES, THRESHOLD)

    def score(self, comments: Sequence[Comment], *, spans: bool = False) -> list[Scores]:
        """Return one ``Scores`` a comment, in order."""
        return [self._score(comment.text, comment.language) for comment in comments]

    def _score(self, text: str, spoken: str | None) -> Scores:
        read = scored(text)
        if not read[0].text:
            return Scores(None, error=EMPTY)
        code, reason = language.read_language(read[-1].text, default_language=spoken)
        if reason is not None:
            return Scores(None, language=code, abstained=reason)
        by_label = self._by_label(" ".join(reading.text for reading in read)[:LONGEST])
        labels = tuple(name for name in NAMES if by_label[name] >= THRESHOLD)
        return Scores(by_label, labels, language=code, truncated=len(read[0].text) > LONGEST)

    def _by_label(self, text: str) -> dict[str, float]:
        by_label = dict.fromkeys(NAMES, FLOOR)
        for word in set(_WORD.findall(text.lower())) & set(self._words):
            for label, value in self._words[word].items():
                by_label[label] = max(by_label[label], value)
        raising = max(by_label[name] for name in RAISING)
        by_label["incivility"] = max(by_label["incivility"], raising)
        return by_label
