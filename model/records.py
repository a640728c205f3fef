"""The contract between the rooms: frozen dataclasses and nothing else.

Offsets are code points of the original text, ``begin`` included, ``end`` not. Scores are calibrated
probabilities from 0 to 1 keyed by label name (``model.labels.NAMES``).
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Article:
    """The article that a comment stands under, as far as the caller told us."""

    title: str | None = None
    text: str | None = None
    authors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Context:
    """What a comment answers: its article, and the comment it replies to."""

    article: Article | None = None
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment to be scored; ``id`` is the caller's own and opaque to us.

    ``language`` is the ISO 639 code that the caller knows it to be in; it wins over a guess.
    """

    text: str
    id: str = ""
    context: Context | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """The characters ``begin`` to ``end`` of the original text that carry ``label``."""

    begin: int
    end: int
    label: str
    score: float


@dataclass(frozen=True, slots=True)
class Target:
    """At whom a comment is aimed: one of ``model.labels.TARGET_KINDS``, and how sure that is.

    ``score`` is the network's probability of the kind. Where the context told which person it is, it
    is the probability that it is a person at all; where it also overruled the network's ``none``,
    that same probability given that the comment is aimed at somebody.
    """

    kind: str
    score: float


@dataclass(frozen=True, slots=True)
class Scores:
    """What one comment reads as.

    Exactly one of three is the case: ``by_label`` holds every label's probability; ``abstained``
    names why the comment cannot be judged (``language``, ``no_words``); ``error`` names why it was
    not accepted (``empty``). ``labels`` are those at or over the bundle's threshold, in table order.
    ``spans`` and ``target`` are None where the bundle has no such head or they were not asked for.
    ``truncated`` is true only when a stated cap on windows was hit and text was left unread.
    """

    by_label: Mapping[str, float] | None
    labels: tuple[str, ...] = ()
    spans: tuple[Span, ...] | None = None
    target: Target | None = None
    language: str | None = None
    truncated: bool = False
    abstained: str | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Example:
    """One labelled comment, a line of a labels file.

    A label that is absent from ``labels`` is unknown, not zero; values go from 0 to 1 (the share of
    annotators, or a moderator's decision). ``key`` and ``by`` are opaque. ``source`` is the corpus or
    ``decision``; ``spans`` may be None where nobody marked any.
    """

    text: str
    labels: Mapping[str, float]
    id: str = ""
    weight: float = 1.0
    source: str = "decision"
    context: Context | None = None
    target: str | None = None
    spans: tuple[Span, ...] | None = None
    by: str | None = None
    key: str | None = None
    at: str | None = None
    site: str | None = None
    batch: bool = False
