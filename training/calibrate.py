"""Fitting of calibration and thresholds on comments the network did not train on."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from model.calibration import Calibration, Platt, highest_logits
from model.labels import NAMES
from model.records import Example
from training.metrics import OperatingPoint, threshold_at_precision

Floats = NDArray[np.float64]
MIN_ROWS: Final = 50
LOWEST: Final = 0.5


def truth_table(examples: Sequence[Example]) -> Floats:
    """Return the soft labels (n, L), NaN where a label is unknown."""
    rows = [[example.labels.get(name, np.nan) for name in NAMES] for example in examples]
    return np.asarray(rows, dtype=np.float64).reshape(len(examples), len(NAMES))


def fit_platt(logits: Floats, truth: Floats) -> Platt:
    """Return slope and bias that minimise cross-entropy of sigmoid(slope * logit + bias).

    ``truth`` may be soft (Platt 1999 with shares for counts). The slope is kept above 0.05 so that a
    calibrated score never reverses the network's order. Too few rows leave the logits as they are.
    """
    if len(truth) < MIN_ROWS or truth.min() == truth.max():
        return Platt(1.0, 0.0)

    def loss(at: Floats) -> tuple[float, Floats]:
        z = at[0] * logits + at[1]
        error = 1.0 / (1.0 + np.exp(-z)) - truth
        value = np.mean(np.logaddexp(0.0, z) - truth * z)
        return float(value), np.array([np.mean(error * logits), np.mean(error)])

    found = minimize(loss, np.array([1.0, 0.0]), jac=True, bounds=[(0.05, 20.0), (-20.0, 20.0)])
    return Platt(float(found.x[0]), float(found.x[1]))


def fit_calibration(logits: Floats, truth: Floats) -> Calibration:
    """Return the map of every label, and the map of incivility after it was raised by the aimed ones.

    ``logits`` and ``truth`` are (n, L); the raise is ``model.calibration``'s, fitted here on its input.
    """
    maps = []
    for column in range(len(NAMES)):
        known = ~np.isnan(truth[:, column])
        maps.append(fit_platt(logits[known, column], truth[known, column]))
    highest = highest_logits(Calibration(tuple(maps)).calibrated_logits(logits))
    incivility = truth[:, NAMES.index("incivility")]
    known = ~np.isnan(incivility)
    return Calibration(tuple(maps), fit_platt(highest[known], incivility[known]))


def operating_point(
    truth: Floats, scores: Floats, *, precision: float, prevalence: float
) -> OperatingPoint:
    """Return the lowest threshold of at least ``LOWEST`` that keeps ``precision`` at ``prevalence``.

    Where no threshold finds ten positives at that precision, the precision is lowered by a tenth until
    one does; a label without positives is never reached (threshold 1). A score under ``LOWEST`` is no
    ground to give a label, however rare its false alarms: precision and recall are then those there.
    """
    fewest = min(10, int((truth >= 0.5).sum()))
    for tenths in range(10):
        wanted = precision - 0.1 * tenths
        if fewest == 0 or wanted <= 0:
            break
        found = threshold_at_precision(
            truth, scores, precision=wanted, prevalence=prevalence, fewest=fewest
        )
        if found is not None:
            lowest = stated_at(truth, scores, threshold=LOWEST, prevalence=prevalence)
            return lowest if found.threshold < LOWEST else found
    return OperatingPoint(1.0, 0.0, 0.0)


def stated_at(
    truth: Floats, scores: Floats, *, threshold: float, prevalence: float
) -> OperatingPoint:
    """Return precision at ``prevalence`` and recall of flagging scores at or over ``threshold``."""
    positive, flagged = truth >= 0.5, scores >= threshold
    tpr, fpr = float(flagged[positive].mean()), float(flagged[~positive].mean())
    right = prevalence * tpr
    every = right + (1 - prevalence) * fpr
    return OperatingPoint(threshold, right / every if every else 0.0, tpr)


def operating_points(
    truth: Floats, probabilities: Floats, *, precision: float, prevalence: float
) -> dict[str, OperatingPoint]:
    """Return each label's ``operating_point`` over the rows (n, L) that know the label."""
    points = {}
    for column, name in enumerate(NAMES):
        known = ~np.isnan(truth[:, column])
        points[name] = operating_point(
            truth[known, column],
            probabilities[known, column],
            precision=precision,
            prevalence=prevalence,
        )
    return points
