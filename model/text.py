"""The canonical reading of a text, with a map from each character back to the original.

``clean`` is what training and serving both read: the same words, without what the eye does not see.
``unmasked`` is a second reading, in which disguised words are undone. ``scored`` gives the readings
that a network judges: the two of them, emphasis and addresses put aside.
"""

import html
import itertools
import re
import unicodedata
from collections.abc import Iterable
from html.entities import html5
from typing import Final

from model.addresses import without_addresses
from model.disguises import EMPHASIS, TRICKS, Trick, join_spaced_words
from model.reading import Reading, as_written, substitute
from model.speech import is_wordless

__all__ = ["Reading", "clean", "readings", "scored", "unmasked"]


# Unicode's format characters but those with a shape of their own (Arabic and Kaithi number signs,
# hieroglyph controls), blank fillers, the grapheme joiner, variation selectors and tags; and the marks
# that only draw a ring, a box or a bar around a letter.
_INVISIBLE: Final = re.compile(
    "[\u0488\u0489\u1abe\u20dd-\u20e0\u20e2-\u20e4\ua670-\ua672\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u2064"
    "\u2066-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0001\U000e0020-\U000e007f\U000e0100-\U000e01ef]+"
)
_UNREADABLE: Final = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\u2800]+")
_UNREADABLE_IN_A_WORD: Final = re.compile(
    r"(?<=[^\W_])[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff]+(?=[^\W_])"
)

_PLAIN_SIGNS: Final = {
    **dict.fromkeys("\u00b4\u2018\u2019\u201a\u201b\u2032\u2035\u02bc\u02b9\u02bb", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u2036\u00ab\u00bb\u301d\u301e", '"'),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2e3a\u2e3b", "-"),
    "\U0001f4b2": "$",
}
_SIGN: Final = re.compile(f"[{''.join(_PLAIN_SIGNS)}]")

# Every character that Unicode puts over or under another; there are none beyond this range.
_MARKS: Final = "".join(chr(c) for c in range(0x300, 0x1F000) if unicodedata.combining(chr(c)))
# Ordering a pile of marks takes Python time in its square, so a pile is cut before NFKC.
_PILE: Final = re.compile(f"([{_MARKS}]{{3}})[{_MARKS}]+")
_CLUSTER: Final = re.compile(f"[^\x00-\x7f][{_MARKS}]*|[\x00-\x7f][{_MARKS}]+")
# An ASCII character never joins the one before it, so pieces that begin with one are independent.
_NON_ASCII: Final = re.compile("[\x00-\x7f]?[^\x00-\x7f]+")

_AMPERSAND: Final = r"(?:amp|#0*38|#[xX]0*26)"
_NUMERIC: Final = r"#0*[0-9]{1,7}|#[xX]0*[0-9a-fA-F]{1,6}"
_ENTITY: Final = re.compile(
    rf"&(?:{_AMPERSAND};)*(?P<name>{_AMPERSAND}|{_NUMERIC}|[a-zA-Z][a-zA-Z0-9]{{1,30}});"
)
_LEADING_ZEROS: Final = re.compile("(?<=[#x])0+")
# Bare words are no attributes: a site that shows text as it is would show <p you liar> to readers.
_ATTRIBUTE: Final = r"""\s++[\w-]++\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s"'<>]++)"""
_INLINE: Final = "b|i|u|s|a|em|strong|span|wbr|font|code|sub|sup|mark|small|del|ins"
# A note in HTML that holds no word: what holds one may be shown to readers as it stands.
_EMPTY_NOTE: Final = r"<!--[^\w<>]{0,40}-->"
_TAG: Final = re.compile(
    rf"</?(?:{_INLINE}|br|p|div|blockquote|li|ul|ol|h[1-6]|hr)(?:{_ATTRIBUTE})*+\s*+/?>|{_EMPTY_NOTE}",
    re.I,
)
_TAGS_IN_A_WORD: Final = re.compile(
    rf"(?<=[^\W_])(?:</?(?:{_INLINE})(?:{_ATTRIBUTE})*+\s*+/?>|{_EMPTY_NOTE})++(?=[^\W_])", re.I
)
_SPACE: Final = re.compile(r"\s+")
_EDGE_SPACE: Final = re.compile(r"\A +| +\Z")
# Digits stay: 1000000 is another number than 1000.
_LONG_RUN: Final = re.compile(r"([^\s\d])\1{3,}")
# What is dropped from a word or spelt as a number can make a tag or an entity anew, one within the
# other as often as a comment is long, and so can a space, which tags may hold; so deep, what opens a
# tag and what spells a character is a space each, and nothing is left to make one of.
_ROUNDS_THAT_JOIN: Final = 4
_OPENING: Final = re.compile("<(?=[a-z/!])", re.I)


def clean(text: str) -> Reading:
    """Return the reading that training and serving share: the words as the eye sees them.

    NFKC; invisible characters dropped; control characters, lone surrogates and inline HTML tags
    dropped inside a word, elsewhere one space, as white space and other tags are; entities decoded;
    quotes, dashes and the dollar emoji as ASCII; more than three of one character, or marks on one
    letter, as three; digits stay. What is hidden in itself more than four deep is spaces from there
    on. Never raises, and cleaning twice changes nothing more.
    """
    if _is_plain(text):
        return as_written(text)
    return _cleaned(as_written(text))


def unmasked(text: str) -> Reading | None:
    """Return the reading in which disguises are undone, or None where it says what ``clean`` says.

    Each trick of ``model.disguises`` is undone in turn. It is a guess, right for l1ar and wrong for
    some product number, so it stands beside the clean reading and never replaces it.
    """
    return readings(text)[1]


def readings(text: str) -> tuple[Reading, Reading | None]:
    """Return the clean and the unmasked reading of a text: what it says, in all its words."""
    plain = clean(text)
    other = _undone(_with_words_joined(text, plain), TRICKS)
    return plain, None if other.text == plain.text else other


def scored(text: str) -> tuple[Reading, ...]:
    """Return the one or two readings that a comment is scored in, the largest score to count.

    In both, links and addresses are no speech (``model.addresses``). The first is the clean one with
    words spelt out or stretched put right: that is emphasis as often as disguise, and a network takes
    the look of it for an insult. The second, where it differs, has every disguise undone, which is a
    guess; the last one there is tells the language. A comment of addresses and faces alone is not
    judged and stays as it is: as the word mail, or as T T, it would have words.
    """
    cleaned = clean(text)
    if is_wordless(cleaned.text):
        return (cleaned,)
    plain = without_addresses(_with_words_joined(text, cleaned))
    settled, guessed = _undone(plain, EMPHASIS), _undone(plain, TRICKS)
    return (settled,) if settled.text == guessed.text else (settled, guessed)


def _with_words_joined(text: str, plain: Reading) -> Reading:
    # Only the original still shows where spaced words end: "y o u  f o o l".
    spaced = join_spaced_words(as_written(text))
    return plain if spaced.text == text else _cleaned(spaced)


def _undone(plain: Reading, tricks: Iterable[Trick]) -> Reading:
    reading = plain
    for undo in tricks:
        reading = undo(reading)
    return plain if reading.text == plain.text else _cleaned(reading)


def _cleaned(reading: Reading) -> Reading:
    for done in itertools.count():
        # Until nothing changes, since one step can uncover work for another: "&lt;br&gt;".
        before, reading = reading, _clean_once(reading, joins=done < _ROUNDS_THAT_JOIN)
        if reading.text == before.text:
            break
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


def _clean_once(reading: Reading, *, joins: bool) -> Reading:
    if not reading.text.isascii():
        reading = substitute(reading, _INVISIBLE, "")
        reading = substitute(reading, _PILE, lambda match: match.group(1))
        reading = substitute(reading, _SIGN, _plain_sign)
        reading = compose(reading)
    if joins:
        reading = substitute(reading, _UNREADABLE_IN_A_WORD, "")
    reading = substitute(reading, _UNREADABLE, " ")
    if "&" in reading.text:
        reading = substitute(reading, _ENTITY, _entity_reads if joins else _entity_is_space)
    if "<" in reading.text:
        if joins:
            reading = substitute(reading, _TAGS_IN_A_WORD, "")
            reading = substitute(reading, _TAG, " ")
        else:
            reading = substitute(reading, _OPENING, " ")
    reading = substitute(reading, _SPACE, " ")
    reading = substitute(reading, _LONG_RUN, lambda match: match.group(1) * 3)
    return substitute(reading, _EDGE_SPACE, "")


def _plain_sign(match: re.Match[str]) -> str:
    return _PLAIN_SIGNS[match.group()]


def _entity_reads(match: re.Match[str]) -> str:
    name = match["name"]
    if name.startswith("#"):
        # Without the zeros, since a number of over 4,300 digits would raise.
        return html.unescape(f"&{_LEADING_ZEROS.sub('', name.lower())};")
    return html5.get(f"{name};", f"&{name};")


def _entity_is_space(match: re.Match[str]) -> str:
    name = match["name"]
    return " " if name.startswith("#") or f"{name};" in html5 else f"&{name};"


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
