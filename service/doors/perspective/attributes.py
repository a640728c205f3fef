"""Perspective's attributes, and how our labels answer for them.

One table. An attribute is answered by a label, by a rule over several, or not at all: a score is never
made up. A label that no attribute speaks for is answered under its own name in capitals, so a new
label needs no line here. A name may carry ``_EXPERIMENTAL``, as many of Perspective's did.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from model.labels import NAMES
from service.api.schemas import Result

Read = Callable[[Result], float | None]
_EXPERIMENTAL: Final = "_EXPERIMENTAL"


@dataclass(frozen=True, slots=True)
class Attribute:
    """One of Perspective's names; ``answer`` says in words what ``read`` computes.

    ``read`` gives None where this comment, or this bundle, lets it not be judged; an attribute without
    ``read`` never is. ``teaches`` is the label that a suggested score for it is kept under.
    """

    name: str
    answer: str
    read: Read | None = None
    teaches: str | None = None


def _label(name: str) -> Read:
    def read(result: Result) -> float | None:
        return None if result.scores is None else result.scores.get(name)

    return read


def _severe(result: Result) -> float | None:
    """The surest of threat, identity attack, and an insult in swear words (both at least so sure)."""
    scores = result.scores
    if scores is None:
        return None
    return max(
        scores["threat"], scores["identity_attack"], min(scores["insult"], scores["profanity"])
    )


def _aimed_at(kind: str) -> Read:
    """How sure it is both that the comment is uncivil and that it is aimed at ``kind``."""

    def read(result: Result) -> float | None:
        target = result.target
        if result.scores is None or target is None or target.kind == "person":
            return None
        aimed = target.score if target.kind == kind else 1 - target.score
        return min(result.scores["incivility"], aimed)

    return read


def _by_label(name: str, label: str) -> Attribute:
    return Attribute(name, f"`{label}`", _label(label), teaches=label)


_SEVERE_WORDS: Final = "the largest of `threat`, `identity_attack` and min(`insult`, `profanity`)"
_AIMED_WORDS: Final = (
    "`incivility`, but not more than how sure the bundle is that the comment is aimed at the {kind}; "
    "not judged where it cannot tell at which person it is aimed, or at all"
)
_ANSWERED: Final = (
    _by_label("TOXICITY", "incivility"),
    Attribute("TOXICITY_FAST", "`incivility`", _label("incivility")),
    Attribute("SEVERE_TOXICITY", _SEVERE_WORDS, _severe),
    _by_label("IDENTITY_ATTACK", "identity_attack"),
    _by_label("INSULT", "insult"),
    _by_label("PROFANITY", "profanity"),
    _by_label("THREAT", "threat"),
    Attribute("ATTACK_ON_AUTHOR", _AIMED_WORDS.format(kind="author"), _aimed_at("author")),
    Attribute("ATTACK_ON_COMMENTER", _AIMED_WORDS.format(kind="commenter"), _aimed_at("commenter")),
    Attribute("INFLAMMATORY", "`incivility`: the nearest that we judge", _label("incivility")),
    Attribute(
        "LIKELY_TO_REJECT",
        "`incivility`: a desk rejects for other reasons too, of which we know nothing",
        _label("incivility"),
    ),
    Attribute("OBSCENE", "`profanity`", _label("profanity")),
)
NOT_JUDGED: Final = (
    *("SEXUALLY_EXPLICIT", "FLIRTATION", "ATTACK_ON_PUBLISHER", "INCOHERENT", "OFF_TOPIC", "SPAM"),
    *("UNSUBSTANTIAL", "AFFINITY", "COMPASSION", "CONSTRUCTIVE", "CURIOSITY", "NUANCE"),
    *("PERSONAL_STORY", "REASONING", "RESPECT", "ALIENATION", "FEARMONGERING", "GENERALIZATION"),
    *("MORAL_OUTRAGE", "POWER_APPEAL", "SCAPEGOATING"),
)
ATTRIBUTES: Final[dict[str, Attribute]] = {
    **{name.upper(): _by_label(name.upper(), name) for name in NAMES},
    **{attribute.name: attribute for attribute in _ANSWERED},
    **{name: Attribute(name, "not judged") for name in NOT_JUDGED},
}


def find(name: str) -> Attribute | None:
    """The attribute of that name, with or without ``_EXPERIMENTAL``; None for an unheard-of one."""
    return ATTRIBUTES.get(name.removesuffix(_EXPERIMENTAL))
