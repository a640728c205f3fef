"""Versions beside the champion."""

import json
from pathlib import Path

import pytest
import structlog.testing

from model.bundle import MANIFEST, SHIPPED, BundleError, default_bundle, manifest_of
from model.fake import WordScorer
from model.manifest import OWN_HASH, own_hash
from model.records import Comment
from model.scorer import Scorer
from service.errors import NotReady
from service.parts import make_parts
from service.settings import load_settings
from service.versions import MOST, Versions


def bundle(folder: Path, version: str) -> Path:
    """A folder whose manifest says that version; there is no network in it."""
    form = json.loads((default_bundle() / MANIFEST).read_text()) | {"version": version}
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MANIFEST).write_text(json.dumps(form | {OWN_HASH: own_hash(form)}))
    return folder


class Loader:
    """Loads a scorer that bears its manifest's version, and remembers what it loaded."""

    def __init__(self) -> None:
        self.loaded: list[str] = []

    def __call__(self, folder: Path) -> Scorer:
        self.loaded.append(folder.name)
        if folder.name == "broken":
            raise BundleError("model.int8.onnx: has another sha256")
        scorer = WordScorer()
        scorer.version = manifest_of(folder).version
        return scorer


@pytest.fixture
def load() -> Loader:
    return Loader()


@pytest.fixture
def versions(tmp_path: Path, load: Loader) -> Versions:
    for name in ("models/a", "models/b", "models/c", "models/broken", "shipped/s", "secret"):
        bundle(tmp_path / name, Path(name).name)
    (tmp_path / "models" / "work").mkdir()
    (tmp_path / "models" / "champion").symlink_to("a")
    (tmp_path / "models" / "file").touch()
    return Versions((tmp_path / "models", tmp_path / "shipped", tmp_path / "none"), load)


def test_a_version_is_found_in_any_folder(versions: Versions) -> None:
    assert [versions.named(name).version for name in ("a", "s")] == ["a", "s"]


@pytest.mark.parametrize(
    "name", ["x", "", ".", "..", "../secret", "champion", "file", "work", "a/../a"]
)
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

    bundle(tmp_path / "a", "a")
    with pytest.raises(NotReady, match=r"a cannot be loaded: tokenizer\.json: Permission denied"):
        Versions((tmp_path,), load).named("a")


def test_a_version_that_cannot_be_loaded_is_not_answered_by_another(versions: Versions) -> None:
    with pytest.raises(NotReady, match=r"the bundle broken cannot be loaded: model\.int8\.onnx"):
        versions.named("broken")


def test_a_version_is_what_the_manifest_says_and_not_what_the_folder_is_called(
    tmp_path: Path, load: Loader
) -> None:
    folder = bundle(tmp_path / "candidate-3", "20260101.0000")
    versions = Versions((tmp_path,), load)
    assert versions.named("candidate-3") is None
    found = versions.named("20260101.0000")
    assert found is not None
    assert found.version == "20260101.0000"
    assert versions.held() == [folder]


def test_a_manifest_that_changed_is_read_again(tmp_path: Path, load: Loader) -> None:
    bundle(tmp_path / "candidate", "1")
    versions = Versions((tmp_path,), load)
    assert versions.folder("1") == tmp_path / "candidate"
    bundle(tmp_path / "candidate", "1.0.1")
    assert (versions.folder("1"), versions.folder("1.0.1")) == (None, tmp_path / "candidate")


def test_of_two_folders_of_one_version_the_first_is_held(tmp_path: Path, load: Loader) -> None:
    first = bundle(tmp_path / "models" / "copy", "1")
    for name in ("models/later", "shipped/1"):
        bundle(tmp_path / name, "1")
    newer = bundle(tmp_path / "shipped" / "a", "2")
    versions = Versions((tmp_path / "models", tmp_path / "shipped"), load)
    assert versions.held() == [newer, first]
    assert versions.folder("1") == first


@pytest.mark.parametrize("written", [b"", b"[]", b"{}", b"\xff", b"1" * 5000, b"[" * 100_000, None])
def test_a_folder_whose_manifest_cannot_be_read_is_left_out_and_said_once_in_the_log(
    tmp_path: Path, load: Loader, written: bytes | None
) -> None:
    fine = bundle(tmp_path / "a", "1")
    broken = tmp_path / "2"
    broken.mkdir()
    if written is None:
        (broken / MANIFEST).mkdir()
    else:
        (broken / MANIFEST).write_bytes(written)
    versions = Versions((tmp_path,), load)
    with structlog.testing.capture_logs() as logged:
        assert versions.named("2") is None
        assert versions.named("1") is not None
        assert versions.held() == [fine, broken]
    assert [(line["event"], line["folder"]) for line in logged] == [
        ("bundle left out", str(broken))
    ]
    assert MANIFEST in logged[0]["why"]


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
