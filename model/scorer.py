"""Comments in, ``Scores`` out, in the same order and number."""

from collections.abc import Sequence
from typing import Protocol

from model.records import Comment, Scores


class Scorer(Protocol):
    """Whatever can score comments: the bundle's network, or a fake in tests."""

    @property
    def version(self) -> str:
        """The bundle version that speaks; it goes into every reply."""

    @property
    def thresholds(self) -> dict[str, float]:
        """The bundle's decision threshold of each label."""

    def score(self, comments: Sequence[Comment], *, spans: bool = False) -> list[Scores]:
        """Return one ``Scores`` a comment, in order; a score never depends on the neighbours."""
