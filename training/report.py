"""What an evaluation found: the dataclasses behind report.json, whose keys are stable."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from training.bias import Bias
from training.bootstrap import CONFIDENCE, RESAMPLES, Figure
from training.goals import Standing, standings
from training.metrics import Share

FORMAT: Final = 1
ABSTAINED_RULE: Final = (
    "In sets, a row that the bundle abstained from or refused counts with score 0, so it is a miss "
    "where the truth is yes. In suites, of spans and of targets it is never right. No row is dropped."
)


# Of fewer rows than ten a bin the calibration error says more of the rows than of the scores: of a
# perfectly calibrated score too it grows as they get fewer. Such sources are printed and not judged.
ROWS_TO_JUDGE: Final = 150


@dataclass(frozen=True, slots=True)
class Beside:
    """Another score of the same rows, and ours minus it with its paired interval."""

    figures: Mapping[str, Figure]
    difference: Mapping[str, Figure]


@dataclass(frozen=True, slots=True)
class SourceReport:
    """One corpus's part of the held-out rows; ``ece_prior_corrected`` is None for one kind only."""

    n: int
    base_rate: float
    ece: Figure
    ece_prior_corrected: Figure | None


@dataclass(frozen=True, slots=True)
class PairReport:
    """How well ``label`` finds what the column ``truth`` calls so, on the ``n`` rows that say.

    ``threshold`` is the bundle's, where it has one. ``beside`` is keyed by whose score it is:
    ``floor``, ``against``, or a column of the set such as ``api``.
    """

    truth: str
    label: str
    n: int
    positives: int
    threshold: float | None
    figures: Mapping[str, Figure]
    beside: Mapping[str, Beside] = field(default_factory=dict)
    sources: Mapping[str, SourceReport] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SpanReport:
    """How well the marked spans of ``n`` posts agree with annotators; ``with_spans`` have any.

    Figures are those of ``training.span_metrics.estimate``.
    """

    n: int
    with_spans: int
    figures: Mapping[str, Figure]
    beside: Mapping[str, Beside] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TargetReport:
    """How often the target of the ``n`` uncivil comments with a known one was told rightly.

    ``coarse`` is of none, person and group; ``majority`` what naming the commonest always would
    earn. ``finer`` is of the named kinds, None where the rows do not tell them. ``said`` counts the
    answers by the true kind.
    """

    n: int
    coarse: Share
    majority: float
    coarse_kinds: Mapping[str, Share]
    finer: Share | None
    finer_kinds: Mapping[str, Share]
    said: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class SetReport:
    """One set of labelled comments; ``abstained`` and ``errors`` count the rows by reason.

    ``spans`` and ``target`` are None where the rows do not tell them or the bundle has no such head.
    """

    n: int
    abstained: Mapping[str, int]
    errors: Mapping[str, int]
    pairs: Mapping[str, PairReport]
    spans: SpanReport | None = None
    target: TargetReport | None = None


@dataclass(frozen=True, slots=True)
class LabelShares:
    """How often a label was on the right side of 0.5: all cases, each family, whole groups.

    ``wrong`` holds the ids of the cases that were not. ``auc`` is of the score over all cases, nan
    where only one side is there; ``figures`` holds it with its interval, which draws whole groups.
    ``difference`` is ours minus another bundle's, where there is one, with the paired interval: of
    ``all`` by the cases that turned, of ``auc`` by whole groups.
    """

    all: Share
    families: Mapping[str, Share]
    groups: Share
    wrong: tuple[str, ...]
    auc: float = math.nan
    figures: Mapping[str, Figure] = field(default_factory=dict)
    difference: Mapping[str, Figure] = field(default_factory=dict)

    def auc_figure(self) -> Figure:
        """Return the AUC with its interval, without ends in what was measured before there was one."""
        return self.figures.get("auc", Figure(self.auc, math.nan, math.nan))


@dataclass(frozen=True, slots=True)
class SuiteReport:
    """One suite of functional cases; ``spans`` and ``target`` as in ``SetReport``."""

    n: int
    abstained: Mapping[str, int]
    errors: Mapping[str, int]
    labels: Mapping[str, LabelShares]
    spans: SpanReport | None = None
    target: TargetReport | None = None


@dataclass(frozen=True, slots=True)
class DisguiseShares:
    """How often a label was found at 0.5 in comments as written and in their disguised copies.

    ``ratio`` is the disguised copies' recall over the plain comments'; it and ``disguised`` are
    without the tricks that the reading undoes without fail, ``ratio_of_all_tricks`` is with them.
    """

    plain: Share
    disguised: Share
    ratio: Figure
    ratio_of_all_tricks: Figure
    tricks: Mapping[str, Share]


@dataclass(frozen=True, slots=True)
class DisguiseReport:
    """``n`` insulting cases of our own and ``copies`` of them with the carrying words disguised.

    ``undone`` of the copies are written by tricks that the reading undoes without fail.
    """

    n: int
    copies: int
    undone: int
    labels: Mapping[str, DisguiseShares]


@dataclass(frozen=True, slots=True)
class FamilyOfAbstentions:
    """What is expected of a family's comments, and how often that came."""

    expected: str
    right: Share


@dataclass(frozen=True, slots=True)
class AbstentionReport:
    """How often ``n`` comments of our own were judged, or left unjudged for the reason expected.

    ``wrong`` holds the ids of the cases of which something else came.
    """

    n: int
    all: Share
    families: Mapping[str, FamilyOfAbstentions]
    wrong: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Measured:
    """A figure of a report by its dotted name, and of how many comments, copies or posts it is."""

    name: str
    at: Figure | Share
    n: int


@dataclass(frozen=True, slots=True)
class Report:
    """An evaluation of the bundle ``bundle``, beside the bundle ``against`` if one was given.

    ``held_out`` is the part of the training mix that nothing was fitted on. Pairs are keyed by
    label, or by ``truth:label`` where the truth is a column of another name. ``base_rates`` is each
    label's share of positives where calibration was fitted, as far as the caller told. ``skipped``
    says in words what was not measured and why.
    """

    bundle: str
    against: str | None
    seed: int
    sets: Mapping[str, SetReport]
    held_out: SetReport | None
    suites: Mapping[str, SuiteReport]
    suites_against: Mapping[str, SuiteReport]
    base_rates: Mapping[str, float] = field(default_factory=dict)
    disguised: DisguiseReport | None = None
    bias: Bias | None = None
    abstention: AbstentionReport | None = None
    skipped: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return report.json's form; a figure that the rows cannot give is null."""
        terms = {
            "format": FORMAT,
            "resamples": RESAMPLES,
            "confidence": CONFIDENCE,
            "abstained_rule": ABSTAINED_RULE,
        }
        made = {
            "bias": self.bias.as_json() if self.bias else None,
            "goals": [asdict(one) for one in self.standings()],
        }
        return {**terms, **_plain({**asdict(self), **made})}

    def standings(self) -> list[Standing]:
        """Return every figure that has a goal beside it, those not reached first."""
        return standings(self.named())

    def flat(self) -> dict[str, float]:
        """Return each figure's value by dotted name, for the gate; those without one are left out.

        Names are those of ``named``.
        """
        return {name: at.value for name, at in self.named() if not math.isnan(at.value)}

    def named(self) -> Iterator[tuple[str, Figure | Share]]:
        """Yield each figure with its interval by dotted name, as ``measured`` does."""
        return ((one.name, one.at) for one in self.measured())

    def measured(self) -> Iterator[Measured]:
        """Yield each figure with its dotted name, its interval and of how many comments it is.

        ``SET.PAIR.FIGURE``, ``SET.spans.FIGURE`` and ``SET.target``, where the set may be
        ``held_out``; ``held_out.LABEL.worst_source_ece`` is the highest ECE after prior correction of
        a source of ``ROWS_TO_JUDGE`` rows or more; ``suites.SUITE.LABEL``, its ``.groups``, its
        ``.auc`` and its ``.lowest`` family, ``suites.SUITE.spans.FIGURE``, ``suites.SUITE.target``
        and ``.target.finer``; ``disguised.LABEL`` and its ``.all_tricks``; ``bias.auc`` and
        ``bias.false_alarm_gap``; ``abstention`` and ``abstention.FAMILY``.
        """
        for name, of_set in self._sets().items():
            yield from _of_set(name, of_set)
        for name, suite in self.suites.items():
            yield from _of_suite(f"suites.{name}", suite)
        if self.disguised:
            for label, of in self.disguised.labels.items():
                name = f"disguised.{label}"
                yield Measured(name, of.ratio, self.disguised.n)
                yield Measured(f"{name}.all_tricks", of.ratio_of_all_tricks, self.disguised.n)
        if self.bias:
            civil = self.bias.false_alarms.n + self.bias.neutral.n
            yield Measured("bias.auc", self.bias.auc_figure(), self.bias.n)
            yield Measured("bias.false_alarm_gap", self.bias.gap_figure(), civil)
        if self.abstention:
            yield _share("abstention", self.abstention.all)
            for family, of_family in self.abstention.families.items():
                yield _share(f"abstention.{family}", of_family.right)

    def against_paired(self) -> Iterator[tuple[str, Figure]]:
        """Yield by dotted name by how much a figure differs from ``against``'s on the same rows, paired."""
        for name, found in self._sets().items():
            beside = {pair: of.beside for pair, of in found.pairs.items()}
            if found.spans:
                beside["spans"] = found.spans.beside
            yield from _against(name, beside)
        for name, suite in self.suites.items():
            for label, shares in suite.labels.items():
                for figure, difference in shares.difference.items():
                    of = "" if figure == "all" else f".{figure}"
                    yield f"suites.{name}.{label}{of}", difference
            if suite.spans:
                yield from _against(f"suites.{name}", {"spans": suite.spans.beside})

    def _sets(self) -> Mapping[str, SetReport]:
        """Return every set of labelled comments, the held-out ones last."""
        return {**self.sets, **({"held_out": self.held_out} if self.held_out else {})}


def _against(name: str, beside: Mapping[str, Mapping[str, Beside]]) -> Iterator[tuple[str, Figure]]:
    """Yield the differences from the other bundle by dotted name, of what is ``beside`` by its key."""
    for of, others in beside.items():
        if "against" in others:
            for figure, difference in others["against"].difference.items():
                yield f"{name}.{of}.{figure}", difference


def _of_set(name: str, found: SetReport) -> Iterator[Measured]:
    for key, pair in found.pairs.items():
        for figure, at in pair.figures.items():
            yield Measured(f"{name}.{key}.{figure}", at, pair.n)
        judged = [
            Measured(f"{name}.{key}.worst_source_ece", one.ece_prior_corrected, one.n)
            for one in pair.sources.values()
            if one.n >= ROWS_TO_JUDGE and one.ece_prior_corrected is not None
        ]
        if judged:
            yield max(judged, key=lambda one: one.at.value)
    yield from _heads(name, found)


def _of_suite(name: str, suite: SuiteReport) -> Iterator[Measured]:
    for label, shares in suite.labels.items():
        yield _share(f"{name}.{label}", shares.all)
        yield _share(f"{name}.{label}.groups", shares.groups)
        yield Measured(f"{name}.{label}.auc", shares.auc_figure(), shares.all.n)
        lowest = min(shares.families.values(), key=lambda share: share.value)
        yield _share(f"{name}.{label}.lowest", lowest)
    yield from _heads(name, suite)


def _heads(name: str, found: SetReport | SuiteReport) -> Iterator[Measured]:
    if found.spans:
        for figure, at in found.spans.figures.items():
            yield Measured(f"{name}.spans.{figure}", at, found.spans.n)
    if found.target:
        yield _share(f"{name}.target", found.target.coarse)
        if found.target.finer:
            yield _share(f"{name}.target.finer", found.target.finer)


def _share(name: str, share: Share) -> Measured:
    return Measured(name, share, share.n)


def _plain(value: Any) -> Any:
    """Return the value with every nan as None: JSON has no nan."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return None if isinstance(value, float) and math.isnan(value) else value
