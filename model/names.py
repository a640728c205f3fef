"""Names in running text: words with a capital, in any script's letters, compared without accents."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

WORD: Final = re.compile(r"[^\W\d_](?:\w|['’-](?=\w))*")
_START: Final = re.compile(r"(?:^|[.!?:;\n\"'“”‘’)(\]\[-])[\s\"'“‘(\[]*", re.M)
_CLAUSE: Final = re.compile(r"[,.!?;:\n()]")
# A capital after one of these is mostly a place. "To", "from" and "of" stand before people as well.
_WHERE: Final = frozenset(("in", "near", "across", "around", "outside", "inside", "throughout"))
# Letters that Unicode does not take apart into a letter and its accent.
_WHOLE: Final = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i"})
# Words that papers print with a capital inside a sentence, or that a comment begins with, and that name
# no person: function words, titles before names, days, months, bylines of agencies.
_CAPITALISED: Final = """
    the and but not for you your she her his him they them their this that these those there here what when
    where why who how i'm i've i'd i'll it's he's she's we're they're you're that's don't can't won't isn't
    am an as at be by do go he if in is it me my no of oh ok on or so to up us we uk eu tv mp pm
    will may can must should would could yes let
    mr mrs ms miss dr sir lord lady councillor minister president prime mayor king queen prince princess
    monday tuesday wednesday thursday friday saturday sunday january february march april june july
    august september october november december
    press reuters agency agencies staff newsroom editor correspondent reporter guardian times post
"""
_NO_NAME: Final = frozenset(_CAPITALISED.split())


def folded(word: str) -> str:
    """Return ``word`` as names are compared: small letters, no accents, no genitive."""
    plain = unicodedata.normalize("NFKD", word.replace("’", "'").casefold()).translate(_WHOLE)
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return letters.removesuffix("'s")


def names(text: str, *, shortest: int = 3) -> set[str]:
    """Return the folded words with a capital that may name somebody, of ``shortest`` letters up."""
    return _kept((found.group() for found in _capitals(text)), shortest)


def inside_sentences(text: str) -> set[str]:
    """Return the names that do not begin a sentence: there any word has a capital."""
    starts = {found.end() for found in _START.finditer(composed(text))}
    return _kept((m.group() for m in _capitals(text) if m.start() not in starts), 3)


def called(text: str) -> set[str]:
    """Return the names that are a clause of their own: "Resign, Mr Bell!" calls Bell."""
    clauses = [WORD.findall(clause) for clause in _CLAUSE.split(composed(text))]
    alone = [words for words in clauses if 0 < len(words) <= 3 and all(map(_capital, words))]
    return _kept((words[-1] for words in alone), 3)


def places(text: str) -> set[str]:
    """Return the names that stand where places do ("in Leeds") and nowhere at the end of a full name."""
    somewhere: set[str] = set()
    people: set[str] = set()
    for before, run in _runs(composed(text)):
        if before in _WHERE and not run[-1].endswith(("'s", "’s")):
            somewhere.update(map(folded, run))
        elif len(run) > 1:
            people.add(folded(run[-1]))
    return somewhere - people


def composed(text: str) -> str:
    """Return ``text`` with each letter and its accent as one code point, as words are matched."""
    return unicodedata.normalize("NFC", text)


def _capitals(text: str) -> Iterator[re.Match[str]]:
    return (found for found in WORD.finditer(composed(text)) if _capital(found.group()))


def _capital(word: str) -> bool:
    return word[0].isupper()


def _kept(words: Iterator[str], shortest: int) -> set[str]:
    return {name for name in map(folded, words) if len(name) >= shortest} - _NO_NAME


def _runs(text: str) -> Iterator[tuple[str, list[str]]]:
    """Give each run of words with a capital and nothing but space between, and the word before it."""
    before, last, end = "", "", 0
    run: list[str] = []
    for found in WORD.finditer(text):
        word, together = found.group(), not text[end : found.start()].strip()
        capital = _capital(word) and word.casefold() not in _WHERE
        if run and not (together and capital):
            yield before, run
            run = []
        if capital:
            before = before if run else last.casefold() * together
            run.append(word)
        last, end = word, found.end()
    if run:
        yield before, run
