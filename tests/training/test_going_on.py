"""What a run starts with: an encoder, or a bundle of fewer labels and a narrower pooling."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import AutoTokenizer

from model.labels import NAMES
from training import encoders, export, going_on, network
from training.errors import TrainingError
from training.recipe import Recipe

FEWER = NAMES[:5]
LINEAGE = {
    "base": {"name": "tiny", "licence": "Apache-2.0"},
    "corpora": [{"name": "newsroom", "licence": "Apache-2.0"}],
    "teacher": None,
    "recipe": {"licences": "all"},
}
IDS = torch.tensor([[2, 6, 7, 3], [2, 8, 3, 0]])
MASK = (IDS != 0).long()


@pytest.fixture
def older(tmp_path: Path, tiny_encoder: Path) -> Path:
    """A bundle of the first five labels and mean pooling, as far as a run goes on from it."""
    folder = tmp_path / "older"
    folder.mkdir()
    net = network.build(tiny_encoder)
    net.encoder.config.to_json_file(folder / "config.json")  # type: ignore[union-attr, operator]
    export.save_weights(net, folder / "model.safetensors")
    weights = load_file(folder / "model.safetensors")
    for name in ("head.weight", "head.bias"):
        weights[name] = weights[name][: len(FEWER)].contiguous()
    save_file(weights, folder / "model.safetensors")
    export.save_tokenizer(AutoTokenizer.from_pretrained(tiny_encoder), folder / "tokenizer.json")
    describe(folder)
    return folder


def describe(folder: Path, **changed: Any) -> None:
    files = {
        name: {"sha256": encoders.sha256_of(folder / name), "bytes": 1}
        for name in ("config.json", "model.safetensors", "tokenizer.json")
    }
    manifest = {
        "version": "older-1",
        "labels": list(FEWER),
        "heads": {"labels": True, "token_labels": True, "target": True},
        "pooling": "mean",
        "tokenizer": "tokenizer.json",
        "encoder_config": "config.json",
        "files": files,
        "lineage": LINEAGE,
    }
    (folder / "manifest.json").write_text(json.dumps(manifest | changed))


def recipe(base: Path, **changed: Any) -> Recipe:
    return Recipe(**{"base": str(base), "max_length": 64, "stride": 16, **changed})


def test_a_bundle_of_fewer_labels_says_what_it_said_with_a_wider_pooling(older: Path) -> None:
    before = network.load(older)(IDS, MASK)
    begun = going_on.start(recipe(older, pooling="mean_max")).network()
    assert begun.training
    assert begun.head.weight.shape == (len(NAMES), 2 * 32)
    now = begun.eval()(IDS, MASK)
    known = len(FEWER)
    assert torch.allclose(now.labels[:, :known], before.labels[:, :known], atol=1e-6)
    assert torch.allclose(now.target, before.target, atol=1e-6)
    assert torch.allclose(now.token_labels, before.token_labels, atol=1e-6)


def test_the_lineage_names_the_bundle_by_version_and_checksum_and_no_folder(older: Path) -> None:
    begins = going_on.start(recipe(older))
    digest = encoders.sha256_of(older / "manifest.json")
    assert begins.recipe.base == f"bundle older-1, manifest sha256 {digest}"
    assert begins.lineage["base"] == LINEAGE["base"]
    assert begins.lineage["went_on_from"] == {
        "version": "older-1",
        "manifest_sha256": digest,
        "labels": list(FEWER),
        "corpora": LINEAGE["corpora"],
        "teacher": None,
        "went_on_from": None,
    }
    assert str(older) not in json.dumps([begins.recipe.as_json(), begins.lineage])


def test_a_link_to_a_bundle_is_followed_when_the_run_begins(
    older: Path, tmp_path: Path, tiny_encoder: Path
) -> None:
    (tmp_path / "champion").symlink_to(older)
    assert going_on.start(recipe(tmp_path / "champion")).bundle == older.resolve()
    assert going_on.start(recipe(tiny_encoder)).bundle is None


def retrained(ancestor: Any, labels: str) -> dict[str, Any]:
    """Return what ``training.retrain`` writes: a desk's own recipe, and all else under the ancestor."""
    return {
        "kind": "retrained",
        "base": {"name": "older-0", "licence": "see its own card"},
        "recipe": {"licences": "all"},
        "labels_sha256": labels,
        "ancestor": ancestor,
    }


def test_a_retrained_bundle_keeps_the_licences_of_all_that_its_ancestor_read(older: Path) -> None:
    ancestor = {**LINEAGE, "kind": "trained", "teacher": {"base": {"name": "large"}}}
    describe(older, lineage=retrained(retrained(ancestor, "ab1"), "cd2"))
    told = going_on.start(recipe(older)).lineage
    assert told["base"] == LINEAGE["base"]
    assert told["went_on_from"]["version"] == "older-1"
    assert told["went_on_from"]["corpora"] == LINEAGE["corpora"]
    assert told["went_on_from"]["teacher"] == ancestor["teacher"]
    assert told["went_on_from"]["desks_labels"] == ["cd2", "ab1"]


def test_a_retrained_bundle_is_a_permissive_base_where_its_ancestor_is_one(older: Path) -> None:
    ancestor = {**LINEAGE, "recipe": {"licences": "permissive"}}
    describe(older, lineage=retrained(ancestor, "ab1"))
    assert going_on.start(recipe(older, licences="permissive")).lineage["went_on_from"]
    describe(older, lineage=retrained(LINEAGE, "ab1"))
    with pytest.raises(TrainingError, match="is no base for permissive licences"):
        going_on.start(recipe(older, licences="permissive"))


def test_a_retrained_bundle_that_names_no_ancestor_is_refused_by_name(older: Path) -> None:
    describe(older, lineage=retrained(None, "ab1"))
    with pytest.raises(TrainingError, match=r"manifest\.json, lineage\.ancestor: is missing"):
        going_on.start(recipe(older))


def test_the_tokenizer_is_the_bundles(older: Path, tiny_encoder: Path) -> None:
    text = "You are a fool, and kind."
    ours = going_on.start(recipe(older)).tokenizer
    theirs = going_on.start(recipe(tiny_encoder)).tokenizer
    assert ours(text)["input_ids"] == theirs(text)["input_ids"]
    assert ours.pad_token_id == theirs.pad_token_id == 0


def test_an_encoder_has_fresh_heads_and_adds_nothing_to_the_lineage(tiny_encoder: Path) -> None:
    begins = going_on.start(recipe(tiny_encoder, pooling="cls"))
    assert (begins.recipe.base, begins.lineage) == (str(tiny_encoder), {})
    assert begins.network().pooling == "cls"


@pytest.mark.parametrize(
    ("changed", "asked", "said"),
    [
        ({"labels": [*FEWER[:4], "rudeness"]}, {}, "label rudeness: is none of"),
        ({"labels": list(FEWER[:4])}, {}, "head.weight: is 5 x 32, this network has"),
        ({"pooling": "mean_max"}, {}, "its pooling is mean_max, which cannot become mean"),
        ({"pooling": "cls"}, {"pooling": "mean_max"}, "its pooling is cls, which cannot become"),
        ({"pooling": None}, {}, "manifest.json, pooling: is missing or of another form"),
        ({"files": {}}, {}, "model.safetensors: is not in the bundle"),
        ({}, {"max_length": 256}, "reads 160 tokens at most, not 256"),
        ({}, {"licences": "permissive"}, "is no base for permissive licences"),
    ],
)
def test_what_does_not_fit_is_refused_before_anything_is_read(
    older: Path, changed: dict[str, Any], asked: dict[str, Any], said: str
) -> None:
    describe(older, **changed)
    with pytest.raises(TrainingError, match=said):
        going_on.start(recipe(older, **asked))


def test_a_damaged_file_and_a_manifest_that_is_none_are_refused_by_name(older: Path) -> None:
    (older / "config.json").write_text("{}")
    with pytest.raises(TrainingError, match=r"is not the file that manifest\.json describes"):
        going_on.start(recipe(older))
    (older / "manifest.json").write_text("[")
    with pytest.raises(TrainingError, match=r"manifest\.json: is not JSON"):
        going_on.start(recipe(older))
    (older / "manifest.json").write_text("[]")
    with pytest.raises(TrainingError, match=r"manifest\.json, version: is missing"):
        going_on.start(recipe(older))


def test_a_folder_without_an_encoder_is_refused_before_anything_is_read(
    tmp_path: Path, tiny_encoder: Path
) -> None:
    said = "no encoder can be read there"
    with pytest.raises(TrainingError, match=said):
        going_on.start(recipe(tmp_path))
    for file in tiny_encoder.iterdir():
        if file.suffix != ".safetensors":
            (tmp_path / file.name).write_bytes(file.read_bytes())
    with pytest.raises(TrainingError, match=said):
        going_on.start(recipe(tmp_path))


def test_a_share_of_the_base_is_refused_where_the_base_is_an_encoder(tiny_encoder: Path) -> None:
    with pytest.raises(TrainingError, match="must be a bundle to go on from: name --base BUNDLE"):
        going_on.start(recipe(tiny_encoder, base_share=0.3))
