"""A recipe that comes after another: what is trained, where, and what is not trained again."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from training import fit, stages
from training.errors import TrainingError
from training.recipe import FIRST_STAGE, SHIPPED, Recipe, read


class Trained(list[tuple[Recipe, Path, fit.Run]]):
    """Stands in for the training: notes what was asked, and leaves a manifest as a bundle would."""

    def __call__(self, recipe: Recipe, folder: Path, out: Path, run: fit.Run) -> None:
        self.append((recipe, out, run))
        out.mkdir(parents=True)
        manifest = {"lineage": {"recipe": recipe.as_json()}}
        (out / "manifest.json").write_text(json.dumps(manifest))


@pytest.fixture
def trained(monkeypatch: pytest.MonkeyPatch) -> Trained:
    noted = Trained()
    monkeypatch.setattr(stages, "train", noted)
    return noted


def recipes(folder: Path, first: str = "epochs = 3.0", **changed: Any) -> Recipe:
    (folder / "first.toml").write_text(first + "\n[corpora]\nnewsroom = {}\n")
    file = folder / "second.toml"
    file.write_text('after = "first.toml"\nepochs = 1.0\n[corpora]\nnewsroom = {}\n')
    return read(file, **changed)


def test_the_stage_before_is_trained_in_the_work_folder_and_gone_on_from(
    tmp_path: Path, trained: Trained
) -> None:
    run = fit.Run(tmp_path / "work", report_to="tensorboard")
    recipe = recipes(tmp_path, base="encoder", seed=5, epochs=2.0, licences="permissive")
    stages.train_all(recipe, tmp_path, tmp_path / "out", run)
    (first, made, of_first), (second, out, of_second) = trained
    assert made == tmp_path / "work" / "stage-before" / "bundle"
    assert of_first == replace(run, work=tmp_path / "work" / "stage-before" / "work")
    assert (first.base, first.seed, first.licences, first.epochs) == ("encoder", 5, "permissive", 3)
    assert (second, out, of_second) == (
        replace(recipe, base=str(made)),
        tmp_path / "out",
        run,
    )


def test_a_base_that_is_a_bundle_needs_no_stage_before(tmp_path: Path, trained: Trained) -> None:
    bundle = tmp_path / "bundle"
    bundle.mkdir()
    (bundle / "manifest.json").write_text("{}")
    recipe = recipes(tmp_path, base=str(bundle))
    stages.train_all(recipe, tmp_path, tmp_path / "out", fit.Run(tmp_path / "work"))
    assert [asked for asked, _, _ in trained] == [recipe]


def test_a_recipe_that_comes_after_none_is_trained_alone(tmp_path: Path, trained: Trained) -> None:
    stages.train_all(Recipe(), tmp_path, tmp_path / "out", fit.Run(tmp_path / "work"))
    assert len(trained) == 1


def test_a_stage_that_is_done_is_not_trained_again_on_resuming(
    tmp_path: Path, trained: Trained
) -> None:
    run = fit.Run(tmp_path / "work", resume=True)
    stages.train_all(recipes(tmp_path), tmp_path, tmp_path / "out", run)
    stages.train_all(recipes(tmp_path), tmp_path, tmp_path / "other", run)
    assert [out.name for _, out, _ in trained] == ["bundle", "out", "other"]
    with pytest.raises(TrainingError, match="is of another recipe; name another --work"):
        stages.train_all(recipes(tmp_path, "epochs = 9.0"), tmp_path, tmp_path / "third", run)


def test_what_stands_in_the_way_of_the_second_stage_is_said_before_the_first(
    tmp_path: Path, trained: Trained
) -> None:
    filled = tmp_path / "filled"
    filled.mkdir()
    (filled / "file").write_text("")
    run = fit.Run(tmp_path / "work")
    with pytest.raises(TrainingError, match="is not empty"):
        stages.train_all(recipes(tmp_path), tmp_path, filled, run)
    unread = replace(recipes(tmp_path), house_readings=str(tmp_path / "nowhere.tsv"))
    with pytest.raises(TrainingError, match="no such file of readings"):
        stages.train_all(unread, tmp_path, tmp_path / "out", run)
    elsewhere = replace(recipes(tmp_path), corpora={})
    with pytest.raises(TrainingError, match="holds none of the public corpora"):
        stages.train_all(elsewhere, tmp_path, tmp_path / "out", run)
    assert trained == []


@pytest.mark.parametrize("taken", ["work", "work/stage-before/work"])
def test_checkpoints_in_the_work_folder_of_any_stage_are_refused_before_the_first(
    tmp_path: Path, trained: Trained, taken: str
) -> None:
    (tmp_path / taken / "checkpoint-1").mkdir(parents=True)
    run = fit.Run(tmp_path / "work")
    with pytest.raises(TrainingError, match=f"{taken}: holds the checkpoints of a run; --resume"):
        stages.train_all(recipes(tmp_path), tmp_path, tmp_path / "out", run)
    assert trained == []
    stages.train_all(recipes(tmp_path), tmp_path, tmp_path / "out", replace(run, resume=True))
    assert len(trained) == 2


def test_a_chain_of_stages_is_trained_from_its_beginning(tmp_path: Path, trained: Trained) -> None:
    recipes(tmp_path)
    file = tmp_path / "third.toml"
    file.write_text('after = "second.toml"\nepochs = 0.5\n[corpora]\nnewsroom = {}\n')
    run = fit.Run(tmp_path / "work", resume=True)
    stages.train_all(read(file, base="encoder"), tmp_path, tmp_path / "out", run)
    assert [asked.epochs for asked, _, _ in trained] == [3.0, 1.0, 0.5]
    first, second, third = trained
    second_stage = tmp_path / "work" / "stage-before"
    assert first[1] == second_stage / "work" / "stage-before" / "bundle"
    assert (first[0].base, second[0].base) == ("encoder", str(first[1]))
    assert (second[1], third[0].base) == (second_stage / "bundle", str(second_stage / "bundle"))
    stages.train_all(read(file, base="encoder"), tmp_path, tmp_path / "other", run)
    assert [out.name for _, out, _ in trained[3:]] == ["other"]


def test_a_recipe_that_comes_after_itself_is_refused(tmp_path: Path, trained: Trained) -> None:
    recipe = recipes(tmp_path, 'after = "second.toml"')
    with pytest.raises(TrainingError, match="comes after itself"):
        stages.train_all(recipe, tmp_path, tmp_path / "out", fit.Run(tmp_path / "work"))
    assert trained == []


def test_the_shipped_recipe_begins_with_the_first_stage() -> None:
    shipped = read(SHIPPED)
    first = stages.chain(shipped)[-1]
    assert first == read(FIRST_STAGE)
    assert (first.pooling, shipped.pooling) == ("mean", "mean_max")


def test_a_stage_made_before_a_field_existed_or_with_another_threshold_is_done(
    tmp_path: Path, trained: Trained
) -> None:
    run = fit.Run(tmp_path / "work", resume=True)
    stages.train_all(recipes(tmp_path), tmp_path, tmp_path / "out", run)
    manifest = tmp_path / "work" / "stage-before" / "bundle" / "manifest.json"
    said = json.loads(manifest.read_text())
    del said["lineage"]["recipe"]["r_drop"]
    del said["lineage"]["recipe"]["corpora"]["newsroom"]["readings"]
    said["lineage"]["recipe"]["annotators_share"] = 0.0
    manifest.write_text(json.dumps(said))
    changed = "epochs = 3.0\nthreshold_precision = 0.7"
    stages.train_all(recipes(tmp_path, changed), tmp_path, tmp_path / "other", run)
    assert [out.name for _, out, _ in trained] == ["bundle", "out", "other"]


@pytest.mark.parametrize(
    ("first", "last"), [("mean_max", "mean"), ("mean_max", "cls"), ("cls", "mean")]
)
def test_a_pooling_that_a_stage_cannot_go_on_from_is_refused_before_the_first(
    tmp_path: Path, trained: Trained, first: str, last: str
) -> None:
    recipe = recipes(tmp_path, f'pooling = "{first}"', pooling=last)
    said = f"first.toml: its pooling is {first}, which cannot become {last}"
    with pytest.raises(TrainingError, match=said):
        stages.train_all(recipe, tmp_path, tmp_path / "out", fit.Run(tmp_path / "work"))
    assert trained == []


def test_the_whole_chain_is_looked_through_for_its_poolings(
    tmp_path: Path, trained: Trained
) -> None:
    recipes(tmp_path, 'pooling = "mean_max"')
    file = tmp_path / "third.toml"
    file.write_text('after = "second.toml"\npooling = "mean_max"\n[corpora]\nnewsroom = {}\n')
    with pytest.raises(TrainingError, match=r"first\.toml: its pooling is mean_max"):
        stages.train_all(read(file), tmp_path, tmp_path / "out", fit.Run(tmp_path / "work"))
    assert trained == []
