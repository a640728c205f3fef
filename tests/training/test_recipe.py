"""A recipe refuses what cannot be before an hour of training starts."""

import json
from pathlib import Path

import pytest

from training.errors import TrainingError
from training.recipe import (
    SHIPPED,
    CorpusUse,
    Recipe,
    leaves_the_same_weights,
    read,
    while_training,
)


def test_the_shipped_recipe_is_valid_and_names_only_training_corpora() -> None:
    from training.mix import chosen

    assert set(chosen(read(SHIPPED))) == set(read(SHIPPED).corpora)


def test_permissive_licences_leave_out_corpora_that_state_none() -> None:
    from training.mix import chosen

    uses = chosen(read(SHIPPED, licences="permissive"))
    assert "kaggle_insults" not in uses
    assert "toxic_spans" in uses


def test_an_evaluation_set_in_a_recipe_is_refused_by_name() -> None:
    from training.mix import chosen

    with pytest.raises(TrainingError, match="unhealthy_conversations may not be trained on"):
        chosen(Recipe(corpora={"unhealthy_conversations": CorpusUse()}))


def test_an_unknown_key_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "r.toml"
    path.write_text("epoch = 3\n")
    with pytest.raises(TrainingError, match="unknown key epoch"):
        read(path)


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("epochs = 0", "epochs"),
        ("average_decay = 1.0", "average_decay"),
        ("joined_share = 2.0", "joined_share"),
        ("readings_weight = -1.0", "readings_weight"),
        ("after = 3", "after must be a text"),
        ("house_readings = 3", "house_readings must be a text"),
        ("max_length = 4", "max_length"),
        ("stride = 127", "stride"),
        ('pooling = "max"', "pooling"),
        ("test_share = 0.6", "test_share"),
        ("[corpora]\nolid = { weight = -1 }", "corpora.olid"),
        ("[corpora]\nolid = { size = 3 }", "corpora.olid"),
        ("epochs = ", "r.toml"),
        ('epochs = "two"', "epochs must be a number"),
        ("seed = 1.5", "seed must be a whole number"),
        ('bf16 = "yes"', "bf16"),
        ("max_windows = 0", "max_windows"),
        ("calibration_comments = 0", "calibration_comments"),
        ("corpora = 3", "corpora must be a table"),
        ('[corpora]\nolid = { weight = "a" }', "corpora.olid"),
    ],
)
def test_a_value_that_cannot_be_is_refused_by_name(tmp_path: Path, line: str, named: str) -> None:
    path = tmp_path / "r.toml"
    path.write_text(line)
    with pytest.raises(TrainingError, match=named):
        read(path)


def test_options_of_the_command_line_win_over_the_file() -> None:
    recipe = read(SHIPPED, epochs=7.0, seed=None)
    assert recipe.epochs == 7.0
    assert recipe.seed == read(SHIPPED).seed


def test_a_recipe_extends_another_and_its_own_keys_win(tmp_path: Path) -> None:
    (tmp_path / "base.toml").write_text(
        'epochs = 3.0\nlearning_rate = 1e-4\nsoft_targets = "kept"\n[corpora]\nnewsroom = {}\n'
    )
    (tmp_path / "deeper").mkdir()
    file = tmp_path / "deeper" / "mine.toml"
    file.write_text('extends = "../base.toml"\nepochs = 1.0\n')
    made = read(file)
    assert (made.epochs, made.learning_rate, list(made.corpora)) == (1.0, 1e-4, ["newsroom"])
    assert made.soft_targets == str(tmp_path / "kept")
    file.write_text('extends = "nowhere.toml"\n')
    with pytest.raises(TrainingError, match=r"nowhere\.toml: no such recipe"):
        read(file)
    file.write_text("extends = 7\n")
    with pytest.raises(TrainingError, match="extends must be a text"):
        read(file)


def test_what_a_teacher_is_asked_is_a_whole_number_a_corpus(tmp_path: Path) -> None:
    file = tmp_path / "teacher.toml"
    file.write_text("[asked]\nnewsroom = 0.5\n")
    with pytest.raises(TrainingError, match="asked must be a table of whole numbers"):
        read(file)


@pytest.mark.parametrize("file", sorted(SHIPPED.parent.rglob("*.toml")), ids=lambda f: f.stem)
def test_every_recipe_of_the_repository_can_be_read(file: Path) -> None:
    assert read(file).corpora


def test_a_form_of_before_a_field_existed_or_of_another_threshold_is_the_same_while_training() -> (
    None
):
    form = Recipe().as_json()
    older = {name: value for name, value in form.items() if name != "joined_share"}
    assert while_training({**older, "threshold_precision": 0.9}) == while_training(form)
    assert while_training({**form, "joined_share": 0.5}) != while_training(form)
    assert while_training("a digest") == "a digest"


def test_a_corpus_of_before_its_readings_could_be_capped_is_the_same_while_training() -> None:
    form = Recipe(corpora={"newsroom": CorpusUse(rows=5)}).as_json()
    older = {**form, "corpora": {"newsroom": {"weight": 1.0, "rows": 5}}}
    capped = {**form, "corpora": {"newsroom": {"weight": 1.0, "rows": 5, "readings": 4}}}
    assert while_training(older) == while_training(form)
    assert while_training(older) != while_training(capped)


@pytest.mark.parametrize("nought", [0.0, 0, "", None])
def test_a_field_that_is_no_more_says_nothing_where_it_stood_at_nought(nought: object) -> None:
    form = Recipe().as_json()
    assert while_training({**form, "annotators_share": nought}) == while_training(form)
    assert while_training({**form, "annotators_share": 0.3}) != while_training(form)


def test_weights_are_the_same_whatever_is_asked_at_the_end_but_for_the_share_of_the_base() -> None:
    recipe = Recipe(corpora={"newsroom": CorpusUse(rows=5)})
    form = json.loads(json.dumps(recipe.as_json()))
    older = {name: value for name, value in form.items() if name != "base_share"}
    assert leaves_the_same_weights({**older, "max_windows": 3}, recipe)
    assert not leaves_the_same_weights({**form, "base_share": 0.3}, recipe)
    assert not leaves_the_same_weights({**form, "epochs": 9.0}, recipe)
    assert not leaves_the_same_weights(None, recipe)
