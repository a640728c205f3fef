"""What a model card's tables are made of: report.json's figures and shares as Markdown cells."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

NO_FIGURE: Final = "–"
# What prints the figures again: most of a card's tables are printed with the details alone.
SETS_COMMAND: Final = "comity evaluate BUNDLE --corpora DIR --details"
HELD_OUT_COMMAND: Final = "comity evaluate BUNDLE --corpora DIR --floor --details"
SUITES_COMMAND: Final = "comity evaluate BUNDLE --suites --details"
# The encyclopaedia's sentences are of a corpus.
IDENTITY_COMMAND: Final = "comity evaluate BUNDLE --corpora DIR --suites --details"

Form = Mapping[str, Any]


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(map(_cell, line)) + " |" for line in lines)


def figure_cell(form: Form | None, *, signed: bool = False) -> str:
    """Return ``value (low to high)``, the value alone without interval, a dash without value."""
    if form is None or form["value"] is None:
        return NO_FIGURE
    sign = "+" if signed else ""
    value = f"{form['value']:{sign}.3f}"
    if form["low"] is None:
        return value
    return f"{value} ({form['low']:{sign}.3f} to {form['high']:{sign}.3f})"


def with_ends(found: Form, figure: str, *, told: str | None = None) -> Form:
    """Return a figure of ``found`` with its interval, without ends where a report is older than it.

    ``told`` names the plain value beside which the interval stands, where it has another name.
    """
    older = {"value": found.get(told or figure), "low": None, "high": None}
    known: Form | None = (found.get("figures") or {}).get(figure)
    return older if known is None else known


def lost_cell(one: Form) -> str:
    """Return the AUC that int8 lost with its interval, which a report of an older bundle has not."""
    if "auc_loss_low" not in one:
        return f"{one['auc_loss']:.4f}"
    return f"{one['auc_loss']:.4f} ({one['auc_loss_low']:.4f} to {one['auc_loss_high']:.4f})"


def share_cell(form: Form | None) -> str:
    """Return a share in per cent with its interval and of how many, a dash where there is none."""
    if form is None or form["value"] is None:
        return NO_FIGURE
    return f"{form['value']:.1%} ({form['low']:.1%} to {form['high']:.1%}) of {form['n']}"


def counted(found: Form) -> str:
    """Return how many comments there were and how many were not judged, by reason."""
    reasons = {**found["abstained"], **found["errors"]}
    told = ", ".join(f"{reason} {count:,}" for reason, count in sorted(reasons.items()))
    return f"{found['n']:,} comments" + (f", not judged: {told}" if told else "")


def named(figure: str) -> str:
    """Return a figure's name as a person reads it."""
    return {
        "auc": "AUC",
        "ece": "ECE",
        "ece_prior_corrected": "ECE, prior corrected",
        "f1": "F1",
        "f1_where_gold": "F1 of posts with spans",
        "right_where_none": "posts without spans left unmarked",
    }.get(figure, figure.replace("_", " "))


def _cell(value: object) -> str:
    return str(value).replace("|", "\\|").replace("\n", " ")
