"""From the token head's logits to spans: which words carry a label, in characters of the original.

The head gives each token ``len(TOKEN_OUTPUTS)`` logits: whether the token carries anything that a
desk would object to, and for each label of ``SPAN_NAMES`` whether it carries that. The first decides
what is marked, the others only what a mark is called.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, takewhile
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.calibration import sigmoid
from model.labels import SPAN_NAMES
from model.reading import Reading
from model.records import Span

CARRIES: Final = "carries"
TOKEN_OUTPUTS: Final[tuple[str, ...]] = (CARRIES, *SPAN_NAMES)

Floats = NDArray[np.float32]
# A word with the signs that hide or join its letters: sh!t, sh¡t, f**k, low-life, !d!ot; or emoji.
_IN_WORDS: Final = r"[\w\u0300-\u036f*@$#]"
_WORD: Final = re.compile(
    rf"(?:!(?=\w{{1,8}}!))?{_IN_WORDS}+(?:[!¡'’\-]{_IN_WORDS}+)*"
    r"|[\u2600-\u27bf\U0001f000-\U0001faff\u200d\ufe0f]+"
)
# What may stand between two marked words of one span.
_JOINT: Final = re.compile(r"[\s,'’\"-]{1,2}")
# What may hide a letter of one word, or part two: only a piece too short for a word tells which.
_HIDING: Final = re.compile(r"[^\w\s]{1,2}")
_LONGEST_PIECE: Final = 2


@dataclass(frozen=True, slots=True)
class TokenLogits:
    """One reading's tokens: where each stands in the reading, (t, 2), and its logits, (t, outputs)."""

    reading: Reading
    offsets: Sequence[tuple[int, int]]
    logits: Floats


def spans_of(
    text: str,
    readings: Iterable[TokenLogits],
    *,
    threshold: float,
    reached: Collection[str] = (),
) -> tuple[Span, ...]:
    """Return the marked spans of ``text`` in their order, each with its likeliest label.

    A word is marked when one of its tokens, in any reading, carries something with a probability of
    at least ``threshold``; neighbouring words of one label are one span, whose score is its highest.
    ``reached`` are the labels that the comment as a whole has: a mark is named by one of them where a
    word can carry any of them, since a threat marked in a comment that is no threat misleads.
    """
    named = [name for name in SPAN_NAMES if name in reached] or list(SPAN_NAMES)
    marked: dict[tuple[int, int], Floats] = {}
    words_of: dict[int, list[tuple[int, int]]] = {}  # the windows of a reading share its words
    for one in readings:
        chances = sigmoid(one.logits.astype(np.float64)).astype(np.float32)
        tokens = np.flatnonzero(chances[:, 0] >= threshold).tolist()
        # Words are those of the reading: there "c l o w n" is one.
        if tokens and id(one.reading) not in words_of:
            words_of[id(one.reading)] = [m.span() for m in _WORD.finditer(one.reading.text)]
        for token in tokens:
            words = words_of[id(one.reading)]
            place = _words_touched(words, *one.offsets[token])
            if place is None:
                continue
            begin, end = _trimmed(text, *one.reading.to_original(*place))
            if begin == end:
                continue
            best = marked.get((begin, end))
            marked[begin, end] = (
                chances[token] if best is None else np.maximum(best, chances[token])
            )
    return tuple(_joined(text, sorted(marked.items(), key=lambda item: item[0]), named))


def _words_touched(
    words: Sequence[tuple[int, int]], begin: int, end: int
) -> tuple[int, int] | None:
    """Return the place of all the words that a place touches, or None where it is between them."""
    first = bisect_right(words, begin, key=lambda word: word[1])
    touched = list(takewhile(lambda word: word[0] < end, islice(words, first, None)))
    return (touched[0][0], touched[-1][1]) if touched else None


def _trimmed(text: str, begin: int, end: int) -> tuple[int, int]:
    """Return the place without what nobody sees at its end, which a reading dropped after a word."""
    while begin < end and unicodedata.category(text[end - 1])[0] in "CZ":
        end -= 1
    return begin, end


def _joined(
    text: str, marked: Iterable[tuple[tuple[int, int], Floats]], named: Sequence[str]
) -> Iterator[Span]:
    """Give marked places in order as spans that do not overlap, each by its likeliest of ``named``."""
    columns = [TOKEN_OUTPUTS.index(name) for name in named]
    last: Span | None = None
    for (first, end), chances in marked:
        name, score = named[int(chances[columns].argmax())], float(chances[0])
        if last is not None:
            if last.label == name and _is_near(text, (last.begin, last.end), (first, end)):
                last = Span(last.begin, max(last.end, end), name, max(last.score, score))
                continue
            if end <= last.end:
                continue
            yield last
        begin = first if last is None else max(first, last.end)
        last = Span(begin, end, name, score)
    if last is not None:
        yield last


def _is_near(text: str, one: tuple[int, int], next_one: tuple[int, int]) -> bool:
    """Tell whether two places touch, are neighbouring words, or pieces of one word such as id|ot."""
    gap = one[1], next_one[0]
    if gap[1] <= gap[0] or _JOINT.fullmatch(text, *gap) is not None:
        return True
    shorter = min(one[1] - one[0], next_one[1] - next_one[0])
    return shorter <= _LONGEST_PIECE and _HIDING.fullmatch(text, *gap) is not None
