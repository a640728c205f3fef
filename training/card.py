"""The model card of a bundle: its README.md, from the manifest and the report."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from string import Template
from typing import Any, Final

from model.labels import LABELS, NAMES
from model.manifest import Manifest
from training.card_cells import table
from training.card_figures import figures
from training.card_weaknesses import weaknesses

TEMPLATE: Final = Path(__file__).with_name("card_template.md")

# Public test or development parts that are training rows here, by corpus.
TEST_PARTS_TRAINED_ON: Final = {
    "dynahate": "its validation and test parts",
    "gab_hate_corpus": "its test part, ghc_test.tsv",
    "hatemoji": "HatemojiBuild's validation and test parts",
    "edos": "its dev and test parts",
    "cad_contextual_abuse": "its dev part",
}


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
        thresholds=table(
            ("label", "threshold"), ((f"`{n}`", f"{manifest.thresholds[n]:.3f}") for n in NAMES)
        ),
        weaknesses="\n\n".join(weaknesses(report)),
        max_length=manifest.max_length,
        stride=manifest.stride,
        training="\n\n".join(_training(manifest.lineage)),
        resamples=f"{report.get('resamples', 0):,}",
        seed=report.get("seed", "unknown"),
        abstained_rule=report.get("abstained_rule", ""),
        figures="\n\n".join(figures(report)),
        provenance="\n".join(_provenance(manifest.lineage)),
    )


def _training(lineage: Mapping[str, Any]) -> Iterator[str]:
    base = lineage.get("base") or {}
    licence = base.get("licence") or "none stated"
    if lineage.get("kind") == "retrained":
        yield (
            f"Fine-tuned from bundle {lineage.get('from')} on a desk's own labels, with Comity's own "
            "comments rehearsed beside them. What that bundle was trained on, and the licences of it, "
            "stand in its card and hold here too."
        )
    else:
        yield f"Fine-tuned from the encoder {base.get('name')} (licence: {licence})."
    yield from _rows(lineage.get("rows") or {})
    corpora = lineage.get("corpora") or []
    if corpora:
        yield from _corpora(corpora)


def _rows(rows: Mapping[str, Any]) -> Iterator[str]:
    counted = [
        f"{count:,} {name.replace('_', ' ')}"
        for name, count in rows.items()
        if isinstance(count, int)
    ]
    if counted:
        yield f"Comments: {', '.join(counted)}."
    dropped = sum((rows.get("dropped_by_guard") or {}).values())
    if dropped:
        yield f"{dropped:,} comments were left out because they stand in a public test set."


def _corpora(corpora: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    yield table(
        ("corpus", "licence", "weight", "at most", "source"),
        (
            (
                f"`{corpus['name']}`",
                corpus.get("licence") or "none stated",
                f"{corpus['weight']:g}" if corpus.get("weight") is not None else "",
                f"{corpus['rows_cap']:,} rows" if corpus.get("rows_cap") else "",
                corpus.get("address") or "",
            )
            for corpus in corpora
        ),
    )
    unlicensed = sum(
        (corpus.get("licence") or "none stated") == "none stated" for corpus in corpora
    )
    if unlicensed:
        yield (
            f"{unlicensed} of these corpora state no licence. `comity train --licences permissive` "
            "builds a bundle without them."
        )
    names = {corpus["name"] for corpus in corpora}
    parts = [f"{name} ({part})" for name, part in TEST_PARTS_TRAINED_ON.items() if name in names]
    if parts:
        yield (
            "**Do not compare models on these: they are training rows here.** "
            + "; ".join(parts)
            + "."
        )


def _provenance(lineage: Mapping[str, Any]) -> Iterator[str]:
    base = lineage.get("base") or {}
    named = {
        "encoder": base.get("address"),
        "sha256 of the encoder": base.get("sha256"),
        "commit": lineage.get("commit"),
        "seed": lineage.get("seed"),
        "Python": lineage.get("python"),
        "machine": lineage.get("machine"),
        "packages": ", ".join(f"{n} {v}" for n, v in (lineage.get("packages") or {}).items()),
    }
    yield from (f"- {name}: {value}" for name, value in named.items() if value not in (None, ""))
    yield "- checksums of every corpus file and of every file of this bundle: manifest.json"
