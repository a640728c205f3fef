"""The gate says why; an empty list opens it."""

from training.gate import Bar, reasons_to_refuse, verdict

BARS = [Bar("suites.insult", 0.02), Bar("test.insult", 0.01)]


def test_a_candidate_that_holds_every_figure_meets_no_reason() -> None:
    now = {"suites.insult": 0.80, "test.insult": 0.90}
    assert reasons_to_refuse(now, {"suites.insult": 0.79, "test.insult": 0.95}, BARS) == []
    assert verdict([])["open"] is True


def test_a_figure_that_falls_too_far_is_named_with_both_values() -> None:
    (reason,) = reasons_to_refuse({"test.insult": 0.9}, {"test.insult": 0.85}, BARS)
    assert reason == "test.insult: 0.8500 is more than 0.01 below 0.9000"
    assert verdict([reason])["open"] is False


def test_a_figure_that_the_candidate_lacks_is_a_reason() -> None:
    assert reasons_to_refuse({"test.insult": 0.9}, {}, BARS) == [
        "test.insult: the candidate has no such figure"
    ]
