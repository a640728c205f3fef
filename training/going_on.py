"""What a run starts with: a pretrained encoder with fresh heads, or a bundle to go on from, heads and all."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from tokenizers import Tokenizer
from transformers import PreTrainedTokenizerBase, PreTrainedTokenizerFast

from training import encoders, network
from training.errors import TrainingError
from training.recipe import Recipe

MANIFEST: Final = "manifest.json"
RETRAINED: Final = "retrained"
_TOLD: Final[Mapping[str, type]] = {
    "version": str,
    "labels": list,
    "heads": dict,
    "pooling": str,
    "tokenizer": str,
    "encoder_config": str,
    "files": dict,
    "lineage": dict,
}


@dataclass(frozen=True, slots=True)
class Start:
    """What a run starts with.

    ``recipe`` names the base as the lineage will: a bundle by version and checksum, not by a folder
    of this machine. ``network`` builds it; what is fresh in it is drawn from torch's global state.
    ``lineage`` is what a bundle to go on from adds: ``went_on_from``, and its encoder as ``base``; of a
    retrained bundle both tell what its ancestor read, and the labels files that it learnt besides.
    ``bundle`` is its folder as it lies now, links followed, for a link may lead elsewhere at the end of
    the run; None where the base is an encoder.
    """

    recipe: Recipe
    tokenizer: PreTrainedTokenizerBase
    network: Callable[[], network.CommentClassifier]
    lineage: Mapping[str, Any]
    bundle: Path | None = None


def is_bundle(base: str) -> bool:
    """Tell whether a recipe's ``base`` is the folder of a bundle."""
    return (Path(base).expanduser() / MANIFEST).is_file()


def start(recipe: Recipe) -> Start:
    """Return what a run by ``recipe`` starts with; raises ``TrainingError`` where its base does not fit."""
    if is_bundle(recipe.base):
        return _from_bundle(Path(recipe.base).expanduser(), recipe)
    if recipe.base_share:
        raise TrainingError(
            "recipe: base_share is over 0, so base must be a bundle to go on from: name --base BUNDLE"
        )
    base = encoders.locate(recipe.base)
    # Loaded once before the corpora are read, as a bundle is: what is no encoder is refused now.
    network.build(base, pooling=recipe.pooling)
    return Start(
        recipe,
        network.tokenizer_of(base),
        lambda: network.build(base, pooling=recipe.pooling, dropout=recipe.dropout),
        {},
    )


def tokenizer_in(folder: Path, file: Path) -> PreTrainedTokenizerBase:
    """Return a bundle's tokenizer for training; the padding token comes from the encoder's config."""
    backend = Tokenizer.from_file(str(file))
    config = network.encoder_config(folder)
    return PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=backend, pad_token=backend.id_to_token(config.pad_token_id or 0)
    )


def trained_lineage(lineage: Mapping[str, Any], *, of: object) -> Mapping[str, Any]:
    """Return the lineage of the bundle that corpora made: of a retrained one that of its ancestor.

    What a retrained bundle once read, the licences of it and the recipe of its corpora stand there, and
    hold on. Raises ``TrainingError`` naming the bundle ``of`` where a retrained one tells no ancestor.
    """
    while lineage.get("kind") == RETRAINED:
        ancestor = lineage.get("ancestor")
        if not isinstance(ancestor, Mapping):
            raise TrainingError(f"{of}, lineage.ancestor: is missing or of another form")
        lineage = ancestor
    return lineage


def desks_labels(lineage: Mapping[str, Any]) -> list[str | None]:
    """Return the sha256 of every labels file that a bundle was retrained on, the last one first."""
    found = []
    while lineage.get("kind") == RETRAINED:
        found.append(lineage.get("labels_sha256"))
        lineage = lineage["ancestor"]
    return found


def _from_bundle(folder: Path, recipe: Recipe) -> Start:
    manifest = _manifest(folder)
    lineage = trained_lineage(manifest["lineage"], of=folder / MANIFEST)
    labels = desks_labels(manifest["lineage"])
    before = lineage.get("recipe") or {}
    if recipe.licences == "permissive" and before.get("licences") != "permissive":
        raise TrainingError(f"{folder}: is no base for permissive licences: it read all corpora")
    positions = network.encoder_config(folder).max_position_embeddings
    if recipe.max_length > positions:
        raise TrainingError(f"{folder}: reads {positions} tokens at most, not {recipe.max_length}")
    # Loaded once before the corpora are read: what does not fit is refused now, not after minutes.
    network.load(folder, pooling=recipe.pooling)
    digest = encoders.sha256_of(folder / MANIFEST)
    went_on_from = {
        "version": manifest["version"],
        "manifest_sha256": digest,
        "labels": manifest["labels"],
        **{name: lineage.get(name) for name in ("corpora", "teacher", "went_on_from")},
        **({"desks_labels": labels} if labels else {}),
    }
    return Start(
        replace(recipe, base=f"bundle {manifest['version']}, manifest sha256 {digest}"),
        tokenizer_in(folder, folder / manifest["tokenizer"]),
        lambda: network.load(folder, pooling=recipe.pooling, dropout=recipe.dropout).train(),
        {"base": lineage.get("base"), "went_on_from": went_on_from},
        folder.resolve(),
    )


def _manifest(folder: Path) -> Mapping[str, Any]:
    """Return the manifest of a bundle of this or fewer labels, its files checked against it."""
    path = folder / MANIFEST
    try:
        manifest: Any = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        raise TrainingError(f"{path}: is not JSON in UTF-8") from None
    told: Mapping[str, Any] = manifest if isinstance(manifest, dict) else {}
    for name, kind in _TOLD.items():
        if not isinstance(told.get(name), kind):
            raise TrainingError(f"{path}, {name}: is missing or of another form")
    for name in ("model.safetensors", "config.json", told["tokenizer"]):
        entry = told["files"].get(name)
        if not isinstance(entry, dict) or not (folder / name).is_file():
            raise TrainingError(f"{folder / name}: is not in the bundle")
        if encoders.sha256_of(folder / name) != entry.get("sha256"):
            raise TrainingError(f"{folder / name}: is not the file that {MANIFEST} describes")
    return told
