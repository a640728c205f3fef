"""The peers in torch: only the processes of the peers import this."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Protocol

import torch
from torch import Tensor
from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

from model.bundle import load as load_bundle
from model.scorer import batches
from training.network import load as load_network

# As ``model.scorer`` has it; a test compares the two.
TOKENS_AT_ONCE: Final = 4096
MAX_TOKENS: Final = 512
DETOXIFY_LABELS: Final = 6
# BertConfig's own defaults are bert-base.
SHAPES: Final[dict[str, dict[str, int]]] = {
    "bert-base": {},
    "tiny": {
        "hidden_size": 32,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "intermediate_size": 64,
    },
}

Tokens = Mapping[str, list[int]]
Answers = list[list[float]]
Score = Callable[[Sequence[str]], Answers]


class Logits(Protocol):
    """Token ids and mask, each (n, t), to logits (n, L)."""

    def __call__(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """Return the logits."""


def load(name: str, *, bundle: Path, threads: int) -> Score:
    """Return the scoring function of a peer; all peers read at most 512 tokens of a comment.

    ``transformers`` is the bundle's own weights in float32; ``bert-base`` has the shape of Detoxify
    and random weights, which take the same time as trained ones; ``tiny`` is for tests.
    """
    torch.set_num_threads(threads)
    torch.manual_seed(0)
    fast: Any = PreTrainedTokenizerFast
    tokenizer = fast(tokenizer_file=str(load_bundle(bundle).tokenizer), pad_token="[PAD]")
    network = _network(name, bundle)

    def score(texts: Sequence[str]) -> Answers:
        return in_batches(
            [tokenizer(text, truncation=True, max_length=MAX_TOKENS) for text in texts],
            lambda batch: _probabilities(network, tokenizer, batch),
        )

    return score


def in_batches(rows: Sequence[Tokens], run: Callable[[list[Tokens]], Answers]) -> Answers:
    """Run rows of like length together, in Comity's own batches; answers are in order of ``rows``."""
    found: dict[int, list[float]] = {}
    for places in batches([len(row["input_ids"]) for row in rows], budget=TOKENS_AT_ONCE):
        found.update(zip(places, run([rows[n] for n in places]), strict=True))
    return [found[n] for n in range(len(rows))]


def _network(name: str, bundle: Path) -> Logits:
    if name == "transformers":
        ours = load_network(bundle)
        return lambda input_ids, attention_mask: ours(input_ids, attention_mask).labels
    shape: Any = BertConfig
    config = shape(num_labels=DETOXIFY_LABELS, **SHAPES[name])
    model: Any = BertForSequenceClassification(config)
    model.eval()

    def logits(input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        found: Tensor = model(input_ids=input_ids, attention_mask=attention_mask).logits
        return found

    return logits


def _probabilities(network: Logits, tokenizer: Any, rows: list[Tokens]) -> Answers:
    padded = tokenizer.pad(rows, return_tensors="pt")
    with torch.inference_mode():
        logits = network(padded["input_ids"], padded["attention_mask"])
    answers: Answers = torch.sigmoid(logits).tolist()
    return answers
