"""What an evaluation found: the dataclasses behind report.json, whose keys are stable."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from training.bootstrap import CONFIDENCE, RESAMPLES, Figure
from training.metrics import Share

FORMAT: Final = 1
ABSTAINED_RULE: Final = (
    "In sets, a row that the bundle abstained from or refused counts with score 0, so it is a miss "
    "where the truth is yes. In suites it is never right. No row is dropped."
)


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
class SetReport:
    """One set of labelled comments; ``abstained`` and ``errors`` count the rows by reason."""

    n: int
    abstained: Mapping[str, int]
    errors: Mapping[str, int]
    pairs: Mapping[str, PairReport]


@dataclass(frozen=True, slots=True)
class LabelShares:
    """How often a label was on the right side of 0.5: all cases, each family, whole groups.

    ``wrong`` holds the ids of the cases that were not.
    """

    all: Share
    families: Mapping[str, Share]
    groups: Share
    wrong: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SuiteReport:
    """One suite of functional cases."""

    n: int
    abstained: Mapping[str, int]
    errors: Mapping[str, int]
    labels: Mapping[str, LabelShares]


@dataclass(frozen=True, slots=True)
class Report:
    """An evaluation of the bundle ``bundle``, beside the bundle ``against`` if one was given.

    ``held_out`` is the part of the training mix that nothing was fitted on. Pairs are keyed by
    label, or by ``truth:label`` where the truth is a column of another name. ``base_rates`` is each
    label's share of positives where calibration was fitted, as far as the caller told.
    """

    bundle: str
    against: str | None
    seed: int
    sets: Mapping[str, SetReport]
    held_out: SetReport | None
    suites: Mapping[str, SuiteReport]
    suites_against: Mapping[str, SuiteReport]
    base_rates: Mapping[str, float] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return report.json's form; a figure that the rows cannot give is null."""
        terms = {
            "format": FORMAT,
            "resamples": RESAMPLES,
            "confidence": CONFIDENCE,
            "abstained_rule": ABSTAINED_RULE,
        }
        return {**terms, **_plain(asdict(self))}

    def flat(self) -> dict[str, float]:
        """Return each figure's value by dotted name, for the gate; those without one are left out.

        Names are ``SET.PAIR.FIGURE``, ``held_out.LABEL.FIGURE``, ``suites.SUITE.LABEL`` and
        ``suites.SUITE.LABEL.groups``.
        """
        return {name: value for name, value in self._named() if not math.isnan(value)}

    def _named(self) -> Iterator[tuple[str, float]]:
        held_out = {"held_out": self.held_out} if self.held_out else {}
        for name, of_set in {**self.sets, **held_out}.items():
            for pair, found in of_set.pairs.items():
                for figure, at in found.figures.items():
                    yield f"{name}.{pair}.{figure}", at.value
        for name, suite in self.suites.items():
            for label, shares in suite.labels.items():
                yield f"suites.{name}.{label}", shares.all.value
                yield f"suites.{name}.{label}.groups", shares.groups.value


def _plain(value: Any) -> Any:
    """Return the value with every nan as None: JSON has no nan."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return None if isinstance(value, float) and math.isnan(value) else value
