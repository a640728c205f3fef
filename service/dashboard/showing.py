"""A comment's text in pieces that are safe and honest to show.

Marked words are cut out by code points. Characters that cannot be seen, or that turn the text around
them, are shown by name instead of taking effect; so are words that mix alphabets that look alike.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

_HEAD: Final = 700
# Not worth a "show all": so much more is shown as well.
_SPARE: Final = 300
_JOINERS: Final = "\u200c\u200d"
_ALPHABETS: Final = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "FULLWIDTH LATIN")
# All but what most texts are made of, so that few characters need a closer look.
_UNUSUAL: Final = re.compile(r"[^\n\t -~\xa0-\xac\xae-\u02ff\u0370-\u05ff\u4e00-\u9fff]")
_WORD: Final = re.compile(r"[^\W\d_]{2,}")
# Letters that are none: invisible, and used to tear words apart.
_BLANK_LETTERS: Final = "\u115f\u1160\u3164\uffa0\u2800"


@dataclass(frozen=True, slots=True)
class Mark:
    """Words that carry ``label`` with ``score``: from ``begin`` to before ``end``, in code points."""

    begin: int
    end: int
    label: str
    score: float


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text that is shown in one way.

    ``marks`` are those it lies in, ``ends`` those of them that end with it. ``odd`` names the
    character that ``text`` stands for, if it is one that cannot be shown itself; ``mixed`` names the
    alphabets of a word that mixes them.
    """

    text: str
    marks: tuple[Mark, ...] = ()
    ends: tuple[Mark, ...] = ()
    odd: str | None = None
    mixed: str | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A text to show: its beginning, and the ``rest`` where it is long, of so many characters."""

    head: tuple[Piece, ...]
    rest: tuple[Piece, ...] = ()
    rest_length: int = 0
    rest_marks: int = 0


def shown(text: str, marks: Sequence[Mark] = ()) -> Shown:
    """``text`` in pieces; a long one in two parts, cut at a space where there is one."""
    sound = [mark for mark in marks if 0 <= mark.begin < mark.end <= len(text)]
    odd = {at.start() for at in _UNUSUAL.finditer(text) if is_odd(text, at.start())}
    cut = _cut(text)
    head: list[Piece] = []
    rest: list[Piece] = []
    for begin, end in _stretches(text, sound, odd, cut):
        inside = tuple(mark for mark in sound if mark.begin <= begin and end <= mark.end)
        piece = _piece(text[begin:end], odd=begin in odd)
        ends = tuple(mark for mark in inside if mark.end == end)
        piece = replace(piece, marks=inside, ends=ends)
        (head if begin < cut else rest).append(piece)
    return Shown(
        tuple(head),
        tuple(rest),
        rest_length=len(text) - cut,
        rest_marks=sum(mark.end > cut for mark in sound),
    )


def is_odd(text: str, place: int) -> bool:
    """Whether the character there is invisible or turns the text around it.

    Line breaks and tabs are not, nor are joiners between emoji or letters of scripts that need them.
    """
    character = text[place]
    if character in "\n\t" or (character == "\r" and text[place + 1 : place + 2] == "\n"):
        return False
    if character in _JOINERS and 0 < place < len(text) - 1:
        return not (_takes_joiners(text[place - 1]) and _takes_joiners(text[place + 1]))
    kind = unicodedata.category(character)
    return kind in ("Cc", "Cf", "Zl", "Zp") or character in _BLANK_LETTERS


def _takes_joiners(character: str) -> bool:
    """Whether it is an emoji (or the colour of one), or of a script beyond those of Europe."""
    return ord(character) > 0x600 and unicodedata.category(character) in (
        "So", "Sk", "Mn", "Mc", "Lo",
    )  # fmt: skip


def _cut(text: str) -> int:
    """Where the head of a text ends."""
    if len(text) <= _HEAD + _SPARE:
        return len(text)
    space = max(text.rfind(" ", _HEAD - 100, _HEAD), text.rfind("\n", _HEAD - 100, _HEAD))
    return space + 1 if space > 0 else _HEAD


def _stretches(
    text: str, marks: Sequence[Mark], odd: Set[int], cut: int
) -> Iterator[tuple[int, int]]:
    """Begin and end of each piece: the text is cut wherever the way of showing changes."""
    edges = {0, cut, len(text)}
    for mark in marks:
        edges |= {mark.begin, mark.end}
    for place in odd:
        edges |= {place, place + 1}
    for word in () if text.isascii() else _WORD.finditer(text):
        if _mixed(word.group()):
            edges |= set(word.span())
    yield from pairwise(sorted(edges))


def _piece(text: str, *, odd: bool) -> Piece:
    if odd:
        return Piece(f"U+{ord(text):04X}", odd=_name(text))
    return Piece(text, mixed=_mixed(text) if _WORD.fullmatch(text) else None)


def _name(character: str) -> str:
    return unicodedata.name(character, "control character").lower()


def _mixed(word: str) -> str | None:
    """The alphabets of a word that mixes some that look alike, or None."""
    if word.isascii():
        return None
    names = [unicodedata.name(letter, "") for letter in word]
    used = [a.title() for a in _ALPHABETS if any(name.startswith(a) for name in names)]
    return " and ".join(used) if len(used) > 1 else None
