"""The model card of a bundle: its README.md, from the manifest and the report."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from string import Template
from typing import Any, Final

from model.labels import LABELS, NAMES
from model.manifest import Manifest
from training.card_cells import NO_FIGURE, Form, table
from training.card_figures import figures
from training.card_labellers import held_out_truth, limit
from training.card_training import training_of
from training.card_weaknesses import weaknesses

TEMPLATE: Final = Path(__file__).with_name("card_template.md")


def render(manifest: Manifest, report: Mapping[str, Any]) -> str:
    """Return the card in Markdown; ``report`` is report.json's form, figures it lacks are left out."""
    base_rates = report.get("base_rates") or {}
    return Template(TEMPLATE.read_text(encoding="utf-8")).substitute(
        version=manifest.version,
        created=manifest.created[:10],
        languages=", ".join(manifest.languages),
        labels=table(
            ("label", "meaning"), ((f"`{label.name}`", label.meaning) for label in LABELS)
        ),
        base_rates=", ".join(f"{name} {rate:.0%}" for name, rate in base_rates.items())
        or "see the lineage",
        threshold_rule=manifest.threshold_rule,
        thresholds=_thresholds(manifest.thresholds, report.get("operating_points") or {}),
        weaknesses="\n\n".join(weaknesses(report)),
        max_length=manifest.max_length,
        stride=manifest.stride,
        labellers=limit(manifest.lineage),
        training="\n\n".join(training_of(manifest.lineage)),
        resamples=f"{report.get('resamples', 0):,}",
        seed=report.get("seed", "unknown"),
        abstained_rule=report.get("abstained_rule", ""),
        figures="\n\n".join(figures(report, held_out_truth(manifest.lineage))),
        provenance="\n".join(_provenance(manifest.lineage)),
    )


def _thresholds(thresholds: Mapping[str, float], points: Mapping[str, Form]) -> str:
    """Return the table of thresholds, with what each finds where the report tells of that very one.

    A retrained bundle keeps some of its champion's thresholds, and its report tells of none.
    """
    told = {n: point for n, point in points.items() if point["threshold"] == thresholds.get(n)}
    head = ("label", "threshold", *(("precision", "recall") if told else ()))
    return table(
        head,
        ((f"`{n}`", f"{thresholds[n]:.3f}", *(_found(told.get(n)) if told else ())) for n in NAMES),
    )


def _found(point: Form | None) -> tuple[str, str]:
    """Return precision and recall; dashes where there is no point or it was never reached."""
    if point is None or point["threshold"] >= 1:
        return NO_FIGURE, NO_FIGURE
    return f"{point['precision']:.2f}", f"{point['recall']:.2f}"


def _provenance(lineage: Mapping[str, Any]) -> Iterator[str]:
    base, teacher = lineage.get("base") or {}, lineage.get("teacher") or {}
    its_base = teacher.get("base") or {}
    named = {
        "encoder": base.get("address"),
        "sha256 of the encoder": base.get("sha256"),
        "encoder of the teacher": its_base.get("address"),
        "sha256 of the teacher's encoder": its_base.get("sha256"),
        "commit": lineage.get("commit"),
        "commit of the teacher": teacher.get("commit"),
        "seed": lineage.get("seed"),
        "Python": lineage.get("python"),
        "machine": lineage.get("machine"),
        "packages": ", ".join(f"{n} {v}" for n, v in (lineage.get("packages") or {}).items()),
    }
    yield from (f"- {name}: {value}" for name, value in named.items() if value not in (None, ""))
    yield "- checksums of every corpus file and of every file of this bundle: manifest.json"
