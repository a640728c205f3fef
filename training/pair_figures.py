"""One label's scores against one truth column: its figures, and those of other scores of the rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from model.records import Example
from training import sweep
from training.bootstrap import Estimate, Figure, differences, estimate, figures
from training.metrics import prior_corrected
from training.report import Beside, PairReport, SourceReport
from training.sweep import Floats, Metric


@dataclass(frozen=True, slots=True)
class Rated:
    """One score of each row (n,), and the threshold it is meant to be read at, if any."""

    scores: Floats
    threshold: float | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """What a pair asks of its rows: the column ``truth`` of the score called ``label``.

    ``false_alarms`` are shares of civil rows flagged at which recall is stated; ``base_rate`` is the
    label's share of positives where calibration was fitted, if known.
    """

    truth: str
    label: str
    false_alarms: tuple[float, ...]
    base_rate: float | None
    seed: int


def judge(
    question: Question, rows: Sequence[Example], ours: Rated, others: Mapping[str, Rated]
) -> PairReport:
    """Return how well ``ours`` finds the truth, beside the other scores of the same rows.

    Rows that do not state the truth take no part; at least one row must state it.
    """
    said = np.array([question.truth in row.labels for row in rows], dtype=bool)
    known = [row for row, says in zip(rows, said, strict=True) if says]
    truth = np.array([row.labels[question.truth] for row in known])
    scores = ours.scores[said]
    found = _estimated(question, truth, Rated(scores, ours.threshold))
    beside = {
        name: _estimated(question, truth, Rated(rated.scores[said], rated.threshold))
        for name, rated in others.items()
    }
    corrected = _corrected(truth, scores, question.base_rate, question.seed)
    return PairReport(
        truth=question.truth,
        label=question.label,
        n=len(known),
        positives=int((truth >= 0.5).sum()),
        threshold=ours.threshold,
        figures=figures(found) | ({"ece_prior_corrected": corrected} if corrected else {}),
        beside={
            name: Beside(figures(theirs), differences(found, theirs))
            for name, theirs in beside.items()
        },
        sources=_sources(truth, scores, [row.source for row in known], question.seed),
    )


def _estimated(question: Question, truth: Floats, rated: Rated) -> Estimate:
    metrics = metrics_for(rated.threshold, question.false_alarms)
    return estimate(truth, rated.scores, metrics, seed=question.seed)


def _sources(
    truth: Floats, scores: Floats, sources: Sequence[str], seed: int
) -> dict[str, SourceReport]:
    """Return each source's calibration where the rows come from several."""
    named, pool = np.array(sources), float(truth.mean())
    found = {}
    for source in sorted(set(sources)) if len(set(sources)) > 1 else ():
        rows = named == source
        found[source] = SourceReport(
            n=int(rows.sum()),
            base_rate=float(truth[rows].mean()),
            ece=_ece(truth[rows], scores[rows], seed),
            ece_prior_corrected=_corrected(truth[rows], scores[rows], pool, seed),
        )
    return found


def _corrected(truth: Floats, scores: Floats, pool: float | None, seed: int) -> Figure | None:
    """Return ECE after correction from the pool's base rate to the rows', None without either."""
    rate = float(truth.mean())
    if pool is None or not (0 < rate < 1 and 0 < pool < 1):
        return None
    return _ece(truth, prior_corrected(scores, pool_rate=pool, source_rate=rate), seed)


def _ece(truth: Floats, scores: Floats, seed: int) -> Figure:
    return figures(estimate(truth, scores, {"ece": sweep.calibration_error()}, seed=seed))["ece"]


def metrics_for(threshold: float | None, false_alarms: Sequence[float] = ()) -> dict[str, Metric]:
    """Return the metrics of a pair by the name they have in report.json."""
    named: dict[str, Metric] = {
        "auc": sweep.auc,
        "average_precision": sweep.average_precision,
        "best_f1": sweep.best_f1,
        "precision_at_recall_0.5": sweep.precision_at_recall(0.5),
        "precision_at_recall_0.8": sweep.precision_at_recall(0.8),
        "ece": sweep.calibration_error(),
    }
    for rate in false_alarms:
        named[f"recall_at_false_alarms_{rate:g}"] = sweep.recall_at_false_alarms(rate)
    if threshold is not None:
        named["f1_at_threshold"] = sweep.f1_at(threshold)
        named["precision_at_threshold"] = sweep.precision_at(threshold)
        named["recall_at_threshold"] = sweep.recall_at(threshold)
    return named
