"""Keys of texts: how the contamination guard and de-duplication tell that two texts are the same."""

import hashlib
import html
import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Final

MIN_CHARACTERS: Final = 16
_OTHER = re.compile(r"[^0-9a-z]+")
# Unicode's symbols that are no mathematics or money: emoji (So) and their tones of skin (Sk). A variation
# selector (Mn) only says how one is drawn.
_SYMBOLS: Final = frozenset({"So", "Sk"})


def text_key(text: str) -> str | None:
    """Return the 16 hex digits that name a text, or None where it has under 16 characters 0-9a-z.

    The key is the start of the sha256 of the text in lower case without anything but ``[0-9a-z]``,
    the form in which ``held_out_keys.txt`` lists the comments of public test sets.
    """
    letters = _OTHER.sub("", text.lower())
    if len(letters) < MIN_CHARACTERS:
        return None
    return hashlib.sha256(letters.encode()).hexdigest()[:16]


def identity(text: str) -> str:
    """Return what two copies of one comment share: the key, or the NFKC text where there is none."""
    return text_key(text) or "text:" + " ".join(
        unicodedata.normalize("NFKC", text).casefold().split()
    )


def identity_with_symbols(text: str) -> str:
    """Return what two copies of one comment share that do not differ in an emoji either.

    An emoji can turn a comment round, so labels of one text are not those of its twin. The guard
    compares without: whoever trained on the twin of a test comment has all but seen it.
    """
    symbols = sorted(letter for letter in text if unicodedata.category(letter) in _SYMBOLS)
    return identity(text) + "".join(symbols)


def key_with_symbols(text: str) -> str:
    """Return the 16 hex digits that name a text of any length, one with another emoji being another."""
    return hashlib.sha256(identity_with_symbols(text).encode()).hexdigest()[:16]


def written_forms(text: str) -> Iterator[str]:
    """Yield a text as read and as the files may hold it: escaped once, and with HTML entities.

    Keys drop punctuation, so one escape stands for any number of backslashes.
    """
    yield text
    if not text.isascii() or not text.isprintable():
        yield text.encode("unicode_escape").decode("ascii")
    escaped = html.escape(text)
    if escaped != text:
        yield escaped


def keys_of(text: str) -> set[str]:
    """Return the keys of every written form of a text; empty where it is too short to have one."""
    return {key for form in written_forms(text) if (key := text_key(form)) is not None}


@cache
def held_out() -> frozenset[str]:
    """Return the keys of public test comments that no bundle may train on (49,236, shipped)."""
    listed = resources.files("training").joinpath("held_out_keys.txt").read_text(encoding="ascii")
    return frozenset(listed.split())
