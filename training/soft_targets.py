"""Soft targets: a teacher's logits by the key of a comment, in a file that holds no text."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from model.labels import NAMES
from model.records import Example
from training.errors import TrainingError
from training.keys import key_with_symbols, text_key

_KEYS: Final = "keys"
_LOGITS: Final = "logits"
_KEYED: Final = "keyed"
_WITH_SYMBOLS: Final = "letters and symbols"
# The first file came before its metadata said how it is keyed.
_LETTERS: Final = "letters"
_KEY_OF: Final[Mapping[str, Callable[[str], str | None]]] = {
    _LETTERS: text_key,
    _WITH_SYMBOLS: key_with_symbols,
}
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class SoftTargets:
    """A teacher's logits (labels,) by the key of a comment, and where they come from.

    NaN is a label that the teacher does not know. ``key_of`` is how the file names a comment: by its
    letters alone in the first one, which knows no comment under 16 of them, since then by its emoji too.
    """

    by_key: Mapping[str, Floats]
    lineage: Mapping[str, Any]
    key_of: Callable[[str], str | None] = key_with_symbols

    def of(self, example: Example) -> Floats | None:
        """Return what the teacher said of a comment, or None where it was not asked."""
        key = self.key_of(example.text)
        return self.by_key.get(key) if key else None


def read(path: Path) -> SoftTargets:
    """Return the soft targets in a file; raises ``TrainingError`` naming what is wrong with it.

    Of a label that the teacher did not know, because the table got it later, its logit is NaN.
    """
    try:
        with safe_open(path, framework="numpy") as file:
            told = file.metadata() or {}
            keys, logits = file.get_tensor(_KEYS), file.get_tensor(_LOGITS)
    except (OSError, SafetensorError) as error:
        raise TrainingError(f"{path}: is not a file of soft targets ({error})") from error
    labels = told.get("labels", "").split(",")
    if not set(labels) <= set(NAMES) or "lineage" not in told:
        raise TrainingError(f"{path}: must tell its lineage and speak of {', '.join(NAMES)}")
    keyed = told.get(_KEYED, _LETTERS)
    if keyed not in _KEY_OF:
        raise TrainingError(f"{path}: is keyed by {keyed}; known are {', '.join(_KEY_OF)}")
    if logits.shape != (len(keys), len(labels)) or not np.isfinite(logits).all():
        raise TrainingError(f"{path}: {len(keys)} keys do not go with logits {logits.shape}")
    said = np.full((len(keys), len(NAMES)), np.nan, np.float32)
    said[:, [NAMES.index(label) for label in labels]] = logits
    by_key = {f"{key:016x}": row for key, row in zip(keys.tolist(), said, strict=True)}
    return SoftTargets(by_key, json.loads(told["lineage"]), _KEY_OF[keyed])


def write(path: Path, rows: Sequence[Example], logits: Floats, lineage: Mapping[str, Any]) -> int:
    """Write the logits (n, labels) of rows as key and float16; return how many different keys there are."""
    by_key = {
        int(key_with_symbols(row.text), 16): said for row, said in zip(rows, logits, strict=True)
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    tensors: dict[str, NDArray[Any]] = {
        _KEYS: np.array(sorted(by_key), dtype=np.uint64),
        _LOGITS: np.array([by_key[key] for key in sorted(by_key)], dtype=np.float16),
    }
    told = {"labels": ",".join(NAMES), "lineage": json.dumps(dict(lineage)), _KEYED: _WITH_SYMBOLS}
    save_file(tensors, path, told)
    path.chmod(0o644)  # the library leaves its temporary file's mode
    return len(by_key)
