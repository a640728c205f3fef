"""What a bundle's own report.json already knows, so that an evaluation need not train a floor anew."""

import json
import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from training.bootstrap import Figure
from training.errors import TrainingError
from training.report import FORMAT, Beside, PairReport, Report, SetReport


def read(file: Path) -> Mapping[str, Any]:
    """Return a report.json of this format, or an empty mapping for one that holds no evaluation.

    Raises ``TrainingError`` naming the file where it is not a JSON object in UTF-8.
    """
    try:
        form = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise TrainingError(f"{file}: is not JSON in UTF-8") from error
    if not isinstance(form, dict):
        raise TrainingError(f"{file}: is not a JSON object")
    return form if form.get("format") == FORMAT else {}


def with_stored_floor(report: Report, stored: Mapping[str, Any]) -> Report:
    """Return the report with the floor's figures of ``stored``, where it measured the same rows.

    The floor's scores are not kept, so there is no paired difference from it.
    """
    measured = stored.get("sets", {})
    sets = {
        name: replace(found, pairs=_beside_floor(found, measured.get(name, {}).get("pairs", {})))
        for name, found in report.sets.items()
    }
    return replace(report, sets=sets)


def _beside_floor(found: SetReport, stored: Mapping[str, Any]) -> dict[str, PairReport]:
    return {
        key: _with_floor(pair, stored[key]) if key in stored else pair
        for key, pair in found.pairs.items()
    }


def _with_floor(pair: PairReport, stored: Mapping[str, Any]) -> PairReport:
    floor = stored["beside"].get("floor")
    same = (stored["n"], stored["positives"]) == (pair.n, pair.positives)
    if floor is None or not same or "floor" in pair.beside:
        return pair
    figures = {name: _figure(form) for name, form in floor["figures"].items()}
    return replace(pair, beside={"floor": Beside(figures, {}), **pair.beside})


def _figure(form: Mapping[str, float | None]) -> Figure:
    """Return the figure; null is nan, as ``Report.as_json`` wrote it."""
    value, low, high = (
        math.nan if (number := form[name]) is None else number for name in ("value", "low", "high")
    )
    return Figure(value, low, high)
