"""What one graph costs beside another: a ratio of turns, and the shipped graph beside itself."""

import pytest
from click.testing import CliRunner

from bench import graphs
from model import bundle


def test_the_cost_is_ours_over_the_other_round_by_round(monkeypatch: pytest.MonkeyPatch) -> None:
    took = {"ours": iter((3.0, 6.0, 2.0)), "other": iter((1.0, 3.0, 1.0))}
    runs = {"ours": lambda: "ours", "other": lambda: "other"}
    monkeypatch.setattr(graphs, "seconds_of", lambda run, **_: next(took[run()]))
    found = graphs.cost(runs["ours"], runs["other"], rounds=3)
    assert (found.middle, found.low, found.high) == (2.0, 2.0, 3.0)


def test_a_run_longer_than_its_time_is_measured_once() -> None:
    runs: list[int] = []
    assert graphs.seconds_of(lambda: runs.append(1), during=0.0) >= 0.0
    assert runs == [1]


def test_the_shipped_graph_is_compared_with_the_one_that_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(graphs, "SHAPES", ((1, 16), (2, 8)))
    monkeypatch.setattr(
        graphs, "cost", lambda ours, other: (ours(), other(), graphs.Ratio(1, 1, 1))[2]
    )
    graph = bundle.load(bundle.default_bundle()).graph
    result = CliRunner().invoke(graphs.main, [str(graph)], catch_exceptions=False)
    assert result.exit_code == 0
    assert "1 x 16" in result.output and "1.00 (1.00-1.00)" in result.output
