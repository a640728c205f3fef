"""Intervals: the resampling is right, seeded, paired and quick."""

import math
import time

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from tests.training.measures import auc as auc_of
from training import bootstrap, sweep

METRICS = {"auc": sweep.auc, "ece": sweep.calibration_error()}


def rows(n: int, *, seed: int = 0, strength: float = 1.5) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    truth = (rng.random(n) < 0.25).astype(float)
    return truth, 1 / (1 + np.exp(-(rng.normal(size=n) + strength * truth - 1)))


def test_a_resample_holds_as_many_rows_as_there_are():
    for counts in bootstrap.resamples(50, count=7, seed=1):
        assert counts.shape[1] == 50
        assert (counts.sum(axis=1) == 50).all()


def test_all_resamples_come_whatever_the_block():
    small = np.concatenate(list(bootstrap.resamples(40, count=25, seed=3, block=4)))
    large = np.concatenate(list(bootstrap.resamples(40, count=25, seed=3, block=100)))
    assert small.shape == (25, 40)
    assert (small == large).all()


def test_each_draw_equals_scikit_learn_on_the_resampled_rows():
    truth, scores = rows(300)
    scores = np.round(scores, 2)  # with ties
    drawn = bootstrap.estimate(truth, scores, METRICS, seed=5, count=20).draws["auc"]
    counts = np.concatenate(list(bootstrap.resamples(300, count=20, seed=5)))
    expected = [roc_auc_score(truth, scores, sample_weight=weights) for weights in counts]
    assert drawn == pytest.approx(expected)


def test_the_interval_is_that_of_the_seed():
    truth, scores = rows(200)
    once = bootstrap.figures(bootstrap.estimate(truth, scores, METRICS, seed=1))
    again = bootstrap.figures(bootstrap.estimate(truth, scores, METRICS, seed=1))
    other = bootstrap.figures(bootstrap.estimate(truth, scores, METRICS, seed=2))
    assert once == again
    assert once["auc"] != other["auc"]
    assert once["auc"].value == other["auc"].value == pytest.approx(auc_of(truth, scores))


def test_the_auc_interval_agrees_with_the_formula_of_delong():
    truth, scores = rows(2000)
    figure = bootstrap.figures(bootstrap.estimate(truth, scores, METRICS, seed=1))["auc"]
    over = scores[truth == 1][:, None] > scores[truth == 0][None, :]  # no ties in these rows
    by_positive, by_negative = over.mean(axis=1), over.mean(axis=0)
    variance = by_positive.var(ddof=1) / len(by_positive)
    variance += by_negative.var(ddof=1) / len(by_negative)
    assert figure.high - figure.low == pytest.approx(2 * 1.96 * math.sqrt(variance), rel=0.1)
    assert figure.low < figure.value < figure.high


def test_a_paired_difference_of_a_score_with_itself_is_nought():
    truth, scores = rows(200)
    one = bootstrap.estimate(truth, scores, METRICS, seed=1)
    assert bootstrap.differences(one, one)["auc"] == bootstrap.Figure(0.0, 0.0, 0.0)


def test_pairing_is_narrower_than_two_separate_intervals():
    truth, scores = rows(500)
    nearly = np.clip(scores + np.random.default_rng(9).normal(0, 0.02, 500), 0, 1)
    ours = bootstrap.estimate(truth, scores, METRICS, seed=1)
    theirs = bootstrap.estimate(truth, nearly, METRICS, seed=1)
    paired = bootstrap.differences(ours, theirs)["auc"]
    apart = bootstrap.figures(ours)["auc"]
    assert paired.value == pytest.approx(auc_of(truth, scores) - auc_of(truth, nearly))
    assert paired.high - paired.low < 0.5 * (apart.high - apart.low)


def test_a_difference_covers_only_the_metrics_that_both_have():
    truth, scores = rows(100)
    ours = bootstrap.estimate(truth, scores, METRICS, seed=1)
    theirs = bootstrap.estimate(truth, scores, {"auc": sweep.auc}, seed=1)
    assert set(bootstrap.differences(ours, theirs)) == {"auc"}


def test_differences_refuse_estimates_of_other_draws():
    truth, scores = rows(100)
    one = bootstrap.estimate(truth, scores, METRICS, seed=1)
    with pytest.raises(ValueError, match="same rows and seed"):
        bootstrap.differences(one, bootstrap.estimate(truth, scores, METRICS, seed=2))
    with pytest.raises(ValueError, match="same rows and seed"):
        bootstrap.differences(one, bootstrap.estimate(1 - truth, scores, METRICS, seed=1))


def test_resamples_without_a_positive_row_are_left_out_of_the_interval():
    truth, scores = np.zeros(30), np.linspace(0, 1, 30)
    truth[29] = 1  # missing from about a third of the resamples
    drawn = bootstrap.estimate(truth, scores, METRICS, seed=1)
    assert 0.2 < np.isnan(drawn.draws["auc"]).mean() < 0.5
    figure = bootstrap.figures(drawn)["auc"]
    assert (figure.value, figure.low, figure.high) == (1.0, 1.0, 1.0)


def test_rows_of_one_kind_have_no_auc_and_no_interval():
    figure = bootstrap.figures(bootstrap.estimate([0, 0], [0.1, 0.2], METRICS, seed=1))["auc"]
    assert all(math.isnan(part) for part in (figure.value, figure.low, figure.high))


def test_a_thousand_resamples_of_ten_thousand_rows_take_seconds():
    truth, scores = rows(10_000)
    begun = time.process_time()
    bootstrap.estimate(truth, scores, {"auc": sweep.auc}, seed=1)
    assert time.process_time() - begun < 20  # about 1.5 on an idle core; room for a busy one
