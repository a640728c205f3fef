"""Logits to probabilities: a Platt map a label, then the raise of incivility. Numpy only.

A Platt map (Platt 1999, "Probabilistic outputs for support vector machines") of a logit z is
1 / (1 + exp(-(slope * z + bias))).
The maps are fitted in ``training``; here is their form and how they are applied.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, cast

import numpy as np
from numpy.typing import NDArray

from model.labels import NAMES, RAISING

Floats = NDArray[np.float64]
FORM: Final = "platt"
_INCIVILITY: Final = NAMES.index("incivility")
_RAISING: Final = [NAMES.index(name) for name in RAISING]


class CalibrationError(ValueError):
    """A calibration that cannot be used; the message names the field."""


@dataclass(frozen=True, slots=True)
class Platt:
    """The map ``slope * logit + bias`` on the logit scale; slope over 0, so that order is kept."""

    slope: float = 1.0
    bias: float = 0.0

    def __post_init__(self) -> None:
        """Refuse a map that is not finite or would turn the order round."""
        if not (math.isfinite(self.slope) and self.slope > 0):
            raise CalibrationError(f"slope must be finite and over 0, not {self.slope}")
        if not math.isfinite(self.bias):
            raise CalibrationError(f"bias must be finite, not {self.bias}")

    def to_json(self) -> dict[str, float]:
        """Return ``{"slope", "bias"}``."""
        return {"slope": self.slope, "bias": self.bias}


@dataclass(frozen=True, slots=True)
class Calibration:
    """One Platt map a label, in the order of ``labels.NAMES``, and one for incivility once raised.

    ``raised`` is fitted on what ``highest_logits`` returns.
    """

    by_label: tuple[Platt, ...] = (Platt(),) * len(NAMES)
    raised: Platt = Platt()

    def __post_init__(self) -> None:
        """Refuse a number of maps that is not the number of labels."""
        if len(self.by_label) != len(NAMES):
            raise CalibrationError(f"{len(self.by_label)} maps for {len(NAMES)} labels")

    def apply(self, logits: NDArray[np.floating]) -> Floats:
        """Return the probabilities (n, labels) of logits (n, labels), incivility raised.

        Columns are in the order of ``labels.NAMES`` in both.
        """
        return raise_incivility(self.calibrated_logits(logits), self.raised)

    def calibrated_logits(self, logits: NDArray[np.floating]) -> Floats:
        """Return each column through its own Platt map, still logits, (n, labels)."""
        if logits.ndim != 2 or logits.shape[1] != len(NAMES):
            raise ValueError(f"logits must have shape (n, {len(NAMES)}), not {logits.shape}")
        slopes = np.array([platt.slope for platt in self.by_label])
        biases = np.array([platt.bias for platt in self.by_label])
        return cast(Floats, logits.astype(np.float64) * slopes + biases)

    def to_json(self) -> dict[str, object]:
        """Return the manifest's form, ``{"form": "platt", "labels": {name: …}, "raised": …}``."""
        maps = zip(NAMES, self.by_label, strict=True)
        return {
            "form": FORM,
            "labels": {name: platt.to_json() for name, platt in maps},
            "raised": self.raised.to_json(),
        }


def highest_logits(calibrated: Floats) -> Floats:
    """Return (n,): the largest of incivility and the labels that raise it, on calibrated logits.

    It is what the map ``raised`` is fitted on and applied to.
    """
    return cast(Floats, calibrated[:, [_INCIVILITY, *_RAISING]].max(axis=1))


def raise_incivility(calibrated: Floats, raised: Platt) -> Floats:
    """Return probabilities (n, labels) in which incivility is at least each label that raises it.

    The largest of several calibrated scores is no longer calibrated, so it passes a map of its own
    that was fitted after the raise; the floor then keeps the labels in agreement.
    """
    probabilities = sigmoid(calibrated)
    floor = probabilities[:, _RAISING].max(axis=1)
    mapped = sigmoid(raised.slope * highest_logits(calibrated) + raised.bias)
    probabilities[:, _INCIVILITY] = np.maximum(mapped, floor)
    return probabilities


def sigmoid(logits: Floats) -> Floats:
    """Return 1 / (1 + exp(-logits)) without overflow."""
    return 0.5 * (1.0 + np.tanh(0.5 * logits))


def from_json(form: object) -> Calibration:
    """Return the calibration that ``Calibration.to_json`` wrote, or raise ``CalibrationError``."""
    fields = _fields(form, "calibration", {"form", "labels", "raised"})
    if fields["form"] != FORM:
        raise CalibrationError(f"calibration.form must be {FORM!r}")
    maps = _fields(fields["labels"], "calibration.labels", set(NAMES))
    return Calibration(
        tuple(_platt(maps[name], f"calibration.labels.{name}") for name in NAMES),
        _platt(fields["raised"], "calibration.raised"),
    )


def _platt(form: object, name: str) -> Platt:
    fields = _fields(form, name, {"slope", "bias"})
    for field, value in fields.items():
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise CalibrationError(f"{name}.{field} must be a number")
    try:
        return Platt(float(cast(float, fields["slope"])), float(cast(float, fields["bias"])))
    except (CalibrationError, OverflowError) as error:
        raise CalibrationError(f"{name}: {error}") from error


def _fields(form: object, name: str, wanted: set[str]) -> Mapping[str, object]:
    if not isinstance(form, Mapping) or set(form) != wanted:
        raise CalibrationError(f"{name} must hold exactly {', '.join(sorted(wanted))}")
    return form
