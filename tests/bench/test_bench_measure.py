"""The figures of the benchmark."""

import pytest

from bench.measure import Ratio, percentile, ratio, turns


@pytest.mark.parametrize(
    ("share", "expected"), [(0.5, 50.0), (0.99, 99.0), (1.0, 100.0), (0.0, 1.0), (0.001, 1.0)]
)
def test_a_percentile_is_a_value_that_was_measured(share: float, expected: float) -> None:
    assert percentile([float(n) for n in range(100, 0, -1)], share) == expected


def test_the_percentile_of_one_value_is_that_value() -> None:
    assert (percentile([7.0], 0.5), percentile([7.0], 0.99)) == (7.0, 7.0)


def test_the_median_of_an_even_number_is_the_lower_of_the_two_in_the_middle() -> None:
    assert percentile([1.0, 2.0, 3.0, 4.0], 0.5) == 2.0


def test_a_ratio_compares_within_a_round_and_tells_its_range() -> None:
    found = ratio([10.0, 20.0, 60.0], [5.0, 5.0, 20.0])
    assert found == Ratio(middle=3.0, low=2.0, high=4.0)
    assert str(found) == "3.0 (2.0-4.0)"


def test_rounds_of_different_number_cannot_be_compared() -> None:
    with pytest.raises(ValueError, match="zip"):
        ratio([1.0, 2.0], [1.0])


def test_everyone_is_first_equally_often() -> None:
    orders = [turns(["a", "b", "c"], number) for number in range(6)]
    assert [order[0] for order in orders] == ["a", "b", "c", "a", "b", "c"]
    assert all(sorted(order) == ["a", "b", "c"] for order in orders)
