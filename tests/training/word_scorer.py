"""Scorers without a network, for tests in which the network is not what is tested."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from model.labels import NAMES
from model.records import Comment, Scores, Span, Target


class WordScorer:
    """Scores every label by the words of a comment; abstains and refuses where it is told to."""

    def __init__(self, words: Mapping[str, float], *, version: str = "words-1") -> None:
        self.words = words
        self.version = version
        self.thresholds = dict.fromkeys(NAMES, 0.6)
        self.asked: list[Comment] = []

    def score(self, comments: Sequence[Comment], *, spans: bool = False) -> list[Scores]:
        self.asked += comments
        return [self._scores(comment.text) for comment in comments]

    def _scores(self, text: str) -> Scores:
        if "unreadable" in text:
            return Scores(None, error="empty")
        if "Fremdsprache" in text:
            return Scores(None, abstained="language")
        worst = max((value for word, value in self.words.items() if word in text), default=0.1)
        return Scores(dict.fromkeys(NAMES, worst))


class HeadScorer(WordScorer):
    """Also marks its words where they stand, and aims at whom the table of targets says."""

    def __init__(
        self, words: Mapping[str, float], targets: Mapping[str, Target], *, version: str = "heads-1"
    ) -> None:
        super().__init__(words, version=version)
        self.targets = targets

    def score(self, comments: Sequence[Comment], *, spans: bool = False) -> list[Scores]:
        scored = super().score(comments)
        return [
            self._with_heads(comment.text, scores, spans=spans) if scores.by_label else scores
            for comment, scores in zip(comments, scored, strict=True)
        ]

    def _with_heads(self, text: str, scores: Scores, *, spans: bool) -> Scores:
        places = [(text.find(word), word) for word in self.words if word in text]
        marked = tuple(Span(at, at + len(word), "insult", 0.9) for at, word in sorted(places))
        told = (target for word, target in self.targets.items() if word in text)
        target = next(told, Target("none", 0.8))
        return replace(scores, spans=marked if spans else None, target=target)
