"""The figures of a model card: report.json's form as Markdown tables, with the commands that print them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from model.labels import NAMES

NO_FIGURE: Final = "–"
SETS_COMMAND: Final = "comity evaluate BUNDLE --corpora DIR"
HELD_OUT_COMMAND: Final = "comity evaluate BUNDLE --corpora DIR --floor"
SUITES_COMMAND: Final = "comity evaluate BUNDLE --suites"
NOT_COMMERCIAL: Final = (
    "unhealthy_conversations is CC BY-NC-SA 4.0: it was measured on, never trained on, and chose no "
    "bundle, threshold or epoch."
)
FILES: Final = {
    "kaggle_insults_test": "kaggle_insults/test_with_solutions.csv",
    "unhealthy_conversations": "unhealthy_conversations/val.csv",
    "context_toxicity_gn": "context_toxicity/gn.csv; `api` is Perspective's own score",
    "context_toxicity_cat": "context_toxicity/cat_small.csv",
}


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(map(_cell, line)) + " |" for line in lines)


def figures(report: Mapping[str, Any]) -> Iterator[str]:
    """Yield the blocks of the figures section; a part that the report lacks yields nothing."""
    sets = report.get("sets") or {}
    if sets:
        yield f"### Development sets, none trained on\n\n`{SETS_COMMAND}`"
    for name, found in sets.items():
        yield f"**{name}** ({FILES.get(name, name)}): {_counted(found)}"
        if name == "unhealthy_conversations":
            yield NOT_COMMERCIAL
        yield from (_pair(pair) for pair in found["pairs"].values())
    if report.get("held_out"):
        yield from _held_out(report["held_out"], trained_here="changes" not in report)
    if report.get("suites"):
        yield from _suites(report["suites"])
    if report.get("int8_against_torch_fp32"):
        yield from _agreement(report["int8_against_torch_fp32"])
    if report.get("changes"):
        yield from _changes(report["changes"])


def _pair(pair: Mapping[str, Any]) -> str:
    others = pair["beside"]
    head = [
        f"`{pair['label']}` against {pair['truth']}: {pair['positives']:,} of {pair['n']:,}",
        "value",
        *others,
    ]
    rows = (
        [_named(name), _figure(value), *(_figure(o["figures"].get(name)) for o in others.values())]
        for name, value in pair["figures"].items()
    )
    return table(head, rows)


def _held_out(found: Mapping[str, Any], *, trained_here: bool) -> Iterator[str]:
    """Yield the held-out part by label, and calibration by source where rows come from several."""
    command = f"\n\n`{HELD_OUT_COMMAND}`" if trained_here else ""
    yield f"### Comments held out of the training mix{command}\n\n{_counted(found)}."
    pairs: Mapping[str, Any] = found["pairs"]
    wanted = ("auc", "average_precision", "ece", "precision_at_threshold", "recall_at_threshold")
    yield table(
        ("label", "positives of n", *map(_named, wanted), "AUC of the floor"),
        (
            [
                f"`{label}`",
                f"{pair['positives']:,} of {pair['n']:,}",
                *(_figure(pair["figures"].get(name)) for name in wanted),
                _figure(pair["beside"].get("floor", {}).get("figures", {}).get("auc")),
            ]
            for label, pair in pairs.items()
        ),
    )
    sources = sorted({source for pair in pairs.values() for source in pair["sources"]})
    if sources:
        yield "ECE by source after correction for the source's base rate (Saerens et al. 2002), and n:"
        yield table(
            ("source", *pairs),
            (
                [
                    f"`{source}`",
                    *(_calibrated(pair["sources"].get(source)) for pair in pairs.values()),
                ]
                for source in sources
            ),
        )


def _suites(suites: Mapping[str, Any]) -> Iterator[str]:
    yield f"### Functional cases of our own, none trained on\n\n`{SUITES_COMMAND}`"
    for name, suite in suites.items():
        labels = {label: suite["labels"][label] for label in NAMES if label in suite["labels"]}
        yield (
            f"**{name}**: {_counted(suite)}. Share on the right side of 0.5 (95% Wilson interval); a "
            "group is right when all of its contrasting cases are; an abstention is never right."
        )
        families = sorted({family for of in labels.values() for family in of["families"]})
        rows = [
            ["all", *(_share(of["all"]) for of in labels.values())],
            ["whole groups", *(_share(of["groups"]) for of in labels.values())],
            *(
                [family, *(_share(of["families"].get(family)) for of in labels.values())]
                for family in families
            ),
        ]
        yield table(("cases", *labels), rows)


def _agreement(found: Mapping[str, Any]) -> Iterator[str]:
    yield "### What int8 costs: the served graph against torch in float32\n\nMeasured by `comity train`."
    yield table(
        ("set", "n", "AUC torch", "AUC int8", "AUC loss", "mean difference of logits"),
        (
            [
                name,
                f"{one['n']:,}",
                f"{one['auc_torch']:.4f}",
                f"{one['auc_int8']:.4f}",
                f"{one['auc_loss']:.4f}",
                f"{one['mean_logit_difference']:.3f}",
            ]
            for name, one in found.items()
        ),
    )


def _changes(changes: Mapping[str, Sequence[Mapping[str, Any]]]) -> Iterator[str]:
    yield "### What the retraining changed\n\nPaired differences on held-out labels, ours minus before."
    for kind in ("better", "worse"):
        if changes.get(kind):
            yield f"{kind}:"
            yield table(
                ("figure", "n", "difference"),
                ([one["figure"], f"{one['n']:,}", _change(one)] for one in changes[kind]),
            )
        else:
            yield f"{kind}: nothing for sure."


def _counted(found: Mapping[str, Any]) -> str:
    reasons = {**found["abstained"], **found["errors"]}
    told = ", ".join(f"{reason} {count:,}" for reason, count in sorted(reasons.items()))
    return f"{found['n']:,} comments" + (f", not judged: {told}" if told else "")


def _named(figure: str) -> str:
    return {"auc": "AUC", "ece": "ECE", "ece_prior_corrected": "ECE, prior corrected"}.get(
        figure, figure.replace("_", " ")
    )


def _figure(form: Mapping[str, float | None] | None) -> str:
    if form is None or form["value"] is None:
        return NO_FIGURE
    if form["low"] is None:
        return f"{form['value']:.3f}"
    return f"{form['value']:.3f} ({form['low']:.3f} to {form['high']:.3f})"


def _calibrated(source: Mapping[str, Any] | None) -> str:
    if source is None or source["ece_prior_corrected"] is None:
        return NO_FIGURE
    return f"{source['ece_prior_corrected']['value']:.3f} (n {source['n']:,})"


def _share(form: Mapping[str, Any] | None) -> str:
    if form is None or form["value"] is None:
        return NO_FIGURE
    return f"{form['value']:.1%} ({form['low']:.1%} to {form['high']:.1%}) of {form['n']}"


def _change(one: Mapping[str, float]) -> str:
    return f"{one['difference']:+.3f} ({one['low']:+.3f} to {one['high']:+.3f})"


def _cell(value: object) -> str:
    return str(value).replace("|", "\\|").replace("\n", " ")
