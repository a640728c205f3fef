"""Shares and their intervals."""

import pytest

from service.moderation.shares import wilson


def test_the_wilson_interval_is_the_one_worked_by_hand() -> None:
    # 8 of 10, z = 1.96: (0.8 + 0.19207 ± 1.96 * sqrt(0.016 + 0.009604)) / 1.38415
    #                  = (0.99207 ± 0.31362) / 1.38415
    share = wilson(8, 10)
    assert (share.part, share.whole, share.value) == (8, 10, 0.8)
    assert share.low == pytest.approx(0.4902, abs=5e-5)
    assert share.high == pytest.approx(0.9433, abs=5e-5)


def test_the_ends_stay_between_0_and_1() -> None:
    assert wilson(0, 10).low == 0.0
    # Of 10, none: z^2 / (n + z^2) = 3.8415 / 13.8415
    assert wilson(0, 10).high == pytest.approx(0.27753, abs=1e-5)
    assert wilson(10, 10).high == 1.0
    assert wilson(10, 10).low == pytest.approx(1 - 0.27753, abs=1e-5)


def test_of_nothing_it_may_be_anything() -> None:
    share = wilson(0, 0)
    assert (share.value, share.low, share.high) == (None, 0.0, 1.0)
