import pytest

from model.labels import NAMES
from model.records import Scores
from service.moderation.policy import ACTIONS, Rule, action, decide, shipped_rules

THRESHOLDS = dict.fromkeys(NAMES, 0.6)


def reads_as(**high: float) -> Scores:
    return Scores({name: high.get(name, 0.01) for name in NAMES})


def test_nothing_high_is_approved() -> None:
    assert action(reads_as(), THRESHOLDS) == "approve"


@pytest.mark.parametrize("label", ["incivility", "insult", "identity_attack", "threat"])
@pytest.mark.parametrize(
    ("score", "expected"),
    [
        (0.599, "approve"),
        (0.6, "review"),
        (0.799, "review"),
        (0.8, "hold"),
        (1.0, "hold"),
    ],
)
def test_a_label_is_reviewed_from_its_threshold_and_held_from_halfway_to_1(
    label: str, score: float, expected: str
) -> None:
    assert action(reads_as(**{label: score}), THRESHOLDS) == expected


def test_swearing_alone_is_approved() -> None:
    assert action(reads_as(profanity=1.0), THRESHOLDS) == "approve"


def test_each_label_has_its_own_threshold() -> None:
    thresholds = THRESHOLDS | {"threat": 0.2}
    assert action(reads_as(threat=0.3), thresholds) == "review"
    assert action(reads_as(insult=0.3), thresholds) == "approve"


def test_the_weightiest_action_wins_whatever_the_order() -> None:
    scores = reads_as(incivility=0.95, insult=0.65)
    rules = shipped_rules(THRESHOLDS)
    assert decide(scores, rules).action == "hold"
    assert decide(scores, rules[::-1]).action == "hold"


@pytest.mark.parametrize("why", ["language", "no_words"])
def test_an_abstention_is_for_review(why: str) -> None:
    decision = decide(Scores(None, abstained=why), shipped_rules(THRESHOLDS))
    assert (decision.action, decision.reason) == ("review", f"abstained: {why}")


def test_a_comment_with_an_error_is_for_review() -> None:
    decision = decide(Scores(None, error="too_long"), shipped_rules(THRESHOLDS))
    assert (decision.action, decision.reason) == ("review", "error: too_long")


def test_the_reason_names_label_score_and_range() -> None:
    decision = decide(reads_as(insult=0.65), shipped_rules(THRESHOLDS))
    assert decision.reason == "insult 0.650 is in 0.600 to 1.000"
    assert decide(reads_as(), shipped_rules(THRESHOLDS)).reason == "no rule applies"


def test_a_rule_ends_at_its_maximum() -> None:
    rule = Rule("insult", 0.2, 0.4, "review")
    assert decide(reads_as(insult=0.4), [rule]).action == "review"
    assert decide(reads_as(insult=0.41), [rule]).action == "approve"


def test_the_shipped_policy_never_rejects() -> None:
    assert ACTIONS[-1] == "reject"
    assert {rule.action for rule in shipped_rules(THRESHOLDS)} == {"review", "hold"}


def test_a_threshold_that_is_missing_is_not_passed_over() -> None:
    with pytest.raises(KeyError, match="threat"):
        shipped_rules({name: 0.5 for name in NAMES if name != "threat"})
