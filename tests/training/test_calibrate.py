"""Calibration is fitted where it should be and thresholds keep their promise."""

import numpy as np
import pytest

from model.calibration import sigmoid
from model.labels import NAMES, RAISING
from training.calibrate import fit_calibration, fit_platt, operating_point

RNG = np.random.default_rng(5)


def test_a_platt_map_finds_the_slope_and_bias_that_made_the_truth() -> None:
    logits = RNG.normal(0, 2, 40_000)
    truth = (RNG.random(40_000) < sigmoid(0.5 * logits - 1.0)).astype(float)
    found = fit_platt(logits, truth)
    assert found.slope == pytest.approx(0.5, abs=0.03)
    assert found.bias == pytest.approx(-1.0, abs=0.05)


def test_soft_labels_calibrate_like_the_votes_they_stand_for() -> None:
    logits = RNG.normal(0, 2, 5_000)
    found = fit_platt(logits, sigmoid(2.0 * logits + 0.5))
    assert found.slope == pytest.approx(2.0, abs=0.02)
    assert found.bias == pytest.approx(0.5, abs=0.02)


def test_too_few_rows_leave_the_logits_as_they_are() -> None:
    found = fit_platt(np.array([1.0, 2.0]), np.array([0.0, 1.0]))
    assert (found.slope, found.bias) == (1.0, 0.0)


def test_a_slope_never_reverses_the_order() -> None:
    logits = RNG.normal(0, 1, 500)
    assert fit_platt(logits, (logits < 0).astype(float)).slope > 0


def test_after_calibration_incivility_is_calibrated_and_at_least_what_raises_it() -> None:
    logits = RNG.normal(-1, 2, (20_000, len(NAMES)))
    chance = sigmoid(logits)
    chance[:, 0] = chance[:, [0, *map(NAMES.index, RAISING)]].max(axis=1)
    truth = (RNG.random(chance.shape) < chance).astype(float)
    truth[:, 0] = truth[:, [0, *map(NAMES.index, RAISING)]].max(axis=1)
    truth[::3, 2] = np.nan
    probabilities = fit_calibration(logits, truth).apply(logits)
    for label in RAISING:
        assert (probabilities[:, 0] >= probabilities[:, NAMES.index(label)]).all()
    high = probabilities[:, 0] > 0.8
    assert truth[high, 0].mean() == pytest.approx(probabilities[high, 0].mean(), abs=0.03)


def test_a_threshold_reaches_its_precision_at_the_stated_prevalence() -> None:
    truth = (RNG.random(50_000) < 0.4).astype(float)
    scores = sigmoid(RNG.normal(0, 1, 50_000) + 3 * truth)
    at = operating_point(truth, scores, precision=0.7, prevalence=0.1)
    tpr = (scores[truth == 1] >= at.threshold).mean()
    fpr = (scores[truth == 0] >= at.threshold).mean()
    assert 0.1 * tpr / (0.1 * tpr + 0.9 * fpr) == pytest.approx(0.7, abs=0.01)
    assert at.recall == pytest.approx(tpr)
    lower = operating_point(truth, scores, precision=0.5, prevalence=0.1)
    assert lower.threshold < at.threshold


def test_a_precision_that_is_out_of_reach_is_lowered_until_one_is_reached() -> None:
    truth = np.tile([0.0, 1.0], 500)
    scores = RNG.random(1000)
    at = operating_point(truth, scores, precision=0.9, prevalence=0.5)
    assert 0 < at.precision < 0.9


def test_a_label_is_not_given_at_a_score_under_one_half() -> None:
    truth = (RNG.random(20_000) < 0.1).astype(float)
    scores = 0.3 * truth + 0.1 * RNG.random(20_000) + 0.3 * truth * (RNG.random(20_000) < 0.5)
    at = operating_point(truth, scores, precision=0.7, prevalence=0.1)
    assert at.threshold == 0.5
    assert at.precision == 1.0
    assert at.recall == pytest.approx((scores[truth == 1] >= 0.5).mean())


def test_a_label_without_positives_is_never_reached() -> None:
    none = np.zeros(2)
    assert operating_point(none, np.array([0.2, 0.9]), precision=0.7, prevalence=0.1).threshold == 1
