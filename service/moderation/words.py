"""Whether a comment holds a listed word or phrase, however it is written.

Comment and list are brought into the same canonical reading (``model.text``) and case. A comment is
also read with its disguises undone, as the model reads it: ``cl0wn`` is found where clown is listed.
"""

import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from model.text import clean, readings

Read = tuple[str, ...]


def as_read(text: str) -> Read:
    """The readings of a comment in which words are looked for, in one case."""
    plain, undone = readings(text)
    return tuple(_folded(one.text) for one in (plain, undone) if one is not None)


@lru_cache(maxsize=8192)
def listed(word: str) -> str:
    """A listed word or phrase as it is looked for; empty where nothing of it can be seen."""
    return _folded(clean(word).text)


def holds_any(read: Read, words: Iterable[str]) -> bool:
    """Whether any of ``words`` stands in the comment as a whole word or phrase."""
    wanted = [listed(word) for word in words]
    return any(word and _holds(text, word) for text in read for word in wanted)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text.casefold())


def _holds(text: str, word: str) -> bool:
    at = text.find(word)
    while at >= 0:
        end = at + len(word)
        if not (_is_of_word(text[at - 1 : at]) or _is_of_word(text[end : end + 1])):
            return True
        at = text.find(word, at + 1)
    return False


def _is_of_word(character: str) -> bool:
    """Whether a word goes on with ``character``: letters, digits, marks over them, low lines."""
    return character.isalnum() or character == "_" or _is_mark(character)


def _is_mark(character: str) -> bool:
    return bool(character) and unicodedata.category(character).startswith("M")
