"""``comity train`` from comments to a bundle that serves, on a tiny encoder and Comity's own comments."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from model import bundle
from model.labels import NAMES, RAISING
from model.records import Comment, Example
from model.scorer import load_scorer
from training import finish, schedule
from training.commands import commands
from training.errors import TrainingError
from training.fit import Run
from training.house_readings import COLUMNS
from training.recipe import CorpusUse, Recipe
from training.train import begin, digest

# The Trainer, torch.onnx and NNCF warn of each other's old names; their warnings are not ours to mend.
pytestmark = pytest.mark.filterwarnings("default")


RECIPE = """
base = "{base}"
epochs = {epochs}
batch_size = 16
learning_rate = 1e-3
bf16 = "off"
max_length = 64
stride = 16
calibration_comments = 20
validation_share = 0.15
test_share = 0.15

[corpora]
newsroom = {{ weight = 1.0, rows = 200 }}
"""


def recipe(folder: Path, encoder: Path, epochs: float = 1.0) -> Path:
    path = folder / "tiny.toml"
    path.write_text(RECIPE.format(base=encoder, epochs=epochs))
    return path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, tiny_encoder: Path) -> tuple[Path, Result]:
    folder = tmp_path_factory.mktemp("train")
    (folder / "corpora").mkdir()
    out = folder / "bundle"
    arguments = ["--corpora", str(folder / "corpora"), "--out", str(out)]
    arguments += ["--recipe", str(recipe(folder, tiny_encoder))]
    result = CliRunner().invoke(commands["train"], arguments, catch_exceptions=False)
    return out, result


def report_of(folder: Path) -> Mapping[str, Any]:
    return json.loads((folder / "report.json").read_text())  # type: ignore[no-any-return]


def test_it_ends_well_and_says_where_the_bundle_is(made: tuple[Path, Result]) -> None:
    out, result = made
    assert result.exit_code == 0, result.output
    assert result.output.strip().splitlines()[-1] == str(out)


def test_the_bundle_is_whole_and_says_how_it_was_made(made: tuple[Path, Result]) -> None:
    loaded = bundle.load(made[0])
    assert {"model.int8.onnx", "model.safetensors", "tokenizer.json", "README.md"} <= set(
        loaded.files
    )
    lineage: Any = loaded.manifest.lineage
    assert lineage["corpora"][0]["name"] == "newsroom"
    assert lineage["corpora"][0]["licence"] == "Apache-2.0"
    assert lineage["recipe"]["epochs"] == 1.0
    assert lineage["rows"]["train"] == 200
    assert lineage["packages"]["torch"].startswith("2.")
    assert loaded.manifest.heads["target"] is True


def test_the_bundle_scores_and_its_labels_agree(made: tuple[Path, Result]) -> None:
    scorer = load_scorer(made[0], threads=1)
    scores = scorer.score([Comment("You are a fool."), Comment("A good and kind report.")])
    for one in scores:
        assert one.by_label is not None
        assert set(one.by_label) == set(NAMES)
        assert all(one.by_label["incivility"] >= one.by_label[name] for name in RAISING)


def test_the_report_holds_intervals_the_floor_and_how_int8_agrees(
    made: tuple[Path, Result],
) -> None:
    report = report_of(made[0])
    figure = report["held_out"]["pairs"]["incivility"]["figures"]["auc"]
    assert figure["low"] <= figure["value"] <= figure["high"]
    assert "floor" in report["held_out"]["pairs"]["insult"]["beside"]
    int8 = report["int8_against_torch_fp32"]["held_out.insult"]
    assert int8["mean_logit_difference"] < 0.2
    assert int8["auc_loss"] == pytest.approx(int8["auc_torch"] - int8["auc_int8"])
    assert int8["auc_loss_low"] <= int8["auc_loss"] <= int8["auc_loss_high"]
    assert set(report["operating_points"]) == set(NAMES)
    assert report["suites"]["situations"]["n"] > 400


def test_weights_come_back_as_they_went(made: tuple[Path, Result]) -> None:
    from training import network

    net = network.load(made[0])
    assert not net.training
    assert all(np.isfinite(p.detach().numpy()).all() for p in net.parameters())


def test_a_run_goes_on_from_a_bundle_with_readings_and_joins(
    made: tuple[Path, Result], tmp_path: Path, tiny_encoder: Path
) -> None:
    (tmp_path / "corpora").mkdir()
    read = recipe(tmp_path, tiny_encoder)
    begin, corpora = read.read_text().split("[corpora]")
    more = 'pooling = "mean_max"\njoined_share = 0.5\nhouse_readings = "readings.tsv"\n'
    read.write_text(f'after = "nowhere.toml"\n{begin}{more}[corpora]{corpora}')
    (tmp_path / "readings.tsv").write_text("\t".join(COLUMNS) + "\n")
    out = tmp_path / "next"
    arguments = ["--corpora", str(tmp_path / "corpora"), "--out", str(out), "--recipe", str(read)]
    arguments += ["--base", str(made[0])]
    result = CliRunner().invoke(commands["train"], arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    loaded = bundle.load(out)
    lineage: Any = loaded.manifest.lineage
    assert lineage["went_on_from"]["version"] == bundle.load(made[0]).version
    assert lineage["went_on_from"]["corpora"][0]["name"] == "newsroom"
    assert lineage["recipe"]["base"].startswith(f"bundle {bundle.load(made[0]).version}, manifest")
    assert lineage["base"]["name"] == str(tiny_encoder)
    assert lineage["lesson"]["joined"] > 0
    assert loaded.manifest.pooling == "mean_max"
    card = (out / "README.md").read_text()
    assert "It went on from bundle" in card
    older = bundle.load(made[0]).version
    assert f"`against` stand the figures of bundle {older}, which this one went on from" in card
    report = report_of(out)
    assert (report["against"], report_of(made[0])["against"]) == (older, None)
    beside = report["held_out"]["pairs"]["insult"]["beside"]["against"]["difference"]["auc"]
    assert beside["low"] <= beside["value"] <= beside["high"]
    assert set(report["suites_against"]) == set(report["suites"])
    assert f"beside bundle {older}" in result.stdout
    assert "minus against" in result.stdout
    assert result.stdout.splitlines()[-1] == str(out)
    (scores,) = load_scorer(out, threads=1).score([Comment("You are a fool.")])
    assert scores.by_label is not None


def test_a_share_of_the_base_is_refused_where_the_base_is_no_bundle(
    tmp_path: Path, tiny_encoder: Path
) -> None:
    read = recipe(tmp_path, tiny_encoder)
    read.write_text("base_share = 0.3\n" + read.read_text())
    arguments = ["--corpora", str(tmp_path), "--out", str(tmp_path / "out"), "--recipe", str(read)]
    result = CliRunner().invoke(commands["train"], arguments)
    assert result.exit_code == 2
    assert "base_share is over 0, so base must be a bundle" in result.output


def test_a_run_that_is_done_can_be_finished_anew_but_not_trained_otherwise(tmp_path: Path) -> None:
    rows = [Example("You are kind.", {"insult": 0.0})]
    begun = begin(Run(tmp_path), Recipe(), rows)
    (tmp_path / "checkpoint-7").mkdir()
    again = Run(tmp_path, resume=True)
    assert begin(again, Recipe(base_share=0.3, threshold_precision=0.6), rows) == begun
    older = {name: value for name, value in begun["recipe"].items() if name != "r_drop"}
    (tmp_path / "run.json").write_text(json.dumps({**begun, "recipe": older}))
    assert begin(again, Recipe(), rows)["rows"] == begun["rows"]
    with pytest.raises(TrainingError, match="of another recipe"):
        begin(again, Recipe(learning_rate=9.0), rows)
    with pytest.raises(TrainingError, match="of another rows"):
        begin(again, Recipe(), [*rows, *rows])


def stopped(work: Path, step: int, *, of: int) -> None:
    folder = work / f"checkpoint-{step}"
    folder.mkdir()
    (folder / "trainer_state.json").write_text(json.dumps({"global_step": step, "max_steps": of}))


def test_a_run_may_be_taken_up_on_another_number_of_epochs_and_its_record_says_so(
    tmp_path: Path,
) -> None:
    rows = [Example(f"You are kind {n}.", {"insult": 0.0}) for n in range(100)]
    asked, again = Recipe(batch_size=10, epochs=2.0), Run(tmp_path, resume=True)
    begun = begin(Run(tmp_path), asked, rows)
    stopped(tmp_path, 7, of=20)
    assert begin(again, asked, rows) == begun
    shorter = replace(asked, epochs=1.25)
    record = begin(again, shorter, rows)
    assert record == {**begun, "taken_up": [{"step": 7, "epochs": 1.25}]}
    assert json.loads((tmp_path / "run.json").read_text()) == json.loads(json.dumps(record))
    assert schedule.told(record)["begun_with_epochs"] == 2.0
    stopped(tmp_path, 9, of=13)
    assert begin(again, shorter, rows) == record
    assert begin(again, asked, rows)["taken_up"] == [
        {"step": 7, "epochs": 1.25},
        {"step": 9, "epochs": 2.0},
    ]
    # Nothing was trained on the last one: it came to nothing.
    assert begin(again, shorter, rows) == record
    with pytest.raises(TrainingError, match="of another recipe"):
        begin(again, replace(shorter, seed=5), rows)


def test_a_checkpoint_of_another_schedule_than_the_record_says_has_the_last_word(
    tmp_path: Path,
) -> None:
    rows = [Example(f"You are kind {n}.", {"insult": 0.0}) for n in range(100)]
    asked = Recipe(batch_size=10, epochs=1.25)
    begin(Run(tmp_path), asked, rows)
    stopped(tmp_path, 7, of=20)
    record = begin(Run(tmp_path, resume=True), asked, rows)
    assert schedule.told(record) == {
        "begun_with_epochs": 2.0,
        "taken_up": [{"step": 7, "epochs": 1.25}],
    }
    assert schedule.told({"recipe": {"epochs": 2.0}}) == {}


def test_a_run_without_a_whole_checkpoint_begins_anew_on_the_schedule_asked(tmp_path: Path) -> None:
    rows = [Example("You are kind.", {"insult": 0.0})]
    begin(Run(tmp_path), Recipe(epochs=2.0), rows)
    (tmp_path / "checkpoint-7").mkdir()
    file = tmp_path / "run.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "commit": "of-before"}))
    record = begin(Run(tmp_path, resume=True), Recipe(epochs=3.0), rows)
    assert record["recipe"]["epochs"] == 3.0
    assert "taken_up" not in record
    assert record["commit"] == finish.commit() != "of-before"  # none of its steps is of that code
    assert json.loads(file.read_text())["commit"] == record["commit"]


def test_a_run_begun_before_a_corpus_had_a_cap_of_readings_is_taken_up(tmp_path: Path) -> None:
    rows, asked = [Example("You are kind.", {"insult": 0.0})], Recipe(corpora={"olid": CorpusUse()})
    begun = begin(Run(tmp_path), asked, rows)
    (tmp_path / "checkpoint-7").mkdir()
    kept = json.loads((tmp_path / "run.json").read_text())
    del kept["recipe"]["corpora"]["olid"]["readings"]
    kept["recipe"]["annotators_share"] = 0.0
    (tmp_path / "run.json").write_text(json.dumps(kept))
    again = Run(tmp_path, resume=True)
    assert begin(again, asked, rows)["rows"] == begun["rows"]
    with pytest.raises(TrainingError, match="of another recipe"):
        begin(again, replace(asked, corpora={"olid": CorpusUse(readings=9)}), rows)


def test_who_said_what_a_row_teaches_is_in_its_digest() -> None:
    row = Example("You are a fool.", {"insult": 1.0}, source="olid", target="person")
    same = [replace(row), replace(row, id="another")]
    others = [replace(row, source="newsroom"), replace(row, by="house")]
    assert {digest([one]) for one in same} == {digest([row])}
    assert len({digest([one]) for one in (row, *others)}) == 3


def test_a_folder_that_is_not_empty_is_refused_before_training(
    made: tuple[Path, Result], tmp_path: Path, tiny_encoder: Path
) -> None:
    arguments = ["--corpora", str(tmp_path), "--out", str(made[0])]
    arguments += ["--recipe", str(recipe(tmp_path, tiny_encoder))]
    result = CliRunner().invoke(commands["train"], arguments)
    assert result.exit_code == 2
    assert "is not empty" in result.output


def test_a_killed_run_is_taken_up_at_its_last_checkpoint(
    tmp_path: Path, tiny_encoder: Path
) -> None:
    work, out = tmp_path / "work", tmp_path / "bundle"
    (tmp_path / "corpora").mkdir()
    command = [sys.executable, "-c", "from service.cli import main; main()", "train"]
    command += ["--corpora", str(tmp_path / "corpora"), "--out", str(out), "--work", str(work)]
    command += ["--recipe", str(recipe(tmp_path, tiny_encoder, epochs=12.0)), "--resume"]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    first = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    deadline = time.monotonic() + 120
    while not list(work.glob("checkpoint-*/trainer_state.json")):
        assert first.poll() is None, "the run ended before it was killed"
        assert time.monotonic() < deadline, "no checkpoint in two minutes"
        time.sleep(0.05)
    first.send_signal(signal.SIGKILL)
    first.wait()
    assert not out.exists()
    other = [*command, "--seed", "5"]
    refused = subprocess.run(other, env=environment, capture_output=True, text=True, check=False)
    assert refused.returncode == 2
    assert "of another recipe" in refused.stderr
    again = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert again.returncode == 0, again.stderr[-3000:]
    assert "taking up" in again.stderr
    assert bundle.load(out).manifest.max_length == 64
