"""How long messages wait, as a pure function."""

import itertools

import pytest

from service.webhooks.pauses import GIVE_UP_AFTER_S, holds_up, pause_after


def test_the_pauses_grow_from_ten_seconds_to_three_hours() -> None:
    pauses = [pause_after(failures, chance=0.5) for failures in range(1, 8)]
    assert pauses == [10, 30, 120, 600, 3600, 10_800, 10_800]


@pytest.mark.parametrize(("chance", "factor"), [(0.0, 0.8), (0.5, 1.0), (1.0, 1.2)])
def test_chance_moves_a_pause_by_up_to_a_fifth(chance: float, factor: float) -> None:
    assert pause_after(4, chance=chance) == pytest.approx(600 * factor)


def test_after_three_days_of_pauses_a_message_is_given_up() -> None:
    counted = (pause_after(failures, chance=0.5) for failures in itertools.count(1))
    pauses = list(itertools.takewhile(lambda pause: pause is not None, counted))
    assert GIVE_UP_AFTER_S - 3 * 3600 < sum(pauses) <= GIVE_UP_AFTER_S
    assert pause_after(len(pauses) + 1, chance=0.5) is None
    assert pause_after(1000, chance=0.5) is None


def test_a_message_holds_up_those_behind_it_for_its_first_four_pauses() -> None:
    assert [holds_up(failures) for failures in range(1, 7)] == [True] * 4 + [False] * 2
