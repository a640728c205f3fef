"""How much of what is found in plain insults is still found when their words are disguised."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.records import Comment, Scores
from model.scorer import Scorer
from training import obfuscation, sweep
from training.bootstrap import RESAMPLES, Estimate, figures, resamples
from training.metrics import wilson
from training.report import DisguiseReport, DisguiseShares
from training.suites import LINE, Case

# What a disguise is meant to hide; incivility is what a desk would act on.
LABELS: Final = ("insult", "incivility")
ALREADY_DISGUISED: Final = "disguise"
# Nobody disguises a whole sentence: a longer carrier is contempt without a rude word.
MOST_WORDS: Final = 3
FEWEST_LETTERS: Final = 4


def zero_width(word: str, rng: Random) -> str:
    """Return the word with a zero-width space between two of its letters."""
    at = rng.randrange(1, len(word))
    return f"{word[:at]}\u200b{word[at:]}"


def full_width(word: str, rng: Random) -> str:
    """Return the word in full-width letters."""
    return "".join(chr(ord(letter) + 0xFEE0) for letter in word)


# What the reading takes away without fail, or the tokenizer with its capitals: to the network such a
# copy is the comment as written, so it says nothing of how well disguises are read.
UNDONE: Final = frozenset({"mixed_case", "zero_width", "full_width"})
# Those of training's augmentation, each alone, and those that are undone.
TRICKS: Final[Mapping[str, obfuscation.Trick]] = {
    **{trick.__name__: trick for trick in obfuscation.TRICKS},
    "mixed_case": obfuscation.mixed_case,
    "zero_width": zero_width,
    "full_width": full_width,
}


@dataclass(frozen=True, slots=True)
class Copy:
    """A disguised copy of the case number ``of``."""

    of: int
    trick: str
    text: str


def measure(scorer: Scorer, cases: Iterable[Case], *, seed: int) -> DisguiseReport | None:
    """Return recall at 0.5 of plain insults and of their disguised copies; None without cases.

    Cases are those judged to be insults whose carriers of at most three words hold a word of four
    letters; each is disguised by each trick that changes it, always alike for the same seed. The
    ratio is that of the tricks that are not ``UNDONE``; that of all tricks stands beside it.
    """
    chosen = [case for case in cases if _words(case) and case.family != ALREADY_DISGUISED]
    if not chosen:
        return None
    copies = [copy for of, case in enumerate(chosen) for copy in _copies(of, case, seed)]
    plain = scorer.score([Comment(case.text, case.id) for case in chosen])
    hidden = scorer.score([Comment(copy.text, chosen[copy.of].id) for copy in copies])
    return DisguiseReport(
        n=len(chosen),
        copies=len(copies),
        undone=sum(copy.trick in UNDONE for copy in copies),
        labels={
            label: _shares(_found(plain, label), copies, _found(hidden, label), seed=seed)
            for label in LABELS
        },
    )


def _words(case: Case) -> list[tuple[int, int]]:
    """Return where the words stand that carry the case's insult, in order."""
    if not case.labels.get("insult"):
        return []
    places: set[tuple[int, int]] = set()
    for span in case.spans or ():
        words = list(_spelt(case.text, span.begin, span.end))
        if span.label == "insult" and len(case.text[span.begin : span.end].split()) <= MOST_WORDS:
            places.update(place for place in words if place[1] - place[0] >= FEWEST_LETTERS)
    return sorted(places)


def _spelt(text: str, begin: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the runs of ASCII letters between two offsets."""
    at = begin
    for to in range(begin, end + 1):
        if to == end or not (text[to].isascii() and text[to].isalpha()):
            if to > at:
                yield at, to
            at = to + 1


def _copies(of: int, case: Case, seed: int) -> Iterator[Copy]:
    for name, trick in TRICKS.items():
        rng = Random(f"{seed} {name} {case.id}")
        text = case.text
        for begin, end in reversed(_words(case)):
            text = text[:begin] + trick(text[begin:end], rng) + text[end:]
        if text != case.text:
            yield Copy(of, name, text)


def _found(scored: Sequence[Scores], label: str) -> NDArray[np.bool_]:
    return np.array(
        [s.by_label is not None and s.by_label[label] >= LINE for s in scored], dtype=bool
    )


def _shares(
    plain: NDArray[np.bool_], copies: Sequence[Copy], hidden: NDArray[np.bool_], *, seed: int
) -> DisguiseShares:
    tricks: dict[str, list[bool]] = defaultdict(list)
    told = np.array([copy.trick not in UNDONE for copy in copies], dtype=bool)
    left = [copy for copy in copies if copy.trick not in UNDONE]
    for copy, was in zip(copies, hidden.tolist(), strict=True):
        tricks[copy.trick].append(was)
    return DisguiseShares(
        plain=wilson(int(plain.sum()), len(plain)),
        disguised=wilson(int(hidden[told].sum()), len(left)),
        ratio=figures(_ratio(plain, left, hidden[told], seed=seed))["ratio"],
        ratio_of_all_tricks=figures(_ratio(plain, copies, hidden, seed=seed))["ratio"],
        tricks={name: wilson(sum(was), len(was)) for name, was in tricks.items()},
    )


def _ratio(
    plain: NDArray[np.bool_], copies: Sequence[Copy], hidden: NDArray[np.bool_], *, seed: int
) -> Estimate:
    """Return the ratio of the two recalls; resamples draw cases, each with all of its copies."""
    n, owners = len(plain), [copy.of for copy in copies]
    made = np.bincount(owners, minlength=n).astype(np.float64)
    caught = np.bincount(owners, weights=hidden, minlength=n)

    def ratio(weights: sweep.Floats) -> sweep.Floats:
        recall = sweep.ratio(weights @ caught, weights @ made)
        return sweep.ratio(recall, weights @ plain / n)

    draws = [ratio(drawn.astype(np.float64)) for drawn in resamples(n, count=RESAMPLES, seed=seed)]
    once = ratio(np.ones((1, n)))
    return Estimate({"ratio": float(once[0])}, {"ratio": np.concatenate(draws)}, f"{seed}/{n}")
