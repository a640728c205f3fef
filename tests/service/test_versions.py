"""Versions beside the champion."""

from pathlib import Path

import pytest

from model.bundle import MANIFEST, SHIPPED, BundleError
from model.fake import WordScorer
from model.records import Comment
from model.scorer import Scorer
from service.errors import NotReady
from service.parts import make_parts
from service.settings import load_settings
from service.versions import MOST, Versions


class Loader:
    """Loads a scorer that bears its folder's name, and remembers what it loaded."""

    def __init__(self) -> None:
        self.loaded: list[str] = []

    def __call__(self, folder: Path) -> Scorer:
        self.loaded.append(folder.name)
        if folder.name == "broken":
            raise BundleError("model.int8.onnx: has another sha256")
        scorer = WordScorer()
        scorer.version = folder.name
        return scorer


@pytest.fixture
def load() -> Loader:
    return Loader()


@pytest.fixture
def versions(tmp_path: Path, load: Loader) -> Versions:
    for name in ("models/a", "models/b", "models/c", "models/broken", "shipped/s", "secret"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "models" / "champion").symlink_to("a")
    (tmp_path / "models" / "file").touch()
    return Versions((tmp_path / "models", tmp_path / "shipped", tmp_path / "none"), load)


def test_a_version_is_found_in_any_folder(versions: Versions) -> None:
    assert [versions.named(name).version for name in ("a", "s")] == ["a", "s"]


@pytest.mark.parametrize("name", ["x", "", ".", "..", "../secret", "champion", "file", "a/../a"])
def test_what_is_no_bundle_held_here_is_none(versions: Versions, load: Loader, name: str) -> None:
    assert versions.named(name) is None
    assert load.loaded == []


def test_a_version_is_loaded_once(versions: Versions, load: Loader) -> None:
    assert versions.named("a") is versions.named("a")
    assert load.loaded == ["a"]


def test_only_those_asked_for_last_stay(versions: Versions, load: Loader) -> None:
    assert MOST == 2
    for name in ("a", "b", "a", "c", "a", "b"):
        versions.named(name)
    assert load.loaded == ["a", "b", "c", "b"]


def test_a_version_whose_files_cannot_be_read_is_not_ready(tmp_path: Path) -> None:
    def load(folder: Path) -> Scorer:
        raise PermissionError(13, "Permission denied", "tokenizer.json")

    (tmp_path / "a").mkdir()
    with pytest.raises(NotReady, match=r"a cannot be loaded: tokenizer\.json: Permission denied"):
        Versions((tmp_path,), load).named("a")


def test_a_version_that_cannot_be_loaded_is_not_answered_by_another(versions: Versions) -> None:
    with pytest.raises(NotReady, match=r"the bundle broken cannot be loaded: model\.int8\.onnx"):
        versions.named("broken")


@pytest.mark.slow
def test_the_bundle_that_ships_is_held_beside_another_champion(tmp_path: Path) -> None:
    settings = load_settings({"COMITY_STATE_DIR": str(tmp_path)})
    (shipped,) = (folder.name for folder in SHIPPED.iterdir() if (folder / MANIFEST).exists())
    parts = make_parts(settings, None, fault="another champion")
    found = parts.versions.named(shipped)
    parts.store.close()
    assert found is not None
    assert found.version == shipped
    (rude,) = found.score([Comment("You are a stupid clown.")])
    assert rude.by_label is not None
    assert rude.by_label["insult"] > 0.5
