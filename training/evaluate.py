"""A scorer on labelled comments: figures with intervals, beside other scores of the same rows.

It judges any ``Scorer`` and imports neither torch nor scikit-learn, so a bundle is judged as it
serves: by the engine of the model room.
"""

import logging
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from model.labels import NAMES
from model.records import Comment, Example, Scores
from model.scorer import Scorer
from training import suites as functional
from training import sweep
from training.bootstrap import Estimate, Figure, differences, estimate, figures
from training.corpora import CATALOGUE, read_corpus
from training.evaluation_sets import OF_THE_MIX, SETS, EvaluationSet
from training.metrics import prior_corrected
from training.report import Beside, PairReport, Report, SetReport, SourceReport
from training.sweep import Floats, Metric

log = logging.getLogger(__name__)

SEED: Final = 17
# Comments scored at once: enough to sort by length, few enough to keep memory flat.
CHUNK: Final = 1_000
# What an unscored row counts as; training.report.ABSTAINED_RULE says so in the report.
UNSCORED: Final = 0.0

FloorScores = Mapping[str, Mapping[str, ArrayLike]]
LabelledSet = tuple[EvaluationSet, Sequence[Example]]


@dataclass(frozen=True, slots=True)
class Terms:
    """Who is judged, beside whom, and what all figures of a report share.

    ``against`` scores the same rows; ``floor`` holds the n-gram floor's scores by set and label, row
    by row. ``base_rates`` is each label's share of positives where calibration was fitted.
    """

    scorer: Scorer
    against: Scorer | None = None
    floor: FloorScores = field(default_factory=dict)
    base_rates: Mapping[str, float] = field(default_factory=dict)
    seed: int = SEED


@dataclass(frozen=True, slots=True)
class Rated:
    """One score of each row (n,), and the threshold it is meant to be read at, if any."""

    scores: Floats
    threshold: float | None = None


@dataclass(frozen=True, slots=True)
class Answers:
    """A scorer's answer to a set: each label's scores (n,), and how many rows it did not score."""

    by_label: Mapping[str, Floats]
    abstained: Mapping[str, int]
    errors: Mapping[str, int]


def evaluate(  # noqa: PLR0913 - one call is one report; all but the first two go by name
    scorer: Scorer,
    corpora: Path | None,
    *,
    suites: bool = False,
    against: Scorer | None = None,
    floor_scores: FloorScores | None = None,
    held_out: Sequence[Example] = (),
    base_rates: Mapping[str, float] | None = None,
    seed: int = SEED,
) -> Report:
    """Return the report on the development sets in ``corpora``, on ``held_out`` and on the suites.

    ``held_out`` are rows of the training mix that nothing was fitted on. For the rest see ``Terms``;
    with ``base_rates`` the sets' ECE is given after prior correction too. Raises ``TrainingError``
    where a corpus or a suite cannot be read.
    """
    terms = Terms(scorer, against, floor_scores or {}, base_rates or {}, seed)
    sets = development_sets(corpora) if corpora else []
    return evaluate_sets(terms, sets, held_out=held_out, suites=suites)


def development_sets(corpora: Path, *, missing_ok: bool = False) -> list[LabelledSet]:
    """Return every development set with its rows; raises ``TrainingError`` naming a missing file.

    With ``missing_ok`` a set whose folder is not there is left out and named in the log.
    """
    there = [
        wanted
        for wanted in SETS
        if not missing_ok or CATALOGUE[wanted.name].location(corpora).exists()
    ]
    for wanted in set(SETS) - set(there):
        log.warning("%s is not in %s: no figures on it", wanted.name, corpora)
    return [(wanted, list(read_corpus(wanted.name, corpora))) for wanted in there]


def evaluate_sets(
    terms: Terms,
    sets: Iterable[LabelledSet],
    *,
    held_out: Sequence[Example] = (),
    suites: bool = False,
) -> Report:
    """Return the report on these sets, each with its rows."""
    by_suite = functional.suites() if suites else {}
    found = {wanted.name: judge(terms, wanted, rows) for wanted, rows in sets}
    other = terms.against
    return Report(
        bundle=terms.scorer.version,
        against=other.version if other else None,
        seed=terms.seed,
        sets=found,
        held_out=judge(terms, OF_THE_MIX, held_out) if held_out else None,
        suites={name: functional.run(cases, terms.scorer) for name, cases in by_suite.items()},
        suites_against={
            name: functional.run(cases, other) for name, cases in by_suite.items() if other
        },
        base_rates=terms.base_rates,
    )


def judge(terms: Terms, wanted: EvaluationSet, rows: Sequence[Example]) -> SetReport:
    """Return the report on one set; a pair whose truth no row states is left out."""
    log.info("%s: scoring %d comments", wanted.name, len(rows))
    ours = answers(terms.scorer, rows)
    theirs = answers(terms.against, rows) if terms.against else None
    pairs = {}
    for truth, label in wanted.pairs:
        said = np.array([truth in row.labels for row in rows], dtype=bool)
        if not said.any():
            continue
        others = _floor(terms, wanted.name, label, len(rows)) | _peers(wanted.peers, rows)
        if theirs is not None and terms.against is not None:
            others["against"] = Rated(theirs.by_label[label], terms.against.thresholds.get(label))
        pairs[label if truth == label else f"{truth}:{label}"] = _pair(
            _Question(truth, label, wanted.false_alarms, terms),
            [row for row, says in zip(rows, said, strict=True) if says],
            Rated(ours.by_label[label][said], terms.scorer.thresholds.get(label)),
            {name: Rated(rated.scores[said], rated.threshold) for name, rated in others.items()},
        )
    return SetReport(len(rows), ours.abstained, ours.errors, pairs)


def answers(scorer: Scorer, rows: Sequence[Example]) -> Answers:
    """Return each label's scores of the rows in order, 0 where the scorer gave none."""
    scored: list[Scores] = []
    for begin in range(0, len(rows), CHUNK):
        chunk = rows[begin : begin + CHUNK]
        scored += scorer.score([Comment(row.text, row.id, row.context) for row in chunk])
    if len(scored) != len(rows):
        raise ValueError(f"the scorer returned {len(scored)} scores for {len(rows)} comments")
    return Answers(
        by_label={
            name: np.array([s.by_label[name] if s.by_label else UNSCORED for s in scored])
            for name in NAMES
        },
        abstained=dict(Counter(s.abstained for s in scored if s.abstained)),
        errors=dict(Counter(s.error for s in scored if s.error)),
    )


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


@dataclass(frozen=True, slots=True)
class _Question:
    """What a pair asks of its rows."""

    truth: str
    label: str
    false_alarms: tuple[float, ...]
    terms: Terms


def _pair(
    question: _Question, rows: Sequence[Example], ours: Rated, others: Mapping[str, Rated]
) -> PairReport:
    truth = np.array([row.labels[question.truth] for row in rows])
    found = _estimated(question, truth, ours)
    beside = {name: _estimated(question, truth, rated) for name, rated in others.items()}
    base_rate = question.terms.base_rates.get(question.label)
    corrected = _corrected(truth, ours.scores, base_rate, question.terms.seed)
    return PairReport(
        truth=question.truth,
        label=question.label,
        n=len(rows),
        positives=int((truth >= 0.5).sum()),
        threshold=ours.threshold,
        figures=figures(found) | ({"ece_prior_corrected": corrected} if corrected else {}),
        beside={
            name: Beside(figures(theirs), differences(found, theirs))
            for name, theirs in beside.items()
        },
        sources=_sources(truth, ours.scores, [row.source for row in rows], question.terms.seed),
    )


def _estimated(question: _Question, truth: Floats, rated: Rated) -> Estimate:
    metrics = metrics_for(rated.threshold, question.false_alarms)
    return estimate(truth, rated.scores, metrics, seed=question.terms.seed)


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


def _floor(terms: Terms, name: str, label: str, n: int) -> dict[str, Rated]:
    given = terms.floor.get(name, {})
    if label not in given:
        return {}
    scores = np.asarray(given[label], dtype=np.float64)
    if len(scores) != n:
        raise ValueError(f"{name}: the floor has {len(scores)} scores of {label} for {n} rows")
    return {"floor": Rated(scores)}


def _peers(peers: Sequence[str], rows: Sequence[Example]) -> dict[str, Rated]:
    return {peer: Rated(np.array([row.labels.get(peer, np.nan) for row in rows])) for peer in peers}
