"""How rules of a site's own are weighed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.labels import NAMES, TARGET_KINDS
from model.records import Scores, Target
from service.moderation.policy import ACTIONS, ASKED, Rule, decide, rules_for

HOLD = Rule("insult", 0.5, 1.0, "hold")
REJECT = Rule(words=("zebra",), action="reject")
APPROVE = Rule("incivility", 0.0, 0.2, "approve")
REVIEW = Rule("threat", 0.3, 1.0, "review")
MARK = Rule(words=("well argued",), action="highlight")
ABSTAINED = Scores(None, abstained="language")


def reads_as(target: str | None = None, **high: float) -> Scores:
    by_label = {name: high.get(name, 0.01) for name in NAMES}
    return Scores(by_label, target=Target(target, 0.9) if target else None)


@pytest.mark.parametrize(
    ("scores", "text", "expected"),
    [
        (reads_as(incivility=0.5), "Fine.", "approve"),
        (reads_as(incivility=0.5, threat=0.4), "Fine.", "review"),
        (reads_as(incivility=0.5, threat=0.4, insult=0.9), "Fine.", "hold"),
        (reads_as(incivility=0.5, threat=0.4, insult=0.9), "A zebra.", "reject"),
        (reads_as(threat=0.4), "Fine.", "review"),
    ],
)
def test_the_weightiest_action_that_is_asked_for_wins(scores, text: str, expected: str) -> None:
    assert decide(scores, [HOLD, REJECT, APPROVE, REVIEW], text=text).action == expected


@pytest.mark.parametrize("rule", [HOLD, REJECT])
def test_approve_against_hold_or_reject_goes_to_a_person_and_names_both(rule: Rule) -> None:
    decision = decide(reads_as(insult=0.9), [APPROVE, rule], text="A zebra.")
    assert decision.action == "review"
    assert decision.reason.startswith(
        "conflict: approve (incivility 0.010 is in 0.000 to 0.200) ag"
    )
    assert f"against {rule.action} (" in decision.reason


def test_a_reason_quotes_no_word_of_the_list() -> None:
    for words in (("zebra",), ("zebra", "gnu")):
        reason = decide(reads_as(), [Rule(words=words, action="hold")], text="A zebra!").reason
        assert reason
        assert "zebra" not in reason


def test_a_rule_applies_where_all_its_conditions_hold() -> None:
    rule = Rule("insult", 0.5, 1.0, "hold", ("author", "person"), "sport", ("zebra",))
    rude = reads_as("author", insult=0.9)
    assert decide(rude, [rule], text="Zebra", section="sport").action == "hold"
    assert decide(rude, [rule], text="Zebra", section="city").action == "approve"
    assert decide(rude, [rule], text="Horse", section="sport").action == "approve"
    assert decide(reads_as("group", insult=0.9), [rule], text="Zebra", section="sport").action == (
        "approve"
    )
    assert decide(reads_as(insult=0.9), [rule], text="Zebra", section="sport").action == "approve"
    assert decide(reads_as("author"), [rule], text="Zebra", section="sport").action == "approve"


def test_an_abstention_is_reviewed_unless_a_rule_without_scores_withholds_it() -> None:
    rules = [HOLD, Rule("insult", 0.0, 1.0, "approve")]
    assert decide(ABSTAINED, rules).action == "review"
    assert decide(ABSTAINED, rules).reason == "abstained: language"
    assert decide(ABSTAINED, [Rule(words=("zebra",), action="approve")], text="zebra").action == (
        "review"
    )
    assert decide(ABSTAINED, [REJECT], text="zebra").action == "reject"
    assert decide(ABSTAINED, [Rule(section="war", action="hold")], section="war").action == "hold"
    conflict = [REJECT, Rule(words=("gnu",), action="approve")]
    assert decide(ABSTAINED, conflict, text="zebra, gnu").action == "review"


def test_what_was_not_accepted_is_for_review_whatever_the_words() -> None:
    assert decide(Scores(None, error="too_long"), [REJECT], text="zebra").action == "review"


def test_highlight_is_a_mark_beside_the_action_and_a_rejection_has_none() -> None:
    marked = decide(reads_as(), [MARK], text="Well argued.")
    assert (marked.action, marked.highlight) == ("approve", True)
    held = decide(reads_as(insult=0.9), [MARK, HOLD], text="Well argued.")
    assert (held.action, held.highlight) == ("hold", True)
    rejected = decide(reads_as(), [MARK, REJECT], text="Well argued, zebra.")
    assert (rejected.action, rejected.highlight) == ("reject", False)


def test_a_sections_rules_about_a_label_alone_replace_the_sites_there() -> None:
    mild = Rule("insult", 0.9, 1.0, "hold", section="sport")
    rules = (HOLD, mild, REVIEW)
    assert rules_for(rules, "sport") == (mild, REVIEW)
    assert rules_for(rules, "city") == rules_for(rules, None) == (HOLD, REVIEW)
    assert decide(reads_as(insult=0.7), rules, section="sport").action == "approve"
    assert decide(reads_as(insult=0.7), rules, section="city").action == "hold"


def test_narrower_rules_and_marks_neither_replace_nor_are_replaced() -> None:
    of_words = Rule("insult", 0.1, 1.0, "hold", section="sport", words=("referee",))
    mark = Rule("insult", 0.0, 0.1, "highlight", section="sport")
    assert rules_for((HOLD, of_words, mark), "sport") == (HOLD, of_words, mark)
    aimed = Rule("insult", 0.3, 1.0, "hold", targets=("author",))
    mild = Rule("insult", 0.9, 1.0, "review", section="sport")
    assert rules_for((aimed, HOLD, mild), "sport") == (aimed, mild)


RULES = st.builds(
    lambda label, bounds, action, targets, section, words: Rule(
        label, min(bounds), max(bounds), action, targets, section, words
    ),
    st.none() | st.sampled_from(NAMES),
    st.tuples(st.sampled_from([0.0, 0.2, 0.5, 1.0]), st.sampled_from([0.0, 0.2, 0.5, 1.0])),
    st.sampled_from(ASKED),
    st.lists(st.sampled_from(TARGET_KINDS), max_size=2, unique=True).map(tuple),
    st.sampled_from([None, "sport", "city"]),
    st.lists(st.sampled_from(["zebra", "gnu", "a zebra"]), max_size=2, unique=True).map(tuple),
)
SCORES = st.builds(
    lambda values, kind: Scores(
        dict(zip(NAMES, values, strict=True)), target=Target(kind, 1.0) if kind else None
    ),
    st.lists(st.sampled_from([0.0, 0.2, 0.4, 0.9]), min_size=len(NAMES), max_size=len(NAMES)),
    st.none() | st.sampled_from(TARGET_KINDS),
) | st.just(ABSTAINED)


@given(
    st.lists(RULES, max_size=8).flatmap(
        lambda rules: st.tuples(st.just(rules), st.permutations(rules))
    ),
    SCORES,
    st.sampled_from(["A zebra.", "gnu", "Fine."]),
    st.sampled_from([None, "sport", "other"]),
)
def test_the_order_of_the_rules_changes_nothing(rules, scores, text, section) -> None:
    one, other = (decide(scores, some, text=text, section=section) for some in rules)
    assert one == other


@given(st.lists(RULES, max_size=8), SCORES, st.sampled_from(["A zebra.", "Fine."]))
def test_a_rule_more_never_rejects_less_unless_it_approves(rules, scores, text: str) -> None:
    more = [*rules, Rule(words=("zebra",), action="reject")]
    before, after = (decide(scores, some, text=text).action for some in (rules, more))
    if "zebra" not in text:
        assert after == before
    elif "approve" not in {rule.action for rule in rules}:
        assert after == "reject"
    assert after in ACTIONS
