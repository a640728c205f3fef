"""The tables of the benchmark."""

import io

from rich.console import Console

from bench.contenders import Contender
from bench.measure import Ratio
from bench.report import Line, lines, show

COMITY, OTHER = Contender("comity", "Comity"), Contender("bert-base", "bert-base, torch fp32")


def measured() -> list[Line]:
    return lines(
        [COMITY, OTHER],
        latency={
            ("comity", "short"): [[0.010, 0.010, 0.020], [0.010, 0.010, 0.010]],
            ("bert-base", "short"): [[0.050, 0.050, 0.090], [0.060, 0.060, 0.060]],
        },
        archive={
            ("comity", "short"): [[2.0], [2.0]],
            ("bert-base", "short"): [[8.0], [10.0]],
        },
        counts={"short": 100},
        tokens={("comity", "short"): 30.0, ("bert-base", "short"): 20.0},
    )


def test_each_line_has_percentiles_rates_and_ratios_to_comity() -> None:
    ours, theirs = measured()
    assert (ours.p50_ms, ours.p99_ms, ours.comments_per_s) == (10.0, 20.0, 50.0)
    assert ours.latency_ratio == ours.archive_ratio == Ratio(1.0, 1.0, 1.0)
    assert (theirs.p50_ms, theirs.p99_ms, theirs.comments_per_s) == (60.0, 90.0, 12.5)
    assert theirs.latency_ratio == Ratio(5.5, 5.0, 6.0)
    assert theirs.archive_ratio == Ratio(4.5, 4.0, 5.0)


def test_the_tables_show_figures_facts_and_how_they_were_made() -> None:
    out = io.StringIO()
    show(measured(), {"cores": "2", "bundle": "2026-11"}, Console(file=out, width=140))
    text = " ".join(out.getvalue().split())
    for expected in (
        "cores 2",
        "short comments",
        "bert-base, torch fp32",
        "4.5 (4.0-5.0)",
        "1,500",
        "the peers stop",
    ):
        assert expected in text
