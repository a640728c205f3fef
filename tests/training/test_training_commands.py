"""The training verbs at the edge: what is refused before anything is read, and with which exit status."""

import importlib.util
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from model.bundle import default_bundle
from model.runtime import EngineError
from model.scorer import ScoringError
from training import fit, retrain, stages
from training.commands import commands
from training.errors import TrainingError
from training.recipe import SHIPPED, Recipe, read
from training.report import Report
from training.verbs import INSTALL


def train(folder: Path, *options: str) -> Result:
    recipe = folder / "recipe.toml"
    recipe.write_text("[corpora]\nnewsroom = {}\n")
    arguments = ["--corpora", folder, "--out", folder / "out", "--recipe", recipe, *options]
    return CliRunner().invoke(commands["train"], [str(one) for one in arguments])


@pytest.fixture
def without_the_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(
        "importlib.util.find_spec",
        lambda name: None if name in ("torch", "sklearn") else find(name),
    )


@pytest.mark.usefixtures("without_the_parts")
@pytest.mark.parametrize("verb", commands)
@pytest.mark.parametrize(
    "options", [[], ["--what"], ["--out"], ["nowhere", "--corpora", "nowhere"]]
)
def test_without_the_training_parts_a_verb_says_how_to_install_them_whatever_its_options(
    verb: str, options: list[str]
) -> None:
    done = CliRunner().invoke(commands[verb], options)
    assert (done.exit_code, done.stderr) == (2, f"Error: {INSTALL}\n")
    assert "pip install '.[train]'" in INSTALL


@pytest.mark.usefixtures("without_the_parts")
@pytest.mark.parametrize("verb", commands)
def test_without_the_training_parts_the_help_still_works(verb: str) -> None:
    done = CliRunner().invoke(commands[verb], ["--help"])
    assert done.exit_code == 0
    assert "Usage:" in done.stdout
    assert INSTALL not in done.output


@pytest.mark.parametrize("verb", commands)
def test_with_the_training_parts_a_missing_option_is_named(verb: str) -> None:
    done = CliRunner().invoke(commands[verb], [], env={"COMITY_CORPORA": ""})
    assert done.exit_code == 2
    assert "Missing" in done.stderr


@pytest.fixture
def unread(monkeypatch: pytest.MonkeyPatch) -> None:
    def train_all(*given: object) -> None:
        raise AssertionError("the training began")

    monkeypatch.setattr(stages, "train_all", train_all)


@pytest.mark.usefixtures("unread")
def test_whom_to_report_to_is_checked_before_anything_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    typo = train(tmp_path, "--report-to", "tensorbord")
    assert typo.exit_code == 2
    assert "'tensorbord' is not one of 'none', 'tensorboard'" in typo.stderr
    find = importlib.util.find_spec
    monkeypatch.setattr(
        "importlib.util.find_spec", lambda name: None if name == "mlflow" else find(name)
    )
    lacking = train(tmp_path, "--report-to", "mlflow")
    assert lacking.exit_code == 2
    assert "its package is not installed: pip install mlflow" in lacking.stderr


def test_a_base_that_is_not_there_is_refused_and_not_looked_up(tmp_path: Path) -> None:
    (tmp_path / "runs").mkdir()
    done = train(tmp_path, "--base", f"{tmp_path}/runs/typo")
    assert done.exit_code == 2
    assert done.stderr.startswith(f"Error: base {tmp_path}/runs/typo: there is no such folder")


def test_the_help_says_which_options_reach_every_stage() -> None:
    said = " ".join(CliRunner().invoke(commands["train"], ["--help"]).output.split())
    assert "--seed, --bf16, --licences, --resume and --report-to hold for every stage" in said
    assert said.count("Of every stage.") == 3
    assert said.count("Of the last stage.") == 3


def test_the_help_says_how_many_stages_the_shipped_bundle_has() -> None:
    said = " ".join(CliRunner().invoke(commands["train"], ["--help"]).output.split())
    assert len(stages.chain(read(SHIPPED))) == 8
    assert "the shipped one is the last of eight" in said


def test_recipes_of_one_name_are_refused_since_one_of_them_would_not_be_trained(
    tmp_path: Path,
) -> None:
    files = [tmp_path / folder / "rate.toml" for folder in ("mine", "yours")]
    for file in files:
        file.parent.mkdir()
        file.write_text("[corpora]\nnewsroom = {}\n")
    done = CliRunner().invoke(
        commands["experiment"], [*map(str, files), "--corpora", str(tmp_path)]
    )
    assert done.exit_code == 2
    assert "rate: several recipes of one name" in done.output


@pytest.mark.parametrize("fault", [EngineError("cannot load it"), ScoringError("no finite logits")])
def test_a_fault_of_the_engine_is_one_line_and_status_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    def train_all(*given: object) -> None:
        raise fault

    monkeypatch.setattr(stages, "train_all", train_all)
    done = train(tmp_path)
    assert (done.exit_code, done.stderr) == (2, f"Error: {fault}\n")


@pytest.mark.parametrize(("agrees", "status"), [(True, 0), (False, 1)])
def test_a_bundle_whose_int8_does_not_agree_is_kept_and_ends_with_status_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, agrees: bool, status: int
) -> None:
    one = {"agrees": agrees, "n": 900, "positives": 300, "auc_torch": 0.81, "auc_int8": 0.8}

    def train_all(recipe: Recipe, folder: Path, out: Path, run: fit.Run) -> Report:
        out.mkdir()
        report = {"int8_against_torch_fp32": {"held_out.insult": one}}
        (out / "report.json").write_text(json.dumps(report))
        return Report("one", None, 17, {}, None, {}, {})

    monkeypatch.setattr(stages, "train_all", train_all)
    done = train(tmp_path)
    assert done.exit_code == status
    assert (tmp_path / "out" / "report.json").exists()
    assert ("int8 does not agree with torch: on held_out.insult" in done.stderr) is not agrees


def retrained(folder: Path, serving: Callable[[], Path] | None, *options: str) -> Result:
    (folder / "labels.jsonl").write_text("")
    arguments = ["--labels", str(folder / "labels.jsonl"), "--out", str(folder / "out"), *options]
    return CliRunner().invoke(commands["retrain"], arguments, obj=serving)


@pytest.fixture
def plans(monkeypatch: pytest.MonkeyPatch) -> list[retrain.Plan]:
    """The retrainings that were asked for; none is done."""
    asked: list[retrain.Plan] = []

    def note(plan: retrain.Plan) -> dict[str, Any]:
        asked.append(plan)
        raise TrainingError("noted")

    monkeypatch.setattr(retrain, "retrain", note)
    return asked


def test_a_retraining_starts_from_the_champion_where_the_service_names_no_other(
    tmp_path: Path, plans: list[retrain.Plan]
) -> None:
    retrained(tmp_path, None)
    retrained(tmp_path, default_bundle)
    assert [plan.source for plan in plans] == [default_bundle()] * 2


def test_a_retraining_asks_for_from_where_the_service_serves_another_champion(
    tmp_path: Path, plans: list[retrain.Plan]
) -> None:
    other = tmp_path / "var" / "models" / "champion"
    other.mkdir(parents=True)
    done = retrained(tmp_path, lambda: other)
    assert (done.exit_code, plans) == (2, [])
    assert f"name {other} as champion" in done.stderr
    assert "--from" in done.stderr
    retrained(tmp_path, lambda: other, "--from", str(other))
    assert [plan.source for plan in plans] == [other]


def test_a_copy_of_the_champion_is_no_other(tmp_path: Path, plans: list[retrain.Plan]) -> None:
    (tmp_path / "manifest.json").write_bytes((default_bundle() / "manifest.json").read_bytes())
    retrained(tmp_path, lambda: tmp_path)
    assert len(plans) == 1
