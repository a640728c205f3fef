"""At whom a comment is aimed: the target head's logits, refined by what the context tells.

The network reads the comment alone and chooses between ``TARGET_KINDS``. That it is a person is often
plain from the comment; which person is plain from its context: the article's authors, the people that
the article names, the comment it answers.
"""

import re
from functools import lru_cache
from typing import Final, cast

import numpy as np
from numpy.typing import NDArray

from model.bylines import surnames
from model.labels import TARGET_KINDS
from model.names import called, inside_sentences, names, places
from model.records import Article, Comment, Context, Target
from model.text import clean

Floats = NDArray[np.float64]
PERSONS: Final = ("person", "author", "commenter", "public_figure")
_FINER: Final = PERSONS[1:]
_AT: Final = {kind: number for number, kind in enumerate(TARGET_KINDS)}
# Not the U of "U-turn" or "U.S.".
_SECOND_PERSON: Final = re.compile(
    r"\b(?:you|your|yours|yourself|yourselves|youre|youve|ur|u(?!-|\.\w))\b", re.I
)
# A "you" that addresses nobody: anyone may see, an aside, a tag that asks for a nod, agreement.
_GENERIC: Final = re.compile(
    r"""\b(?:
    (?:you|u)\ (?:can|could)\ (?:(?:just|always|really|almost)\ )?(?:see|tell|hear|feel|imagine|bet|guess)
    | you(?:'d|\ would)\ (?:have\ )?(?:think|thought|expect|expected|hope|hoped)
    | you(?:'ve|\ have)\ (?:got\ )?to\ (?:wonder|ask|laugh|admit|say)
    | you\ (?:can't|couldn't)\ make\ (?:it|this|that)\ up
    | you\ never\ know
    | (?:you|u)\ (?:know|see)(?=\ ?(?:$|[^\w\ ])|\ (?:it|he|she|they|we|that|what|who|how|when|why)\b)
    | (?:do|don't|did|didn't|would|wouldn't|can't|couldn't)\ (?:you|u)\ (?:not\ )?
        (?:agree|find|know|reckon|say|see|think)(?=\ ?(?:$|[^\w\ ]))
    | if\ you\ (?:ask\ me|like|will)
    | mind\ you
    | (?:i|me)\ tell\ you
    | (?:as|like)\ you\ (?:say|said)
    | agree\ with\ you
    | you(?:'re|\ are)\ (?:(?:so|quite|absolutely|completely|entirely)\ )?right(?=\ ?(?:$|[^\w\ ]))
    )\b""",
    re.I | re.X,
)
_PIECE: Final = "(?:article|column|editorial|headline|op-ed|piece|review|story)"
# Whoever wrote what is commented on, in the words of the trade; "the author of the law" is somebody else.
_WRITER: Final = re.compile(
    rf"""\b(?:
    (?:this|your)\ (?:author|columnist|correspondent|editor|journalist|reporter|writer)
    | the\ (?:author|columnist|editor|journalist|reporter|writer)s?\ of\ (?:this|(?:the|that)\ {_PIECE})
    | the\ (?:author|columnist|editor|writer)(?!\ of\b)
    | (?:whoever|who|person|people|one)\ (?:wrote|penned|published|edited)\ (?:this|(?:the|that)\ {_PIECE})
    )\b""",
    re.I | re.X,
)


def chances(logits: NDArray[np.floating]) -> Floats:
    """Return the probability of each of ``TARGET_KINDS`` for one comment's logits, (kinds,)."""
    wide = logits.astype(np.float64)
    wide = np.exp(wide - wide.max())
    return cast(Floats, wide / wide.sum())


def target_of(by_kind: Floats, comment: Comment, *, uncivil: bool = False) -> Target:
    """Return the likeliest kind and its probability.

    The four kinds of person count together against ``none`` and ``group``. Which person it is comes
    from the context where that tells, else from the network where it gives one kind over half of
    what it gives to persons, else it is ``person``. Of a comment that is ``uncivil`` and names
    somebody whom its context names too, ``none`` is not believed, see ``_in_spite_of_none``.
    """
    person = float(sum(by_kind[_AT[kind]] for kind in PERSONS))
    others = {kind: float(by_kind[_AT[kind]]) for kind in ("none", "group")}
    likeliest = max(others, key=others.__getitem__)
    if others[likeliest] >= person:
        named = _in_spite_of_none(person, others, comment) if uncivil else None
        return named or Target(likeliest, others[likeliest])
    told = told_by_context(comment.text, comment.context) if comment.context else None
    if told is not None:
        return Target(told, person)
    finer = max(_FINER, key=lambda kind: by_kind[_AT[kind]])
    if by_kind[_AT[finer]] * 2 > person:
        return Target(finer, float(by_kind[_AT[finer]]))
    return Target("person", person)


def told_by_context(text: str, context: Context) -> str | None:
    """Return which person a comment aimed at a person means, as far as its context tells.

    An author's surname, or a word for whoever wrote the article, makes it the author; somebody whom
    the comment addresses is the other commenter under a parent comment, and nobody known without
    one; otherwise a name that the article prints too is a public figure.
    """
    text = _read(text)
    article = _article_read(context.article or Article())
    by_name = _told_by_name(text, article)
    addressed = _addresses(text)
    if by_name == "author":
        return "author"
    if by_name and addressed and _named(text, article) & called(text):
        return by_name
    if addressed and context.parent is not None:
        return "commenter"
    if context.article is not None and _WRITER.search(_squeezed(text)):
        return "author"
    return None if addressed else by_name


def _in_spite_of_none(person: float, others: dict[str, float], comment: Comment) -> Target | None:
    """Return whom an uncivil comment names where the network says that it is aimed at nobody.

    An uncivil comment is mostly aimed at somebody: without ``none``, a person must be likelier than
    a group. The score is the person's share of what the network leaves when ``none`` is set aside.
    """
    context = comment.context
    if context is None or context.article is None or person <= others["group"]:
        return None
    told = told_by_context(comment.text, context)
    by_name = _told_by_name(_read(comment.text), _article_read(context.article))
    if told is None or told != by_name:
        return None
    return Target(told, person / (person + others["group"]))


def _told_by_name(text: str, article: Article) -> str | None:
    if names(text, shortest=2) & surnames(article.authors):
        return "author"
    return "public_figure" if _named(text, article) else None


def _named(text: str, article: Article) -> set[str]:
    """Return the names that both the comment and the article print, places left out."""
    # A capital that only begins a sentence, or any word of a title, is no sign of a name.
    printed = names(text) & inside_sentences(article.text or "")
    in_title = inside_sentences(text) & names(article.title or "")
    return (printed | in_title) - places(f"{article.text or ''}.\n{text}")


def _addresses(text: str) -> bool:
    """Tell whether the comment speaks to somebody, a "you" that means anyone left out."""
    return bool(_SECOND_PERSON.search(_GENERIC.sub(" ", _squeezed(text))))


def _read(text: str) -> str:
    """Return a text as it is read, its lines kept: a name may end where a line does."""
    return "\n".join(clean(line).text for line in text.splitlines())


@lru_cache(maxsize=8)
def _article_read(article: Article) -> Article:
    """Return an article as it is read; the comments of a batch mostly stand under one article."""
    return Article(
        title=_read(article.title or ""),
        text=_read(article.text or ""),
        authors=tuple(map(_read, article.authors)),
    )


def _squeezed(text: str) -> str:
    return " ".join(text.split())
