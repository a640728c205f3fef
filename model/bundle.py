"""A model version on disk: a folder with manifest.json, verified before anything is opened."""

import hashlib
import json
import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from model.manifest import FileEntry, Manifest, ManifestError, from_json

MANIFEST: Final = "manifest.json"
SHIPPED: Final = Path(__file__).parent / "bundles"
CHAMPION: Final = "champion"
# A file of these kinds that the manifest does not list may have been slipped in.
_WEIGHTS: Final = re.compile(
    r"\.(onnx|ort|onnx_data|data|xml|bin|safetensors|pt|pth|ckpt|pkl|pickle|joblib|np[yz]|h5|msgpack"
    r"|tflite|gguf)",
    re.I,
)


class BundleError(ValueError):
    """A bundle that must not be used; the message names the file and the field."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """A verified bundle: its folder, what the manifest says, and the listed files."""

    folder: Path
    manifest: Manifest
    files: Mapping[str, FileEntry]

    @property
    def version(self) -> str:
        """The version that goes into every reply."""
        return self.manifest.version

    @property
    def graph(self) -> Path:
        """The ONNX file that serves."""
        return self.folder / self.manifest.graph

    @property
    def tokenizer(self) -> Path:
        """The tokenizer.json of the ``tokenizers`` library."""
        return self.folder / self.manifest.tokenizer

    @property
    def encoder_config(self) -> Path:
        """The encoder's config.json."""
        return self.folder / self.manifest.encoder_config

    @property
    def report(self) -> Path:
        """The report.json of the evaluation."""
        return self.folder / self.manifest.report


def load(folder: Path | str) -> Bundle:
    """Return the bundle in ``folder`` after checking the sha256 of its manifest and every listed file.

    Raises ``BundleError`` naming the file or field that is wrong.
    """
    # Resolved once: should the champion's link move meanwhile, all files come from one folder.
    folder = Path(folder).resolve()
    manifest, files = _read_manifest(folder / MANIFEST)
    for name, entry in files.items():
        _verify(folder, name, entry)
    for path in _weights(folder):
        if path.relative_to(folder).as_posix() not in files:
            raise BundleError(f"{path}: a weights or graph file that {MANIFEST} does not list")
    return Bundle(folder, manifest, files)


def manifest_of(folder: Path) -> Manifest:
    """Return what the bundle in ``folder`` says of itself; no other file is opened or verified.

    Raises ``BundleError`` naming the manifest and what is wrong with it.
    """
    manifest, _ = _read_manifest(folder / MANIFEST)
    return manifest


def write_manifest(folder: Path | str, manifest: Manifest) -> Bundle:
    """Hash every file in ``folder``, write its manifest.json in one step, and load what came out.

    Raises ``BundleError`` where the folder cannot be a bundle; an older manifest then stays.
    """
    folder = Path(folder).resolve()
    files = {
        path.relative_to(folder).as_posix(): FileEntry(_sha256(path), path.stat().st_size)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path != folder / MANIFEST
    }
    try:
        form = manifest.to_json(files)
        from_json(form)
        written = json.dumps(form, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    except (ManifestError, TypeError, ValueError) as error:
        raise BundleError(f"{folder / MANIFEST}: {error}") from error
    _replace(folder / MANIFEST, written)
    return load(folder)


def default_bundle(models_dir: Path | None = None) -> Path:
    """Return the champion's folder: the link in ``models_dir``, else the bundle that ships.

    ``models_dir`` is COMITY_MODELS_DIR where it is not given. Raises ``BundleError`` unless exactly
    one bundle ships.
    """
    named = os.environ.get("COMITY_MODELS_DIR")
    if models_dir is None and named:
        models_dir = Path(named)
    # A link that leads nowhere is returned too, and refused by load: another version must not
    # speak in the champion's name.
    if models_dir is not None and os.path.lexists(models_dir / CHAMPION):
        return models_dir / CHAMPION
    shipped = [path.parent for path in SHIPPED.glob(f"*/{MANIFEST}")]
    if len(shipped) != 1:
        raise BundleError(f"{SHIPPED}: {len(shipped)} bundles where one should ship")
    return shipped[0]


def _read_manifest(path: Path) -> tuple[Manifest, dict[str, FileEntry]]:
    try:
        return from_json(json.loads(path.read_text("utf-8")))
    except OSError as error:
        raise BundleError(f"{path}: cannot be read ({error.strerror})") from error
    except ManifestError as error:
        raise BundleError(f"{path}: {error}") from error
    except (ValueError, RecursionError) as error:  # a number of too many digits is among them
        raise BundleError(f"{path}: is not JSON in UTF-8 ({error})") from error


def _verify(folder: Path, name: str, entry: FileEntry) -> None:
    path = folder / name
    if not path.resolve().is_relative_to(folder):
        raise BundleError(f"{path}: leads out of the bundle")
    if not path.is_file():
        raise BundleError(f"{path}: is listed in {MANIFEST} but is not there")
    try:
        size = path.stat().st_size
        if size != entry.bytes:
            raise BundleError(f"{path}: has {size} bytes where {MANIFEST} says {entry.bytes}")
        if _sha256(path) != entry.sha256:
            raise BundleError(f"{path}: its sha256 is not the one in {MANIFEST}")
    except OSError as error:
        raise BundleError(f"{path}: cannot be read ({error.strerror})") from error


def _weights(folder: Path) -> Iterator[Path]:
    return (p for p in folder.rglob("*") if _WEIGHTS.fullmatch(p.suffix) and not p.is_dir())


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _replace(path: Path, text: str) -> None:
    """Write ``text`` so that a crash leaves either the old file or the whole new one."""
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", dir=path.parent, prefix=".manifest-", delete=False
    ) as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.chmod(file.name, 0o644)
        os.replace(file.name, path)
    except OSError:
        os.unlink(file.name)
        raise
