"""One number for rows of truth and score: the metrics of ``training.sweep``, each row counted once."""

from numpy.typing import ArrayLike

from training import sweep
from training.sweep import Metric


def measure(metric: Metric, truth: ArrayLike, scores: ArrayLike) -> float:
    """Return one metric of ``training.sweep`` on these rows, each counted once."""
    return float(metric(sweep.steps(sweep.rank(truth, scores)))[0])


def auc(truth: ArrayLike, scores: ArrayLike) -> float:
    """Return the area under the ROC curve, a tied pair counting half."""
    return measure(sweep.auc, truth, scores)


def average_precision(truth: ArrayLike, scores: ArrayLike) -> float:
    """Return the average precision: no interpolation, as scikit-learn computes it."""
    return measure(sweep.average_precision, truth, scores)


def best_f1(truth: ArrayLike, scores: ArrayLike) -> float:
    """Return the highest F1 of any threshold, chosen on these very rows (so it is flattering)."""
    return measure(sweep.best_f1, truth, scores)


def f1_at(truth: ArrayLike, scores: ArrayLike, threshold: float) -> float:
    """Return F1 of the rows at or over ``threshold``."""
    return measure(sweep.f1_at(threshold), truth, scores)


def precision_at(truth: ArrayLike, scores: ArrayLike, threshold: float) -> float:
    """Return precision of the rows at or over ``threshold``; nan where there are none."""
    return measure(sweep.precision_at(threshold), truth, scores)


def recall_at(truth: ArrayLike, scores: ArrayLike, threshold: float) -> float:
    """Return the share of the positives at or over ``threshold``."""
    return measure(sweep.recall_at(threshold), truth, scores)


def precision_at_recall(truth: ArrayLike, scores: ArrayLike, recall: float) -> float:
    """Return the highest precision of any threshold whose recall is at least ``recall``."""
    return measure(sweep.precision_at_recall(recall), truth, scores)


def recall_at_false_alarms(truth: ArrayLike, scores: ArrayLike, rate: float) -> float:
    """Return the highest recall of any threshold that flags at most ``rate`` of the negatives."""
    return measure(sweep.recall_at_false_alarms(rate), truth, scores)


def ece(truth: ArrayLike, scores: ArrayLike, *, bins: int = 15) -> float:
    """Return the expected calibration error over ``bins`` of equal mass; soft labels welcome."""
    return measure(sweep.calibration_error(bins), truth, scores)
