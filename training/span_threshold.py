"""From which probability a word is marked: chosen where annotators' marks are known."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from model.bundle import Bundle
from model.records import Comment, Example, Span
from model.scorer import BundleScorer
from training.corpora.newsroom import OWN
from training.span_metrics import overlaps

log = logging.getLogger(__name__)

CANDIDATES: Final = (0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6)
DEFAULT: Final = 0.5
# What the shared task calls toxic: at least half of the annotators marked it.
_AGREED: Final = 0.5


def choose(bundle: Bundle, rows: Sequence[Example], *, threads: int = 2) -> float:
    """Return the candidate with the best mean character F1 on the rows whose marks are known.

    Where annotators marked any, theirs alone count: Comity's own marks are whole phrases, which a high
    threshold finds as well, and outnumber theirs. A comment in which annotators agree on no word counts
    as well: marking one there scores 0. Returns ``DEFAULT`` where no row's marks are known.
    """
    marked_up = [row for row in rows if row.spans is not None]
    known = [row for row in marked_up if row.source != OWN] or marked_up
    if not known:
        return DEFAULT
    gold = [agreed(row) for row in known]
    comments = [Comment(row.text) for row in known]
    found: dict[float, float] = {}
    for threshold in CANDIDATES:
        manifest = replace(bundle.manifest, span_threshold=threshold)
        scorer = BundleScorer(replace(bundle, manifest=manifest), threads=threads)
        marked = [scores.spans for scores in scorer.score(comments, spans=True)]
        found[threshold] = float(overlaps(gold, marked).f1.mean())
    log.info("mean character F1 of %d comments by span threshold: %s", len(known), found)
    return max(found, key=found.__getitem__)


def agreed(row: Example) -> tuple[Span, ...]:
    """Return the marks that at least half of the annotators made."""
    return tuple(span for span in row.spans or () if span.score >= _AGREED)
