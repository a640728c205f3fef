"""Rude lines beside plain ones: comments joined with civil ones, so that one line is not washed out.

A rude comment is joined with one or two plain civil comments, and a civil comment of about its length
and of its source with the very same ones at the same places: neither they nor the length say anything.
Whole comments are joined and never parts, for a sentence may be civil only by the next one.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Final

from model.records import Example, Span

SUFFIX: Final = "~joined"
# Where plain comments come from: discussion, in the register of a comment section.
PLAIN_SOURCES: Final = (
    "newsroom",
    "kaggle_insults",
    "reddit_incivility_ercexpo",
    "reddit_moderated",
)
CIVIL_BELOW: Final = 0.1
RUDE_FROM: Final = 0.7
MOST_WORDS: Final = 30
MOST_CHARACTERS: Final = 200
MOST_PLAIN_WORDS: Final = 40
MOST_PLAIN_CHARACTERS: Final = 240
MOST_SENTENCES: Final = 3
# Of two plain comments together. A join must fit a window of 128 tokens: training cuts off the rest,
# and what is cut off must not be the rude line.
MOST_WORDS_OF_TWO: Final = 45
# How many plain comments are looked at for two that fit.
_LOOKED_AT: Final = 8
# From here on a label of one part is known of the whole, whatever is unknown of the others.
SURE_FROM: Final = 0.5
# Lengths within one step of so many words count as the same.
_STEP: Final = 3
_SENTENCE_END: Final = re.compile(r"[.!?…][\"'”’)]*(?=\s|$)")
_ENDED: Final = re.compile(r"[.!?…:][\"'”’)]*\s*$")
_PLACES: Final = ("before", "after", "both")


@dataclass(frozen=True, slots=True)
class Frame:
    """The plain comments of a join, and where the other one stands among them."""

    before: tuple[Example, ...]
    after: tuple[Example, ...]
    gap: str

    def around(self, row: Example) -> Example:
        """Return ``row`` within the plain comments: its labels, target and weight, spans moved along."""
        parts = (*self.before, row, *self.after)
        text, begin = "", 0
        for part in parts:
            if text:
                text += self.gap if _ENDED.search(text) or "\n" in self.gap else "." + self.gap
            if part is row:
                begin = len(text)
            text += part.text.strip() if part is not row else row.text
        return replace(
            row,
            text=text,
            labels=merged([part.labels for part in parts]),
            spans=row.spans and tuple(_moved(span, begin) for span in row.spans),
            id=row.id + SUFFIX,
        )


def joined(examples: Sequence[Example], *, share: float, seed: int) -> list[Example]:
    """Return joins of ``share`` of the short rude examples, and as many of civil ones.

    Rude is insult or incivility of 0.7 or more in at most 30 words and 200 characters; civil is every
    known label, and incivility among them, under 0.1. Plain comments are civil ones of one to three
    sentences, at most 40 words and 240 characters, of ``PLAIN_SOURCES``, and of the rude comment's own
    source where it is one of these.
    Only the joins come back, with ``~joined`` after their ids, the same for the same seed; without a
    civil comment to join with there are none. Make them after the rows are split. Raises ValueError
    for a share outside 0 to 1.
    """
    if not 0 <= share <= 1:
        raise ValueError(f"share is {share:g}, must be 0 to 1")
    rude = [row for row in examples if is_rude(row)]
    civil = [row for row in examples if is_civil(row)]
    plain = _by_source(row for row in civil if row.source in PLAIN_SOURCES and is_plain(row))
    twin_of = _twins([row for row in civil if is_short(row)])
    made: list[Example] = []
    if not plain or twin_of is None:
        return made
    for i in sorted(Random(seed).sample(range(len(rude)), round(share * len(rude)))):
        row = rude[i]
        # By the text, so that a join changes only with the plain comments that there are.
        rng = Random(f"{seed} {row.id} {row.text}")
        twin = twin_of(row, rng)
        frame = _frame(plain.get(row.source) or plain[""], rng, besides=(row, twin))
        if frame.before or frame.after:
            made += [frame.around(row), frame.around(twin)]
    return made


def is_rude(row: Example) -> bool:
    """Tell whether a comment is short and surely demeans somebody."""
    worst = max(row.labels.get("insult", 0.0), row.labels.get("incivility", 0.0))
    return worst >= RUDE_FROM and is_short(row)


def is_short(row: Example) -> bool:
    """Tell whether a comment is short enough to stand beside plain ones."""
    return _words(row) <= MOST_WORDS and len(row.text) <= MOST_CHARACTERS


def is_civil(row: Example) -> bool:
    """Tell whether a comment is known to be civil, and nothing known of it says otherwise."""
    return "incivility" in row.labels and max(row.labels.values()) < CIVIL_BELOW


def is_plain(row: Example) -> bool:
    """Tell whether a comment has one to three sentences, and no more than 40 words and 240 characters."""
    sentences = len(_SENTENCE_END.findall(row.text.rstrip() + ("" if _ended(row) else ".")))
    short = _words(row) <= MOST_PLAIN_WORDS and len(row.text) <= MOST_PLAIN_CHARACTERS
    return short and _words(row) > 0 and sentences <= MOST_SENTENCES


def merged(labels: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Return the largest of each label; it is known where all know it, or where one is sure of it."""
    names = dict.fromkeys(name for one in labels for name in one)
    highest = {name: max(one[name] for one in labels if name in one) for name in names}
    return {
        name: value
        for name, value in highest.items()
        if value >= SURE_FROM or all(name in one for one in labels)
    }


def _frame(plain: Sequence[Example], rng: Random, *, besides: Sequence[Example]) -> Frame:
    place = rng.choice(_PLACES)
    drawn = rng.sample(plain, min(len(plain), _LOOKED_AT))
    others = [row for row in drawn if all(row is not one for one in besides)]
    first = tuple(others[:1])
    room = MOST_WORDS_OF_TWO - sum(map(_words, first))
    second = tuple(row for row in others[1:] if _words(row) <= room)[:1]
    gap = rng.choices((" ", "\n", "\n\n"), (0.8, 0.1, 0.1))[0]
    if place == "both":
        return Frame(first, second, gap)
    return Frame(first, (), gap) if place == "before" else Frame((), first, gap)


def _by_source(rows: Iterator[Example]) -> dict[str, list[Example]]:
    """Return the plain comments of each source, and all of them under ``""``; empty without any."""
    found: dict[str, list[Example]] = defaultdict(list)
    for row in rows:
        found[row.source].append(row)
        found[""].append(row)
    return dict(found)


def _twins(civil: Sequence[Example]) -> Callable[[Example, Random], Example] | None:
    """Return what draws a civil comment as long as a given one; None where there is no civil one.

    It is of the same source where that has any, and of the nearest length there is.
    """
    by_source: dict[str, dict[int, list[Example]]] = defaultdict(lambda: defaultdict(list))
    for row in civil:
        for source in (row.source, ""):
            by_source[source][_words(row) // _STEP].append(row)

    def twin_of(row: Example, rng: Random) -> Example:
        by_length = by_source[row.source if row.source in by_source else ""]
        wanted = _words(row) // _STEP
        return rng.choice(by_length[min(by_length, key=lambda n: (abs(n - wanted), n))])

    return twin_of if civil else None


def _moved(span: Span, by: int) -> Span:
    return replace(span, begin=span.begin + by, end=span.end + by)


def _words(row: Example) -> int:
    return len(row.text.split())


def _ended(row: Example) -> bool:
    return bool(_ENDED.search(row.text))
