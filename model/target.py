"""At whom a comment is aimed: the target head's logits, refined by what the context tells.

The network reads the comment alone and chooses between ``TARGET_KINDS``. That it is a person is often
plain from the comment; which person is plain from its context: the article's authors, the people that
the article names, the comment it answers.
"""

import re
from typing import Final, cast

import numpy as np
from numpy.typing import NDArray

from model.labels import TARGET_KINDS
from model.records import Comment, Context, Target

Floats = NDArray[np.float64]
PERSONS: Final = ("person", "author", "commenter", "public_figure")
_FINER: Final = PERSONS[1:]
_AT: Final = {kind: number for number, kind in enumerate(TARGET_KINDS)}
_SECOND_PERSON: Final = re.compile(r"\b(?:you|your|yours|yourself|you're|youre|ur|u)\b", re.I)
# A name as papers print it: a capital, then letters; particles such as "de" are no evidence.
_NAME: Final = re.compile(r"\b[A-Z][\w'’-]{2,}")
_START: Final = re.compile(r"(?:^|[.!?:;\n\"“”’)(\]\[-])[\s\"“‘(\[]*", re.M)
# Words that papers print with a capital inside a sentence, or that a comment begins with, and that name
# no person: function words, titles before names, days, months, bylines of agencies.
_CAPITALISED: Final = """
    the and but not for you your she her his him they them their this that these those there here what when
    where why who how i'm i've i'd i'll it's he's she's we're they're you're that's don't can't won't isn't
    will may can must should would could yes let
    mr mrs ms miss dr sir lord lady councillor minister president prime mayor king queen prince princess
    monday tuesday wednesday thursday friday saturday sunday january february march april june july
    august september october november december
    press reuters agency agencies staff newsroom editor correspondent reporter guardian times post
"""
_NO_NAME: Final = frozenset(_CAPITALISED.split())


def chances(logits: NDArray[np.floating]) -> Floats:
    """Return the probability of each of ``TARGET_KINDS`` for one comment's logits, (kinds,)."""
    wide = logits.astype(np.float64)
    wide = np.exp(wide - wide.max())
    return cast(Floats, wide / wide.sum())


def target_of(by_kind: Floats, comment: Comment) -> Target:
    """Return the likeliest kind and its probability.

    The four kinds of person count together against ``none`` and ``group``. Which person it is comes
    from the context where that tells, else from the network where it gives one kind over half of
    what it gives to persons, else it is ``person``.
    """
    person = float(sum(by_kind[_AT[kind]] for kind in PERSONS))
    others = {kind: float(by_kind[_AT[kind]]) for kind in ("none", "group")}
    likeliest = max(others, key=others.__getitem__)
    if others[likeliest] >= person:
        return Target(likeliest, others[likeliest])
    told = told_by_context(comment.text, comment.context) if comment.context else None
    if told is not None:
        return Target(told, person)
    finer = max(_FINER, key=lambda kind: by_kind[_AT[kind]])
    if by_kind[_AT[finer]] * 2 > person:
        return Target(finer, float(by_kind[_AT[finer]]))
    return Target("person", person)


def told_by_context(text: str, context: Context) -> str | None:
    """Return which person a comment aimed at a person means, as far as its context tells.

    An author's surname makes it the author; a second person under a parent comment, the other
    commenter; otherwise a name that the article prints too, a public figure.
    """
    named = _names(text)
    article = context.article
    if article is not None and named & {_surname(author) for author in article.authors}:
        return "author"
    if context.parent is not None and _SECOND_PERSON.search(text):
        return "commenter"
    if article is None:
        return None
    # A capital that only begins a sentence, or any word of a title, is no sign of a name.
    printed = _inside_sentences(article.text or "")
    in_title = _inside_sentences(text) & _names(article.title or "")
    return "public_figure" if named & printed or in_title else None


def _surname(author: str) -> str:
    """Return the last name of a byline, folded; of an agency or a paper nothing that a comment says."""
    names = _NAME.findall(author)
    return _folded(names[-1]) if names and _folded(names[-1]) not in _NO_NAME else ""


def _names(text: str) -> set[str]:
    return {_folded(found) for found in _NAME.findall(text)} - _NO_NAME


def _inside_sentences(text: str) -> set[str]:
    """Return the names that do not begin a sentence: there any word has a capital."""
    starts = {found.end() for found in _START.finditer(text)}
    found = {_folded(m.group()) for m in _NAME.finditer(text) if m.start() not in starts}
    return found - _NO_NAME


def _folded(name: str) -> str:
    return re.sub(r"['’]s$", "", name).casefold()
