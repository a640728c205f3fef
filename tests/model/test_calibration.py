import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from model.calibration import (
    Calibration,
    CalibrationError,
    Platt,
    from_json,
    highest_logits,
    raise_incivility,
    sigmoid,
)
from model.labels import NAMES, RAISING

LABELS = len(NAMES)
INCIVILITY = NAMES.index("incivility")
finite = st.floats(-30, 30)
maps = st.builds(Platt, st.floats(0.05, 5), st.floats(-5, 5))
calibrations = st.builds(Calibration, st.tuples(*[maps] * LABELS), maps)
logits = arrays(np.float64, st.tuples(st.integers(1, 6), st.just(LABELS)), elements=finite)


def test_the_plain_calibration_is_the_sigmoid_but_for_the_raise() -> None:
    row = np.full((1, LABELS), -4.0)
    row[0, :4] = -1.0, 0.5, 2.0, -3.0
    probabilities = Calibration().apply(row)
    assert probabilities[0, 1:] == pytest.approx([1 / (1 + math.exp(-z)) for z in row[0, 1:]])
    assert probabilities[0, INCIVILITY] == pytest.approx(1 / (1 + math.exp(-0.5)))


def test_each_label_goes_through_its_own_map() -> None:
    by_label = tuple(Platt(1.0 + i, -0.5 * i) for i in range(LABELS))
    calibrated = Calibration(by_label).calibrated_logits(np.ones((1, LABELS), np.float32))
    assert calibrated[0] == pytest.approx([1 + i - 0.5 * i for i in range(LABELS)])


@pytest.mark.parametrize("label", sorted(set(NAMES) - {*RAISING, "incivility"}))
def test_wording_or_tone_alone_does_not_raise_incivility(label: str) -> None:
    row = np.full((1, LABELS), -5.0)
    row[0, NAMES.index(label)] = 5.0
    assert Calibration().apply(row)[0, INCIVILITY] < 0.01


@pytest.mark.parametrize("label", RAISING)
def test_every_raising_label_lifts_incivility_to_itself(label: str) -> None:
    row = np.full((1, LABELS), -5.0)
    row[0, NAMES.index(label)] = 3.0
    raised_low = Calibration(raised=Platt(1.0, -4.0)).apply(row)
    assert raised_low[0, INCIVILITY] == raised_low[0, NAMES.index(label)]


def test_the_map_after_the_raise_may_go_above_every_label() -> None:
    row = np.zeros((1, LABELS))
    raised = Calibration(raised=Platt(1.0, 2.0)).apply(row)
    assert raised[0, INCIVILITY] == pytest.approx(1 / (1 + math.exp(-2)))


def test_the_highest_logit_ignores_profanity() -> None:
    row = np.array([[-2.0, -1.0, 9.0, -3.0, 0.5]])
    assert highest_logits(row).tolist() == [0.5]


@given(calibrations, logits)
def test_labels_agree_and_probabilities_are_probabilities(
    calibration: Calibration, rows: np.ndarray
) -> None:
    probabilities = calibration.apply(rows)
    assert probabilities.shape == rows.shape
    assert ((probabilities >= 0) & (probabilities <= 1)).all()
    raising = probabilities[:, [NAMES.index(name) for name in RAISING]]
    assert (probabilities[:, INCIVILITY] >= raising.max(axis=1)).all()


@given(calibrations, logits, st.integers(0, LABELS - 1), st.floats(0.01, 10))
def test_a_higher_logit_never_lowers_a_probability(
    calibration: Calibration, rows: np.ndarray, label: int, more: float
) -> None:
    higher = rows.copy()
    higher[:, label] += more
    assert (calibration.apply(higher) >= calibration.apply(rows) - 1e-12).all()


@given(calibrations)
def test_a_calibration_survives_json(calibration: Calibration) -> None:
    assert from_json(json.loads(json.dumps(calibration.to_json()))) == calibration


def test_huge_logits_neither_overflow_nor_warn() -> None:
    assert sigmoid(np.array([-1e6, 0.0, 1e6])).tolist() == [0.0, 0.5, 1.0]


def test_the_callers_logits_stay_as_they_were() -> None:
    rows = np.ones((2, LABELS))
    raise_incivility(rows, Platt())
    assert (rows == 1).all()


@pytest.mark.parametrize("slope", [0.0, -1.0, math.nan, math.inf])
def test_a_slope_that_breaks_the_order_is_refused(slope: float) -> None:
    with pytest.raises(CalibrationError, match="slope"):
        Platt(slope)


@pytest.mark.parametrize("bias", [math.nan, math.inf, -math.inf])
def test_a_bias_that_is_not_finite_is_refused(bias: float) -> None:
    with pytest.raises(CalibrationError, match="bias"):
        Platt(1.0, bias)


def test_logits_of_another_width_are_refused() -> None:
    with pytest.raises(ValueError, match=rf"shape \(n, {LABELS}\), not \(2, 3\)"):
        Calibration().apply(np.zeros((2, 3)))


def test_a_map_too_few_is_refused() -> None:
    with pytest.raises(CalibrationError, match=f"4 maps for {LABELS} labels"):
        Calibration((Platt(),) * 4)


def _broken(path: tuple[str, ...], value: object) -> dict[str, object]:
    form = json.loads(json.dumps(Calibration().to_json()))
    place = form
    for name in path[:-1]:
        place = place[name]
    if value is None:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return form


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        (("form",), "isotonic", r"calibration\.form"),
        (("raised",), None, "calibration must hold exactly form, labels, raised"),
        (("labels", "insult"), None, r"calibration\.labels must hold exactly"),
        (("labels", "spam"), {"slope": 1, "bias": 0}, r"calibration\.labels must hold exactly"),
        (("labels", "insult", "slope"), -1.0, r"calibration\.labels\.insult: slope"),
        (("labels", "insult", "slope"), "1", r"calibration\.labels\.insult\.slope must be a num"),
        (("labels", "insult", "slope"), True, r"calibration\.labels\.insult\.slope must be a num"),
        (("raised", "bias"), math.nan, r"calibration\.raised: bias"),
        (("raised", "bias"), 10**400, r"calibration\.raised"),
        (("raised",), [1, 0], r"calibration\.raised must hold exactly bias, slope"),
    ],
)
def test_a_broken_calibration_is_refused_by_field(
    path: tuple[str, ...], value: object, named: str
) -> None:
    with pytest.raises(CalibrationError, match=named):
        from_json(_broken(path, value))
