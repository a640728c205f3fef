"""Who wrote an article: the surnames in its bylines, as papers print them."""

import re
from collections.abc import Iterable
from typing import Final

from model.names import WORD, composed, folded

# Between authors; what stands behind the second kind is where an author works, not another one.
_AUTHORS: Final = re.compile(r"[,;&/+|]|\b(?:and|with)\b", re.I)
_PLACED: Final = re.compile(r"[(\[–—]|\s-\s|\b(?:for|in|at|from|of)\b", re.I)
_BRACKETS: Final = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_BY: Final = re.compile(r"^\W*(?:\w+\s+){0,3}?by\b", re.I)
_TITLES: Final = """
    the by dr mr mrs ms miss mx prof professor sir dame lord lady baroness baron rev reverend hon cllr
    councillor
"""
_HONOURS: Final = """
    mbe obe cbe kbe dbe kc qc mp mep msp mla md phd dphil msc bsc ma ba frs jr jnr sr snr ii iii iv
"""
_DESKS: Final = """
    afp ap agence agency agencies associated bbc bureau chief columnist contributor contributors
    correspondent correspondents daily deputy desk editor editorial editors getty guardian guest herald
    journal journalist mail media network news newspaper newsroom observer online pa political politics post
    press reporter reporters reporting reuters senior service services sky staff standard sunday team
    telegraph times tribune upi wire wires writer writers
    admin anonymous comment opinion unknown
    affairs arts business crime culture economics education environment foreign health investigations local
    science social sport sports technology transport
"""
_DESK: Final = frozenset(_DESKS.split())
_BEFORE: Final = frozenset(_TITLES.split())
_BEHIND: Final = frozenset(_HONOURS.split())


def surnames(authors: Iterable[str]) -> frozenset[str]:
    """Return the folded surnames of all who wrote; of an agency, a desk or a paper nothing."""
    return frozenset(name for byline in authors for name in _of_one(byline))


def _of_one(byline: str) -> Iterable[str]:
    words = " ".join(word for word in composed(byline).split() if "@" not in word)
    plain = _BY.sub("", _BRACKETS.sub(" ", words), count=1)
    parts = [_PLACED.split(part, maxsplit=1)[0] for part in _AUTHORS.split(plain)]
    small = plain == plain.lower()
    read = [_name_in(part, first=i == 0, small=small) for i, part in enumerate(parts)]
    # A single word behind a full name is a town or half a desk: "Jane Smith, London".
    alone = len(read[0]) == 1
    return [
        folded(name[-1])
        for i, name in enumerate(read)
        if len(name) > 1 or (name and (i == 0 or alone) and len(folded(name[0])) > 2)
    ]


def _name_in(part: str, *, first: bool, small: bool) -> list[str]:
    """Return the words of the name in one part of a byline, none where it names a desk."""
    words = WORD.findall(part)
    desks = [at for at, word in enumerate(words) if folded(word) in _DESK]
    if desks:
        # "Jane Smith Political Editor" has a name before the desk, "The Sunday Post" has none.
        if not first or desks[0] < 2 or folded(words[0]) == "the":
            return []
        words = words[: desks[0]]
    return _bare([word for word in words if small or word[0].isupper()])


def _bare(words: list[str]) -> list[str]:
    """Return a name without the titles before it and, where two words remain, the letters behind it."""
    begin, end = 0, len(words)
    while begin < end and folded(words[begin]) in _BEFORE:
        begin += 1
    while end - begin > 2 and folded(words[end - 1]) in _BEHIND:
        end -= 1
    return words[begin:end]
