"""Comments in, ``Scores`` out, in the same order and number."""

import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from model import bundle, encoding, language, runtime, target, windows
from model import spans as marks
from model.bundle import Bundle
from model.calibration import highest_logits
from model.labels import NAMES
from model.quotations import without_quoted
from model.reading import Reading
from model.records import Comment, Scores, Span, Target
from model.text import clean, scored

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

    @property
    def languages(self) -> Sequence[str]:
        """The ISO 639 codes of the languages that the bundle judges."""

    def score(self, comments: Sequence[Comment], *, spans: bool = False) -> list[Scores]:
        """Return one ``Scores`` a comment, in order; a score never depends on the neighbours."""


class ScoringError(RuntimeError):
    """The network did not answer with numbers; nothing was scored."""


@dataclass(frozen=True, slots=True)
class Window:
    """One row for the network: token ids with their frame, and where the tokens stand in their reading.

    ``offsets`` are empty where nobody asked for spans: they are some 100 bytes a token.
    """

    ids: encoding.Ids
    reading: Reading
    offsets: Sequence[tuple[int, int]] = ()


@dataclass(frozen=True, slots=True)
class Judgeable:
    """A comment's readings as windows of token ids, or the reason why it is not scored."""

    comment: Comment
    rows: tuple[Window, ...] = ()
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
    def languages(self) -> Sequence[str]:
        """The ISO 639 codes of the languages that the bundle judges."""
        return self.bundle.manifest.languages

    @property
    def engine(self) -> runtime.Engine:
        """The engine, opened if it is not yet; raises ``EngineError`` where it cannot be."""
        with self._opening:
            if self._engine is None:
                self._engine = runtime.open_engine(
                    self.bundle.graph,
                    threads=self._threads,
                    engine=self._engine_name,
                    outputs=[name for name, there in self.bundle.manifest.heads.items() if there],
                )
            return self._engine

    def warm_up(self) -> None:
        """Open the engine and the language detector and score once, so that no comment waits."""
        language.warm_up()
        self.score([Comment("A first comment.")])

    def score(self, comments: Sequence[Comment], *, spans: bool = False) -> list[Scores]:
        """Return one ``Scores`` a comment, in order; a score never depends on the neighbours.

        Each label is the largest over the windows of the readings (``model.text.scored``). ``spans``
        stay None where they were not asked for or the bundle has no token head, ``target`` where it
        has no target head.
        """
        return [
            scores
            for group in _groups(comments)
            for scores in self._scored(group, tokens=spans and self._marks)
        ]

    def logits(self, comments: Sequence[Comment], *, unmasked: bool = True) -> Floats:
        """Return raw logits (n, labels), NaN for comments that are not scored.

        They are what calibration is fitted on; without ``unmasked`` only the clean reading counts, as in
        training.
        """
        found = []
        for group in _groups(comments):
            judgeable = [self._judgeable(comment, unmasked=unmasked) for comment in group]
            found.append(_combined(judgeable, self._run(judgeable)))
        return np.concatenate([np.empty((0, len(NAMES)), np.float32), *found])

    @property
    def _marks(self) -> bool:
        return self.bundle.manifest.heads["token_labels"]

    def _judgeable(
        self, comment: Comment, *, unmasked: bool = True, tokens: bool = False
    ) -> Judgeable:
        comment = _own_words(comment)
        read = scored(comment.text)
        if not read[0].text:
            return Judgeable(comment, error=EMPTY)
        code, reason = language.read_language(
            read[-1].text,
            known=self.bundle.manifest.languages,
            default_language=comment.language or self._default_language,
        )
        if reason is not None:
            return Judgeable(comment, language=code, abstained=reason)
        judged = read if unmasked else (clean(comment.text),)
        cuts = [self._windows(reading, tokens=tokens) for reading in judged]
        rows = tuple(row for cut, _ in cuts for row in cut)
        return Judgeable(comment, rows, code, truncated=any(truncated for _, truncated in cuts))

    def _windows(self, reading: Reading, *, tokens: bool) -> tuple[list[Window], bool]:
        if tokens:
            ids, offsets = self._tokenizer.tokens(reading.text)
        else:
            ids, offsets = self._tokenizer.ids(reading.text), []
        manifest = self.bundle.manifest
        cut = windows.cut(
            len(ids),
            size=manifest.max_length - self._tokenizer.added,
            overlap=manifest.stride,
            most=manifest.max_windows,
        )
        rows = [
            Window(self._tokenizer.framed(ids[begin:end]), reading, offsets[begin:end])
            for begin, end in cut.spans
        ]
        return rows, cut.truncated

    def _scored(self, comments: Sequence[Comment], *, tokens: bool) -> list[Scores]:
        judgeable = [self._judgeable(comment, tokens=tokens) for comment in comments]
        answers = self._run(judgeable, tokens=tokens)
        calibration = self.bundle.manifest.calibration
        probabilities = calibration.apply(_combined(judgeable, answers))
        return [
            self._told(one, row, [answers[window.ids] for window in one.rows])
            for one, row in zip(judgeable, probabilities.tolist(), strict=True)
        ]

    def _told(self, one: Judgeable, row: Sequence[float], answers: Sequence["_Answer"]) -> Scores:
        if not one.rows:
            return Scores(None, language=one.language, abstained=one.abstained, error=one.error)
        by_label = dict(zip(NAMES, row, strict=True))
        thresholds = self.bundle.manifest.thresholds
        labels = tuple(name for name in NAMES if by_label[name] >= thresholds[name])
        return Scores(
            by_label,
            labels,
            spans=self._spans(one, answers, reached=labels),
            target=self._target(one.comment, answers, uncivil="incivility" in labels),
            language=one.language,
            truncated=one.truncated,
        )

    def _spans(
        self, one: Judgeable, answers: Sequence["_Answer"], *, reached: Sequence[str]
    ) -> tuple[Span, ...] | None:
        read = [
            marks.TokenLogits(window.reading, window.offsets, answer.tokens)
            for window, answer in zip(one.rows, answers, strict=True)
            if answer.tokens is not None
        ]
        if not read:
            return None
        threshold = self.bundle.manifest.span_threshold
        return marks.spans_of(one.comment.text, read, threshold=threshold, reached=reached)

    def _target(
        self, comment: Comment, answers: Sequence["_Answer"], *, uncivil: bool
    ) -> Target | None:
        """Return the target that the most uncivil row speaks of, or None without a target head."""
        rows = np.stack([answer.labels for answer in answers])
        calibrated = self.bundle.manifest.calibration.calibrated_logits(rows)
        worst = answers[int(highest_logits(calibrated).argmax())].target
        if worst is None:
            return None
        return target.target_of(target.chances(worst), comment, uncivil=uncivil)

    def _run(
        self, judgeable: Sequence[Judgeable], *, tokens: bool = False
    ) -> dict[encoding.Ids, "_Answer"]:
        """Return the network's answer to each distinct row; rows of like length share a batch."""
        rows = list(dict.fromkeys(window.ids for one in judgeable for window in one.rows))
        aimed = self.bundle.manifest.heads["target"]
        found: dict[encoding.Ids, _Answer] = {}
        for batch in batches([len(row) for row in rows], budget=_TOKENS_AT_ONCE):
            ids, mask = self._tokenizer.padded([rows[i] for i in batch])
            out = self.engine.run(ids, mask)
            wanted = [runtime.OUTPUT, *["token_labels"] * tokens, *["target"] * aimed]
            if not all(np.isfinite(out[name]).all() for name in wanted):
                raise ScoringError(f"bundle {self.version}: the network gave no finite logits")
            for place, i in enumerate(batch):
                found[rows[i]] = _Answer(
                    out[runtime.OUTPUT][place],
                    out["target"][place] if aimed else None,
                    # Without the two tokens of the frame.
                    out["token_labels"][place, 1 : len(rows[i]) - 1] if tokens else None,
                )
        return found


def _own_words(comment: Comment) -> Comment:
    """Return the comment without what it quotes of its parent, all else at its place."""
    parent = comment.context.parent if comment.context else None
    own = without_quoted(comment.text, parent)
    return comment if own == comment.text else replace(comment, text=own)


@dataclass(frozen=True, slots=True)
class _Answer:
    """The network's logits for one row: labels (labels,), target (kinds,), tokens (t, outputs)."""

    labels: Floats
    target: Floats | None
    tokens: Floats | None


def _combined(judgeable: Sequence[Judgeable], answers: Mapping[encoding.Ids, _Answer]) -> Floats:
    """Return (n, labels): the largest logit of each label over a comment's rows."""
    rows = [answers[window.ids].labels for one in judgeable for window in one.rows]
    owners = [i for i, one in enumerate(judgeable) for _ in one.rows]
    stacked = np.stack(rows) if rows else np.empty((0, len(NAMES)), np.float32)
    return windows.combine(stacked, owners, len(judgeable))


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
