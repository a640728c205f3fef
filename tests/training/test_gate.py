"""The gate says why; an empty list opens it."""

import math

import pytest

from training.bootstrap import Figure
from training.gate import Bar, reasons_to_refuse, unmeasured, verdict

BARS = [Bar("suites.insult", 0.02), Bar("test.insult", 0.01)]
GAP = [Bar("bias.gap", 0.01, "may not rise")]


def test_a_candidate_that_holds_every_figure_meets_no_reason() -> None:
    now = {"suites.insult": 0.80, "test.insult": 0.90}
    assert reasons_to_refuse(now, {"suites.insult": 0.79, "test.insult": 0.95}, BARS) == []
    assert verdict([])["open"] is True


def test_a_figure_that_falls_too_far_is_named_with_both_values() -> None:
    (reason,) = reasons_to_refuse({"test.insult": 0.9}, {"test.insult": 0.85}, BARS)
    assert reason == "test.insult: 0.8500 is more than 0.01 below 0.9000"
    assert verdict([reason])["open"] is False


def test_a_figure_that_may_not_rise_is_refused_when_it_does_and_not_when_it_falls() -> None:
    (reason,) = reasons_to_refuse({"bias.gap": 0.05}, {"bias.gap": 0.08}, GAP)
    assert reason == "bias.gap: 0.0800 is more than 0.01 above 0.0500"
    assert reasons_to_refuse({"bias.gap": 0.05}, {"bias.gap": 0.055}, GAP) == []
    assert reasons_to_refuse({"bias.gap": 0.05}, {"bias.gap": -0.2}, GAP) == []


@pytest.mark.parametrize(
    ("difference", "refused"),
    [
        (Figure(-0.05, -0.08, -0.02), True),
        (Figure(-0.05, -0.11, 0.01), False),
        (Figure(-0.05, math.nan, math.nan), True),
    ],
)
def test_a_fall_inside_its_interval_refuses_nothing(difference: Figure, refused: bool) -> None:
    sure = {"test.insult": difference}
    found = reasons_to_refuse({"test.insult": 0.9}, {"test.insult": 0.85}, BARS, sure)
    assert bool(found) == refused


def test_a_sure_fall_within_what_is_allowed_refuses_nothing() -> None:
    sure = {"test.insult": Figure(-0.005, -0.006, -0.004)}
    assert reasons_to_refuse({"test.insult": 0.9}, {"test.insult": 0.895}, BARS, sure) == []


def test_a_figure_that_the_candidate_lacks_is_a_reason() -> None:
    assert reasons_to_refuse({"test.insult": 0.9}, {}, BARS) == [
        "test.insult: the candidate has no such figure"
    ]


def test_a_figure_that_the_champion_lacks_closes_nothing_and_is_told() -> None:
    candidate = {"test.insult": 0.9}
    assert reasons_to_refuse({}, candidate, BARS) == []
    told = unmeasured({}, candidate, BARS)
    assert told == [
        "suites.insult: was not measured",
        "test.insult: the champion has no such figure",
    ]
    assert verdict([], told) == {"open": True, "reasons": [], "unmeasured": told}
    assert unmeasured({"suites.insult": 0.8, "test.insult": 0.9}, {}, BARS) == []
