"""The figures as tables, and as JSON for those who compare runs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from bench.contenders import Contender
from bench.measure import Ratio, percentile, ratio
from bench.rounds import Seconds

HOW = (
    "Ratios: how many times as long the other takes as Comity; the median over the rounds, with the"
    " least and most of any round. One machine, one run, the same comments, thread count, chunk and"
    " warm-up; the contenders take turns. Tokens are those of the bundle's tokenizer; the peers stop"
    " reading at 512, Comity reads long comments to the end in overlapping windows."
)


@dataclass(frozen=True, slots=True)
class Line:
    """One contender's figures on one kind of comment."""

    contender: str
    title: str
    kind: str
    tokens: float
    p50_ms: float
    p99_ms: float
    comments_per_s: float
    latency_ratio: Ratio
    archive_ratio: Ratio


def lines(
    contenders: Sequence[Contender],
    *,
    latency: Seconds,
    archive: Seconds,
    counts: Mapping[str, int],
    tokens: Mapping[tuple[str, str], float],
) -> list[Line]:
    """Return a line a contender and kind; ``counts`` is the comments of an archive of each kind."""
    ours = next(contender.name for contender in contenders if contender.ours)
    return [
        Line(
            contender=contender.name,
            title=contender.title,
            kind=kind,
            tokens=tokens[contender.name, kind],
            p50_ms=1e3 * percentile(_pooled(latency[contender.name, kind]), 0.5),
            p99_ms=1e3 * percentile(_pooled(latency[contender.name, kind]), 0.99),
            comments_per_s=counts[kind] / percentile(_pooled(archive[contender.name, kind]), 0.5),
            latency_ratio=ratio(
                _medians(latency[contender.name, kind]), _medians(latency[ours, kind])
            ),
            archive_ratio=ratio(
                _pooled(archive[contender.name, kind]), _pooled(archive[ours, kind])
            ),
        )
        for kind in counts
        for contender in contenders
    ]


def show(found: Sequence[Line], facts: Mapping[str, str], console: Console) -> None:
    """Print the machine's facts and a table for each kind of comment."""
    for name, value in facts.items():
        console.print(f"{name:<12}{value}", soft_wrap=True)
    for kind in dict.fromkeys(line.kind for line in found):
        table = Table(title=f"{kind} comments", title_justify="left")
        table.add_column("")
        for heading in (
            "tokens read",
            "p50 ms",
            "p99 ms",
            "x Comity",
            "comments/s",
            "tokens/s",
            "x Comity",
        ):
            table.add_column(heading, justify="right")
        for line in found:
            if line.kind == kind:
                table.add_row(*_cells(line))
        console.print(table)
    console.print(HOW)


def _cells(line: Line) -> list[str]:
    return [
        line.title,
        f"{line.tokens:.0f}",
        f"{line.p50_ms:.1f}",
        f"{line.p99_ms:.1f}",
        str(line.latency_ratio),
        f"{line.comments_per_s:.1f}",
        f"{line.comments_per_s * line.tokens:,.0f}",
        str(line.archive_ratio),
    ]


def _pooled(rounds: Sequence[Sequence[float]]) -> list[float]:
    return [seconds for one in rounds for seconds in one]


def _medians(rounds: Sequence[Sequence[float]]) -> list[float]:
    return [percentile(one, 0.5) for one in rounds]
