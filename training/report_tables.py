"""A report as plain tables on a terminal."""

import math
from collections.abc import Iterator
from typing import Final

from rich.box import SIMPLE_HEAD
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from training.bootstrap import Figure
from training.evaluation_sets import HELD_OUT
from training.metrics import Share
from training.report import PairReport, Report, SetReport, SuiteReport

NO_FIGURE: Final = "-"


def tables(report: Report) -> Iterator[RenderableType]:
    """Yield what to print, in order: each set, the held-out rows, each suite."""
    beside = f", beside bundle {report.against}" if report.against else ""
    yield Text(
        f"bundle {report.bundle}{beside}; intervals are 95%, those of ECE lean up", style="bold"
    )
    held_out = {HELD_OUT: report.held_out} if report.held_out else {}
    for name, found in {**report.sets, **held_out}.items():
        yield Text(f"\n{name}: {_counted(found)}", style="bold")
        for pair in found.pairs.values():
            yield Text(f"\n{_asked(pair)}")
            yield _pair(pair)
            if pair.sources:
                yield Text(f"\n{pair.label}: calibration by source")
                yield _sources(pair)
    for bundle, suites in ((report.bundle, report.suites), (report.against, report.suites_against)):
        for name, suite in suites.items():
            yield Text(f"\n{name}, {bundle}: {_counted(suite)}; right at 0.5", style="bold")
            yield _suite(suite)


def _asked(pair: PairReport) -> str:
    at = f", threshold {pair.threshold:.3f}" if pair.threshold is not None else ""
    return f"{pair.label} against {pair.truth}: {pair.positives:,} of {pair.n:,}{at}"


def _counted(found: SetReport | SuiteReport) -> str:
    reasons = {**found.abstained, **found.errors}
    not_judged = ", ".join(f"{reason} {count:,}" for reason, count in sorted(reasons.items()))
    return f"{found.n:,} comments" + (f", not judged: {not_judged}" if not_judged else "")


def _pair(pair: PairReport) -> Table:
    table = Table(box=SIMPLE_HEAD)
    table.add_column("figure", no_wrap=True)
    table.add_column("value", justify="right")
    for name, other in pair.beside.items():
        table.add_column(name, justify="right")
        if other.difference:
            table.add_column(f"minus {name}", justify="right")
    for figure, value in pair.figures.items():
        cells = [figure.replace("_", " "), _with_interval(value)]
        for other in pair.beside.values():
            cells.append(_with_interval(other.figures.get(figure)))
            if other.difference:
                cells.append(_with_interval(other.difference.get(figure), signed=True))
        table.add_row(*cells)
    return table


def _sources(pair: PairReport) -> Table:
    table = Table(box=SIMPLE_HEAD)
    table.add_column("source", no_wrap=True)
    for column in ("n", "base rate", "ece", "ece prior corrected"):
        table.add_column(column, justify="right")
    for name, source in pair.sources.items():
        table.add_row(
            name,
            f"{source.n:,}",
            f"{source.base_rate:.3f}",
            _with_interval(source.ece),
            _with_interval(source.ece_prior_corrected),
        )
    return table


def _suite(suite: SuiteReport) -> Table:
    """Return families down, labels across: how many right, of how many, and the interval."""
    labels = suite.labels.values()
    table = Table(box=SIMPLE_HEAD)
    table.add_column("cases", no_wrap=True)
    for label in suite.labels:
        table.add_column(label, justify="right")
    table.add_row("all", *(_share(of.all) for of in labels))
    table.add_row("whole groups", *(_share(of.groups) for of in labels))
    for family in sorted({family for of in labels for family in of.families}):
        table.add_row(family, *(_share(of.families.get(family)) for of in labels))
    return table


def _with_interval(figure: Figure | None, *, signed: bool = False) -> str:
    if figure is None or math.isnan(figure.value):
        return NO_FIGURE
    sign = "+" if signed else ""
    value = f"{figure.value:{sign}.3f}"
    if math.isnan(figure.low):
        return value
    return f"{value} ({figure.low:{sign}.3f} to {figure.high:{sign}.3f})"


def _share(share: Share | None) -> str:
    if share is None or not share.n:
        return NO_FIGURE
    return f"{share.right}/{share.n} {100 * share.low:.0f}–{share.high:.0%}"
