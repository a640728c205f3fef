"""A teacher's logits by key: what goes in comes out, and a damaged file is refused."""

import math
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from model.labels import NAMES
from model.records import Example
from training import soft_targets
from training.errors import TrainingError
from training.keys import text_key

LONG = Example("A comment that is long enough to have a key.", {})
SHORT = Example("Too short.", {})
WITH_EMOJI = Example("A comment that is long enough to have a key. 🙄", {})


def said_of(read: soft_targets.SoftTargets, text: str) -> list[float] | None:
    found = read.of(Example(text, {}))
    return None if found is None else found.tolist()


def test_a_comment_is_found_again_by_its_letters_and_emoji_however_short(tmp_path: Path) -> None:
    logits = np.arange(3 * len(NAMES), dtype=np.float32).reshape(3, -1)
    file = tmp_path / "targets"
    asked = [SHORT, LONG, WITH_EMOJI]
    assert soft_targets.write(file, asked, logits, {"recipe": {"seed": 17}}) == 3
    read = soft_targets.read(file)
    assert read.lineage == {"recipe": {"seed": 17}}
    assert said_of(read, "too short.") == logits[0].tolist()
    assert said_of(read, "a COMMENT that is long enough, to have a key!") == logits[1].tolist()
    assert said_of(read, WITH_EMOJI.text) == logits[2].tolist()
    assert said_of(read, "Too shirt.") is None
    assert said_of(read, "Another comment that nobody asked about.") is None


def test_the_first_file_is_read_by_letters_alone_as_it_was_written(tmp_path: Path) -> None:
    file = tmp_path / "targets"
    key = np.array([int(text_key(LONG.text) or "", 16)], np.uint64)
    logits = np.ones((1, len(NAMES)), np.float16)
    save_file({"keys": key, "logits": logits}, file, {"labels": ",".join(NAMES), "lineage": "{}"})
    read = soft_targets.read(file)
    assert said_of(read, WITH_EMOJI.text) == said_of(read, LONG.text) == [1.0] * len(NAMES)
    assert said_of(read, SHORT.text) is None


def test_a_file_keyed_in_a_way_that_is_not_known_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "targets"
    tensors = {"keys": np.zeros(1, np.uint64), "logits": np.zeros((1, len(NAMES)), np.float16)}
    save_file(tensors, file, {"labels": ",".join(NAMES), "lineage": "{}", "keyed": "sound"})
    with pytest.raises(TrainingError, match="is keyed by sound; known are letters"):
        soft_targets.read(file)


def test_the_file_holds_no_text(tmp_path: Path) -> None:
    file = tmp_path / "targets"
    soft_targets.write(file, [LONG], np.zeros((1, len(NAMES)), np.float32), {})
    assert b"comment" not in file.read_bytes()


def test_what_is_no_such_file_is_refused_by_name(tmp_path: Path) -> None:
    file = tmp_path / "targets"
    file.write_bytes(b"not numbers")
    with pytest.raises(TrainingError, match=r"targets: is not a file of soft targets"):
        soft_targets.read(file)
    with pytest.raises(TrainingError, match=r"nowhere: is not a file of soft targets"):
        soft_targets.read(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("labels", "shape", "wrong"),
    [
        ("insult,rudeness", (1, 2), "must tell its lineage and speak of"),
        ("", (1, 0), "must tell its lineage and speak of"),
        (",".join(NAMES), (1, 2), "do not go with"),
    ],
)
def test_other_labels_and_shapes_are_refused(
    tmp_path: Path, labels: str, shape: tuple[int, int], wrong: str
) -> None:
    file = tmp_path / "targets"
    tensors = {"keys": np.zeros(1, np.uint64), "logits": np.zeros(shape, np.float16)}
    save_file(tensors, file, {"labels": labels, "lineage": "{}"})
    with pytest.raises(TrainingError, match=wrong):
        soft_targets.read(file)


def test_of_a_label_that_the_teacher_did_not_know_it_says_nothing(tmp_path: Path) -> None:
    file = tmp_path / "targets"
    key = np.array([int(text_key(LONG.text) or "", 16)], np.uint64)
    tensors = {"keys": key, "logits": np.array([[2.0, -1.0]], np.float16)}
    save_file(tensors, file, {"labels": "threat,insult", "lineage": "{}"})
    found = soft_targets.read(file).of(LONG)
    assert found is not None
    said = dict(zip(NAMES, found.tolist(), strict=True))
    assert (said.pop("threat"), said.pop("insult")) == (2.0, -1.0)
    assert all(math.isnan(value) for value in said.values())
