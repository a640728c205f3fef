"""A weighted sweep says what the metric says of the rows written out; whatever the rows are."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training import sweep
from training.pair_figures import metrics_for

METRICS = metrics_for(0.5, (0.0, 0.1, 0.5))
EVERY_METRIC = pytest.mark.parametrize("name", METRICS)


@st.composite
def weighted_rows(draw):
    """Draw truth (soft now and then), scores that often tie, and how often each row counts."""
    n = draw(st.integers(2, 30))
    truth = draw(st.lists(st.sampled_from([0.0, 0.0, 0.3, 0.5, 1.0, 1.0]), min_size=n, max_size=n))
    scores = draw(st.lists(st.integers(0, 10), min_size=n, max_size=n))
    weights = draw(st.lists(st.integers(0, 3), min_size=n, max_size=n).filter(any))
    return np.array(truth), np.array(scores) / 10, np.array(weights)


def measured(name, truth, scores, weights=None):
    given_weights = None if weights is None else np.asarray(weights)[None, :]
    return METRICS[name](sweep.steps(sweep.rank(truth, scores), given_weights))


@EVERY_METRIC
@given(rows=weighted_rows())
@settings(max_examples=60, deadline=None)
def test_weights_count_like_rows_written_out(name, rows):
    truth, scores, weights = rows
    written_out = measured(name, np.repeat(truth, weights), np.repeat(scores, weights))
    assert measured(name, truth, scores, weights) == pytest.approx(written_out, nan_ok=True)


@EVERY_METRIC
@given(rows=weighted_rows(), seed=st.integers(0, 99))
@settings(max_examples=30, deadline=None)
def test_the_order_of_the_rows_does_not_matter(name, rows, seed):
    truth, scores, _ = rows
    order = np.random.default_rng(seed).permutation(len(truth))
    shuffled = measured(name, truth[order], scores[order])
    assert measured(name, truth, scores) == pytest.approx(shuffled, nan_ok=True)


@EVERY_METRIC
@given(rows=weighted_rows())
@settings(max_examples=30, deadline=None)
def test_every_metric_lies_between_0_and_1_or_is_not_a_number(name, rows):
    truth, scores, weights = rows
    found = measured(name, truth, scores, weights)
    assert np.isnan(found) | ((found >= 0) & (found <= 1 + 1e-12))


@pytest.mark.parametrize("name", [n for n in METRICS if n != "ece" and "threshold" not in n])
@given(rows=weighted_rows())
@settings(max_examples=30, deadline=None)
def test_ranking_metrics_see_the_order_of_scores_only(name, rows):
    truth, scores, weights = rows
    stretched = measured(name, truth, np.exp(3 * scores), weights)
    assert measured(name, truth, scores, weights) == pytest.approx(stretched, nan_ok=True)


@EVERY_METRIC
def test_many_weightings_at_once_equal_one_after_the_other(name):
    rng = np.random.default_rng(4)
    truth, scores = (rng.random(40) < 0.4).astype(float), np.round(rng.random(40), 1)
    weights = rng.integers(0, 3, (6, 40))
    at_once = METRICS[name](sweep.steps(sweep.rank(truth, scores), weights))
    assert at_once.shape == (6,)
    assert at_once == pytest.approx(
        [measured(name, truth, scores, one)[0] for one in weights], nan_ok=True
    )


def test_rows_of_one_score_form_one_step():
    ranking = sweep.rank([1, 0, 1], [0.2, 0.7, 0.2])
    assert ranking.levels.tolist() == [0.7, 0.2]
    at = sweep.steps(ranking)
    assert at.mass.tolist() == [[1, 2]]
    assert at.positives.tolist() == [[0, 2]]


def test_soft_truth_is_summed_as_it_is_beside_its_hard_reading():
    at = sweep.steps(sweep.rank([0.6, 0.3], [0.9, 0.9]))
    assert at.truth.tolist() == [[pytest.approx(0.9)]]
    assert at.positives.tolist() == [[1]]
