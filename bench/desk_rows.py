"""The rows of a store with many comments: invented texts, scores spread as a newspaper's are.

Most comments score low and a tail high; a tenth waits, taken from the newest and the higher ones; of
the rest three in ten were decided by people.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.labels import NAMES
from service.moderation.policy import Rule, shipped_rules

SITE: Final = "default"
MODEL: Final = "bench-1"
THRESHOLD: Final = 0.5
THRESHOLDS: Final = dict.fromkeys(NAMES, THRESHOLD)
SECTIONS: Final = tuple(f"section {number}" for number in range(1, 21))
PEOPLE: Final = tuple(f"moderator {number}" for number in range(1, 13))
DAYS: Final = 365
PENDING_SHARE: Final = 0.1
DECIDED_SHARE: Final = 0.3
_AUTHORS: Final = 50_000
_ARTICLES: Final = 500
_WHO: Final = (
    "The council",
    "My neighbour",
    "Whoever wrote this",
    "The referee",
    "Nobody here",
    "The port",
)
_DID: Final = (
    "never looked at",
    "paid far too much for",
    "has finally mended",
    "sold",
    "talks only of",
)
_WHAT: Final = (
    "the bridge",
    "our school",
    "the east stand",
    "that ferry",
    "the old cannery",
    "the harbour wall",
)
_THEN: Final = (
    "and I would like to know why.",
    "which is more than I expected.",
    "so do not tell me that it is nothing.",
    "and the rest of us sit in the rain.",
    "as you would know if you had read it.",
    "thank you for asking, at last.",
)


@dataclass(frozen=True, slots=True)
class Columns:
    """The numbers of all comments, one array a column; comment ``n`` is at place ``n - 1``."""

    scores: dict[str, NDArray[np.float64]]
    uncertainty: NDArray[np.float64]
    section: NDArray[np.int64]
    author: NDArray[np.int64]
    reports: NDArray[np.int64]
    age_s: NDArray[np.float64]
    pending: NDArray[np.bool_]
    decided: NDArray[np.bool_]
    rejected: NDArray[np.bool_]

    @property
    def count(self) -> int:
        """How many comments there are."""
        return len(self.age_s)


def columns(count: int, *, seed: int = 1) -> Columns:
    """The numbers of ``count`` comments, the oldest first."""
    rng = np.random.default_rng(seed)
    heated = rng.random(count) < 0.14
    incivility = np.where(heated, rng.beta(4, 2.2, count), rng.beta(0.6, 7, count))
    parts = {
        "incivility": 1.0,
        "insult": 0.9,
        "profanity": 0.4,
        "identity_attack": 0.25,
        "threat": 0.2,
        "condescension": 0.35,
        "dismissal": 0.3,
    }
    scores = {
        name: np.round(incivility * share * (1 if share == 1 else rng.random(count)), 6)
        for name, share in parts.items()
    }
    age_s = np.sort(rng.random(count))[::-1] * DAYS * 86_400
    new = np.linspace(0, 1, count) ** 3
    waits = scores["incivility"] + new + 0.2 * rng.random(count)
    pending = np.zeros(count, dtype=bool)
    pending[np.argsort(waits)[-round(count * PENDING_SHARE) :]] = True
    rest = np.flatnonzero(~pending)
    decided = np.zeros(count, dtype=bool)
    decided[rng.choice(rest, round(count * DECIDED_SHARE), replace=False)] = True
    return Columns(
        scores=scores,
        uncertainty=_uncertainty(scores),
        section=np.minimum(rng.zipf(1.4, count) - 1, len(SECTIONS) - 1),
        author=rng.integers(0, _AUTHORS, count),
        reports=np.where(rng.random(count) < 0.02, rng.geometric(0.6, count), 0),
        age_s=age_s,
        pending=pending,
        decided=decided,
        rejected=decided & (scores["incivility"] + 0.15 * rng.standard_normal(count) > 0.6),
    )


def comment_rows(made: Columns, *, now: datetime, zone: str) -> Iterator[tuple[object, ...]]:
    """The rows of ``comments``, in the order of ``COMMENT_COLUMNS``."""
    by_label = [made.scores[name].tolist() for name in NAMES]
    arrays = (made.section, made.author, made.reports, made.age_s, made.uncertainty)
    listed = [array.tolist() for array in (*arrays, made.pending, made.rejected)]
    scored = zip(*by_label, strict=True)
    for place, (rest, scores) in enumerate(zip(zip(*listed, strict=True), scored, strict=True)):
        section, author, reports, age_s, uncertainty, pending, rejected = rest
        at = _time(now - timedelta(seconds=age_s), zone)
        state = "pending" if pending else "rejected" if rejected else "approved"
        yield (
            place + 1,
            SITE,
            f"c-{place + 1}",
            SECTIONS[section],
            f"https://courier.example/{place % _ARTICLES}",
            f"{author:064x}",
            text_of(place),
            _CONTEXTS[place % _ARTICLES],
            1,
            at,
            at,
            state,
            _action(scores),
            False,
            reports,
            uncertainty,
            *scores,
        )


COMMENT_COLUMNS: Final = (
    *("id", "site", "external_id", "section", "url", "author", "text", "context", "revision"),
    *("created_at", "received_at", "state", "action", "highlighted", "reports", "uncertainty"),
    *NAMES,
)
SCORE_COLUMNS: Final = ("id", "comment_id", "revision", "model", "action", "result", "at")
DECISION_COLUMNS: Final = (
    *("id", "site", "comment_id", "revision", "at", '"by"', "action", "reason", "state_before"),
    *("state_after", "highlighted_before", "highlighted_after", "model", "scores"),
)


def score_rows(made: Columns, *, now: datetime, zone: str) -> Iterator[tuple[object, ...]]:
    """The rows of ``comment_scores``: what the bundle said, as the API keeps it."""
    scored = zip(*(made.scores[name].tolist() for name in NAMES), strict=True)
    for place, (scores, age_s) in enumerate(zip(scored, made.age_s.tolist(), strict=True)):
        at = _time(now - timedelta(seconds=age_s), zone)
        yield (place + 1, place + 1, 1, MODEL, _action(scores), _result(scores), at)


def decision_rows(made: Columns, *, now: datetime, zone: str) -> Iterator[tuple[object, ...]]:
    """The rows of ``decisions``: what people made of the comments that they looked at."""
    for number, place in enumerate(np.flatnonzero(made.decided).tolist(), start=1):
        rejected = bool(made.rejected[place])
        # An hour or two after it came, never in the future.
        after = min(3600 + number % 3600, float(made.age_s[place]))
        at = _time(now - timedelta(seconds=float(made.age_s[place]) - after), zone)
        yield (
            number,
            SITE,
            place + 1,
            1,
            at,
            PEOPLE[number % len(PEOPLE)],
            "reject" if rejected else "approve",
            "abusive" if rejected else None,
            "pending",
            "rejected" if rejected else "approved",
            False,
            False,
            MODEL,
            _by_label(tuple(made.scores[name][place].item() for name in NAMES)),
        )


def text_of(place: int) -> str:
    """The text of a comment: a sentence of parts, and its number, so that no two are the same."""
    words = []
    left = place
    for part in (_WHO, _DID, _WHAT, _THEN):
        left, at = divmod(left, len(part))
        words.append(part[at])
    return f"{' '.join(words)} ({place})"


def _uncertainty(scores: dict[str, NDArray[np.float64]]) -> NDArray[np.float64]:
    edges = {rule.label: set[float]() for rule in _RULES}
    for rule in _RULES:
        edges[rule.label] |= {edge for edge in (rule.minimum, rule.maximum) if 0 < edge < 1}
    near = [np.abs(scores[str(label)] - edge) for label, of in edges.items() for edge in of]
    found: NDArray[np.float64] = np.min(near, axis=0)
    return found


def _action(scores: tuple[float, ...]) -> str:
    """What the policy asks for; the first label is the highest, and all have the same thresholds."""
    highest = max(scores[0], scores[1])
    return "approve" if highest < THRESHOLD else "review" if highest < _HOLDS else "hold"


def _by_label(scores: tuple[float, ...]) -> str:
    return "{" + ", ".join(f'"{n}": {s}' for n, s in zip(NAMES, scores, strict=True)) + "}"


def _result(scores: tuple[float, ...]) -> str:
    over = ", ".join(f'"{n}"' for n, s in zip(NAMES, scores, strict=True) if s >= THRESHOLD)
    spans = '[{"begin": 0, "end": 11, "label": "insult", "score": 0.6}]' if over else "[]"
    return (
        f'{{"scores": {_by_label(scores)}, "labels": [{over}], "target": {{"kind": "commenter", '
        f'"score": 0.7}}, "spans": {spans}, "language": "en", "truncated": false, "abstained": null}}'
    )


def _time(at: datetime, zone: str) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}{zone}"


_RULES: Final[tuple[Rule, ...]] = shipped_rules(THRESHOLDS)
_HOLDS: Final = (1 + THRESHOLD) / 2
_CONTEXTS: Final = tuple(
    json.dumps(
        {
            "article": {"title": f"What became of plan {number}", "text": None, "authors": None},
            "parent": None,
        }
    )
    for number in range(_ARTICLES)
)
