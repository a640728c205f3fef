"""From a trained network to the files of a bundle: ONNX, its int8 graph, fp16 weights, tokenizer."""

import logging
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import save_file
from transformers import PreTrainedTokenizerBase

from model.manifest import HEADS
from model.runtime import silence_telemetry
from model.text import clean
from training.network import CommentClassifier

log = logging.getLogger(__name__)
GRAPH: Final = "model.int8.onnx"
WEIGHTS: Final = "model.safetensors"
TOKENIZER: Final = "tokenizer.json"
ENCODER: Final = "config.json"


def to_onnx(network: CommentClassifier, path: Path) -> None:
    """Write the network as one ONNX file.

    ``input_ids`` and ``attention_mask`` (n, t) give ``labels`` (n, labels), ``token_labels``
    (n, t, outputs) and ``target`` (n, kinds), all logits.
    """
    ids = torch.randint(1000, 2000, (2, 16))
    axes = {0: torch.export.Dim("comments"), 1: torch.export.Dim("tokens")}
    program = torch.onnx.export(
        network.eval(),
        (ids, torch.ones_like(ids)),
        input_names=["input_ids", "attention_mask"],
        output_names=list(HEADS),
        dynamic_shapes={"input_ids": axes, "attention_mask": axes},
        dynamo=True,
        verbose=False,
    )
    if program is None:
        raise RuntimeError("torch.onnx.export returned nothing")
    program.save(str(path), external_data=False)


def to_int8(
    fp32: Path,
    graph: Path,
    texts: Sequence[str],
    tokenizer: PreTrainedTokenizerBase,
    *,
    max_length: int,
) -> None:
    """Quantise an ONNX graph to static int8 and write it to ``graph``.

    NNCF's transformer preset with SmoothQuant (Xiao et al. 2023); the ranges of activations come
    from ``texts`` (training comments), so they are fixed: a score depends on nothing but its comment.
    """
    silence_telemetry()
    import nncf
    import onnx

    quantised = nncf.quantize(
        onnx.load(fp32),
        nncf.Dataset(list(_single_rows(texts, tokenizer, max_length))),
        model_type=nncf.ModelType.TRANSFORMER,
        preset=nncf.QuantizationPreset.MIXED,
        target_device=nncf.TargetDevice.CPU,
        subset_size=len(texts),
    )
    onnx.save(quantised, graph)


def _single_rows(
    texts: Sequence[str], tokenizer: PreTrainedTokenizerBase, max_length: int
) -> Iterator[dict[str, NDArray[np.int64]]]:
    for text in texts:
        ids = tokenizer(clean(text).text, truncation=True, max_length=max_length)["input_ids"]
        row = np.asarray([ids], dtype=np.int64)
        yield {"input_ids": row, "attention_mask": np.ones_like(row)}


def save_weights(network: CommentClassifier, path: Path) -> None:
    """Write the weights as float16 safetensors, half the size, to retrain from."""
    state = {
        name: value.detach().half().contiguous() for name, value in network.state_dict().items()
    }
    save_file(state, path)


def save_tokenizer(tokenizer: PreTrainedTokenizerBase, path: Path) -> None:
    """Write ``tokenizer.json`` without truncation or padding: windows are cut by the model room."""
    backend: Any = tokenizer.backend_tokenizer
    backend.no_truncation()
    backend.no_padding()
    backend.save(str(path))


def write_files(
    network: CommentClassifier,
    tokenizer: PreTrainedTokenizerBase,
    folder: Path,
    texts: Sequence[str],
    *,
    max_length: int,
) -> None:
    """Write graph, weights, tokenizer and encoder config of a bundle into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    scratch = folder / ".fp32"
    scratch.mkdir(exist_ok=True)
    try:
        to_onnx(network, scratch / "model.onnx")
        to_int8(scratch / "model.onnx", folder / GRAPH, texts, tokenizer, max_length=max_length)
    finally:
        shutil.rmtree(scratch)
    save_weights(network, folder / WEIGHTS)
    save_tokenizer(tokenizer, folder / TOKENIZER)
    config: Any = network.encoder.config
    config.to_json_file(folder / ENCODER)
    log.info("wrote %s", folder)
