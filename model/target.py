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

    An author's name in the comment makes it the author; a name that the article prints too, a public
    figure; otherwise a second person under a parent comment, the other commenter.
    """
    named = {_folded(found) for found in _NAME.findall(text)}
    article = context.article
    if article is not None:
        authors = {_folded(name) for author in article.authors for name in _NAME.findall(author)}
        if named & authors:
            return "author"
        # A capital that only begins a sentence, or any word of a title, is no sign of a name.
        in_title = {_folded(name) for name in _NAME.findall(article.title or "")}
        if named & _inside_sentences(article.text or "") or _inside_sentences(text) & in_title:
            return "public_figure"
    if context.parent is not None and _SECOND_PERSON.search(text):
        return "commenter"
    return None


def _inside_sentences(text: str) -> set[str]:
    """Return the capitalised words that do not begin a sentence."""
    starts = {found.end() for found in re.finditer(r"(?:^|[.!?:;\n\"“(]\s*)", text)}
    return {_folded(m.group()) for m in _NAME.finditer(text) if m.start() not in starts}


def _folded(name: str) -> str:
    return re.sub(r"['’]s$", "", name).casefold()
