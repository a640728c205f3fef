"""Kappa against values worked by hand and against scikit-learn, and its store of answers."""

from datetime import timedelta
from itertools import chain, repeat

import pytest
from sklearn.metrics import cohen_kappa_score

from service.moderation import agreement, second
from service.moderation.agreement import FEWEST, cohen, from_counts
from tests.service.moderation.desk import START, Desk

YES, NO = "approve", "reject"
# 50 comments; both approve 20, both reject 15, and 5 and 10 on which they differ.
TABLE = {(YES, YES): 20, (YES, NO): 5, (NO, YES): 10, (NO, NO): 15}


def test_kappa_and_its_interval_are_those_worked_by_hand() -> None:
    # Observed (20 + 15) / 50 = 0.7; by chance 0.5 * 0.6 + 0.5 * 0.4 = 0.5; kappa 0.2 / 0.5 = 0.4.
    # Fleiss, Cohen and Everitt: same     0.4 * (1 - 1.1 * 0.6)^2 + 0.3 * (1 - 0.9 * 0.6)^2 = 0.10972
    #                            different 0.6^2 * (0.1 * (0.6 + 0.5)^2 + 0.2 * (0.4 + 0.5)^2) = 0.10188
    #                            rest     (0.4 - 0.5 * 0.6)^2                               = 0.01
    # variance (0.10972 + 0.10188 - 0.01) / (0.5^2 * 50) = 0.016128, its root 0.126996
    found = cohen(TABLE)
    assert found is not None
    assert found.value == pytest.approx(0.4)
    assert found.low == pytest.approx(0.4 - 1.96 * 0.126996, abs=1e-4)
    assert found.high == pytest.approx(0.4 + 1.96 * 0.126996, abs=1e-4)


@pytest.mark.parametrize(
    "table",
    [
        TABLE,
        {(YES, YES): 90, (YES, NO): 3, (NO, YES): 4, (NO, NO): 1},
        {(YES, NO): 7, (NO, YES): 9, (NO, NO): 2},
        {("a", "a"): 9, ("a", "b"): 2, ("b", "b"): 5, ("c", "a"): 1, ("c", "c"): 8},
    ],
)
def test_kappa_is_what_scikit_learn_says(table: dict[tuple[str, str], int]) -> None:
    pairs = list(chain.from_iterable(repeat(pair, count) for pair, count in table.items()))
    ones, others = zip(*pairs, strict=True)
    found = cohen(table)
    assert found is not None
    assert found.value == pytest.approx(cohen_kappa_score(ones, others))
    assert -1 <= found.low <= found.value <= found.high <= 1


def test_kappa_is_the_same_whoever_is_called_the_first() -> None:
    swapped = {(other, one): count for (one, other), count in TABLE.items()}
    one, other = cohen(TABLE), cohen(swapped)
    assert one is not None
    assert other is not None
    assert (other.value, other.low) == pytest.approx((one.value, one.low))


def test_kappa_is_not_defined_where_both_always_say_the_same_one_thing() -> None:
    assert cohen({(YES, YES): 40}) is None
    assert cohen({}) is None
    found = cohen({(YES, YES): 20, (NO, NO): 20})
    assert found is not None
    assert (found.value, found.low, found.high) == pytest.approx((1.0, 1.0, 1.0))


def test_of_a_few_answers_no_kappa_is_said() -> None:
    few = agreement.agreement(("a", "b"), {(YES, YES): 15, (NO, NO): FEWEST - 16})
    assert (few.is_enough, few.kappa) == (False, None)
    assert few.share.value == 1.0
    enough = agreement.agreement(("a", "b"), {(YES, YES): 15, (NO, NO): FEWEST - 15})
    assert enough.is_enough
    assert enough.kappa is not None


def test_a_pair_is_one_whoever_of_the_two_came_first() -> None:
    rows = [
        ("bea", "ann", YES, NO, 3),
        ("ann", "bea", NO, YES, 4),
        ("ann", "cy", YES, YES, 2),
    ]
    found = from_counts(rows)
    assert [(one.who, one.share.part, one.share.whole) for one in found.pairs] == [
        (("ann", "bea"), 0, 7),
        (("ann", "cy"), 2, 2),
    ]
    assert (found.overall.share.part, found.overall.share.whole) == (2, 9)


def test_answers_of_the_site_and_the_time_are_counted(desk: Desk) -> None:
    for name, then in (("a", YES), ("b", YES), ("c", NO)):
        desk.keep(name)
        desk.decide(name, YES, second_share=1.0)
        with desk.store.writing() as session:
            found = second.take(session, "daily", "bea", now=desk.now)
            assert found is not None
            second.answer(session, "daily", found[0].id, "bea", action=then, now=desk.now)
    with desk.store.reading() as session:
        found = agreement.agreements(session, "daily", since=START)
        late = agreement.agreements(session, "daily", since=desk.now + timedelta(seconds=1))
        other = agreement.agreements(session, "weekly", since=START)
    assert [(one.who, one.share.part, one.share.whole) for one in found.pairs] == [
        (("ann", "bea"), 2, 3)
    ]
    assert (late.pairs, other.pairs, other.overall.share.whole) == ((), (), 0)
