"""What a comment quotes of the comment it answers is not its own: it is left out of what is judged.

By the marks of a quotation, a line that begins with ``>`` or a ``<blockquote>``, and only where its words
stand in the parent comment that the caller gave: a mark alone would be a place to hide words in.
"""

import re
from typing import Final

from model.text import clean

# Every repetition is bounded by the line or possessive.
_LINE: Final = re.compile(r"^[ \t]*+(?:(?:>|&gt;)[ \t]*+)++(?P<quoted>[^\n]*)$", re.M)
_BLOCK: Final = re.compile(
    r"<blockquote\b[^<>]{0,500}>(?P<quoted>(?:(?!</?blockquote).)*+)</blockquote\s*>", re.I | re.S
)
_ENDS: Final = " .,;:!?\"'…"


def without_quoted(text: str, parent: str | None) -> str:
    """Return ``text`` with what it quotes of ``parent`` as spaces: of the same length, offsets hold.

    Lines stay lines. The text comes back as it is without a parent, without a quotation of it, and
    where it holds nothing else.
    """
    if not parent or not (_LINE.search(text) or _BLOCK.search(text)):
        return text
    said = _words(parent)

    def blank(found: re.Match[str]) -> str:
        quoted = _words(found["quoted"])
        if quoted and f" {quoted} " in f" {said} ":
            return re.sub(r"[^\n]", " ", found.group())
        return found.group()

    rest = _LINE.sub(blank, _BLOCK.sub(blank, text))
    return rest if rest.strip() else text


def _words(text: str) -> str:
    """Return the words of a text without what differs between a comment and its quotation."""
    words = (word.strip(_ENDS) for word in clean(text).text.lower().split())
    return " ".join(filter(None, words))
