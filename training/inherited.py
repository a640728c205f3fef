"""Trained weights onto a network whose heads have more outputs or a wider pooling than theirs."""

from collections.abc import Mapping, Sequence
from typing import Final

import torch
from torch import Tensor

from model.labels import NAMES, SPAN_NAMES, TARGET_KINDS
from model.spans import CARRIES, TOKEN_OUTPUTS
from training.errors import TrainingError

# What the rows of each head's weights and bias stand for here, and which read the pooled vector.
_OUTPUTS: Final[Mapping[str, Sequence[str]]] = {
    "head": NAMES,
    "token_head": TOKEN_OUTPUTS,
    "target_head": TARGET_KINDS,
}
_POOLED: Final = ("head", "target_head")
_HEADS: Final = {"labels": "head", "token_labels": "token_head", "target": "target_head"}


def onto(
    fresh: Mapping[str, Tensor],
    trained: Mapping[str, Tensor],
    *,
    labels: Sequence[str],
    heads: Mapping[str, bool],
    widened: bool,
) -> dict[str, Tensor]:
    """Return the weights of ``fresh`` with all that ``trained`` has for them, in float32.

    ``labels`` are those that the trained network scores, in its order; the rows of a head are matched
    by what they stand for, so a label it does not know keeps its fresh row, as does a head that
    ``heads`` says was never trained. ``widened`` says that the pooled vector is now mean and maximum
    where it was the mean: the weights of the new half begin at nought, so that the network says at
    first what it said before. Raises ``TrainingError`` naming the tensor or label that does not fit.
    """
    _check(fresh, trained, labels)
    before = {
        "head": labels,
        "token_head": (CARRIES, *(name for name in labels if name in SPAN_NAMES)),
        "target_head": TARGET_KINDS,
    }
    untrained = {_HEADS[name] for name, was in heads.items() if not was}
    taken = {}
    for name, wanted in fresh.items():
        head = name.split(".")[0]
        value = trained[name].float()
        if head in untrained:
            value = wanted
        elif head in _OUTPUTS:
            if widened and head in _POOLED and value.ndim == 2:
                value = torch.cat([value, torch.zeros_like(value)], dim=1)
            value = _by_name(name, wanted, value, before[head], _OUTPUTS[head])
        if value.shape != wanted.shape:
            raise TrainingError(f"{name}: is {_size(value)}, this network has {_size(wanted)}")
        taken[name] = value
    return taken


def _check(
    fresh: Mapping[str, Tensor], trained: Mapping[str, Tensor], labels: Sequence[str]
) -> None:
    for name in labels:
        if name not in NAMES:
            raise TrainingError(f"label {name}: is none of {', '.join(NAMES)}")
    for name in sorted(fresh.keys() ^ trained.keys()):
        whose = "this network" if name in trained else "the trained one"
        raise TrainingError(f"{name}: {whose} has no such weights")


def _by_name(
    name: str, fresh: Tensor, trained: Tensor, before: Sequence[str], now: Sequence[str]
) -> Tensor:
    """Return the fresh rows, each that has a namesake among the trained ones in its stead."""
    if len(trained) != len(before) or trained.shape[1:] != fresh.shape[1:]:
        raise TrainingError(
            f"{name}: is {_size(trained)}, this network has {_size(fresh)} for {', '.join(before)}"
        )
    rows = dict(zip(before, trained, strict=True))
    return torch.stack([rows.get(output, own) for output, own in zip(now, fresh, strict=True)])


def _size(tensor: Tensor) -> str:
    return " x ".join(map(str, tensor.shape))
