"""Scorers without a network, for tests in which the network is not what is tested."""

from collections.abc import Mapping, Sequence

from model.labels import NAMES
from model.records import Comment, Scores


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
