"""``python -m bench`` as it is called."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

import bench.__main__ as command
from bench.contenders import ROOT, BenchError


def test_the_interpreter_of_the_training_environment_is_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.setenv("COMITY_TRAINING_PYTHON", sys.executable)
    assert command._python_with_torch() == sys.executable
    monkeypatch.setenv("COMITY_TRAINING_PYTHON", "/no/such/python")
    monkeypatch.setattr(command, "ROOT", Path("/no/such/root"))
    with pytest.raises(BenchError, match=r"make train-env.*--peers-python"):
        command._python_with_torch()


def test_a_folder_that_is_no_bundle_is_refused_by_name(tmp_path: Path) -> None:
    found = CliRunner().invoke(command.main, ["--quick", "--bundle", str(tmp_path)])
    assert found.exit_code == 1
    assert str(tmp_path) in found.output


@pytest.mark.slow
def test_a_quick_run_measures_the_shipped_bundle_beside_a_peer(tmp_path: Path) -> None:
    """The main path: real processes, real HTTP, the shipped bundle. Asserts on no time."""
    figures = tmp_path / "figures.json"
    call = [sys.executable, "-m", "bench", "--quick", "--peer", "tiny", "--json", str(figures)]
    done = subprocess.run(call, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    assert "short comments" in done.stdout
    assert "measures nothing" in done.stdout or "do not quote" in done.stdout
    lines = json.loads(figures.read_text())["lines"]
    assert [(line["contender"], line["kind"]) for line in lines] == [
        ("comity", "short"),
        ("tiny", "short"),
        ("comity", "long"),
        ("tiny", "long"),
    ]
    assert all(line["p99_ms"] >= line["p50_ms"] > 0 for line in lines)
    assert lines[2]["tokens"] > lines[3]["tokens"] > lines[0]["tokens"]
