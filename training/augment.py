"""Disguised copies of training comments: the words that carry an insult hidden, and innocent ones too.

A disguise says nothing of the comment: civil comments get the very same tricks, as often, with their
labels unchanged. There is no word list here; which words carry insults is learnt from the spans of
the examples given.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from random import Random
from typing import Final

from model.reading import Edit, as_written, edit
from model.records import Example, Span
from training.obfuscation import disguised as disguised_word

SUFFIX: Final = "~disguised"
CARRIED: Final = ("insult", "profanity", "identity_attack", "threat")
# Attacks on identities and threats are spelt in innocent words (Muslim, river): those are not learnt.
LEARNT: Final = ("insult", "profanity")
# Labels under this are what nobody saw anything in.
CIVIL_BELOW: Final = 0.1

# Not part of a link, an address, a @mention, a #tag or a word already disguised.
_WORD: Final = re.compile(r"(?<![\w@#/&=%.'’*-])[A-Za-z]{3,}(?![\w@#/*-]|\.\w|:/)")
_FEWEST_LETTERS: Final = 4
# A word carries insults when it is this often marked, alone or in a short phrase, and this share of
# the times that it occurs: annotators mark one insult in two or three.
_OFTEN: Final = 4
_SHARE: Final = 0.3
_SHORT_PHRASE: Final = 3

Places = Sequence[tuple[int, int]]


def disguised(examples: Sequence[Example], *, share: float, seed: int) -> list[Example]:
    """Return disguised copies of ``share`` of the uncivil and of ``share`` of the civil examples.

    A copy has one or two words disguised and ``~disguised`` after its id; labels, weight, target and
    key stay, and spans move along. Where spans are marked the words lie in them; an insulting or
    profane example without spans offers the words that often stand in others' spans; a civil one
    (all known labels under 0.1) any other word of four letters. Only the copies come back, the same
    for the same seed. Make them after copies are merged and the rows split: a key is text-based.
    Raises ValueError for a share outside 0 to 1.
    """
    if not 0 <= share <= 1:
        raise ValueError(f"share is {share:g}, must be 0 to 1")
    words = carrying_words(examples)
    offers: tuple[Callable[[Example], Places], ...] = (
        lambda example: _carriers(example, words),
        lambda example: _innocent(example, words),
    )
    return [copy for offer in offers for copy in _copies(examples, offer, share=share, seed=seed)]


def carrying_words(examples: Sequence[Example]) -> frozenset[str]:
    """Return the words of four letters or more, in lower case, that spans of a few words often mark."""
    within: Counter[str] = Counter()
    anywhere: Counter[str] = Counter()
    for example in examples:
        if example.spans is not None:
            anywhere.update(_words(example, _all(example)))
            within.update(_words(example, _in_spans(example, LEARNT, longest=_SHORT_PHRASE)))
    return frozenset(
        word
        for word, times in within.items()
        if len(word) >= _FEWEST_LETTERS and times >= max(_OFTEN, _SHARE * anywhere[word])
    )


def _copies(
    examples: Sequence[Example],
    offer: Callable[[Example], Places],
    *,
    share: float,
    seed: int,
) -> Iterator[Example]:
    offered = [(example, places) for example in examples if (places := offer(example))]
    rows = Random(seed).sample(range(len(offered)), round(share * len(offered)))
    for i in sorted(rows):
        example, places = offered[i]
        # By the text, so that a copy does not change with the rows around it.
        yield _copy(example, places, Random(f"{seed} {example.id} {example.text}"))


def _copy(example: Example, places: Places, rng: Random) -> Example:
    chosen = sorted(rng.sample(places, min(len(places), rng.randint(1, 2))))
    edits = [(begin, end, disguised_word(example.text[begin:end], rng)) for begin, end in chosen]
    return with_edits(example, edits)


def with_edits(example: Example, edits: Sequence[Edit]) -> Example:
    """Return the copy with ``(begin, end, new text)`` applied in order, spans moved along.

    A span that ends within a changed word takes in the whole word.
    """
    changed = edit(as_written(example.text), edits)
    spans = example.spans and tuple(_moved(span, edits, changed.origin) for span in example.spans)
    return replace(example, text=changed.text, spans=spans, id=example.id + SUFFIX)


def _moved(span: Span, edits: Sequence[Edit], origin: Sequence[int]) -> Span:
    begin, end = span.begin, span.end
    for first, last, _ in edits:
        if first < begin < last:
            begin = first
        if first < end < last:
            end = last
    return replace(span, begin=bisect_left(origin, begin), end=bisect_left(origin, end))


def _carriers(example: Example, words: frozenset[str]) -> Places:
    """Return where the words that carry the example's labels stand, the surest kind there is."""
    places = _in_spans(example)
    if not places and max((example.labels.get(name, 0.0) for name in CARRIED), default=0.0) >= 0.5:
        places = _all(example)
        return [place for place in places if _word(example, place) in words]
    known = [place for place in places if _word(example, place) in words]
    return known or [(begin, end) for begin, end in places if end - begin >= _FEWEST_LETTERS]


def _innocent(example: Example, words: frozenset[str]) -> Places:
    if not example.labels or max(example.labels.values()) >= CIVIL_BELOW or example.spans:
        return []
    return [
        (begin, end)
        for begin, end in _all(example)
        if end - begin >= _FEWEST_LETTERS and _word(example, (begin, end)) not in words
    ]


def _in_spans(
    example: Example, labels: Sequence[str] = CARRIED, *, longest: int | None = None
) -> Places:
    """Return where words stand within spans, of at most ``longest`` words each where that is given."""
    spans = [
        span
        for span in example.spans or ()
        if span.label in labels
        and (longest is None or len(example.text[span.begin : span.end].split()) <= longest)
    ]
    return [
        (begin, end)
        for begin, end in (_all(example) if spans else ())
        if any(span.begin <= begin and end <= span.end for span in spans)
    ]


def _all(example: Example) -> Places:
    return [found.span() for found in _WORD.finditer(example.text)]


def _word(example: Example, place: tuple[int, int]) -> str:
    return example.text[slice(*place)].lower()


def _words(example: Example, places: Places) -> list[str]:
    return [_word(example, place) for place in places]
