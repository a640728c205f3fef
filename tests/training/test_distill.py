"""``comity teach``: a teacher is trained once, asked again, and never taken for another."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from safetensors.numpy import save_file

from model.labels import NAMES
from training import distill, soft_targets
from training.commands import commands
from training.corpora import read_corpus
from training.errors import TrainingError
from training.recipe import CorpusUse, Recipe

# The Trainer warns of its own old names; its warnings are not ours to mend.
pytestmark = pytest.mark.filterwarnings("default")

RECIPE = """
base = "{base}"
epochs = 0.2
batch_size = 16
bf16 = "off"
max_length = 32
stride = 8
{more}
[corpora]
newsroom = {{ rows = 60 }}
[asked]
{asked}
"""
STUDENT = 'base = "{base}"\nsoft_targets = "targets"\n[corpora]\nnewsroom = {{ rows = 90 }}\n'


class Teaching:
    """A folder in which a tiny teacher is taught and asked."""

    def __init__(self, folder: Path, encoder: Path) -> None:
        self.folder, self.encoder = folder, encoder
        (folder / "corpora").mkdir()
        (folder / "student.toml").write_text(STUDENT.format(base=encoder))

    def run(self, *options: str, asked: str = "newsroom = 40", more: str = "") -> Result:
        recipe = self.folder / "teacher.toml"
        recipe.write_text(RECIPE.format(base=self.encoder, asked=asked, more=more))
        arguments = ["--corpora", self.folder / "corpora", "--out", self.folder / "targets"]
        arguments += ["--recipe", recipe, "--student", self.folder / "student.toml", *options]
        return CliRunner().invoke(commands["teach"], [str(a) for a in arguments])


@pytest.fixture
def teaching(tmp_path: Path, tiny_encoder: Path) -> Teaching:
    return Teaching(tmp_path, tiny_encoder)


def test_a_teacher_is_asked_about_as_many_rows_as_its_recipe_says_and_asked_again_untrained(
    teaching: Teaching,
) -> None:
    done = teaching.run()
    assert done.exit_code == 0, done.output
    first = soft_targets.read(teaching.folder / "targets")
    assert 30 <= len(first.by_key) <= 40
    assert first.lineage["asked"] == {"newsroom": 40}
    known = [e for e in read_corpus("newsroom", Path()) if first.of(e) is not None]
    assert len(known) == len(first.by_key)
    trained = (teaching.folder / "targets.work" / "teacher.safetensors").read_bytes()

    again = teaching.run("--resume", asked="newsroom = 50")
    assert again.exit_code == 0, again.output
    more = soft_targets.read(teaching.folder / "targets")
    assert len(more.by_key) > len(first.by_key)
    assert (teaching.folder / "targets.work" / "teacher.safetensors").read_bytes() == trained
    same = set(first.by_key) & set(more.by_key)
    assert same
    for key in same:
        assert more.by_key[key].tolist() == pytest.approx(first.by_key[key].tolist(), abs=1e-3)
    assert len(next(iter(more.by_key.values()))) == len(NAMES)

    other = teaching.run("--resume", more='pooling = "cls"')
    assert other.exit_code == 2
    assert "is the teacher of another recipe" in other.output
    over = teaching.run()
    assert over.exit_code == 2
    assert "--resume takes it up" in over.output


def test_a_corpus_that_the_student_does_not_read_cannot_be_asked_about(teaching: Teaching) -> None:
    done = teaching.run(asked="newsrom = 40")
    assert done.exit_code == 2
    assert "asked.newsrom is no corpus of the student" in done.output


def test_a_recipe_that_asks_about_nothing_is_refused_before_anything_is_trained(
    teaching: Teaching,
) -> None:
    done = teaching.run(asked="")
    assert done.exit_code == 2
    assert "asked names no corpus to ask the teacher about" in done.output
    assert not (teaching.folder / "targets.work").exists()


def test_a_corpus_that_is_not_in_the_folder_cannot_be_asked_about(teaching: Teaching) -> None:
    (teaching.folder / "student.toml").write_text(f'base = "{teaching.encoder}"\n')
    nothing = teaching.run()
    assert nothing.exit_code == 2
    assert f"{teaching.folder / 'corpora'}: holds none of the public corpora" in nothing.output
    (teaching.folder / "corpora" / "olid").mkdir()
    done = teaching.run(asked="civil_comments = 40")
    assert done.exit_code == 2
    assert f"asked.civil_comments is not in {teaching.folder / 'corpora'}" in done.output


def test_a_teacher_of_before_a_field_existed_or_with_another_threshold_is_still_the_same(
    tmp_path: Path,
) -> None:
    kept = tmp_path / "teacher.safetensors"
    recipe = Recipe(threshold_precision=0.6, corpora={"newsroom": CorpusUse()})
    form = {name: value for name, value in recipe.as_json().items() if name != "joined_share"}
    form |= {"corpora": {"newsroom": {"weight": 1.0, "rows": None}}, "annotators_share": 0.0}
    lineage = {"recipe": {**form, "asked": {"newsroom": 4}, "threshold_precision": 0.5}}
    save_file({"one": np.zeros(1)}, kept, {"lineage": json.dumps(lineage)})
    assert distill.lineage_of(kept, recipe) == lineage
    with pytest.raises(TrainingError, match="is the teacher of another recipe"):
        distill.lineage_of(kept, replace(recipe, epochs=9.0))
