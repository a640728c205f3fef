"""A report on a terminal: one table of every figure, and tables in detail for whoever asks for them."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from rich.box import SIMPLE_HEAD
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from training.bias import Bias
from training.bootstrap import Figure
from training.evaluation_sets import HELD_OUT
from training.goals import LOWEST_SITUATION, Standing
from training.metrics import Share
from training.report import (
    AbstentionReport,
    Beside,
    DisguiseReport,
    PairReport,
    Report,
    SetReport,
    SuiteReport,
    TargetReport,
)

NO_FIGURE: Final = "-"
MARK: Final = "!"


def summary(report: Report) -> Iterator[RenderableType]:
    """Yield what to print of any report: how many comments were judged, and one table of every figure.

    What was not measured is said first. ``details`` says what the figures are made of.
    """
    beside = f", beside bundle {report.against}" if report.against else ""
    yield Text(
        f"bundle {report.bundle}{beside}; intervals are 95%, those of ECE lean up", style="bold"
    )
    yield from (Text(sentence) for sentence in report.skipped)
    counted: Mapping[str, SetReport | SuiteReport] = {**_sets(report), **report.suites}
    for name, found in counted.items():
        yield Text(f"{name}: {_counted(found)}")
    if standings := report.standings():
        missed = sum(not one.reached for one in standings)
        yield Text(f"goals: {missed} of {len(standings)} not reached", style="bold")
    yield _every_figure(report)


def details(report: Report) -> Iterator[RenderableType]:
    """Yield the tables, in order: goals, each set, the held-out rows, each suite, disguises, bias,
    abstentions.
    """
    if standings := report.standings():
        yield Text("\ngoals, those not reached first", style="bold")
        yield _goals(standings)
    for name, found in _sets(report).items():
        yield from _set(name, found)
    for bundle, suites in ((report.bundle, report.suites), (report.against, report.suites_against)):
        for name, suite in suites.items():
            yield Text(f"\n{name}, {bundle}: {_counted(suite)}; right at 0.5", style="bold")
            yield _suite(suite)
            yield Text(f"{MARK} under {LOWEST_SITUATION:.0%}")
            yield from _heads(f"{name}, {bundle}", suite)
    if report.disguised:
        yield from _disguised(report.disguised)
    if report.bias:
        yield from _bias(report.bias)
    if report.abstention:
        yield from _abstention(report.abstention)


def _sets(report: Report) -> Mapping[str, SetReport]:
    return {**report.sets, **({HELD_OUT: report.held_out} if report.held_out else {})}


def _every_figure(report: Report) -> Table:
    """Return a row a figure: value, interval, n, and its goals with whether each is reached.

    Beside another bundle also ours minus theirs, where the two were compared row by row.
    """
    goals: dict[str, list[Standing]] = {}
    for one in report.standings():
        goals.setdefault(one.figure, []).append(one)
    apart = dict(report.against_paired())
    table = Table(box=SIMPLE_HEAD)
    table.add_column("figure", no_wrap=True)
    for column in ("value", "95% interval", "n", *(["minus against"] if apart else ())):
        table.add_column(column, justify="right")
    for column in ("goal", "reached"):
        table.add_column(column)
    for measured in report.measured():
        of, at = goals.get(measured.name, []), measured.at
        table.add_row(
            measured.name,
            _number(at.value),
            _interval(at),
            f"{measured.n:,}",
            *([_with_interval(apart.get(measured.name), signed=True)] if apart else ()),
            "; ".join(f"{one.sense} {one.bound:g}" for one in of),
            "; ".join(_verdict(one) for one in of),
        )
    return table


def _set(name: str, found: SetReport) -> Iterator[RenderableType]:
    yield Text(f"\n{name}: {_counted(found)}", style="bold")
    for pair in found.pairs.values():
        yield Text(f"\n{_asked(pair)}")
        yield _pair(pair)
        if pair.sources:
            yield Text(f"\n{pair.label}: calibration by source")
            yield _sources(pair)
    yield from _heads(name, found)


def _heads(name: str, found: SetReport | SuiteReport) -> Iterator[RenderableType]:
    """Yield how well spans and targets agree, where they were measured."""
    spans, target = found.spans, found.target
    if spans:
        yield Text(
            f"\n{name}, spans: characters of {spans.n:,} posts, {spans.with_spans:,} with any"
        )
        yield _figures(spans.figures, spans.beside)
    if target:
        yield Text(
            f"\n{name}, target of {target.n:,} uncivil comments; naming the commonest kind always: "
            f"{target.majority:.0%}"
        )
        yield _target(target)


def _goals(standings: Sequence[Standing]) -> Table:
    table = Table(box=SIMPLE_HEAD)
    for column in ("figure", "value", "goal", "reached"):
        table.add_column(column, no_wrap=True)
    for one in standings:
        table.add_row(
            one.figure,
            _with_interval(Figure(one.value, one.low, one.high)),
            f"{one.sense} {one.bound:g}",
            _verdict(one),
        )
    return table


def _verdict(one: Standing) -> str:
    verdict = "yes" if one.reached else "no"
    return verdict if one.for_sure else f"{verdict}, within the interval"


def _target(target: TargetReport) -> Table:
    """Return who was told rightly: none, person and group, then the named kinds where known."""
    rows = {"none, person or group": target.coarse, **target.coarse_kinds}
    if target.finer:
        rows["the named kind"] = target.finer
        rows |= {f"named {kind}": share for kind, share in target.finer_kinds.items()}
    table = Table(box=SIMPLE_HEAD)
    table.add_column("target", no_wrap=True)
    table.add_column("right", justify="right")
    for name, share in rows.items():
        table.add_row(name, _share(share))
    return table


def _disguised(found: DisguiseReport) -> Iterator[RenderableType]:
    yield Text(
        f"\ndisguised insults: {found.copies:,} copies of {found.n:,} cases of our own; found at 0.5",
        style="bold",
    )
    yield Text(
        f"disguised and ratio are without {found.undone:,} copies by tricks that the reading undoes "
        "without fail"
    )
    shares = found.labels.values()
    table = Table(box=SIMPLE_HEAD)
    table.add_column("written", no_wrap=True)
    for label in found.labels:
        table.add_column(label, justify="right")
    table.add_row("plainly", *(_share(of.plain) for of in shares))
    table.add_row("disguised", *(_share(of.disguised) for of in shares))
    table.add_row("ratio", *(_with_interval(of.ratio) for of in shares))
    table.add_row("ratio of all tricks", *(_with_interval(of.ratio_of_all_tricks) for of in shares))
    for trick in sorted({trick for of in shares for trick in of.tricks}):
        name = trick.replace("_", " ")
        table.add_row(name, *(_share(of.tricks.get(trick)) for of in shares))
    yield table


def _bias(found: Bias) -> Iterator[RenderableType]:
    """Yield what naming an identity does, the terms most often flagged in civil sentences first."""
    yield Text(
        f"\nidentity terms: {found.n:,} sentences of templates, incivility at {found.threshold:.3f}",
        style="bold",
    )
    gap = _with_interval(found.gap_figure(), signed=True)
    auc = _with_interval(found.auc_figure())
    yield Text(f"AUC {auc}; civil sentences flagged beyond those of neutral terms: {gap}")
    table = Table(box=SIMPLE_HEAD)
    table.add_column("term", no_wrap=True)
    for column in ("civil flagged", "gap", "AUC within", "BPSN AUC", "BNSP AUC"):
        table.add_column(column, justify="right")
    table.add_row("all identity terms", _share(found.false_alarms), gap)
    table.add_row("neutral terms", _share(found.neutral))
    for name, term in sorted(found.identities(), key=lambda one: -one[1].gap):
        aucs = (_with_interval(term.figures.get(of)) for of in ("subgroup", "bpsn", "bnsp"))
        apart = _with_interval(term.figures.get("gap"), signed=True)
        table.add_row(name, _share(term.false_alarms), apart, *aucs)
    if found.encyclopaedia:
        table.add_row("encyclopaedia sentences", _share(found.encyclopaedia))
    yield table


def _abstention(found: AbstentionReport) -> Iterator[RenderableType]:
    yield Text(
        f"\nabstention: {found.n:,} comments of our own, judged or not as they should be",
        style="bold",
    )
    table = Table(box=SIMPLE_HEAD)
    for column in ("comments", "to be"):
        table.add_column(column, no_wrap=True)
    table.add_column("right", justify="right")
    table.add_row("all", "", _share(found.all))
    for name, family in found.families.items():
        table.add_row(name, family.expected.replace("_", " "), _marked(family.right))
    yield table


def _asked(pair: PairReport) -> str:
    at = f", threshold {pair.threshold:.3f}" if pair.threshold is not None else ""
    return f"{pair.label} against {pair.truth}: {pair.positives:,} of {pair.n:,}{at}"


def _counted(found: SetReport | SuiteReport) -> str:
    reasons = {**found.abstained, **found.errors}
    not_judged = ", ".join(f"{reason} {count:,}" for reason, count in sorted(reasons.items()))
    return f"{found.n:,} comments" + (f", not judged: {not_judged}" if not_judged else "")


def _pair(pair: PairReport) -> Table:
    return _figures(pair.figures, pair.beside)


def _figures(figures: Mapping[str, Figure], beside: Mapping[str, Beside]) -> Table:
    table = Table(box=SIMPLE_HEAD)
    table.add_column("figure", no_wrap=True)
    table.add_column("value", justify="right")
    for name, other in beside.items():
        table.add_column(name, justify="right")
        if other.difference:
            table.add_column(f"minus {name}", justify="right")
    for figure, value in figures.items():
        cells = [figure.replace("_", " "), _with_interval(value)]
        for other in beside.values():
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
    table.add_row("AUC", *(_with_interval(of.auc_figure()) for of in labels))
    for family in sorted({family for of in labels for family in of.families}):
        table.add_row(family, *(_marked(of.families.get(family)) for of in labels))
    return table


def _with_interval(figure: Figure | None, *, signed: bool = False) -> str:
    if figure is None or math.isnan(figure.value):
        return NO_FIGURE
    sign = "+" if signed else ""
    value = f"{figure.value:{sign}.3f}"
    if math.isnan(figure.low):
        return value
    return f"{value} ({figure.low:{sign}.3f} to {figure.high:{sign}.3f})"


def _interval(at: Figure | Share) -> str:
    return NO_FIGURE if math.isnan(at.low) else f"{at.low:.3f} to {at.high:.3f}"


def _number(value: float) -> str:
    return NO_FIGURE if math.isnan(value) else f"{value:.3f}"


def _marked(share: Share | None) -> str:
    """Return the share, marked where it is too low to rely on."""
    mark = f"{MARK} " if share and share.n and share.value < LOWEST_SITUATION else ""
    return mark + _share(share)


def _share(share: Share | None) -> str:
    if share is None or not share.n:
        return NO_FIGURE
    return f"{share.right}/{share.n} {100 * share.low:.0f}–{share.high:.0%}"
