"""What was to be reached stands beside what was measured, the furthest from it on top."""

import math

import pytest

from training.bootstrap import Figure
from training.goals import GOALS, Goal, standings
from training.metrics import wilson

GOAL = Goal("a.*", "at least", 0.8)
LIMIT = Goal("e.*", "at most", 0.05)


@pytest.mark.parametrize(
    ("goal", "figure", "reached", "for_sure"),
    [
        (GOAL, Figure(0.9, 0.85, 0.95), True, True),
        (GOAL, Figure(0.9, 0.75, 0.95), True, False),
        (GOAL, Figure(0.8, 0.8, 0.9), True, True),
        (GOAL, Figure(0.7, 0.6, 0.85), False, False),
        (GOAL, Figure(0.7, 0.6, 0.75), False, True),
        (GOAL, Figure(0.7, math.nan, math.nan), False, False),
        (GOAL, Figure(0.9, math.nan, math.nan), True, False),
        (LIMIT, Figure(0.03, 0.01, 0.04), True, True),
        (LIMIT, Figure(0.03, 0.01, 0.06), True, False),
        (LIMIT, Figure(0.09, 0.06, 0.1), False, True),
        (LIMIT, Figure(0.09, 0.04, 0.1), False, False),
    ],
)
def test_a_figure_reaches_its_goal_or_not_and_for_sure_or_not(goal, figure, reached, for_sure):
    (one,) = standings([(goal.figures.replace("*", "x"), figure)], [goal])
    assert (one.reached, one.for_sure) == (reached, for_sure)
    assert (one.value, one.low, one.bound, one.sense) == pytest.approx(
        (figure.value, figure.low, goal.bound, goal.sense), nan_ok=True
    )


def test_what_is_furthest_from_its_goal_stands_first_and_what_reaches_it_last():
    named = [
        ("a.near", Figure(0.75, 0.7, 0.8)),
        ("a.met", Figure(0.9, 0.8, 1.0)),
        ("e.far", Figure(0.2, 0.1, 0.3)),
        ("a.far", Figure(0.5, 0.4, 0.6)),
    ]
    assert [one.figure for one in standings(named, [GOAL, LIMIT])] == [
        "e.far",
        "a.far",
        "a.near",
        "a.met",
    ]


def test_a_figure_without_value_or_without_goal_is_left_out():
    named = [("a.x", Figure(math.nan, math.nan, math.nan)), ("b.x", Figure(0.1, 0.1, 0.1))]
    assert standings(named, [GOAL]) == []


def test_a_share_has_a_goal_as_well_as_a_figure():
    (one,) = standings([("a.x", wilson(9, 10))], [GOAL])
    assert (one.value, one.low) == (0.9, wilson(9, 10).low)


@pytest.mark.parametrize(
    ("figure", "bound"),
    [
        ("suites.situations.incivility", 0.95),
        ("suites.situations.incivility.lowest", 0.85),
        ("suites.beside_plain.incivility", 0.95),
        ("suites.beside_plain.incivility.auc", None),
        ("held_out.threat.ece", 0.03),
        ("held_out.threat.worst_source_ece", 0.08),
        ("disguised.insult", 0.95),
        ("disguised.incivility", 0.95),
        ("disguised.insult.all_tricks", None),
        ("bias.false_alarm_gap", 0.02),
        ("kaggle_insults_test.insult.auc", 0.945),
        ("unhealthy_conversations.hostile:incivility.auc", 0.85),
        ("unhealthy_conversations.antagonize:incivility.auc", 0.82),
        ("unhealthy_conversations.unhealthy:incivility.auc", 0.73),
        ("unhealthy_conversations.dismissive:incivility.auc", 0.72),
        ("unhealthy_conversations.condescending:incivility.auc", 0.72),
        ("unhealthy_conversations.dismissive:dismissal.auc", 0.72),
        ("unhealthy_conversations.condescending:condescension.auc", 0.72),
        ("context_toxicity_gn.toxic:incivility.auc", 0.945),
        ("context_toxicity_gn.toxic:incivility.recall_at_false_alarms_0.008", 0.6),
        ("context_toxicity_gn.toxic:incivility.recall_at_false_alarms_0.005", None),
        ("tsd_trial.spans.f1_where_gold", None),
        ("suites.situations.incivility.groups", None),
        ("suites.situations.threat", None),
    ],
)
def test_each_figure_has_the_goal_that_is_meant_and_no_other(figure, bound):
    found = standings([(figure, Figure(0.5, 0.4, 0.6))], GOALS)
    assert [one.bound for one in found] == ([bound] if bound is not None else [])


def test_marked_spans_have_a_least_and_a_goal_beyond_it():
    def reached(f1: float) -> dict[float, bool]:
        figure = ("tsd_trial.spans.f1", Figure(f1, f1 - 0.02, f1 + 0.02))
        return {one.bound: one.reached for one in standings([figure])}

    assert reached(0.62) == {0.64: False, 0.68: False}
    assert reached(0.66) == {0.64: True, 0.68: False}
    assert reached(0.69) == {0.64: True, 0.68: True}
