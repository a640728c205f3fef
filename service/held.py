"""What the versions on this machine say of themselves: their manifests, reports and cards.

Nothing is loaded or verified for that: a version is verified when it is to speak.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from model.bundle import MANIFEST
from model.labels import NAMES
from model.manifest import Manifest, ManifestError, from_json

CARD: Final = "README.md"


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured figure with its interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class LabelFigures:
    """How one label was measured on comments held out of training; None where it was not."""

    name: str
    threshold: float
    comments: int | None
    precision: Figure | None
    recall: Figure | None
    auc: Figure | None
    calibration_error: Figure | None


@dataclass(frozen=True, slots=True)
class HeldVersion:
    """One version: its manifest, its figures, whether it has a card; or why it cannot be read.

    Where the manifest cannot be read, the folder's name stands in place of the version.
    """

    version: str
    manifest: Manifest | None
    figures: tuple[LabelFigures, ...] = ()
    has_card: bool = False
    fault: str | None = None


def described(folder: Path) -> HeldVersion:
    """What the bundle in ``folder`` says of itself; never raises, a broken one says why."""
    try:
        manifest, _ = from_json(json.loads((folder / MANIFEST).read_text("utf-8")))
    except OSError as error:
        return HeldVersion(folder.name, None, fault=f"{MANIFEST}: {error.strerror}")
    except ManifestError as error:
        return HeldVersion(folder.name, None, fault=f"{MANIFEST}: {error}")
    except (ValueError, RecursionError):
        return HeldVersion(folder.name, None, fault=f"{MANIFEST}: is not JSON in UTF-8")
    try:
        report = _report(folder / manifest.report)
    except OSError as error:
        return HeldVersion(manifest.version, None, fault=f"{manifest.report}: {error.strerror}")
    except (ValueError, RecursionError):
        fault = f"{manifest.report}: is not JSON in UTF-8"
        return HeldVersion(manifest.version, None, fault=fault)
    figures = tuple(_figures(name, manifest.thresholds[name], report) for name in NAMES)
    return HeldVersion(manifest.version, manifest, figures, (folder / CARD).is_file())


def lineage_of(manifest: Manifest) -> list[tuple[str, str]]:
    """Where a version comes from, as names with what is said of each; what is not told is left out."""
    told = manifest.lineage
    base, rows, teacher = (_mapping(told.get(name)) for name in ("base", "rows", "teacher"))
    corpora = told.get("corpora")
    listed = corpora if isinstance(corpora, list) else []
    taught = _mapping(teacher.get("base")).get("name")
    said = [
        ("Kind", told.get("kind")),
        ("Made from", told.get("from")),
        ("Encoder", base.get("name")),
        ("Teacher", taught),
        ("Corpora", ", ".join(str(_mapping(one).get("name")) for one in listed)),
        ("Rows to train on", _count(rows.get("train"))),
        ("Rows to validate on", _count(rows.get("validation"))),
        ("Rows held out", _count(rows.get("test"))),
        ("Commit", told.get("commit")),
        ("Seed", told.get("seed")),
    ]
    return [(name, str(value)) for name, value in said if value not in (None, "")]


def _report(path: Path) -> Mapping[str, object]:
    return _mapping(json.loads(path.read_text("utf-8"))) if path.is_file() else {}


def _figures(name: str, threshold: float, report: Mapping[str, object]) -> LabelFigures:
    pair = _mapping(_mapping(_mapping(report.get("held_out")).get("pairs")).get(name))
    figures = _mapping(pair.get("figures"))
    count = pair.get("n")
    return LabelFigures(
        name,
        threshold,
        count if isinstance(count, int) else None,
        precision=_figure(figures.get("precision_at_threshold")),
        recall=_figure(figures.get("recall_at_threshold")),
        auc=_figure(figures.get("auc")),
        calibration_error=_figure(figures.get("ece")),
    )


def _figure(given: object) -> Figure | None:
    found = [_mapping(given).get(name) for name in ("value", "low", "high")]
    numbers = [float(one) for one in found if isinstance(one, int | float)]
    return Figure(*numbers) if len(numbers) == len(found) else None


def _mapping(given: object) -> Mapping[str, object]:
    return given if isinstance(given, Mapping) else {}


def _count(given: object) -> str | None:
    return f"{given:,}" if isinstance(given, int) else None
