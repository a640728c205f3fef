"""The population stability index against a value worked by hand, and how much chance makes of it."""

import random

import pytest

from service.moderation.stability import (
    Stability,
    counts_within,
    is_enough,
    psi,
    stability,
    tenths,
)


def test_the_index_is_the_one_worked_by_hand() -> None:
    # (0.4 - 0.5) ln 0.8 + (0.35 - 0.3) ln(7/6) + (0.25 - 0.2) ln 1.25
    #   = 0.0223144 + 0.0077075 + 0.0111572
    assert psi([50, 30, 20], [80, 70, 50]) == pytest.approx(0.0411791, abs=1e-7)
    assert psi([50, 30, 20], [100, 60, 40]) == 0.0


def test_an_empty_bin_counts_as_half_a_comment() -> None:
    # (0.005 - 0.5) ln 0.01 + (1 - 0.5) ln 2
    assert psi([50, 50], [0, 100]) == pytest.approx(2.279559 + 0.346574, abs=1e-5)


def test_the_bins_are_tenths_of_what_was_before() -> None:
    scores = [n / 1000 for n in range(1000)]
    assert tenths(scores) == pytest.approx([n / 10 for n in range(1, 10)])
    assert counts_within(scores, tenths(scores)) == [100] * 10
    assert tenths([0.2] * 50) == (0.2,)


def test_chance_alone_seldom_passes_the_bound_where_a_figure_is_given() -> None:
    rng = random.Random(1)
    passed = 0
    for _ in range(200):
        before, now = ([rng.betavariate(1, 6) for _ in range(345)] for _ in range(2))
        index = stability(before, now).index
        assert index is not None
        passed += index > 0.1
    assert passed / 200 <= 0.1


def test_of_few_scores_nothing_is_said() -> None:
    assert not is_enough(330, 330)
    assert is_enough(345, 345)
    assert not is_enough(0, 10_000)
    assert stability([0.1] * 100, [0.9] * 100) == Stability(None, 100, 100)
    assert stability([], []).verdict is None


@pytest.mark.parametrize(
    ("index", "verdict"),
    [(0.0, "steady"), (0.0999, "steady"), (0.1, "shifted"), (0.25, "shifted"), (0.26, "much shifted")],
)  # fmt: skip
def test_the_bounds_are_the_usual_ones(index: float, verdict: str) -> None:
    assert Stability(index, 1000, 1000).verdict == verdict


def test_scores_that_moved_are_told_from_scores_that_did_not() -> None:
    rng = random.Random(2)
    before = [rng.betavariate(1, 6) for _ in range(3000)]
    same = [rng.betavariate(1, 6) for _ in range(3000)]
    moved = [min(1.0, score + 0.15) for score in same]
    assert stability(before, same).verdict == "steady"
    assert stability(before, moved).verdict == "much shifted"
