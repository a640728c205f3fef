"""A tiny network, tokenizer and bundle that tests build themselves; no weights are shipped for them."""

import json
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer
from tokenizers.processors import TemplateProcessing

from model.bundle import write_manifest
from model.calibration import Calibration, Platt
from model.labels import NAMES, TARGET_KINDS
from model.manifest import HEADS, Manifest
from model.spans import TOKEN_OUTPUTS

LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789!?.,'-$@"
WORDS = ["you", "are", "a", "the", "clown", "fine", "day", "liar", "is", "and", "story"]
VOCABULARY = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *WORDS]
VOCABULARY += [letter for letter in LETTERS if letter not in VOCABULARY]
VOCABULARY += [f"##{letter}" for letter in LETTERS if letter.isalnum()]
WIDTH = 8


def write_tokenizer(path: Path) -> None:
    ids = {token: i for i, token in enumerate(VOCABULARY)}
    tokenizer = Tokenizer(WordPiece(ids, unk_token="[UNK]"))
    tokenizer.normalizer = BertNormalizer()
    tokenizer.pre_tokenizer = BertPreTokenizer()
    tokenizer.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    # As the tokenizers of sentence-transformers come; a scorer must not let either take effect.
    tokenizer.enable_padding(length=128)
    tokenizer.enable_truncation(max_length=128)
    tokenizer.save(str(path))


def write_graph(path: Path, *, seed: int = 0, output: str = "labels", heads: bool = False) -> None:
    """Write embeddings, one layer, mean over the mask, and a head: small, yet every token counts.

    With ``heads`` the graph gives ``token_labels`` and ``target`` too.
    """
    random = np.random.default_rng(seed)
    weights = {
        "table": random.normal(size=(len(VOCABULARY), WIDTH)),
        "mix": random.normal(size=(WIDTH, WIDTH)),
        "head": 4 * random.normal(size=(WIDTH, len(NAMES))),
    }
    weights["table"][VOCABULARY.index("clown")] *= 6
    further = {
        "token_labels": ("hidden", ["n", "t", len(TOKEN_OUTPUTS)]),
        "target": ("mean", ["n", len(TARGET_KINDS)]),
    }
    for name, (_, shape) in further.items():
        weights[f"{name} head"] = 4 * random.normal(size=(WIDTH, shape[-1]))
    # So that "clown" surely carries something.
    loud = np.tanh(weights["table"][VOCABULARY.index("clown")] @ weights["mix"])
    weights["token_labels head"][:, 0] = loud
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["embedded"]),
        helper.make_node("MatMul", ["embedded", "mix"], ["mixed"]),
        helper.make_node("Tanh", ["mixed"], ["hidden"]),
        helper.make_node("Cast", ["attention_mask"], ["mask"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["mask", "last"], ["column"]),
        helper.make_node("Mul", ["hidden", "column"], ["kept"]),
        helper.make_node("ReduceSum", ["kept", "tokens"], ["sum"], keepdims=0),
        helper.make_node("ReduceSum", ["column", "tokens"], ["number"], keepdims=0),
        helper.make_node("Div", ["sum", "number"], ["mean"]),
        helper.make_node("MatMul", ["mean", "head"], [output]),
    ]
    if heads:
        nodes += [
            helper.make_node("MatMul", [source, f"{name} head"], [name])
            for name, (source, _) in further.items()
        ]
    constants = [
        numpy_helper.from_array(array.astype(np.float32), name) for name, array in weights.items()
    ]
    constants += [numpy_helper.from_array(np.array([2]), "last")]
    constants += [numpy_helper.from_array(np.array([1]), "tokens")]
    ids = [
        helper.make_tensor_value_info(name, TensorProto.INT64, ["n", "t"])
        for name in ("input_ids", "attention_mask")
    ]
    logits = helper.make_tensor_value_info(output, TensorProto.FLOAT, ["n", len(NAMES)])
    outputs = [logits]
    if heads:
        outputs += [
            helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
            for name, (_, shape) in further.items()
        ]
    graph = helper.make_graph(nodes, "tiny", ids, outputs, constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.save(model, str(path))


def write_bundle(
    folder: Path, *, version: str = "tiny-1", max_windows: int = 1000, heads: bool = False
) -> Path:
    folder.mkdir(parents=True)
    write_graph(folder / "model.int8.onnx", heads=heads)
    write_tokenizer(folder / "tokenizer.json")
    for name in ("config.json", "report.json"):
        (folder / name).write_text(json.dumps({"vocab_size": len(VOCABULARY)}))
    manifest = Manifest(
        version=version,
        created="2026-11-22T00:00:00+00:00",
        max_length=32,
        stride=8,
        max_windows=max_windows,
        pooling="mean",
        calibration=Calibration((Platt(0.8, -0.2),) * len(NAMES), Platt(1.1, -0.1)),
        thresholds=dict.fromkeys(NAMES, 0.6),
        threshold_rule="a tiny bundle's thresholds mean nothing",
        lineage={"seed": 0},
        heads={name: heads or name == "labels" for name in HEADS},
    )
    write_manifest(folder, manifest)
    return folder
