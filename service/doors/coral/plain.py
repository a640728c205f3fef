"""A comment's words out of the HTML that Coral may send: a phase is set to either form."""

import re
from html.parser import HTMLParser
from typing import Final

# What Coral's editor can write. Anything else in angle brackets is what a reader typed.
_BLOCKS: Final = frozenset({"blockquote", "br", "div", "li", "ol", "p", "ul"})
_INLINE: Final = frozenset({"a", "b", "em", "i", "s", "span", "strike", "strong", "sup", "u"})
_TAG: Final = re.compile(rf"</?(?:{'|'.join(sorted(_BLOCKS | _INLINE))})(?:\s[^<>]*)?/?>", re.I)


class _Words(HTMLParser):
    """Gathers text; a block begins a line."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.parts.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS:
            self.parts.append("\n")


def plain_text(body: str) -> str:
    """``body`` without its tags where it is HTML of Coral's editor, else unchanged."""
    if not _TAG.search(body):
        return body
    words = _Words()
    words.feed(body)
    words.close()
    return "".join(words.parts).strip()
