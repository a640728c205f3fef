"""Comments in, ``Scores`` out, in the same order and number."""

import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from model import bundle, encoding, language, runtime, windows
from model.bundle import Bundle
from model.labels import NAMES
from model.records import Comment, Scores
from model.text import readings

EMPTY: Final = "empty"
# Characters of comments that are tokenised before the engine runs: what bounds memory, not speed.
_CHARACTERS_AT_ONCE: Final = 1 << 18
# Tokens, padding counted, that go through the engine at once. More is no faster on a CPU.
_TOKENS_AT_ONCE: Final = 4096
_ROWS_AT_ONCE: Final = 32

Floats = NDArray[np.float32]


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


class ScoringError(RuntimeError):
    """The network did not answer with numbers; nothing was scored."""


@dataclass(frozen=True, slots=True)
class Judgeable:
    """A comment's readings as rows of token ids, or the reason why it is not scored."""

    rows: tuple[encoding.Ids, ...] = ()
    language: str | None = None
    truncated: bool = False
    abstained: str | None = None
    error: str | None = None


def load_scorer(
    folder: Path | str | None = None,
    *,
    threads: int | None = None,
    engine: str = runtime.AUTO,
    default_language: str | None = None,
) -> "BundleScorer":
    """Return the scorer of the verified bundle in ``folder``, else of the champion.

    ``threads`` are the engine's, by default one a core that this process may use. Raises
    ``BundleError`` where the bundle must not be used; a missing engine shows at the first score.
    """
    loaded = bundle.load(folder if folder is not None else bundle.default_bundle())
    cores = (
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    )
    return BundleScorer(
        loaded, threads=threads or cores, engine=engine, default_language=default_language
    )


class BundleScorer:
    """Scores comments with a bundle's network; safe to share between threads.

    The engine opens at the first score, or at ``warm_up``: in the process that scores, since an
    engine does not survive a fork. ``default_language`` is the site's own, see ``model.language``.
    """

    def __init__(
        self,
        loaded: Bundle,
        *,
        threads: int,
        engine: str = runtime.AUTO,
        default_language: str | None = None,
    ) -> None:
        """Read the tokenizer of ``loaded``; the engine is opened later."""
        self.bundle = loaded
        self._tokenizer = encoding.open_tokenizer(loaded.tokenizer)
        self._threads, self._engine_name = threads, engine
        self._default_language = default_language
        self._engine: runtime.Engine | None = None
        self._opening = threading.Lock()

    @property
    def version(self) -> str:
        """The bundle's version."""
        return self.bundle.version

    @property
    def thresholds(self) -> dict[str, float]:
        """The bundle's decision threshold of each label."""
        return dict(self.bundle.manifest.thresholds)

    @property
    def engine(self) -> runtime.Engine:
        """The engine, opened if it is not yet; raises ``EngineError`` where it cannot be."""
        with self._opening:
            if self._engine is None:
                self._engine = runtime.open_engine(
                    self.bundle.graph, threads=self._threads, engine=self._engine_name
                )
            return self._engine

    def warm_up(self) -> None:
        """Open the engine and the language detector and score once, so that no comment waits."""
        language.warm_up()
        self.score([Comment("A first comment.")])

    def score(self, comments: Sequence[Comment], *, spans: bool = False) -> list[Scores]:
        """Return one ``Scores`` a comment, in order; a score never depends on the neighbours.

        Each label is the largest over the windows of the clean and the unmasked reading. ``spans``
        and ``target`` stay None: no bundle has those heads yet.
        """
        return [
            scores
            for group in _groups(comments)
            for scores in self._scored([self._judgeable(comment) for comment in group])
        ]

    def logits(self, comments: Sequence[Comment], *, unmasked: bool = True) -> Floats:
        """Return raw logits (n, labels), NaN for comments that are not scored.

        They are what calibration is fitted on; without ``unmasked`` only the clean reading counts.
        """
        found = [
            self._logits([self._judgeable(comment, unmasked=unmasked) for comment in group])
            for group in _groups(comments)
        ]
        return np.concatenate([np.empty((0, len(NAMES)), np.float32), *found])

    def _judgeable(self, comment: Comment, *, unmasked: bool = True) -> Judgeable:
        plain, other = readings(comment.text)
        if not plain.text:
            return Judgeable(error=EMPTY)
        code, reason = language.read_language(
            (other or plain).text,
            known=self.bundle.manifest.languages,
            default_language=self._default_language,
        )
        if reason is not None:
            return Judgeable(language=code, abstained=reason)
        texts = [plain.text, other.text] if other and unmasked else [plain.text]
        cuts = [self._windows(text) for text in texts]
        rows = tuple(row for cut, _ in cuts for row in cut)
        return Judgeable(rows, code, truncated=any(truncated for _, truncated in cuts))

    def _windows(self, text: str) -> tuple[list[encoding.Ids], bool]:
        ids = self._tokenizer.ids(text)
        manifest = self.bundle.manifest
        cut = windows.cut(
            len(ids),
            size=manifest.max_length - self._tokenizer.added,
            overlap=manifest.stride,
            most=manifest.max_windows,
        )
        return [self._tokenizer.framed(ids[begin:end]) for begin, end in cut.spans], cut.truncated

    def _scored(self, judgeable: Sequence[Judgeable]) -> list[Scores]:
        probabilities = self.bundle.manifest.calibration.apply(self._logits(judgeable))
        return [
            _scores(one, row, self.bundle.manifest.thresholds)
            for one, row in zip(judgeable, probabilities.tolist(), strict=True)
        ]

    def _logits(self, judgeable: Sequence[Judgeable]) -> Floats:
        """Return (n, labels), each row of token ids run once however many comments have it."""
        numbers: dict[encoding.Ids, int] = {}
        owned = [[numbers.setdefault(row, len(numbers)) for row in one.rows] for one in judgeable]
        found = self._run(list(numbers))
        rows = [row for one in owned for row in one]
        owners = [i for i, one in enumerate(owned) for _ in one]
        return windows.combine(found[rows], owners, len(judgeable))

    def _run(self, rows: Sequence[encoding.Ids]) -> Floats:
        """Return the logits of each row in order; rows of like length share a batch."""
        found = np.empty((len(rows), len(NAMES)), dtype=np.float32)
        for batch in batches([len(row) for row in rows], budget=_TOKENS_AT_ONCE):
            ids, mask = self._tokenizer.padded([rows[i] for i in batch])
            found[batch] = self.engine.run(ids, mask)[runtime.OUTPUT]
        if not np.isfinite(found).all():
            raise ScoringError(f"bundle {self.version}: the network gave no finite logits")
        return found


def batches(
    lengths: Sequence[int], *, budget: int, most: int = _ROWS_AT_ONCE
) -> Iterator[list[int]]:
    """Give the indices of rows, longest rows first, in batches of at most ``budget`` tokens.

    A batch counts as its rows times its longest; a row over the budget comes alone. The number of
    rows is a power of two, at most ``most``: an engine keeps something for each shape it has seen.
    """
    order = sorted(range(len(lengths)), key=lengths.__getitem__, reverse=True)
    at = 0
    while at < len(order):
        fitting = min(most, len(order) - at, max(1, budget // max(1, lengths[order[at]])))
        rows = 1 << (fitting.bit_length() - 1)
        yield order[at : at + rows]
        at += rows


def _groups(comments: Sequence[Comment]) -> Iterator[Sequence[Comment]]:
    """Give the comments in order, in groups whose texts together stay small."""
    first = characters = 0
    for i, comment in enumerate(comments):
        if i > first and characters + len(comment.text) > _CHARACTERS_AT_ONCE:
            yield comments[first:i]
            first, characters = i, 0
        characters += len(comment.text)
    if first < len(comments):
        yield comments[first:]


def _scores(one: Judgeable, row: Sequence[float], thresholds: Mapping[str, float]) -> Scores:
    if not one.rows:
        return Scores(None, language=one.language, abstained=one.abstained, error=one.error)
    by_label = dict(zip(NAMES, row, strict=True))
    labels = tuple(name for name in NAMES if by_label[name] >= thresholds[name])
    return Scores(by_label, labels, language=one.language, truncated=one.truncated)
