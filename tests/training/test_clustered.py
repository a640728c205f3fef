"""Rows of one cluster are drawn together, so that alike rows do not pass for evidence."""

import math

import numpy as np
import pytest

from tests.training import measures
from training import clustered, sweep
from training.bootstrap import estimate, figures

RNG = np.random.default_rng(3)
TRUTH = RNG.integers(0, 2, 90).astype(float)
SCORES = np.round(TRUTH * 0.2 + RNG.random(90), 1)  # rounded, so that there are ties
NAMES = [f"t{number % 12}" for number in range(90)]


def test_the_value_is_the_auc_of_the_rows_with_ties_counting_half():
    found = clustered.auc(TRUTH, SCORES, clustered.cluster(NAMES, seed=1))
    assert found.value == pytest.approx(measures.auc(TRUTH, SCORES), abs=1e-12)
    assert found.low < found.value < found.high


def test_each_draw_is_the_auc_of_the_rows_with_whole_clusters_repeated():
    clusters = clustered.cluster(NAMES, seed=1, count=40)
    ranking = sweep.rank(TRUTH, SCORES)
    by_rows = sweep.auc(sweep.steps(ranking, clusters.drawn[:, clusters.of]))
    found = clustered.auc(TRUTH, SCORES, clusters)
    low, high = np.quantile(by_rows, [0.025, 0.975])
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-12)


def test_rows_that_are_clusters_of_their_own_have_the_interval_of_the_rows_bootstrap():
    ours = clustered.auc(TRUTH, SCORES, clustered.cluster(range(90), seed=5))
    theirs = figures(estimate(TRUTH, SCORES, {"auc": sweep.auc}, seed=5))["auc"]
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=1e-12)


def test_two_scores_of_the_same_rows_are_compared_on_the_same_draws():
    clusters = clustered.cluster(NAMES, seed=1, count=40)
    other = np.round(SCORES + 0.3 * RNG.random(90), 1)
    found = clustered.auc_difference(TRUTH, SCORES, other, clusters)
    of_rows = clusters.drawn[:, clusters.of]
    ours, theirs = (
        sweep.auc(sweep.steps(sweep.rank(TRUTH, scores), of_rows)) for scores in (SCORES, other)
    )
    assert found.value == pytest.approx(measures.auc(TRUTH, SCORES) - measures.auc(TRUTH, other))
    low, high = np.quantile(ours - theirs, [0.025, 0.975])
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-12)
    alike = clustered.auc_difference(TRUTH, SCORES, SCORES, clusters)
    assert (alike.value, alike.low, alike.high) == (0, 0, 0)


def test_copies_of_rows_in_their_cluster_do_not_narrow_the_interval():
    once = clustered.auc(TRUTH, SCORES, clustered.cluster(range(90), seed=5))
    names = [*range(90)] * 4
    copied = clustered.auc([*TRUTH] * 4, [*SCORES] * 4, clustered.cluster(names, seed=5))
    assert copied.value == pytest.approx(once.value)
    assert (copied.low, copied.high) == pytest.approx((once.low, once.high))


def test_some_of_the_rows_are_measured_as_if_the_others_were_not_there():
    among = np.arange(90) < 50
    found = clustered.auc(TRUTH, SCORES, clustered.cluster(NAMES, seed=1), among)
    assert found.value == pytest.approx(measures.auc(TRUTH[among], SCORES[among]))


def test_one_side_alone_has_neither_value_nor_interval():
    clusters = clustered.cluster(NAMES, seed=1)
    for rows in (TRUTH == 1, np.zeros(90, dtype=bool)):
        found = clustered.auc(TRUTH, SCORES, clusters, rows)
        assert all(math.isnan(at) for at in (found.value, found.low, found.high))


def test_a_gap_of_shares_is_as_sure_as_the_clusters_agree():
    first = np.arange(80) % 2 == 0
    names = [number // 10 for number in range(80)]
    clusters = clustered.cluster(names, seed=1)
    alike = clustered.share_gap(first, first, ~first, clusters)
    assert (alike.value, alike.low, alike.high) == (1, 1, 1)
    one = first & (np.array(names) == 0)  # all of it in one cluster of eight
    found = clustered.share_gap(one, first, ~first, clusters)
    assert found.value == 1 / 8
    assert found.low == 0
    assert found.high > 0.25
