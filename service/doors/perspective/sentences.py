"""A text's sentences, and offsets as Perspective counts them: in UTF-16 code units.

No library: the well-kept splitter by Unicode's own rules (uniseg) is 8 MB, and it parts "Mr. Smith".
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import Final

Place = tuple[int, int]
MOST: Final = 100
_GAP: Final = re.compile(r"\s+")
_LETTER: Final = re.compile(r"[^\W\d_]")
_ENDS: Final = frozenset(".!?…。！？")
_CLOSES: Final = "\"'”’»)]*_"
_LINE_ENDS: Final = frozenset("\n\r\u2028\u2029")
# After these a full stop ends no sentence; nor does it after an initial, as in "J. Smith".
_SHORT: Final = re.compile(
    r"(?:^|[\s(\"'“‘])(?:(?i:mr|mrs|ms|dr|prof|sen|rep|gov|gen|st|vs|e\.g|i\.e|u\.s|u\.k)|[A-HJ-Z])\.$"
)
_LONGEST_SHORT: Final = 8


def sentences(text: str) -> list[Place]:
    """The sentences of ``text`` as (begin, end) in code points, in order, at most ``MOST``.

    Between them, before the first and after the last is white space only. What has no letter belongs
    to the sentence before it; neighbours are joined where there would be too many. A text without a
    letter is one sentence, a blank one has none.
    """
    joined: list[Place] = []
    for begin, end in _pieces(text):
        lettered = _LETTER.search(text, begin, end) is not None
        if joined and not (lettered and _LETTER.search(text, *joined[-1])):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((begin, end))
    at_once = -(-len(joined) // MOST) or 1
    return [
        (group[0][0], group[-1][1])
        for group in (joined[i : i + at_once] for i in range(0, len(joined), at_once))
    ]


def _pieces(text: str) -> Iterator[Place]:
    begin = 0
    for gap in _GAP.finditer(text):
        if gap.start() == begin:
            begin = gap.end()
        elif gap.end() == len(text) or _parts(text, gap):
            yield begin, gap.start()
            begin = gap.end()
    if begin < len(text):
        yield begin, len(text)


def _parts(text: str, gap: re.Match[str]) -> bool:
    """Whether the white space ``gap`` parts two sentences."""
    if not _LINE_ENDS.isdisjoint(gap[0]):
        return True
    before = text[max(0, gap.start() - _LONGEST_SHORT) : gap.start()].rstrip(_CLOSES)
    if not before or before[-1] not in _ENDS:
        return False
    if before[-1] != ".":
        return True
    return not text[gap.end()].islower() and not _SHORT.search(before)


class Utf16:
    """Offsets into one text, between code points and UTF-16 code units."""

    def __init__(self, text: str) -> None:
        self._length = len(text)
        self._wide = [i for i, character in enumerate(text) if ord(character) > 0xFFFF]
        self._wide_units = [i + n for n, i in enumerate(self._wide)]

    def units(self, point: int) -> int:
        """The code units before code point number ``point``."""
        return point + bisect_left(self._wide, point)

    def points(self, unit: int) -> int | None:
        """The code points before code unit ``unit``; None within a pair, or outside the text."""
        wide_before = bisect_left(self._wide_units, unit)
        point = unit - wide_before
        return point if 0 <= point <= self._length and self.units(point) == unit else None
