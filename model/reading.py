"""A reading of a text: other characters than were written, and where each of them stood."""

import re
from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

Edit = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Reading:
    """A reading of a text and where each of its characters stood.

    ``origin[i]`` is the code point of the original at which character ``i`` began; the one entry
    more than there are characters says where the last character ended. Values never decrease.
    """

    text: str
    origin: Sequence[int]

    def to_original(self, begin: int, end: int) -> tuple[int, int]:
        """Return the span of the original that characters ``begin`` to ``end`` were read from.

        Characters that the reading dropped count to the one before them, but not those at its very
        end. An empty span stays empty.
        """
        if not 0 <= begin <= end <= len(self.text):
            raise IndexError(f"span {begin}:{end} is outside a text of {len(self.text)} characters")
        if begin == end:
            return self.origin[begin], self.origin[begin]
        return self.origin[begin], max(self.origin[end], self.origin[end - 1] + 1)


def as_written(text: str) -> Reading:
    """Return the reading that changes nothing."""
    return Reading(text, range(len(text) + 1))


def edit(reading: Reading, edits: Iterable[Edit]) -> Reading:
    """Return the reading with ``(begin, end, new text)`` applied, the map kept.

    Edits come in order and do not overlap. The new characters stand one to one for the old, those
    too many for the last of them. Without an edit the same object comes back.
    """
    text, source = reading.text, reading.origin
    parts: list[str] = []
    origin = array("I")
    at = kept = 0  # what is done, and where the last character that is kept ends
    for begin, end, new in edits:
        parts += (text[at:begin], new)
        origin.extend(array("I", source[at : min(begin + len(new), end)]))
        origin.extend([source[end - 1]] * (len(new) - (end - begin)))
        kept = end if new else begin if begin > at else kept
        at = end
    if not parts:
        return reading
    parts.append(text[at:])
    origin.extend(array("I", source[at : len(text)]))
    origin.append(source[len(text) if at < len(text) else kept])
    return Reading("".join(parts), origin)


def substitute(
    reading: Reading, pattern: re.Pattern[str], new: str | Callable[[re.Match[str]], str]
) -> Reading:
    """Return the reading with every match replaced, as ``re.sub`` does, the map kept."""
    edits = (
        (match.start(), match.end(), new if isinstance(new, str) else new(match))
        for match in pattern.finditer(reading.text)
    )
    return edit(reading, (e for e in edits if e[2] != reading.text[e[0] : e[1]]))
