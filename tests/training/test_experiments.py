"""Recipes side by side: the corpora are read once, and each AUC stands beside the first recipe's."""

import json
import logging
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from model.labels import NAMES
from model.records import Example
from training import bootstrap, corpora, experiments, going_on, mix, sweep
from training.errors import TrainingError
from training.recipe import CorpusUse, Recipe

RUDE = dict.fromkeys(NAMES, 1.0)
CIVIL = dict.fromkeys(NAMES, 0.0)


def comments(count: int) -> list[Example]:
    rude = [Example(f"you are a fool {n}", RUDE, id=f"r{n}") for n in range(count)]
    return rude + [Example(f"the clown is kind {n}", CIVIL, id=f"c{n}") for n in range(count)]


@pytest.fixture
def gathered(monkeypatch: pytest.MonkeyPatch) -> list[Recipe]:
    """A mix of invented comments, noted each time it is gathered, and evaluation sets like it."""
    asked: list[Recipe] = []

    def gather(recipe: Recipe, folder: Path) -> mix.Mix:
        asked.append(recipe)
        parts = {"train": comments(60), "validation": comments(8), "test": comments(12)}
        return mix.Mix(parts, {})

    def read_corpus(name: str, folder: Path) -> list[Example]:
        columns = {column for of, column, _ in experiments.PAIRS if of == name}
        return [
            replace(row, labels=dict.fromkeys(columns, row.labels["incivility"]))
            for row in comments(15)
        ]

    monkeypatch.setattr(mix, "gather", gather)
    monkeypatch.setattr(corpora, "read_corpus", read_corpus)
    return asked


def recipe(encoder: Path, **changed: object) -> Recipe:
    small = Recipe(base=str(encoder), epochs=1.0, batch_size=8, max_length=32, stride=4)
    return replace(small, **changed)  # type: ignore[arg-type]


def test_each_recipe_is_measured_and_all_but_the_first_stand_beside_the_first(
    tiny_encoder: Path, tmp_path: Path, gathered: list[Recipe]
) -> None:
    recipes = {
        "first": recipe(tiny_encoder),
        "again": recipe(tiny_encoder),
        "faster": recipe(tiny_encoder, learning_rate=5e-3, pooling="mean_max"),
    }
    first, again, faster = experiments.run_all(recipes, tmp_path, tmp_path / "work", rows=100)
    assert [first.name, first.rows, dict(first.beside)] == ["first", 100, {}]
    assert set(again.beside) == set(first.auc)
    assert "unhealthy_conversations.dismissive" in first.auc
    assert {"validation.incivility", "situations.incivility", "beside_plain.incivility"} <= set(
        first.auc
    )
    # The same recipe, seed and rows: what differs is nothing at all.
    assert again.auc == first.auc
    assert {(d.value, d.low, d.high) for d in again.beside.values()} == {(0.0, 0.0, 0.0)}
    suite = faster.beside["situations.incivility"]
    assert suite.value == pytest.approx(
        faster.auc["situations.incivility"] - first.auc["situations.incivility"]
    )
    assert suite.low < suite.value < suite.high
    lines = (tmp_path / "work" / "outcomes.jsonl").read_text().splitlines()
    assert [json.loads(line)["name"] for line in lines] == ["first", "again", "faster"]


def test_the_corpora_are_read_again_only_for_a_recipe_of_other_rows(
    tiny_encoder: Path, tmp_path: Path, gathered: list[Recipe]
) -> None:
    recipes = {
        "first": recipe(tiny_encoder),
        "faster": recipe(tiny_encoder, learning_rate=1e-2),
        "other": recipe(tiny_encoder, corpora={"newsroom": CorpusUse(weight=2.0)}),
        "redrawn": recipe(
            tiny_encoder, corpora={"newsroom": CorpusUse(weight=2.0)}, redraw=1, epochs=0.5
        ),
    }
    assert len(list(experiments.run_all(recipes, tmp_path, tmp_path / "work", rows=20))) == 4
    assert gathered == [recipes["first"], recipes["other"], recipes["redrawn"]]


def test_a_label_without_known_rows_of_both_kinds_is_left_out_and_named_in_the_log(
    tiny_encoder: Path,
    tmp_path: Path,
    gathered: list[Recipe],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    whole = mix.gather(recipe(tiny_encoder), tmp_path)
    split = [
        replace(row, labels={"insult": row.labels["insult"], "threat": 0.0}) for row in comments(12)
    ]
    lacking = mix.Mix({**whole.parts, "validation": split}, {})
    monkeypatch.setattr(mix, "gather", lambda asked, folder: lacking)
    with caplog.at_level(logging.WARNING):
        (only,) = experiments.run_all(
            {"only": recipe(tiny_encoder, epochs=0.2)}, tmp_path, tmp_path / "work", rows=20
        )
    assert {figure for figure in only.auc if figure.startswith("validation.")} == {
        "validation.insult"
    }
    assert "situations.incivility" in only.auc
    assert "without known rows of both kinds: validation.incivility, " in caplog.text
    assert "validation.threat" in caplog.text


def test_figures_of_other_validation_rows_are_not_paired() -> None:
    rows = np.array([True, False, True, False])
    logits = np.array([0.5, 0.1, 0.7, 0.2], dtype=np.float32)
    metrics = {experiments.AUC: sweep.auc}
    one = bootstrap.estimate(rows, logits, metrics, seed=1, count=10)
    other = bootstrap.estimate(rows[:3], logits[:3], metrics, seed=1, count=10)
    assert experiments.compared({"validation.insult": other}, {"validation.insult": one}) == {}
    assert set(experiments.compared({"validation.insult": one}, {"validation.insult": one})) == {
        "validation.insult"
    }


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"after": "first.toml"}, "second: comes after first.toml, .* name --base BUNDLE"),
        ({"base_share": 0.3}, "second: recipe: base_share is over 0, .* name --base BUNDLE"),
        ({"base": "./nowhere"}, "second: base ./nowhere: there is no such folder"),
    ],
)
def test_what_an_experiment_cannot_train_is_refused_before_the_corpora_are_read(
    tiny_encoder: Path, tmp_path: Path, gathered: list[Recipe], changed: dict[str, Any], said: str
) -> None:
    recipes = {"first": recipe(tiny_encoder), "second": recipe(tiny_encoder, **changed)}
    with pytest.raises(TrainingError, match=said):
        next(experiments.run_all(recipes, tmp_path, tmp_path / "work", rows=20))
    assert gathered == []


def test_a_recipe_that_comes_after_another_may_go_on_from_a_bundle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "manifest.json").write_text("{}")
    begun = Recipe(base=str(tmp_path), after="first.toml", base_share=0.3)
    monkeypatch.setattr(going_on, "start", lambda recipe: recipe)
    started: object = experiments._start("second", begun)
    assert started is begun
