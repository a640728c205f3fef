"""`comity evaluate`: what it prints, what it refuses, and with which exit status."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from desk_rows import ROOT, WORDS, write_corpora
from word_scorer import WordScorer

from model import scorer as model_scorer
from model.bundle import write_manifest
from model.calibration import Calibration
from model.labels import NAMES
from model.manifest import Manifest
from model.records import Example
from model.runtime import EngineError
from model.scorer import ScoringError
from training import corpora as training_corpora
from training import floor, mix
from training.evaluate_command import evaluate_command
from training.house_readings import COLUMNS
from training.recipe import CorpusUse, Recipe
from training.train import lesson

READING = "\t".join(["0123456789abcdef", *"9" * len(NAMES), "c"])
OF_THE_DESK = (
    "--data",
    "{desk}",
    "--text-column",
    "text",
    "--truth-column",
    "rude",
    "--label",
    "insult",
)
RECIPE = Recipe(seed=5, corpora={"newsroom": CorpusUse(rows=40)})


def make_bundle(folder: Path, *, lineage: dict[str, object], report: object = None) -> Path:
    folder.mkdir()
    for name in ("model.int8.onnx", "tokenizer.json", "config.json"):
        (folder / name).write_text("{}")
    (folder / "report.json").write_text(json.dumps(report or {}))
    manifest = Manifest(
        version="test-1",
        created="2026-11-22T10:00:00+00:00",
        max_length=128,
        stride=32,
        max_windows=64,
        pooling="mean",
        calibration=Calibration(),
        thresholds=dict.fromkeys(NAMES, 0.5),
        threshold_rule="precision 0.7 at 10% prevalence",
        lineage=lineage,
    )
    write_manifest(folder, manifest)
    return folder


@pytest.fixture(autouse=True)
def asked_threads(monkeypatch):
    """Put a scorer by words in the network's place; the network is tested with the shipped bundle."""
    threads = []

    def load(folder: Path, *, threads: int) -> WordScorer:
        asked.append(threads)
        known = WORDS if "older" not in folder.name else {}
        return WordScorer(known, version=folder.name)

    asked = threads
    monkeypatch.setattr(model_scorer, "load_scorer", load, raising=False)
    monkeypatch.delenv("COMITY_CORPORA", raising=False)
    return asked


@pytest.fixture
def bundle(tmp_path):
    return make_bundle(tmp_path / "bundle", lineage={"kind": "trained", "recipe": RECIPE.as_json()})


@pytest.fixture
def corpora(tmp_path):
    return write_corpora(tmp_path / "corpora")


@pytest.fixture
def desk(tmp_path):
    file = tmp_path / "desk.csv"
    file.write_text("text,rude\nwhat a moron,1\nthank you,0\nyou clown,1\nslow bus,0\nyes,\n")
    return file


def run(*arguments: object, env: dict[str, str] | None = None) -> Result:
    return CliRunner().invoke(evaluate_command, [str(a) for a in arguments], env=env)


def data_options(desk: Path) -> tuple[object, ...]:
    return ("--data", desk, "--text-column", "text", "--truth-column", "rude", "--label", "insult")


def test_a_desks_own_file_is_measured(bundle, desk):
    done = run(bundle, *data_options(desk), "--json")
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)["sets"]["desk.csv"]
    pair = found["pairs"]["insult"]
    assert (found["n"], pair["n"], pair["positives"]) == (5, 4, 2)
    assert pair["figures"]["auc"]["value"] == 1


def test_the_development_sets_are_measured(bundle, corpora):
    done = run(bundle, "--corpora", corpora, "--json", "--seed", 3)
    assert done.exit_code == 0, done.output
    report = json.loads(done.stdout)
    assert (report["bundle"], report["seed"], report["against"]) == ("bundle", 3, None)
    assert len(report["sets"]) == 5
    assert report["suites"] == {}


def test_the_corpora_may_come_from_the_environment(bundle, corpora):
    done = run(bundle, "--json", env={"COMITY_CORPORA": str(corpora)})
    assert len(json.loads(done.stdout)["sets"]) == 5


def test_a_desks_file_is_measured_alone_whatever_the_environment_says(bundle, corpora, desk):
    done = run(bundle, *data_options(desk), "--json", env={"COMITY_CORPORA": str(corpora)})
    assert list(json.loads(done.stdout)["sets"]) == ["desk.csv"]


def test_the_suites_may_be_run_alone(bundle):
    report = json.loads(run(bundle, "--suites", "--json").stdout)
    assert report["sets"] == {}
    assert report["suites"]["situations"]["n"] > 100


def test_another_bundle_stands_beside(bundle, desk, tmp_path):
    older = make_bundle(tmp_path / "older", lineage={})
    done = run(bundle, *data_options(desk), "--against", older, "--json")
    beside = json.loads(done.stdout)["sets"]["desk.csv"]["pairs"]["insult"]["beside"]["against"]
    assert beside["difference"]["auc"]["value"] == 0.5


def test_the_number_of_threads_reaches_the_engine(bundle, desk, asked_threads):
    run(bundle, *data_options(desk), "--threads", 3)
    assert asked_threads == [3]


def test_what_a_person_reads_is_one_table_of_every_figure(bundle, corpora, tmp_path):
    older = make_bundle(tmp_path / "older", lineage={})
    asked = (bundle, "--corpora", corpora, "--suites", "--against", older)
    done = run(*asked)
    assert done.exit_code == 0, done.output
    for part in (
        "bundle bundle, beside bundle older",
        "context_toxicity_gn: 20 comments",
        "context_toxicity_gn.toxic:incivility.recall_at_false_alarms_0.008 ",
        "unhealthy_conversations.generalisation_unfair:incivility.precision_at_recall_0.8 ",
        "minus against",
        "1.000 to 1.000",
        "+0.500 (+0.500 to +0.500)",
        "at least 0.945",
        "bias.false_alarm_gap",
    ):
        assert part in done.stdout, part
    heads = [line for line in done.stdout.splitlines() if line.split()[:1] == ["figure"]]
    assert len(heads) == 1
    assert "…" not in done.stdout
    assert "reported_violence" not in done.stdout


def test_tables_in_detail_follow_when_they_are_asked_for(bundle, corpora, tmp_path):
    older = make_bundle(tmp_path / "older", lineage={})
    done = run(bundle, "--corpora", corpora, "--suites", "--against", older, "--details")
    assert done.exit_code == 0, done.output
    for part in (
        "incivility against toxic: 10 of 20, threshold 0.600",
        "minus against",
        "1.000 (1.000 to 1.000)",
        "recall at false alarms 0.008",
        "whole groups",
        "reported_violence",
    ):
        assert part in done.stdout, part


def test_the_floor_of_the_bundles_own_report_is_printed(bundle, corpora, tmp_path):
    report = json.loads(run(bundle, "--corpora", corpora, "--json").stdout)
    pair = report["sets"]["kaggle_insults_test"]["pairs"]["insult"]
    pair["beside"]["floor"] = {"figures": pair["figures"], "difference": {}}
    told = make_bundle(
        tmp_path / "told", lineage={}, report={**report, "base_rates": {"insult": 0.2}}
    )
    again = json.loads(run(told, "--corpora", corpora, "--json").stdout)
    pair = again["sets"]["kaggle_insults_test"]["pairs"]["insult"]
    assert pair["beside"]["floor"]["figures"]["auc"]["value"] == 1
    assert "ece_prior_corrected" in pair["figures"]


def test_the_floor_can_be_fitted_anew_on_the_bundles_own_rows(bundle, corpora, monkeypatch):
    asked = []

    def floor_scores(rows, sets):
        asked.append((len(rows), [wanted.name for wanted, _ in sets][-1]))
        return {"kaggle_insults_test": {"insult": [0.5] * 20}}

    monkeypatch.setattr(floor, "floor_scores", floor_scores)
    done = run(bundle, "--corpora", corpora, "--floor", "--json")
    assert done.exit_code == 0, done.output
    report = json.loads(done.stdout)
    beside = report["sets"]["kaggle_insults_test"]["pairs"]["insult"]["beside"]["floor"]
    assert beside["figures"]["auc"]["value"] == 0.5
    assert beside["difference"]["auc"]["value"] == 0.5
    assert asked == [(40, "held_out")]
    parts = mix.gather(RECIPE, corpora).parts
    assert report["held_out"]["n"] == len(parts["test"])


def test_a_desks_own_file_stands_beside_a_floor_fitted_on_the_bundles_rows(
    bundle, corpora, desk, monkeypatch
):
    asked = []

    def floor_scores(rows, sets):
        asked.append((len(rows), [wanted.name for wanted, _ in sets]))
        return {"desk.csv": {"insult": [0.5] * 5}}

    monkeypatch.setattr(floor, "floor_scores", floor_scores)
    done = run(bundle, *data_options(desk), "--corpora", corpora, "--floor", "--json")
    assert done.exit_code == 0, done.output
    report = json.loads(done.stdout)
    assert (list(report["sets"]), report["held_out"]) == (["desk.csv"], None)
    pair = report["sets"]["desk.csv"]["pairs"]["insult"]
    assert pair["beside"]["floor"]["difference"]["auc"]["value"] == 0.5
    assert asked == [(40, ["desk.csv"])]


@pytest.fixture
def fitted_on(monkeypatch):
    """Keep what a floor is fitted on, and fit none; of Comity's own comments the first few will do."""
    found = []
    whole = training_corpora.read_corpus

    def read_corpus(name: str, folder: Path) -> Iterator[Example]:
        return islice(whole(name, folder), 400)

    def floor_scores(rows, sets):
        found.append([row.text for row in rows])
        return {}

    monkeypatch.setattr(training_corpora, "read_corpus", read_corpus)
    monkeypatch.setattr(floor, "floor_scores", floor_scores)
    return found


def test_the_floor_is_fitted_on_what_the_bundle_learnt_from_copies_and_joins_too(
    corpora, fitted_on, tmp_path
):
    recipe = replace(RECIPE, disguised_share=0.5, joined_share=0.5)
    made = make_bundle(tmp_path / "made", lineage={"kind": "trained", "recipe": recipe.as_json()})
    done = run(made, "--corpora", corpora, "--floor", "--json")
    assert done.exit_code == 0, done.output
    learnt = lesson(mix.gather(recipe, corpora).parts["train"], None, recipe)
    assert learnt.account["disguised_copies"] > 0
    assert learnt.account["joined"] > 0
    assert fitted_on == [[row.text for row in learnt.rows]]


def lineage_of(recipe: Recipe, corpora: Path) -> dict[str, Any]:
    account = mix.gather(recipe, corpora).account
    return {"kind": "trained", "recipe": recipe.as_json(), **json.loads(json.dumps(account))}


def test_rows_gathered_from_other_files_than_the_bundles_are_called_so(
    corpora, fitted_on, tmp_path, caplog
):
    readings = tmp_path / "readings.tsv"
    readings.write_text("\t".join(COLUMNS) + "\n")
    lineage = lineage_of(replace(RECIPE, house_readings=str(readings)), corpora)
    files = lineage["corpora"][0]["files"]
    files["README.md"]["sha256"] = "0" * 64  # no comment stands in it
    same = make_bundle(tmp_path / "same", lineage=lineage)
    done = run(same, "--corpora", corpora, "--floor", "--json")
    assert "not those of its lineage" not in done.output
    readings.write_text("\n".join(["\t".join(COLUMNS), READING, ""]))
    files["aims.jsonl"]["sha256"] = "0" * 64
    other = make_bundle(tmp_path / "other", lineage=lineage)
    done = run(other, "--corpora", corpora, "--floor", "--json")
    assert done.exit_code == 0, done.output
    (sentence, *_) = json.loads(done.stdout)["skipped"]
    assert f"not those of its lineage ({readings}, newsroom/aims.jsonl)" in sentence
    assert "the part that the bundle's own report held out was not measured" in sentence
    assert sentence in caplog.messages  # said before the floor's minutes


def test_a_lineage_without_checksums_is_not_taken_for_the_same_files(bundle, corpora, fitted_on):
    report = json.loads(run(bundle, "--corpora", corpora, "--floor", "--json").stdout)
    assert "not those of its lineage (newsroom/" in report["skipped"][0]
    assert " more). held_out and the floor" in report["skipped"][0]


def test_comments_that_the_bundle_refuses_are_counted_and_end_with_status_1(bundle, desk):
    desk.write_text(desk.read_text() + "unreadable,1\n")
    done = run(bundle, *data_options(desk))
    assert done.exit_code == 1
    assert "desk.csv: 6 comments, not judged: empty 1" in done.stdout
    assert "the bundle refused 1 comments" in done.stderr


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ((), "give --corpora, --data or --suites"),
        (("--suites", "--label", "insult"), "--label goes with --data"),
        (("--suites", "--floor"), "--floor needs --corpora"),
        (("--corpora", "{tmp}/nowhere"), "does not exist"),
        (("--data", "{tmp}/nowhere.csv"), "does not exist"),
        (("--data", "{desk}", "--label", "insult"), "--data needs --text-column"),
        (("--data", "{desk}", "--corpora", "{tmp}"), "--data goes without --corpora"),
        (("--data", "{desk}", "--floor"), "--data needs --text-column"),
        ((*OF_THE_DESK, "--floor"), "--floor needs --corpora"),
        (("--data", "{desk}", "--label", "rudeness"), "'rudeness' is not one of"),
        (("--suites", "--threads", "0"), "0 is not in the range"),
    ],
)
def test_wrong_use_ends_with_status_2_and_says_what_to_mend(bundle, desk, tmp_path, options, named):
    filled = [option.format(tmp=tmp_path, desk=desk) for option in options]
    done = run(bundle, *filled)
    assert done.exit_code == 2
    assert named in done.stderr


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("comment,rude\nHm,1\n", "desk.csv, line 1: there is no column 'text'"),
        ("text,rude\nHm,1\nHm,7\n", "desk.csv, line 3, column 'rude': is not between 0 and 1"),
        ("text,rude\nHm,\n", "desk.csv, column 'rude': no row of 1 has a value"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_by_line_and_column(bundle, desk, content, named):
    desk.write_text(content)
    done = run(bundle, *data_options(desk))
    assert (done.exit_code, done.stdout) == (2, "")
    assert named in done.stderr
    assert "Hm" not in done.stderr


def test_a_missing_development_set_is_named(bundle, corpora):
    (corpora / "kaggle_insults" / "test_with_solutions.csv").unlink()
    done = run(bundle, "--corpora", corpora)
    assert done.exit_code == 2
    assert "test_with_solutions.csv: there is no such file" in done.stderr


def test_a_bundle_with_a_flipped_byte_is_refused(bundle, desk):
    (bundle / "model.int8.onnx").write_text("{]")
    done = run(bundle, *data_options(desk))
    assert done.exit_code == 2
    assert "its sha256 is not the one in manifest.json" in done.stderr


@pytest.mark.parametrize(
    ("lineage", "named"),
    [
        ({"kind": "retrained", "recipe": RECIPE.as_json()}, "was not trained from corpora"),
        ({"kind": "trained"}, "was not trained from corpora"),
        ({"kind": "trained", "recipe": {"corpora": {}, "speed": 3}}, "is of another version"),
    ],
)
def test_a_bundle_whose_rows_are_unknown_has_no_floor(tmp_path, corpora, lineage, named):
    made = make_bundle(tmp_path / "made", lineage=lineage)
    done = run(made, "--corpora", corpora, "--floor")
    assert done.exit_code == 2
    assert named in done.stderr


def test_listing_the_commands_imports_nothing_heavy():
    heavy = "{'torch', 'sklearn', 'transformers', 'datasets', 'numpy'}"
    code = f"import sys, training.evaluate_command; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "fault",
    [
        EngineError("model.int8.onnx: OpenVINO cannot load it (cause)"),
        ScoringError("no finite logits"),
    ],
)
def test_a_fault_of_the_engine_is_one_line_and_status_2(bundle, desk, monkeypatch, fault):
    def load(folder: Path, *, threads: int) -> WordScorer:
        raise fault

    monkeypatch.setattr(model_scorer, "load_scorer", load)
    done = run(bundle, *data_options(desk))
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == f"Error: {fault}\n"
