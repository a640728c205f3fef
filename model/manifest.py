"""What a bundle says about itself: the fields of manifest.json, their checks, both ways.

Every refusal is a ``ManifestError`` that begins with the field's name.
"""

import hashlib
import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Final, NoReturn, cast

from model import calibration
from model.calibration import Calibration
from model.labels import NAMES

FORMAT: Final = 1
# The manifest's own hash: a flipped digit of a threshold would else be served in silence.
OWN_HASH: Final = "sha256"
HEADS: Final = ("labels", "token_labels", "target")
POOLINGS: Final = ("mean", "cls", "mean_max")
_VERSION: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,99}")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}")
_TOLD: Final[Mapping[str, bool]] = MappingProxyType(
    {"labels": True, "token_labels": False, "target": False}
)


class ManifestError(ValueError):
    """A manifest that cannot be used; the message begins with the field."""


@dataclass(frozen=True, slots=True)
class FileEntry:
    """What a listed file must be: its sha256 in hexadecimal and its size in bytes."""

    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """A bundle's description; file names are relative to its folder.

    ``max_length`` is the tokens of a window with its special tokens, ``stride`` the tokens that
    neighbouring windows share, ``max_windows`` the cap after which a comment is truncated.
    ``thresholds`` holds one a label; ``threshold_rule`` says in words how they were chosen.
    ``heads`` says which outputs of the graph were trained. ``span_threshold`` is the least
    probability at which a word is marked; it matters only with the head ``token_labels``.
    """

    version: str
    created: str
    max_length: int
    stride: int
    max_windows: int
    pooling: str
    calibration: Calibration
    thresholds: Mapping[str, float]
    threshold_rule: str
    lineage: Mapping[str, object]
    languages: tuple[str, ...] = ("en",)
    heads: Mapping[str, bool] = field(default_factory=lambda: _TOLD)
    span_threshold: float = 0.5
    graph: str = "model.int8.onnx"
    tokenizer: str = "tokenizer.json"
    encoder_config: str = "config.json"
    report: str = "report.json"

    def __post_init__(self) -> None:
        """Refuse values that cannot be, before anything is written or loaded."""
        _check_words(self)
        _check_windows(self)
        _check_thresholds(self.thresholds)
        if set(self.heads) != set(HEADS):
            _refuse("heads", f"must hold exactly {', '.join(HEADS)}")
        if not self.heads["labels"]:
            _refuse("heads.labels", "must be true: a bundle without it scores nothing")
        _check_share("span_threshold", self.span_threshold)
        for name in ("graph", "tokenizer", "encoder_config", "report"):
            safe_name(getattr(self, name), name)

    def to_json(self, files: Mapping[str, FileEntry]) -> dict[str, object]:
        """Return manifest.json's form, with the listed ``files`` and its own hash."""
        own = {name: getattr(self, name) for name in _TYPES if name not in _COMPUTED}
        form: dict[str, object] = {
            "format": FORMAT,
            **own,
            "labels": list(NAMES),
            "heads": dict(self.heads),
            "languages": list(self.languages),
            "thresholds": dict(self.thresholds),
            "lineage": dict(self.lineage),
            "calibration": self.calibration.to_json(),
            "files": {
                name: {"sha256": entry.sha256, "bytes": entry.bytes}
                for name, entry in sorted(files.items())
            },
        }
        return {**form, OWN_HASH: own_hash(form)}


def own_hash(form: Mapping[str, object]) -> str:
    """Return the sha256 of a manifest without the field that holds it, in canonical JSON.

    Canonical is: names sorted, no blanks, ASCII; how the file is laid out does not matter.
    """
    rest = {name: value for name, value in form.items() if name != OWN_HASH}
    # Read back once, since names that are no texts become texts in JSON, and sort otherwise.
    plain = json.loads(json.dumps(rest))
    canonical = json.dumps(plain, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()


def from_json(form: object) -> tuple[Manifest, dict[str, FileEntry]]:
    """Return the manifest and its listed files by name, or raise ``ManifestError``.

    A manifest without its own hash was written before there was one, and is taken as it is.
    """
    if not isinstance(form, Mapping):
        _refuse("manifest", "must be a JSON object")
    # The format decides what the other fields mean, so it is judged before them.
    if form.get("format") != FORMAT or isinstance(form.get("format"), bool):
        _refuse("format", f"must be {FORMAT}; another format needs another version of Comity")
    _check_types(form)
    if form["labels"] != list(NAMES):
        _refuse("labels", f"must be {', '.join(NAMES)}, in this order")
    try:
        calibrated = calibration.from_json(form["calibration"])
    except calibration.CalibrationError as error:
        raise ManifestError(str(error)) from error
    own = {name: form[name] for name in _TYPES if name in form and name not in _COMPUTED}
    own["languages"] = tuple(own["languages"])
    manifest = Manifest(calibration=calibrated, **own)
    files = _files(form["files"], manifest)
    # Last, so that a field that cannot be is named.
    if OWN_HASH in form and form[OWN_HASH] != own_hash(form):
        _refuse(OWN_HASH, "is not that of the other fields: the manifest was changed or damaged")
    return manifest, files


_TYPES: Final[Mapping[str, type]] = {
    "version": str,
    "created": str,
    "labels": list,
    "heads": dict,
    "files": dict,
    "graph": str,
    "tokenizer": str,
    "encoder_config": str,
    "max_length": int,
    "stride": int,
    "max_windows": int,
    "pooling": str,
    "calibration": dict,
    "thresholds": dict,
    "threshold_rule": str,
    "span_threshold": float,
    "languages": list,
    "lineage": dict,
    "report": str,
    OWN_HASH: str,
}
_COMPUTED: Final = frozenset({"labels", "files", "calibration", OWN_HASH})
# Came after the first bundles; where it is not told, the default holds, or nothing is checked.
_OPTIONAL: Final = frozenset({"span_threshold", OWN_HASH})
_JSON_NAMES: Final = {
    str: "text",
    list: "a list",
    dict: "an object",
    int: "a whole number",
    float: "a number",
}


def safe_name(name: str, where: str) -> str:
    """Return a file's name if it stays inside the folder by its letters, else raise."""
    path = PurePosixPath(name)
    if not name or path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name:
        _refuse(where, f"{name!r} is not a relative name inside the bundle")
    if "\0" in name or str(path) != name or path.parts == ():
        _refuse(where, f"{name!r} is not written plainly")
    return name


def _refuse(name: str, why: str) -> NoReturn:
    raise ManifestError(f"{name}: {why}")


def _check_types(form: Mapping[str, object]) -> None:
    for name in sorted(set(_TYPES) - set(form) - _OPTIONAL):
        _refuse(name, "is missing")
    for name in sorted(set(form) - set(_TYPES) - {"format"}):
        _refuse(name, "is not a field of this format")
    for name, kind in _TYPES.items():
        if name not in form:
            continue
        allowed = (int, float) if kind is float else kind
        if not isinstance(form[name], allowed) or isinstance(form[name], bool):
            _refuse(name, f"must be {_JSON_NAMES[kind]}")
    for name, value in cast(dict[str, object], form["heads"]).items():
        if not isinstance(value, bool):
            _refuse(f"heads.{name}", "must be true or false")


def _check_words(manifest: Manifest) -> None:
    if not _VERSION.fullmatch(manifest.version):
        _refuse("version", "must be 1 to 100 letters, digits or . _ + - and begin with neither")
    try:
        datetime.fromisoformat(manifest.created)
    except ValueError as error:
        raise ManifestError("created: must be a time in ISO 8601") from error
    if manifest.pooling not in POOLINGS:
        _refuse("pooling", f"must be one of {', '.join(POOLINGS)}")
    if not manifest.threshold_rule.strip():
        _refuse("threshold_rule", "must say how the thresholds were chosen")
    codes: Sequence[object] = manifest.languages
    if not codes or not all(isinstance(code, str) and _LANGUAGE.fullmatch(code) for code in codes):
        _refuse("languages", "must list at least one ISO 639 code such as en")


def _check_windows(manifest: Manifest) -> None:
    if not 8 <= manifest.max_length <= 8192:
        _refuse("max_length", f"must be 8 to 8192 tokens, not {manifest.max_length}")
    # Two places of a window go to the special tokens; the rest must move forward.
    if not 0 <= manifest.stride < manifest.max_length - 2:
        _refuse("stride", f"must be 0 to {manifest.max_length - 3} tokens, not {manifest.stride}")
    if manifest.max_windows < 1:
        _refuse("max_windows", f"must be at least 1, not {manifest.max_windows}")


def _check_thresholds(thresholds: Mapping[str, object]) -> None:
    if set(thresholds) != set(NAMES):
        _refuse("thresholds", f"must hold exactly {', '.join(NAMES)}")
    for name, value in thresholds.items():
        _check_share(f"thresholds.{name}", value)


def _check_share(name: str, value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        _refuse(name, "must be a number")
    if not (math.isfinite(value) and 0 <= value <= 1):
        _refuse(name, f"must be from 0 to 1, not {value}")


def _files(form: Mapping[str, object], manifest: Manifest) -> dict[str, FileEntry]:
    files = {name: _file_entry(name, entry) for name, entry in form.items()}
    for name in ("graph", "tokenizer", "encoder_config", "report"):
        if getattr(manifest, name) not in files:
            _refuse(name, f"names {getattr(manifest, name)!r}, which files does not list")
    return files


def _file_entry(name: str, form: object) -> FileEntry:
    where = f"files[{name!r}]"
    safe_name(name, where)
    if not isinstance(form, Mapping) or set(form) != {"sha256", "bytes"}:
        _refuse(where, "must hold exactly bytes, sha256")
    sha256, size = form["sha256"], form["bytes"]
    if not isinstance(sha256, str) or not _SHA256.fullmatch(sha256):
        _refuse(f"{where}.sha256", "must be 64 hexadecimal digits in lower case")
    if isinstance(size, bool) or not isinstance(size, int) or size < 0:
        _refuse(f"{where}.bytes", "must be a whole number, 0 or more")
    return FileEntry(sha256, size)
