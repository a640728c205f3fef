"""What the project set out to reach on rows that nothing was trained on, and how a report stands to it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Final, Literal

import numpy as np

from training.bootstrap import Figure
from training.metrics import Share

Sense = Literal["at least", "at most"]


@dataclass(frozen=True, slots=True)
class Goal:
    """A bound on every figure whose dotted name (``Report.named``) fits the pattern ``figures``."""

    figures: str
    sense: Sense
    bound: float


@dataclass(frozen=True, slots=True)
class Standing:
    """A figure beside its goal; ``for_sure`` where its whole interval lies on the same side."""

    figure: str
    sense: Sense
    bound: float
    value: float
    low: float
    high: float
    reached: bool
    for_sure: bool


MOST_SOURCE_ECE: Final = 0.08
MOST_AUC_LOST: Final = 0.002
# Of a positive and a negative: with fewer, a loss of MOST_AUC_LOST is a handful of them changing places.
LEAST_PAIRS: Final = 10 / MOST_AUC_LOST
GOALS: Final = (
    Goal("kaggle_insults_test.insult.auc", "at least", 0.945),
    Goal("unhealthy_conversations.hostile:incivility.auc", "at least", 0.85),
    Goal("unhealthy_conversations.antagonize:incivility.auc", "at least", 0.82),
    Goal("unhealthy_conversations.unhealthy:incivility.auc", "at least", 0.73),
    Goal("unhealthy_conversations.dismissive:incivility.auc", "at least", 0.72),
    Goal("unhealthy_conversations.condescending:incivility.auc", "at least", 0.72),
    Goal("unhealthy_conversations.dismissive:dismissal.auc", "at least", 0.72),
    Goal("unhealthy_conversations.condescending:condescension.auc", "at least", 0.72),
    Goal("context_toxicity_gn.toxic:incivility.auc", "at least", 0.945),
    Goal(
        "context_toxicity_gn.toxic:incivility.recall_at_false_alarms_0.008",
        "at least",
        0.6,
    ),
    Goal("tsd_trial.spans.f1", "at least", 0.64),  # the least that is asked
    Goal("tsd_trial.spans.f1", "at least", 0.68),  # what is to be reached
    Goal("suites.*.incivility", "at least", 0.95),
    Goal("suites.*.incivility.lowest", "at least", 0.85),
    # Without what the reading undoes: the figure of all tricks flatters and has no goal.
    Goal("disguised.insult", "at least", 0.95),
    Goal("disguised.incivility", "at least", 0.95),
    Goal("bias.false_alarm_gap", "at most", 0.02),
    Goal("held_out.*.ece", "at most", 0.03),
    Goal("held_out.*.worst_source_ece", "at most", MOST_SOURCE_ECE),
)
LOWEST_SITUATION: Final = 0.85


def standings(
    named: Iterable[tuple[str, Figure | Share]], goals: Iterable[Goal] = GOALS
) -> list[Standing]:
    """Return every measured figure that has a goal, those not reached first, the furthest on top.

    How far is the error beside the allowed one: 1 - value over 1 - bound, or value over bound.
    """
    measured = [(name, at) for name, at in named if not np.isnan(at.value)]
    found = [
        _standing(name, at, goal)
        for goal in goals
        for name, at in measured
        if fnmatchcase(name, goal.figures)
    ]
    return sorted(found, key=lambda one: (one.reached, 0 if one.reached else -_error(one)))


def loses_too_much(compared: Mapping[str, Any]) -> bool:
    """Tell whether int8 lost more AUC on a set than it may (``finish.compare``), and the set can tell."""
    pairs = compared["positives"] * (compared["n"] - compared["positives"])
    return not compared["agrees"] and pairs >= LEAST_PAIRS


def _standing(name: str, at: Figure | Share, goal: Goal) -> Standing:
    sign = 1 if goal.sense == "at least" else -1
    reached = sign * at.value >= sign * goal.bound
    # Comparisons with a nan are false, so a figure without interval is never for sure.
    nearest = (at.low if sign == 1 else at.high) if reached else (at.high if sign == 1 else at.low)
    beyond = sign * (nearest - goal.bound)
    for_sure = beyond >= 0 if reached else beyond < 0
    return Standing(
        name, goal.sense, goal.bound, at.value, at.low, at.high, bool(reached), bool(for_sure)
    )


def _error(one: Standing) -> float:
    if one.sense == "at least":
        return (1 - one.value) / (1 - one.bound)
    return one.value / one.bound
