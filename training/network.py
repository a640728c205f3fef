"""The network: a pretrained encoder, a pooling of its last layer and one logit a label."""

import json
from pathlib import Path
from typing import Any, Literal, get_args

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from transformers import AutoConfig, AutoModel, PretrainedConfig

from model.labels import NAMES

Pooling = Literal["mean", "cls", "mean_max"]
POOLINGS: tuple[Pooling, ...] = get_args(Pooling)


class CommentClassifier(nn.Module):
    """Token ids (n, t) to label logits (n, L), L in the order of ``model.labels.NAMES``."""

    def __init__(
        self, encoder: nn.Module, *, pooling: Pooling = "mean", dropout: float = 0.1
    ) -> None:
        super().__init__()
        config: Any = encoder.config
        self.encoder = encoder
        self.pooling = pooling
        self.dropout = nn.Dropout(dropout)
        width = config.hidden_size * (2 if pooling == "mean_max" else 1)
        self.head = nn.Linear(width, len(NAMES))
        nn.init.normal_(self.head.weight, std=0.02)
        nn.init.zeros_(self.head.bias)

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """Return the logits in float32, (n, L)."""
        hidden = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        pooled = pool(hidden, attention_mask, self.pooling)
        logits: Tensor = self.head(self.dropout(pooled.to(self.head.weight.dtype)))
        return logits.float()


def pool(hidden: Tensor, attention_mask: Tensor, how: Pooling) -> Tensor:
    """Reduce (n, t, h) to one vector a row, padding left out: (n, h), or (n, 2h) for mean_max."""
    if how == "cls":
        return hidden[:, 0]
    mask = attention_mask.unsqueeze(-1).to(hidden.dtype)
    mean = (hidden * mask).sum(1) / mask.sum(1).clamp(min=1.0)
    if how == "mean":
        return mean
    # A large finite number rather than -inf: int8 graphs cannot represent infinities.
    highest = (hidden - (1.0 - mask) * 1e4).max(1).values
    return torch.cat([mean, highest], dim=1)


def masked_bce(logits: Tensor, targets: Tensor, weights: Tensor) -> Tensor:
    """Binary cross-entropy over the known labels only, a scalar.

    ``targets`` (n, L) are soft labels with NaN for unknown; ``weights`` (n,) count a row's vote.
    The sum is divided by the weight of known labels, so rows that say much do not drown the rest.
    """
    known = ~torch.isnan(targets)
    loss = nn.functional.binary_cross_entropy_with_logits(
        logits, torch.where(known, targets, torch.zeros_like(targets)), reduction="none"
    )
    share = known.to(loss.dtype) * weights.unsqueeze(1)
    return (loss * share).sum() / share.sum().clamp(min=1e-6)


def build(
    base: str | Path, *, pooling: Pooling = "mean", dropout: float = 0.1
) -> CommentClassifier:
    """Return a classifier with a fresh head on the pretrained encoder ``base`` (folder or hub id)."""
    return CommentClassifier(
        AutoModel.from_pretrained(base, dtype=torch.float32), pooling=pooling, dropout=dropout
    )


def encoder_config(folder: Path) -> PretrainedConfig:
    """Return the encoder's configuration from a bundle's ``config.json``."""
    config: PretrainedConfig = AutoConfig.from_pretrained(folder / "config.json")
    return config


def load(folder: Path) -> CommentClassifier:
    """Return the trained classifier of a bundle folder in float32, ready to evaluate or retrain.

    Reads ``config.json``, ``manifest.json`` (pooling) and ``model.safetensors``; no pickle is read.
    """
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    encoder = AutoModel.from_config(encoder_config(folder))  # type: ignore[no-untyped-call]
    network = CommentClassifier(encoder, pooling=manifest["pooling"])
    weights = load_file(folder / "model.safetensors")
    network.load_state_dict({name: value.float() for name, value in weights.items()}, strict=True)
    return network.eval()
