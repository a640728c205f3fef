"""Every metric against a value worked by hand, and against scikit-learn where it has one."""

import math

import numpy as np
import pytest
from sklearn.metrics import (
    average_precision_score,
    f1_score,
    precision_recall_curve,
    roc_auc_score,
    roc_curve,
)

from tests.training import measures
from training import metrics

TRUTH = [1, 0, 1, 1, 0, 0]
SCORES = [0.9, 0.8, 0.7, 0.4, 0.3, 0.2]


def rows_with_ties(seed: int, n: int = 400) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    truth = (rng.random(n) < 0.3).astype(float)
    return truth, np.round(0.6 * rng.random(n) + 0.3 * truth, 1)


def test_auc_counts_the_pairs_in_the_right_order():
    # positives 0.9, 0.7, 0.4 beat 3, 2 and 2 of the three negatives: 7 of 9 pairs
    assert measures.auc(TRUTH, SCORES) == pytest.approx(7 / 9)


def test_a_tied_pair_counts_half():
    assert measures.auc([1, 0, 1, 0], [0.5, 0.5, 0.9, 0.1]) == pytest.approx(3.5 / 4)
    assert measures.auc([1, 0, 1, 0], [0.3, 0.3, 0.3, 0.3]) == pytest.approx(0.5)


def test_auc_does_not_depend_on_the_order_of_the_rows():
    truth, scores = rows_with_ties(1)
    back = np.arange(len(truth))[::-1]
    assert measures.auc(truth, scores) == measures.auc(truth[back], scores[back])


def test_auc_of_rows_of_one_kind_is_not_a_number():
    assert math.isnan(measures.auc([1, 1], [0.2, 0.3]))
    assert math.isnan(measures.auc([0, 0], [0.2, 0.3]))


def test_average_precision_by_hand():
    # precision where each positive is found: 1/1, 2/3, 3/4
    assert measures.average_precision(TRUTH, SCORES) == pytest.approx((1 + 2 / 3 + 3 / 4) / 3)


@pytest.mark.parametrize("seed", range(5))
def test_ranking_metrics_agree_with_scikit_learn_where_scores_tie(seed):
    truth, scores = rows_with_ties(seed)
    assert measures.auc(truth, scores) == pytest.approx(roc_auc_score(truth, scores))
    assert measures.average_precision(truth, scores) == pytest.approx(
        average_precision_score(truth, scores)
    )
    precision, recall, _ = precision_recall_curve(truth, scores)
    for wanted in (0.5, 0.8):
        assert measures.precision_at_recall(truth, scores, wanted) == pytest.approx(
            precision[recall >= wanted].max()
        )
    false_alarms, caught, _ = roc_curve(truth, scores, drop_intermediate=False)
    for rate in (0.0, 0.01, 0.1):
        assert measures.recall_at_false_alarms(truth, scores, rate) == pytest.approx(
            caught[false_alarms <= rate].max()
        )
    f1 = [f1_score(truth, scores >= level) for level in np.unique(scores)]
    assert measures.best_f1(truth, scores) == pytest.approx(max(f1))


def test_f1_precision_and_recall_at_a_threshold_by_hand():
    # at or over 0.7: found 2 of 3 positives with one false alarm
    assert measures.precision_at(TRUTH, SCORES, 0.7) == pytest.approx(2 / 3)
    assert measures.recall_at(TRUTH, SCORES, 0.7) == pytest.approx(2 / 3)
    assert measures.f1_at(TRUTH, SCORES, 0.7) == pytest.approx(2 / 3)


def test_a_threshold_over_every_score_finds_nothing():
    assert measures.recall_at(TRUTH, SCORES, 0.95) == 0
    assert measures.f1_at(TRUTH, SCORES, 0.95) == 0
    assert math.isnan(measures.precision_at(TRUTH, SCORES, 0.95))


def test_best_f1_by_hand():
    # down to 0.4: all 3 positives, one false alarm: 2 * 3 / (4 + 3)
    assert measures.best_f1(TRUTH, SCORES) == pytest.approx(6 / 7)


def test_precision_at_recall_is_the_best_of_the_thresholds_that_reach_it():
    # recall 0.5 is reached at 0.7 (2/3) and at 0.4 (3/4): the second is better
    assert measures.precision_at_recall(TRUTH, SCORES, 0.5) == pytest.approx(3 / 4)
    assert measures.precision_at_recall(TRUTH, SCORES, 0.8) == pytest.approx(3 / 4)


def test_recall_at_a_false_alarm_rate_by_hand():
    assert measures.recall_at_false_alarms(TRUTH, SCORES, 0.0) == pytest.approx(1 / 3)
    assert measures.recall_at_false_alarms(TRUTH, SCORES, 1 / 3) == pytest.approx(1)


def test_no_recall_where_a_negative_scores_highest_and_no_false_alarm_is_allowed():
    assert measures.recall_at_false_alarms([0, 1, 0], [0.9, 0.8, 0.1], 0.0) == 0


def test_ece_of_two_bins_by_hand():
    # bins {0.1, 0.2} with truth 0, 1 and {0.7, 0.9} with truth 1, 1
    expected = 0.5 * abs(0.15 - 0.5) + 0.5 * abs(0.8 - 1.0)
    assert measures.ece([0, 1, 1, 1], [0.1, 0.2, 0.7, 0.9], bins=2) == pytest.approx(expected)


def test_ece_bins_hold_equal_numbers_of_rows_not_equal_widths():
    # equal widths would put the first four rows into one bin and hide both errors
    truth, scores = [0, 0, 1, 1, 1, 1], [0.20, 0.21, 0.22, 0.23, 0.9, 0.9]
    expected = (2 * abs(0.205 - 0) + 2 * abs(0.225 - 1) + 2 * abs(0.9 - 1)) / 6
    assert measures.ece(truth, scores, bins=3) == pytest.approx(expected)


def test_ece_takes_soft_labels():
    assert measures.ece([0.25, 0.75], [0.25, 0.75], bins=2) == pytest.approx(0)
    assert measures.ece([0.25, 0.75], [0.35, 0.75], bins=2) == pytest.approx(0.05)


def test_ece_keeps_equal_scores_in_one_bin():
    # split among bins, six rows with the one score 0.5 would look miscalibrated
    assert measures.ece([1, 0, 1, 0, 1, 0], [0.5] * 6, bins=3) == pytest.approx(0)


def test_ece_agrees_with_a_plain_loop_over_sorted_rows():
    rng = np.random.default_rng(3)
    scores = rng.random(150)
    truth = (rng.random(150) < scores**2).astype(float)
    order = np.argsort(-scores)
    bins = np.array_split(order, 15)
    loop = sum(len(b) * abs(scores[b].mean() - truth[b].mean()) for b in bins) / 150
    assert measures.ece(truth, scores) == pytest.approx(loop)


def test_other_metrics_read_a_soft_label_of_a_half_or_more_as_yes():
    assert measures.auc([0.5, 0.4], [0.9, 0.1]) == 1
    assert measures.auc([0.6, 0.5], [0.9, 0.1]) != measures.auc([0.6, 0.4], [0.9, 0.1])


def test_prior_correction_moves_the_odds_by_the_ratio_of_the_base_rates():
    # odds 1 at a pool rate of 1/2; a source rate of 1/5 has a quarter of the odds
    assert metrics.prior_corrected([0.5], pool_rate=0.5, source_rate=0.2)[0] == pytest.approx(0.2)
    shifted = metrics.prior_corrected([0.3], pool_rate=0.25, source_rate=0.1)[0]
    logit = math.log(0.3 / 0.7) + math.log(0.1 / 0.9) - math.log(0.25 / 0.75)
    assert shifted == pytest.approx(1 / (1 + math.exp(-logit)))


def test_prior_correction_leaves_certainty_and_equal_rates_alone():
    kept = metrics.prior_corrected([0.0, 0.4, 1.0], pool_rate=0.3, source_rate=0.3)
    assert kept == pytest.approx([0.0, 0.4, 1.0])
    assert metrics.prior_corrected([0.0, 1.0], pool_rate=0.3, source_rate=0.9) == pytest.approx(
        [0.0, 1.0]
    )


@pytest.mark.parametrize("rate", [0.0, 1.0, -0.1])
def test_prior_correction_refuses_a_base_rate_without_odds(rate):
    with pytest.raises(ValueError, match="between 0 and 1"):
        metrics.prior_corrected([0.5], pool_rate=0.5, source_rate=rate)


def test_prior_correction_calibrates_a_source_that_differs_in_its_base_rate_only():
    rng = np.random.default_rng(0)
    kind = rng.random(20_000) < 0.1
    evidence = rng.normal(np.where(kind, 1.0, -1.0), 1.0)  # its log-likelihood ratio is 2 * x
    pooled = 1 / (1 + np.exp(-(2 * evidence + math.log(0.35 / 0.65))))  # right at a rate of 0.35
    corrected = metrics.prior_corrected(pooled, pool_rate=0.35, source_rate=float(kind.mean()))
    assert measures.ece(kind, pooled) > 0.05
    assert measures.ece(kind, corrected) < 0.01


def test_subgroup_aucs_by_hand():
    truth = [1, 0, 1, 0]
    inside = [True, True, False, False]
    scores = [0.9, 0.6, 0.5, 0.1]
    found = {
        name: measures.auc(np.array(truth)[rows], np.array(scores)[rows])
        for name, rows in metrics.subgroup_rows(truth, inside).items()
    }
    assert found["subgroup"] == 1  # 0.9 over 0.6
    assert found["bpsn"] == 0  # the background's positive 0.5 under the subgroup's negative 0.6
    assert found["bnsp"] == 1  # the subgroup's positive 0.9 over the background's negative 0.1


def test_threshold_at_a_precision_is_stated_for_ten_per_cent_prevalence():
    # 10 positives, 10 negatives. At or over 0.8: 8 positives, no negative: precision 1.
    # At or over 0.5: 10 positives, 1 negative: 0.1 * 1 / (0.1 * 1 + 0.9 * 0.1) = 0.526.
    truth = [1] * 10 + [0] * 10
    scores = [0.8] * 8 + [0.5] * 2 + [0.5] + [0.1] * 9
    strict = metrics.threshold_at_precision(truth, scores, precision=0.6)
    assert strict is not None
    assert (strict.threshold, strict.precision, strict.recall) == pytest.approx((0.8, 1.0, 0.8))
    loose = metrics.threshold_at_precision(truth, scores, precision=0.5)
    assert loose is not None
    assert (loose.threshold, loose.recall) == pytest.approx((0.5, 1.0))
    assert loose.precision == pytest.approx(0.1 / 0.19)


def test_the_rows_own_prevalence_does_not_move_the_threshold():
    truth, scores = rows_with_ties(7)
    many = np.concatenate([truth, np.repeat(0.0, (truth == 0).sum() * 9)])
    more = np.concatenate([scores, np.repeat(scores[truth == 0], 9)])
    assert metrics.threshold_at_precision(
        truth, scores, precision=0.4
    ) == metrics.threshold_at_precision(many, more, precision=0.4)


def test_a_precision_that_no_threshold_reaches_has_no_threshold():
    assert metrics.threshold_at_precision([0, 1], [0.9, 0.8], precision=0.5) is None


def test_a_threshold_that_finds_too_few_positives_is_luck():
    # only the highest score is right often enough, and one positive is no evidence
    truth, scores = [1, 0, 0, 1, 0], [0.9, 0.8, 0.7, 0.6, 0.5]
    lucky = metrics.threshold_at_precision(truth, scores, precision=0.9)
    assert lucky is not None
    assert lucky.threshold == 0.9
    assert metrics.threshold_at_precision(truth, scores, precision=0.9, fewest=2) is None


def test_rows_of_one_kind_have_no_threshold():
    assert metrics.threshold_at_precision([1, 1], [0.9, 0.8], precision=0.5) is None
    assert metrics.threshold_at_precision([0, 0], [0.9, 0.8], precision=0.5) is None


def test_wilson_interval_by_a_published_value():
    # 10 of 10: 1 / (1 + z^2 / 10) with z = 1.96, the textbook's 0.7225 to 1
    share = metrics.wilson(10, 10)
    assert (share.value, share.low, share.high) == pytest.approx((1.0, 0.7225, 1.0), abs=1e-4)
    share = metrics.wilson(81, 263)  # Newcombe 1998, table I, method 3
    assert (share.low, share.high) == pytest.approx((0.2553, 0.3662), abs=1e-4)


def test_wilson_of_no_trials_is_not_a_number():
    assert math.isnan(metrics.wilson(0, 0).value)


@pytest.mark.parametrize(
    ("truth", "scores", "named"),
    [
        ([1, 0], [0.5], "2 truth values and 1 scores"),
        ([1, 0], [0.5, math.nan], "score 1 is nan"),
        ([1, 2], [0.5, 0.5], "truth value 1 is 2"),
        ([1, math.nan], [0.5, 0.5], "truth value 1 is nan"),
        ([], [], "no rows"),
    ],
)
def test_rows_that_cannot_be_measured_are_refused_by_name(truth, scores, named):
    with pytest.raises(ValueError, match=named):
        measures.auc(truth, scores)


def test_a_difference_of_shares_has_newcombes_interval():
    # Newcombe 1998, table II, cases (a) and (b), method 10.
    wide = metrics.difference_of(metrics.wilson(56, 70), metrics.wilson(48, 80))
    assert (wide.value, wide.low, wide.high) == pytest.approx((0.2, 0.0524, 0.3339), abs=1e-4)
    few = metrics.difference_of(metrics.wilson(9, 10), metrics.wilson(3, 10))
    assert (few.value, few.low, few.high) == pytest.approx((0.6, 0.1705, 0.8090), abs=1e-4)
