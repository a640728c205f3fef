"""What one graph costs beside another: a ratio of turns, and the shipped graph beside itself."""

import time

import pytest
from click.testing import CliRunner

from bench import graphs
from model import bundle


def test_what_takes_three_times_as_long_costs_about_three() -> None:
    found = graphs.cost(lambda: time.sleep(0.003), lambda: time.sleep(0.001), rounds=3, during=0.02)
    # Sleeps are only roughly kept; that the sides are not mixed up is what matters.
    assert found.middle > 1
    assert found.low <= found.middle <= found.high


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
