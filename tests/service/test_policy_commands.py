"""``comity policy`` and ``comity score --policy``."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from service import scoring
from service.cli import main

POLICY = """
[[rules]]
action = "reject"
words = ["clown"]

[[rules]]
action = "hold"
section = "sport"
"""


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "desk.toml").write_text(POLICY)

    def call(*words: str) -> Result:
        return CliRunner().invoke(main, words)

    assert call("db", "upgrade").exit_code == 0
    return call


def test_a_file_is_checked_without_a_store(run) -> None:
    assert run("policy", "check", "desk.toml").output == "desk.toml: 2 rules, nothing wrong.\n"
    Path("bad.toml").write_text('[[rules]]\naction="hold"\nlabel="insult"\nmin=7')
    refused = run("policy", "check", "bad.toml")
    assert refused.exit_code == 2
    assert "bad.toml: rule 1: min: is above the limit 1" in refused.stderr
    assert run("policy", "check", "gone.toml").exit_code == 2


def test_what_is_imported_is_exported_for_its_site(run) -> None:
    done = run("policy", "import", "desk.toml", "--site", "daily", "--note", "First.")
    assert done.output == "Site daily: 2 rules, version 1.\n"
    assert run("policy", "import", "desk.toml", "--site", "daily").output.endswith("version 2.\n")
    assert run("policy", "export", "out.toml", "--site", "daily").exit_code == 0
    written = Path("out.toml").read_text()
    assert written.startswith("# Comity, policy of site daily, version 2\n")
    assert written.split("\n\n", 1)[1].strip() == POLICY.strip()


def test_without_rules_of_its_own_a_site_exports_those_that_ship(run) -> None:
    done = run("policy", "export", "-")
    assert done.exit_code == 0
    assert "version 0: the rules that ship" in done.output
    assert done.output.count("[[rules]]") == 8
    Path("shipped.toml").write_text(done.output)
    assert run("policy", "check", "shipped.toml").exit_code == 0


def test_score_takes_a_policy_file(run, scorer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scoring, "load_scorer", lambda *_, **__: scorer)
    monkeypatch.setattr(scorer, "warm_up", lambda: None, raising=False)
    one = run("score", "--text", "You cl0wn.", "--json", "--policy", "desk.toml")
    assert json.loads(one.output)["results"][0]["action"] == "reject"
    Path("in.jsonl").write_text('{"text": "You clown."}\n{"text": "Fine."}\n')
    done = run("score", "in.jsonl", "--out", "out.jsonl", "--policy", "desk.toml")
    assert done.exit_code == 0, done.output
    rows = [json.loads(line) for line in Path("out.jsonl").read_text().splitlines()]
    assert [row["action"] for row in rows] == ["reject", "approve"]
    refused = run("score", "--text", "Fine.", "--policy", "gone.toml")
    assert (refused.exit_code, "gone.toml: cannot be read" in refused.stderr) == (2, True)
