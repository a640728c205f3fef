"""The canonical reading of a text, with a map from each character back to the original.

``clean`` is what training and serving both read: the same words, without what the eye does not see.
"""

import re
import unicodedata
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final


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

        Characters that the reading dropped count to the one before them. An empty span stays empty.
        """
        if not 0 <= begin <= end <= len(self.text):
            raise IndexError(f"span {begin}:{end} is outside a text of {len(self.text)} characters")
        if begin == end:
            return self.origin[begin], self.origin[begin]
        return self.origin[begin], max(self.origin[end], self.origin[end - 1] + 1)


def as_written(text: str) -> Reading:
    """Return the reading that changes nothing."""
    return Reading(text, range(len(text) + 1))


def substitute(
    reading: Reading, pattern: re.Pattern[str], new: str | Callable[[re.Match[str]], str]
) -> Reading:
    """Return the reading with every match replaced, the map kept; the same object if none changes.

    The replacement's characters stand one to one for the match's, those too many for its last.
    """
    text, source = reading.text, reading.origin
    parts: list[str] = []
    origin = array("I")
    at = 0
    for match in pattern.finditer(text):
        begin, end = match.span()
        written = new if isinstance(new, str) else new(match)
        if written == match.group():
            continue
        parts += (text[at:begin], written)
        origin.extend(_copied(source, at, begin))
        origin.extend(_copied(source, begin, min(begin + len(written), end)))
        origin.extend([source[end - 1]] * (len(written) - (end - begin)))
        at = end
    if not parts:
        return reading
    parts.append(text[at:])
    origin.extend(_copied(source, at, len(text) + 1))
    return Reading("".join(parts), origin)


def _copied(source: Sequence[int], begin: int, end: int) -> "array[int]":
    return array("I", source[begin:end])


# Unicode's format characters but those with a shape of their own (Arabic and Kaithi number signs,
# hieroglyph controls), blank fillers, the grapheme joiner, variation selectors and tags.
_INVISIBLE: Final = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u2064"
    "\u2066-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0001\U000e0020-\U000e007f\U000e0100-\U000e01ef]+"
)
_UNREADABLE: Final = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\u2800]+")

_QUOTES_AND_DASHES: Final = {
    **dict.fromkeys("\u00b4\u2018\u2019\u201a\u201b\u2032\u2035\u02bc\u02b9\u02bb", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u2036\u00ab\u00bb\u301d\u301e", '"'),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2e3a\u2e3b", "-"),
}
_QUOTE_OR_DASH: Final = re.compile(f"[{''.join(_QUOTES_AND_DASHES)}]")

# Every character that Unicode puts over or under another; there are none beyond this range.
_MARKS: Final = "".join(chr(c) for c in range(0x300, 0x1F000) if unicodedata.combining(chr(c)))
# Ordering a pile of marks takes Python time in its square, so a pile is cut before NFKC.
_PILE: Final = re.compile(f"([{_MARKS}]{{3}})[{_MARKS}]+")
_CLUSTER: Final = re.compile(f"[^\x00-\x7f][{_MARKS}]*|[\x00-\x7f][{_MARKS}]+")
# An ASCII character never joins the one before it, so pieces that begin with one are independent.
_NON_ASCII: Final = re.compile("[\x00-\x7f]?[^\x00-\x7f]+")

_AMPERSAND: Final = r"(?:amp|#0*38|#[xX]0*26)"
_ENTITY: Final = re.compile(
    rf"&(?:{_AMPERSAND};)*(?P<name>{_AMPERSAND}|quot|lt|gt|apos|nbsp"
    r"|#0*(?:34|39|60|62|160)|#[xX]0*(?:22|27|3[cCeE]|[aA]0));"
)
_ENTITY_READS: Final = {
    **dict.fromkeys(("amp", "#38", "#x26"), "&"),
    **dict.fromkeys(("quot", "#34", "#x22"), '"'),
    **dict.fromkeys(("apos", "#39", "#x27"), "'"),
    **dict.fromkeys(("lt", "#60", "#x3c"), "<"),
    **dict.fromkeys(("gt", "#62", "#x3e"), ">"),
    **dict.fromkeys(("nbsp", "#160", "#xa0"), " "),
}
_LEADING_ZEROS: Final = re.compile("(?<=[#x])0+")
# Bare words are no attributes: a site that shows text as it is would show <p you liar> to readers.
_ATTRIBUTE: Final = r"""\s++[\w-]++\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s"'<>]++)"""
_TAG: Final = re.compile(
    "</?(?:br|p|div|span|b|i|u|s|a|em|strong|blockquote|li|ul|ol|h[1-6]|hr)"
    rf"(?:{_ATTRIBUTE})*+\s*+/?>",
    re.I,
)
_SPACE: Final = re.compile(r"\s+")
_EDGE_SPACE: Final = re.compile(r"\A +| +\Z")
# Digits stay: 1000000 is another number than 1000.
_LONG_RUN: Final = re.compile(r"([^\s\d])\1{3,}")


def clean(text: str) -> Reading:
    """Return the reading that training and serving share: the words as the eye sees them.

    NFKC; invisible characters dropped; control characters and lone surrogates, white space and
    HTML tags as one space; common entities, quotes and dashes in their ASCII form; more than three
    of one character, or marks on one letter, as three; digits stay. Never raises, and cleaning
    twice changes nothing more.
    """
    if _is_plain(text):
        return as_written(text)
    reading = as_written(text)
    while True:
        # Until nothing changes, since one step can uncover work for another: "&lt;br&gt;".
        before, reading = reading, _clean_once(reading)
        if reading.text == before.text:
            return reading


def _is_plain(text: str) -> bool:
    """Tell, in a few microseconds, whether a text surely needs no cleaning."""
    return (
        text.isascii()
        and text.isprintable()
        and "&" not in text
        and "<" not in text
        and "  " not in text
        and text == text.strip(" ")
        and _LONG_RUN.search(text) is None
    )


def _clean_once(reading: Reading) -> Reading:
    if not reading.text.isascii():
        reading = substitute(reading, _INVISIBLE, "")
        reading = substitute(reading, _PILE, lambda match: match.group(1))
        reading = substitute(reading, _QUOTE_OR_DASH, _plain_quote)
        reading = compose(reading)
    reading = substitute(reading, _UNREADABLE, " ")
    if "&" in reading.text:
        reading = substitute(reading, _ENTITY, _entity_reads)
    if "<" in reading.text:
        reading = substitute(reading, _TAG, " ")
    reading = substitute(reading, _SPACE, " ")
    reading = substitute(reading, _LONG_RUN, lambda match: match.group(1) * 3)
    return substitute(reading, _EDGE_SPACE, "")


def _plain_quote(match: re.Match[str]) -> str:
    return _QUOTES_AND_DASHES[match.group()]


def _entity_reads(match: re.Match[str]) -> str:
    return _ENTITY_READS[_LEADING_ZEROS.sub("", match["name"].lower())]


def compose(reading: Reading) -> Reading:
    """Return the reading in Unicode's form NFKC, the map kept."""
    if unicodedata.is_normalized("NFKC", reading.text):
        return reading
    by_cluster = substitute(reading, _CLUSTER, _composed)
    if by_cluster.text == unicodedata.normalize("NFKC", reading.text):
        return by_cluster
    # Scripts such as Hangul join across clusters; there the map is right to the piece only.
    return substitute(reading, _NON_ASCII, _composed)


def _composed(match: re.Match[str]) -> str:
    return unicodedata.normalize("NFKC", match.group())
