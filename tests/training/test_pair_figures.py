"""One label on one truth column: rows that state it, thresholds where there are any, and corrections."""

import numpy as np
import pytest
from desk_rows import OURS, ROWS, THEIRS, TRUTH, example

from tests.training.measures import auc, ece
from training.metrics import prior_corrected
from training.pair_figures import Question, Rated, judge, metrics_for

ASKED = Question("toxic", "insult", (0.5,), None, 3)


def test_only_the_rows_that_state_the_truth_take_part():
    rows = [*ROWS, example("moron, untold", insult=1.0)]
    others = {"floor": Rated(np.array([*THEIRS, 0.99]))}
    pair = judge(ASKED, rows, Rated(np.array([*OURS, 0.99])), others)
    assert (pair.n, pair.positives, pair.threshold) == (6, 3, None)
    assert pair.figures["auc"].value == pytest.approx(auc(TRUTH, OURS))
    assert pair.beside["floor"].figures["auc"].value == pytest.approx(auc(TRUTH, THEIRS))


def test_a_base_rate_gives_calibration_after_correction():
    asked = Question("toxic", "insult", (), 0.2, 3)
    figures = judge(asked, ROWS, Rated(np.array(OURS)), {}).figures
    corrected = prior_corrected(OURS, pool_rate=0.2, source_rate=0.5)
    assert figures["ece_prior_corrected"].value == pytest.approx(ece(TRUTH, corrected))
    assert "ece_prior_corrected" not in judge(ASKED, ROWS, Rated(np.array(OURS)), {}).figures


def test_figures_at_the_threshold_need_a_threshold():
    at = {"f1_at_threshold", "precision_at_threshold", "recall_at_threshold"}
    assert at <= set(metrics_for(0.5))
    assert not at & set(metrics_for(None))


def test_each_rate_of_false_alarms_has_its_recall():
    assert {"recall_at_false_alarms_0.008", "recall_at_false_alarms_0.02"} <= set(
        metrics_for(None, (0.008, 0.02))
    )
