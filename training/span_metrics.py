"""How well marked spans agree with an annotator's: F1 of characters, a post at a time.

The measure of SemEval-2021 task 5 (Pavlopoulos et al. 2021, after Da San Martino et al. 2019): spans
of all labels are one set of characters a post; F1 = 2 |marked and gold| / (|marked| + |gold|), and 1
where both are empty; the figure is the mean over posts. A post that the scorer did not judge counts
0, whatever its truth.
"""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.records import Scores, Span
from training import sweep
from training.bootstrap import RESAMPLES, Estimate, differences, figures, resamples
from training.report import Beside, SpanReport
from training.sweep import Floats

Spans = Collection[Span]


def characters(spans: Iterable[Span]) -> frozenset[int]:
    """Return the offsets of every character in one of the spans, whatever its label."""
    return frozenset(at for span in spans for at in range(span.begin, span.end))


@dataclass(frozen=True, slots=True)
class Overlaps:
    """Characters of each post, (n,): marked by both, by the scorer, by the annotators.

    ``judged`` (n,) says which posts the scorer read at all.
    """

    both: Floats
    marked: Floats
    gold: Floats
    judged: NDArray[np.bool_]

    @property
    def f1(self) -> Floats:
        """Each post's F1, (n,)."""
        found = sweep.ratio(2 * self.both, self.marked + self.gold, otherwise=1.0)
        return np.where(self.judged, found, 0.0)


def overlaps(gold: Sequence[Spans], marked: Sequence[Spans | None]) -> Overlaps:
    """Return the counts of each post; ``marked`` is None for a post that was not judged."""
    counted = [
        (len(true & said), len(said), len(true))
        for true, said in zip(
            map(characters, gold), (characters(spans or ()) for spans in marked), strict=True
        )
    ]
    both, said, true = np.array(counted, dtype=np.float64).reshape(-1, 3).T
    return Overlaps(both, said, true, np.array([spans is not None for spans in marked], dtype=bool))


def estimate(of: Overlaps, *, seed: int, count: int = RESAMPLES) -> Estimate:
    """Return the figures on the posts and on ``count`` resamples of them.

    ``f1`` is the task's; ``f1_where_gold`` and ``right_where_none`` are its means over the posts
    with and without annotated spans; ``precision`` and ``recall`` are of all characters pooled.
    """
    n = len(of.gold)
    once = _figures(of, np.ones((1, n)))
    draws = [
        _figures(of, drawn.astype(np.float64)) for drawn in resamples(n, count=count, seed=seed)
    ]
    posts = hashlib.blake2b(of.gold.tobytes(), digest_size=8).hexdigest()
    return Estimate(
        values={name: float(value[0]) for name, value in once.items()},
        draws={name: np.concatenate([draw[name] for draw in draws]) for name in once},
        drawn_from=f"spans/{seed}/{count}/{posts}",
    )


def _figures(of: Overlaps, weights: Floats) -> Mapping[str, Floats]:
    """Return each figure under each of the weightings (r, n): (r,)."""
    some = of.gold > 0

    def summed(values: Floats | NDArray[np.bool_]) -> Floats:
        total: Floats = weights @ values.astype(np.float64)
        return total

    f1, both = of.f1, summed(of.both)
    return {
        "f1": sweep.ratio(summed(f1), summed(np.ones(len(f1)))),
        "f1_where_gold": sweep.ratio(summed(f1 * some), summed(some)),
        "right_where_none": sweep.ratio(summed(f1 * ~some), summed(~some)),
        "precision": sweep.ratio(both, summed(of.marked)),
        "recall": sweep.ratio(both, summed(of.gold)),
    }


def judge(
    gold: Sequence[Spans | None],
    scored: Sequence[Scores],
    *,
    seed: int,
    against: Sequence[Scores] | None = None,
) -> SpanReport | None:
    """Return how well ``scored`` mark the posts whose spans are known, beside those of ``against``.

    None where no post has known spans or where the scorer marks none at all: it has no token head.
    """
    known = [number for number, spans in enumerate(gold) if spans is not None]
    true = [spans for spans in gold if spans is not None]
    ours = [scored[number] for number in known]
    if not marks_spans(ours):
        return None
    counted = overlaps(true, list(_marked(ours)))
    found = estimate(counted, seed=seed)
    beside = {}
    theirs = [against[number] for number in known] if against is not None else []
    if marks_spans(theirs):
        other = estimate(overlaps(true, list(_marked(theirs))), seed=seed)
        beside["against"] = Beside(figures(other), differences(found, other))
    return SpanReport(len(true), int((counted.gold > 0).sum()), figures(found), beside)


def marks_spans(scored: Iterable[Scores]) -> bool:
    """Tell whether the scorer has a token head, from what it answered when asked for spans."""
    return any(scores.spans is not None for scores in scored)


def _marked(scored: Iterable[Scores]) -> Iterator[Spans | None]:
    return (scores.spans if scores.by_label is not None else None for scores in scored)
