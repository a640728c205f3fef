"""A scorer on labelled comments: figures with intervals, beside other scores of the same rows.

It judges any ``Scorer`` and imports neither torch nor scikit-learn, so a bundle is judged as it
serves: by the engine of the model room.
"""

import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from model.labels import NAMES
from model.records import Comment, Example, Scores
from model.scorer import BundleScorer, Scorer
from training import abstention, bias, disguise_ratio, pair_figures, span_metrics, target_metrics
from training import suites as functional
from training.corpora import CATALOGUE, read_corpus
from training.evaluation_sets import OF_THE_MIX, SETS, EvaluationSet
from training.pair_figures import Question, Rated
from training.report import PairReport, Report, SetReport
from training.span_threshold import agreed
from training.sweep import Floats

log = logging.getLogger(__name__)

SEED: Final = 17
# Comments scored at once: enough to sort by length, few enough to keep memory flat.
CHUNK: Final = 1_000
# What an unscored row counts as; training.report.ABSTAINED_RULE says so in the report.
UNSCORED: Final = 0.0
# The label's own score, beside the one that takes the target into account.
TARGET_UNTOLD: Final = "target_untold"
# Whose insults are disguised: one suite, so that the ratio of two bundles is of the same cases.
DISGUISED: Final = "situations"
# Asked of a scorer that has no manifest to say which heads it has.
PROBE: Final = "You are a clown, and your newspaper knows it."

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
class Answers:
    """A scorer's answer to a set, row by row, and how many rows it did not score.

    ``by_label`` holds each label's scores (n,), ``in_conversation`` (n,) how likely somebody who
    takes part is meant, None without a target head; both 0 for a row that was not scored.
    """

    scored: Sequence[Scores]
    by_label: Mapping[str, Floats]
    abstained: Mapping[str, int]
    errors: Mapping[str, int]
    in_conversation: Floats | None


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
    return evaluate_sets(terms, sets, held_out=held_out, suites=suites, corpora=corpora)


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
    corpora: Path | None = None,
) -> Report:
    """Return the report on these sets, each with its rows.

    With ``suites`` also on our own cases, their disguised copies, the identity templates and the
    comments that are to be judged or not; the
    identity terms' encyclopaedia sentences come from ``corpora``, where they are there.
    """
    sets = list(sets)
    by_suite = functional.suites() if suites else {}
    cases = by_suite.get(DISGUISED, ())
    other, seed = terms.against, terms.seed
    theirs = {name: functional.answers(of, other) for name, of in by_suite.items() if other}
    asked = bool(suites or held_out)
    spans = asked or any(wanted.spans for wanted, _ in sets)
    targets = asked or any(wanted.in_conversation for wanted, _ in sets)
    return Report(
        bundle=terms.scorer.version,
        against=other.version if other else None,
        seed=seed,
        sets={wanted.name: judge(terms, wanted, rows) for wanted, rows in sets},
        held_out=judge(terms, OF_THE_MIX, held_out) if held_out else None,
        suites={
            name: functional.judge(
                of, functional.answers(of, terms.scorer), seed=seed, against=theirs.get(name)
            )
            for name, of in by_suite.items()
        },
        suites_against={
            name: functional.judge(by_suite[name], said, seed=seed) for name, said in theirs.items()
        },
        base_rates=terms.base_rates,
        disguised=disguise_ratio.measure(terms.scorer, cases, seed=seed),
        bias=bias.measure(terms.scorer, corpora, seed=seed) if suites else None,
        abstention=abstention.measure(terms.scorer, abstention.read()) if suites else None,
        skipped=tuple(_skipped(terms.scorer, spans=spans, targets=targets)),
    )


def _skipped(scorer: Scorer, *, spans: bool, targets: bool) -> Iterator[str]:
    """Yield a sentence for each head that was asked for and that the scorer does not have."""
    has = heads_of(scorer) if spans or targets else {}
    if spans and not has["token_labels"]:
        yield f"spans were not measured: bundle {scorer.version} has no token head"
    if targets and not has["target"]:
        yield f"targets were not measured: bundle {scorer.version} has no target head"


def heads_of(scorer: Scorer) -> Mapping[str, bool]:
    """Return which heads speak: as a bundle's manifest says, else as one answer shows.

    Figures do not show it: sets whose rows tell no target have none, whatever the bundle has.
    """
    if isinstance(scorer, BundleScorer):
        return scorer.bundle.manifest.heads
    told = scorer.score([Comment(PROBE)], spans=True)[0]
    return {"token_labels": told.spans is not None, "target": told.target is not None}


def judge(terms: Terms, wanted: EvaluationSet, rows: Sequence[Example]) -> SetReport:
    """Return the report on one set; a pair whose truth no row states is left out.

    Spans are judged against what at least half of the annotators marked, as the shared task does.
    """
    log.info("%s: scoring %d comments", wanted.name, len(rows))
    ours = answers(terms.scorer, rows, spans=wanted.spans)
    theirs = answers(terms.against, rows, spans=wanted.spans) if terms.against else None
    others = _floor(terms, wanted.name, len(rows))
    compared = _Compared(terms, wanted, rows, ours, theirs, others)
    return SetReport(
        n=len(rows),
        abstained=ours.abstained,
        errors=ours.errors,
        pairs=dict(_pairs(compared)),
        spans=span_metrics.judge(
            [agreed(row) if row.spans is not None else None for row in rows],
            ours.scored,
            seed=terms.seed,
            against=theirs.scored if theirs else None,
        ),
        target=target_metrics.judge(
            [row.target for row in rows],
            [row.labels.get("incivility", 0.0) >= 0.5 for row in rows],
            ours.scored,
        ),
    )


@dataclass(frozen=True, slots=True)
class _Compared:
    """A set's rows and everybody's answers to them."""

    terms: Terms
    wanted: EvaluationSet
    rows: Sequence[Example]
    ours: Answers
    theirs: Answers | None
    floor: Mapping[str, Rated]


def _pairs(of: _Compared) -> Iterator[tuple[str, PairReport]]:
    """Yield each pair of the set by its key, and its twin that takes the target into account."""
    for truth, label in of.wanted.pairs:
        if any(truth in row.labels for row in of.rows):
            yield label if truth == label else f"{truth}:{label}", _plain(of, truth, label)
            if truth in of.wanted.in_conversation and of.ours.in_conversation is not None:
                twin = _aimed(of, truth, label, of.ours.in_conversation)
                yield f"{truth}:{twin.label}", twin


def _plain(of: _Compared, truth: str, label: str) -> PairReport:
    others = {"floor": of.floor[label]} if label in of.floor else {}
    others |= _peers(of.wanted.peers, of.rows)
    if of.theirs is not None and of.terms.against is not None:
        at = of.terms.against.thresholds.get(label)
        others["against"] = Rated(of.theirs.by_label[label], at)
    ours = Rated(of.ours.by_label[label], of.terms.scorer.thresholds.get(label))
    return pair_figures.judge(_question(of, truth, label), of.rows, ours, others)


def _aimed(of: _Compared, truth: str, label: str, aimed: Floats) -> PairReport:
    """Return the pair of P(label) times P(somebody who takes part is meant), beside P(label)."""
    others = {TARGET_UNTOLD: Rated(of.ours.by_label[label])}
    if of.theirs is not None and of.theirs.in_conversation is not None:
        others["against"] = Rated(of.theirs.by_label[label] * of.theirs.in_conversation)
    question = _question(of, truth, f"{label}_in_conversation")
    return pair_figures.judge(question, of.rows, Rated(of.ours.by_label[label] * aimed), others)


def _question(of: _Compared, truth: str, label: str) -> Question:
    base_rate = of.terms.base_rates.get(label)
    return Question(truth, label, of.wanted.false_alarms, base_rate, of.terms.seed)


def answers(scorer: Scorer, rows: Sequence[Example], *, spans: bool = False) -> Answers:
    """Return each label's scores of the rows in order, 0 where the scorer gave none."""
    scored: list[Scores] = []
    for begin in range(0, len(rows), CHUNK):
        chunk = [Comment(row.text, row.id, row.context) for row in rows[begin : begin + CHUNK]]
        scored += scorer.score(chunk, spans=spans)
    if len(scored) != len(rows):
        raise ValueError(f"the scorer returned {len(scored)} scores for {len(rows)} comments")
    return Answers(
        scored=scored,
        by_label={
            name: np.array([s.by_label[name] if s.by_label else UNSCORED for s in scored])
            for name in NAMES
        },
        abstained=dict(Counter(s.abstained for s in scored if s.abstained)),
        errors=dict(Counter(s.error for s in scored if s.error)),
        in_conversation=np.array(
            [target_metrics.in_conversation(s.target) if s.target else UNSCORED for s in scored]
        )
        if target_metrics.tells_targets(scored)
        else None,
    )


def _floor(terms: Terms, name: str, n: int) -> dict[str, Rated]:
    rated = {}
    for label, given in terms.floor.get(name, {}).items():
        scores = np.asarray(given, dtype=np.float64)
        if len(scores) != n:
            raise ValueError(f"{name}: the floor has {len(scores)} scores of {label} for {n} rows")
        rated[label] = Rated(scores)
    return rated


def _peers(peers: Sequence[str], rows: Sequence[Example]) -> dict[str, Rated]:
    return {peer: Rated(np.array([row.labels.get(peer, np.nan) for row in rows])) for peer in peers}
