"""The main path of ``comity score``: the shipped bundle, the real command, a process of its own."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from model.labels import NAMES
from service.archive.journal import finished

pytestmark = pytest.mark.slow

COMITY = [sys.executable, "-c", "from service.cli import main; main()", "score"]
ROOT = Path(__file__).parents[2]
INSULTS = ("You are a stupid clown.", "Only an idiot could write such garbage, you moron.")
CIVIL = ("Thank you for this careful piece.", "I disagree with the mayor about the tram line.")
LONG = "The committee met on Tuesday and the minutes are public. " * 40
TIMEOUT_S = 240


@pytest.fixture(autouse=True)
def shipped_bundle(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No settings of the developer's own: without a champion the shipped bundle speaks."""
    for name in [name for name in os.environ if name.startswith("COMITY_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("COMITY_STATE_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.chdir(tmp_path)


def comity(*arguments: object) -> subprocess.CompletedProcess[str]:
    call = [*COMITY, *map(str, arguments)]
    return subprocess.run(call, capture_output=True, text=True, timeout=TIMEOUT_S, check=False)


def archive(path: Path, count: int) -> Path:
    texts = [*INSULTS, *CIVIL, LONG + INSULTS[0], LONG]
    with path.open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["id", "text"])
        table.writerows((f"c-{n}", f"{texts[n % len(texts)]} ({n})") for n in range(count))
    return path


def rows_of(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_one_comment_is_scored_as_the_api_does() -> None:
    scores = {}
    for text in (INSULTS[0], CIVIL[0]):
        done = comity("--text", text, "--json")
        assert done.returncode == 0, done.stderr
        (result,) = json.loads(done.stdout)["results"]
        assert set(result["scores"]) == set(NAMES)
        scores[text] = result["scores"]["insult"]
    assert scores[INSULTS[0]] > 0.5 > scores[CIVIL[0]]


def test_an_insult_at_the_end_of_a_long_comment_counts(tmp_path: Path) -> None:
    out = tmp_path / "o.jsonl"
    assert comity(archive(tmp_path / "a.csv", 6), "--out", out).returncode == 0
    rows = rows_of(out)
    assert [row["id"] for row in rows] == [f"c-{n}" for n in range(6)]
    assert min(rows[n]["incivility"] for n in (0, 1, 4)) > max(
        rows[n]["incivility"] for n in (2, 3, 5)
    )
    assert not any(row["truncated"] for row in rows)


def test_a_run_that_is_killed_and_resumed_writes_what_a_whole_run_writes(tmp_path: Path) -> None:
    source = archive(tmp_path / "a.csv", 600)
    whole, resumed = tmp_path / "whole.jsonl", tmp_path / "resumed.jsonl"
    assert comity(source, "--out", whole).returncode == 0

    journal = tmp_path / "resumed.jsonl.partial"
    process = subprocess.Popen([*COMITY, str(source), "--out", str(resumed)])
    deadline = time.monotonic() + TIMEOUT_S
    while not (journal.exists() and any(finished(journal))) and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    kept = len(list(finished(journal)))
    assert 0 < kept < 600

    done = comity(source, "--out", resumed, "--resume")
    assert done.returncode == 0, done.stderr
    assert not journal.exists()
    for one, other in zip(rows_of(whole), rows_of(resumed), strict=True):
        assert [one[name] for name in NAMES] == pytest.approx(
            [other[name] for name in NAMES], abs=2e-6
        )
        assert {k: v for k, v in one.items() if k not in NAMES} == {
            k: v for k, v in other.items() if k not in NAMES
        }
