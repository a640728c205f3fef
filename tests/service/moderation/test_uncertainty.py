import pytest

from model.labels import NAMES
from service.moderation.policy import Rule, shipped_rules
from service.moderation.uncertainty import FARTHEST, uncertainty

RULES = (Rule("insult", 0.6, 1.0, "review"), Rule("threat", 0.2, 0.4, "hold"))


@pytest.mark.parametrize(
    ("insult", "threat", "distance"),
    [(0.6, 0.0, 0.0), (0.5, 0.0, 0.1), (0.9, 0.35, 0.05), (1.0, 1.0, 0.4), (0.0, 0.0, 0.2)],
)
def test_the_nearest_edge_of_a_rule_counts(insult: float, threat: float, distance: float) -> None:
    by_label = dict.fromkeys(NAMES, 0.0) | {"insult": insult, "threat": threat}
    assert uncertainty(by_label, RULES) == pytest.approx(distance)


def test_without_scores_or_edges_it_is_the_farthest() -> None:
    assert uncertainty(None, RULES) == FARTHEST
    assert uncertainty(dict.fromkeys(NAMES, 0.5), [Rule("insult", 0.0, 1.0, "review")]) == FARTHEST


def test_the_shipped_policy_has_edges_at_the_threshold_and_halfway_to_1() -> None:
    rules = shipped_rules(dict.fromkeys(NAMES, 0.6))
    for score, distance in [(0.55, 0.05), (0.71, 0.09), (0.81, 0.01)]:
        by_label = dict.fromkeys(NAMES, 0.0) | {"insult": score}
        assert uncertainty(by_label, rules) == pytest.approx(distance)
    assert uncertainty(dict.fromkeys(NAMES, 0.0) | {"profanity": 0.6}, rules) == pytest.approx(0.6)
