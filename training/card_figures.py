"""The figures of a model card: report.json's form as Markdown tables, with the commands that print them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from model.labels import NAMES
from training.card_cells import (
    HELD_OUT_COMMAND,
    NO_FIGURE,
    SETS_COMMAND,
    SUITES_COMMAND,
    Form,
    counted,
    figure_cell,
    lost_cell,
    named,
    share_cell,
    table,
    with_ends,
)
from training.card_heads import bias, disguised, heads
from training.goals import LOWEST_SITUATION
from training.report import ROWS_TO_JUDGE

NOT_COMMERCIAL: Final = (
    "unhealthy_conversations is CC BY-NC-SA 4.0: it was measured on, never trained on, and chose no "
    "bundle, threshold or epoch."
)
IN_CONVERSATION: Final = (
    "In kaggle_insults_test only insults at somebody who takes part in the conversation are insults. "
    "`insult_in_conversation` is the probability of `insult` times that of such a target: that of the "
    "kind that is named where it takes part, else the most that the answer leaves to those who do; "
    "the column `target_untold` is `insult` alone."
)
DIFFERENCES: Final = (
    "Ours minus before, of every figure. Held-out labels and spans, the suites' shares right at 0.5, AUCs "
    "and spans, and the identity gap are compared on the same rows (paired); of other figures only both "
    "intervals are known, so their changes are sure only when they are large. Of many figures that did not "
    "change a few seem to for sure, by chance."
)
AUCS_OF_GROUPS: Final = (
    "The AUC is over all cases; its interval draws whole groups, whose cases are alike."
)
AGAINST: Final = (
    "In columns called `against` stand the figures of bundle {version}, which this one went on from, on "
    "the same comments (`--against` with its folder prints them); report.json has the paired differences."
)
FILES: Final = {
    "kaggle_insults_test": "kaggle_insults/test_with_solutions.csv",
    "unhealthy_conversations": "unhealthy_conversations/val.csv",
    "context_toxicity_gn": "context_toxicity/gn.csv; `api` is Perspective's own score",
    "context_toxicity_cat": "context_toxicity/cat_small.csv",
    "tsd_trial": (
        "toxic_spans/tsd_trial.csv; F1 as in SemEval-2021 task 5: of characters, mean over posts, all "
        "labels as one"
    ),
}


def figures(report: Mapping[str, Any], held_out_truth: str = "") -> Iterator[str]:
    """Yield the blocks of the figures section; a part that the report lacks yields nothing.

    ``held_out_truth`` is what to say of whose word the held-out labels are, before their figures.
    """
    sets = report.get("sets") or {}
    if report.get("against"):
        yield AGAINST.format(version=report["against"])
    if sets:
        yield f"### Development sets, none trained on\n\n`{SETS_COMMAND}`"
    for name, found in sets.items():
        yield f"**{name}** ({FILES.get(name, name)}): {counted(found)}"
        if name == "unhealthy_conversations":
            yield NOT_COMMERCIAL
        if any(pair["label"].endswith("_in_conversation") for pair in found["pairs"].values()):
            yield IN_CONVERSATION
        yield from (_pair(pair) for pair in found["pairs"].values())
        yield from heads(found)
    if report.get("held_out"):
        yield from _held_out(
            report["held_out"], held_out_truth, trained_here="changes" not in report
        )
    if report.get("suites"):
        yield from _suites(report["suites"])
    if report.get("disguised"):
        yield from disguised(report["disguised"])
    if report.get("bias"):
        yield from bias(report["bias"])
    if report.get("abstention"):
        yield from _abstention(report["abstention"])
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
        [
            named(name),
            figure_cell(value),
            *(figure_cell(o["figures"].get(name)) for o in others.values()),
        ]
        for name, value in pair["figures"].items()
    )
    return table(head, rows)


def _held_out(found: Mapping[str, Any], truth: str, *, trained_here: bool) -> Iterator[str]:
    """Yield the held-out part by label, and calibration by source where rows come from several."""
    command = f"\n\n`{HELD_OUT_COMMAND}`" if trained_here else ""
    yield f"### Comments held out of the training mix{command}\n\n{counted(found)}."
    if truth:
        yield truth
    pairs: Mapping[str, Any] = found["pairs"]
    wanted = ("auc", "average_precision", "ece", "precision_at_threshold", "recall_at_threshold")
    yield table(
        ("label", "positives of n", *map(named, wanted), "AUC of the floor"),
        (
            [
                f"`{label}`",
                f"{pair['positives']:,} of {pair['n']:,}",
                *(figure_cell(pair["figures"].get(name)) for name in wanted),
                figure_cell(pair["beside"].get("floor", {}).get("figures", {}).get("auc")),
            ]
            for label, pair in pairs.items()
        ),
    )
    sources = sorted({source for pair in pairs.values() for source in pair["sources"]})
    if sources:
        yield (
            "ECE by source after correction for the source's base rate (Saerens et al. 2002), and n. "
            + _judged_sources(pairs)
        )
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
    yield from heads(found)


def _judged_sources(pairs: Mapping[str, Form]) -> str:
    """Return which sources the goal is asked of, and how many of those with a figure it leaves out."""
    counted = {}
    for label, pair in pairs.items():
        sizes = [one["n"] for one in pair["sources"].values() if one["ece_prior_corrected"]]
        counted[label] = sum(n < ROWS_TO_JUDGE for n in sizes), len(sizes)
    left_out = ", ".join(f"`{label}` {few} of {every}" for label, (few, every) in counted.items())
    return (
        f"The goal of `worst_source_ece` is asked of sources with {ROWS_TO_JUDGE} rows or more alone: the "
        "fewer the rows, the higher the figure, of a perfect score too. Smaller ones are printed and not "
        f"judged; left out so, of the sources with a figure: {left_out}."
    )


def _suites(suites: Mapping[str, Any]) -> Iterator[str]:
    yield f"### Functional cases of our own, none trained on\n\n`{SUITES_COMMAND}`"
    for name, suite in suites.items():
        labels = {label: suite["labels"][label] for label in NAMES if label in suite["labels"]}
        yield (
            f"**{name}**: {counted(suite)}. Share on the right side of 0.5 (95% Wilson interval, as if the "
            "cases were independent); a group, of contrasting cases or of the comments on one article, is "
            "right when all of its cases are; an abstention is never right. "
            + (f"{AUCS_OF_GROUPS} " if any(of.get("figures") for of in labels.values()) else "")
            + f"Bold is under {LOWEST_SITUATION:.0%}."
        )
        families = sorted({family for of in labels.values() for family in of["families"]})
        rows = [
            ["all", *(share_cell(of["all"]) for of in labels.values())],
            ["whole groups", *(share_cell(of["groups"]) for of in labels.values())],
            ["AUC", *(figure_cell(with_ends(of, "auc")) for of in labels.values())],
            *(
                [family, *(_marked(of["families"].get(family)) for of in labels.values())]
                for family in families
            ),
        ]
        yield table(("cases", *labels), rows)
        yield from heads(suite)


def _abstention(found: Form) -> Iterator[str]:
    yield "### Judged or not"
    yield (
        f"{found['n']:,} comments of our own that are to be judged, or left to a person because they are in "
        f"another language or have no words (`{SUITES_COMMAND}`). An abstention for another reason than "
        f"the one expected is wrong. Bold is under {LOWEST_SITUATION:.0%}."
    )
    families: Mapping[str, Form] = found["families"]
    rows = [["all", "", share_cell(found["all"])]] + [
        [name, of["expected"].replace("_", " "), _marked(of["right"])]
        for name, of in families.items()
    ]
    yield table(("comments", "to be", "right"), rows)


def _agreement(found: Mapping[str, Any]) -> Iterator[str]:
    yield (
        "### What int8 costs: the served graph against torch in float32\n\n"
        "Measured when the bundle was made, on the same comments; the interval of a loss, where it stands, "
        "is of a paired bootstrap."
    )
    yield table(
        ("set", "n", "AUC torch", "AUC int8", "AUC loss", "mean difference of logits"),
        (
            [
                name,
                f"{one['n']:,}",
                f"{one['auc_torch']:.4f}",
                f"{one['auc_int8']:.4f}",
                lost_cell(one),
                f"{one['mean_logit_difference']:.3f}",
            ]
            for name, one in found.items()
        ),
    )


def _changes(changes: Mapping[str, Sequence[Mapping[str, Any]]]) -> Iterator[str]:
    yield f"### What the retraining changed\n\n{DIFFERENCES}"
    for kind in ("better", "worse"):
        if changes.get(kind):
            yield f"{kind}:"
            yield table(
                ("figure", "n", "difference"),
                ([one["figure"], f"{one['n']:,}", _change(one)] for one in changes[kind]),
            )
        else:
            yield f"{kind}: nothing for sure."


def _calibrated(source: Form | None) -> str:
    if source is None or source["ece_prior_corrected"] is None:
        return NO_FIGURE
    return f"{figure_cell(source['ece_prior_corrected'])} of {source['n']:,}"


def _marked(form: Form | None) -> str:
    """Return the share, in bold where it is too low to rely on."""
    is_low = form is not None and form["value"] is not None and form["value"] < LOWEST_SITUATION
    return f"**{share_cell(form)}**" if is_low else share_cell(form)


def _change(one: Mapping[str, float]) -> str:
    return f"{one['difference']:+.3f} ({one['low']:+.3f} to {one['high']:+.3f})"
