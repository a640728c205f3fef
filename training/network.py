"""The network: a pretrained encoder with three heads, for labels, words and target, and their losses."""

import json
from pathlib import Path
from typing import Any, Literal, NamedTuple, get_args

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from transformers import (
    AutoConfig,
    AutoModel,
    AutoTokenizer,
    PretrainedConfig,
    PreTrainedTokenizerBase,
)

from model.labels import NAMES, TARGET_KINDS
from model.spans import TOKEN_OUTPUTS
from training import encoders, inherited
from training.errors import TrainingError

Pooling = Literal["mean", "cls", "mean_max"]
POOLINGS: tuple[Pooling, ...] = get_args(Pooling)


class Logits(NamedTuple):
    """What the network says of n comments of t tokens, all in float32."""

    labels: Tensor
    """(n, labels), in the order of ``model.labels.NAMES``."""
    token_labels: Tensor
    """(n, t, outputs), in the order of ``model.spans.TOKEN_OUTPUTS``."""
    target: Tensor
    """(n, kinds), in the order of ``model.labels.TARGET_KINDS``."""


class CommentClassifier(nn.Module):
    """Token ids (n, t) to the logits of the three heads."""

    def __init__(
        self, encoder: nn.Module, *, pooling: Pooling = "mean", dropout: float = 0.1
    ) -> None:
        super().__init__()
        config: Any = encoder.config
        self.encoder = encoder
        self.pooling = pooling
        self.dropout = nn.Dropout(dropout)
        width = config.hidden_size * (2 if pooling == "mean_max" else 1)
        self.head = _head(width, len(NAMES))
        self.token_head = _head(config.hidden_size, len(TOKEN_OUTPUTS))
        self.target_head = _head(width, len(TARGET_KINDS))

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Logits:
        """Return the logits of all three heads."""
        hidden = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        hidden = hidden.to(self.head.weight.dtype)
        pooled = self.dropout(pool(hidden, attention_mask, self.pooling))
        return Logits(
            self.head(pooled).float(),
            self.token_head(self.dropout(hidden)).float(),
            self.target_head(pooled).float(),
        )


def _head(width: int, outputs: int) -> nn.Linear:
    head = nn.Linear(width, outputs)
    nn.init.normal_(head.weight, std=0.02)
    nn.init.zeros_(head.bias)
    return head


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


def distilled(hard: Tensor, soft: Tensor, share: float) -> Tensor:
    """Return the labels that a student learns from, (n, L), NaN where nobody spoke.

    Where a teacher and an annotator both speak it is ``share`` of the teacher's probability (Hinton,
    Vinyals & Dean 2015, at temperature 1) and the rest of the annotator's; where one of them does,
    that one's. Mixing the targets of a cross-entropy is mixing the losses.
    """
    both = share * soft + (1.0 - share) * hard
    return torch.where(torch.isnan(both), torch.where(torch.isnan(hard), soft, hard), both)


def smoothed(targets: Tensor, share: float) -> Tensor:
    """Return soft labels moved by ``share`` towards a half, unknown ones as they are.

    Label smoothing (Szegedy et al. 2016, section 7) for two classes.
    """
    return targets * (1.0 - share) + 0.5 * share


def disagreement(one: Tensor, other: Tensor, weights: Tensor) -> Tensor:
    """Return how far two readings of the same rows are apart, a scalar, 0 where they agree.

    The mean over labels of the symmetric Kullback-Leibler divergence of the two probabilities, half of
    its two directions each, from logits (n, L) of two passes under dropout; ``weights`` (n,) count a
    row's vote. With it the loss is that of R-Drop (Liang et al. 2021).
    """

    def divergence(of: Tensor, beside: Tensor) -> Tensor:
        chances = torch.sigmoid(of)
        bce = nn.functional.binary_cross_entropy_with_logits
        return bce(beside, chances, reduction="none") - bce(of, chances, reduction="none")

    apart = 0.5 * (divergence(one, other) + divergence(other, one))
    return (apart.mean(1) * weights).sum() / weights.sum().clamp(min=1e-6)


def token_bce(logits: Tensor, targets: Tensor, weights: Tensor) -> Tensor:
    """Binary cross-entropy over the tokens whose words somebody marked or cleared, a scalar.

    ``logits`` and ``targets`` are (n, t, outputs), NaN where unknown and in padding; each comment
    counts as one whatever its length, by ``weights`` (n,).
    """
    known = ~torch.isnan(targets)
    loss = nn.functional.binary_cross_entropy_with_logits(
        logits, torch.where(known, targets, torch.zeros_like(targets)), reduction="none"
    )
    tokens = known.to(loss.dtype)
    by_comment = (loss * tokens).sum((1, 2)) / tokens.sum((1, 2)).clamp(min=1.0)
    counted = tokens.amax((1, 2)) * weights
    return (by_comment * counted).sum() / counted.sum().clamp(min=1e-6)


def target_loss(logits: Tensor, allowed: Tensor, weights: Tensor) -> Tensor:
    """Negative log of the probability that falls on the kinds a row allows, a scalar.

    ``allowed`` (n, kinds) holds 1 for each kind that the annotation can mean: a corpus that says
    ``person`` may mean the author. A row that allows none says nothing and does not count.
    """
    known = allowed.amax(1)
    blocked = torch.where(allowed > 0, torch.zeros_like(logits), torch.full_like(logits, -1e4))
    loss = logits.logsumexp(1) - (logits + blocked).logsumexp(1)
    counted = known * weights
    return (loss * counted).sum() / counted.sum().clamp(min=1e-6)


def build(
    base: str | Path, *, pooling: Pooling = "mean", dropout: float = 0.1
) -> CommentClassifier:
    """Return a classifier with a fresh head on the pretrained encoder ``base`` (folder or hub id).

    Raises ``TrainingError`` where there is no encoder.
    """
    with encoders.explained(base):
        encoder = AutoModel.from_pretrained(base, dtype=torch.float32)
    return CommentClassifier(encoder, pooling=pooling, dropout=dropout)


def tokenizer_of(base: str | Path) -> PreTrainedTokenizerBase:
    """Return the tokenizer of the pretrained encoder ``base``; raises ``TrainingError`` without one."""
    with encoders.explained(base):
        found: PreTrainedTokenizerBase = AutoTokenizer.from_pretrained(base)
    return found


def can_become(pooling: str, now: str) -> bool:
    """Tell whether a network of one pooling can go on with another: mean_max holds what mean held."""
    return pooling == now or (pooling, now) == ("mean", "mean_max")


def encoder_config(folder: Path) -> PretrainedConfig:
    """Return the encoder's configuration from a bundle's ``config.json``."""
    config: PretrainedConfig = AutoConfig.from_pretrained(folder / "config.json")
    return config


def load(
    folder: Path, *, pooling: Pooling | None = None, dropout: float = 0.1
) -> CommentClassifier:
    """Return the trained classifier of a bundle folder in float32, ready to evaluate or retrain.

    Reads ``config.json``, ``manifest.json`` (labels, pooling, heads) and ``model.safetensors``; no
    pickle is read. A bundle may know fewer labels, and with ``pooling`` mean_max one of mean is
    widened: see ``training.inherited``. Raises ``TrainingError`` naming what does not fit.
    """
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    encoder = AutoModel.from_config(encoder_config(folder))  # type: ignore[no-untyped-call]
    now = pooling or manifest["pooling"]
    network = CommentClassifier(encoder, pooling=now, dropout=dropout)
    before = manifest["pooling"]
    if not can_become(before, now):
        raise TrainingError(f"{folder}: its pooling is {before}, which cannot become {now}")
    try:
        weights = inherited.onto(
            network.state_dict(),
            load_file(folder / "model.safetensors"),
            labels=manifest["labels"],
            heads=manifest["heads"],
            widened=before != now,
        )
    except TrainingError as error:
        raise TrainingError(f"{folder / 'model.safetensors'}: {error}") from error
    network.load_state_dict(weights, strict=True)
    return network.eval()
