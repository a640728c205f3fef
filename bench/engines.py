"""``python -m bench.engines``: one network, every engine and number format, in one run.

Prints comments a second for fixed shapes of random token ids (speed does not depend on which ids), how
far a logit moves with its batch or with padding, and how far it stands from float32.
"""

import logging
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray
from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer
from rich.console import Console
from rich.table import Table

from bench.machine import facts
from model import bundle
from model.runtime import silence_telemetry
from training import export, network

silence_telemetry()  # before the import: openvino reports to its makers unasked
import openvino  # noqa: E402

Batch = Mapping[str, NDArray[np.int64]]
Run = Callable[[Batch], NDArray[np.float32]]
SHAPES: Final = ((32, 32), (32, 128), (1, 32), (1, 64))
SECONDS: Final = 2.0


def batch(rows: int, tokens: int, seed: int = 7) -> Batch:
    """Return random ids (rows, tokens) of ordinary words, nothing masked."""
    ids = np.random.default_rng(seed).integers(2000, 20000, (rows, tokens))
    return {"input_ids": ids, "attention_mask": np.ones_like(ids)}


def with_onnxruntime(graph: Path, threads: int) -> Run:
    """Return a graph's labels output as ONNX Runtime computes it."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(str(graph), options)
    return lambda given: session.run(["labels"], dict(given))[0]


def with_openvino(graph: Path, threads: int, precision: str) -> Run:
    """Return a graph's labels output as OpenVINO computes it at ``precision``."""
    settings = {
        "INFERENCE_NUM_THREADS": threads,
        "PERFORMANCE_HINT": "LATENCY",
        "INFERENCE_PRECISION_HINT": precision,
    }
    request = openvino.Core().compile_model(graph, "CPU", settings).create_infer_request()
    return lambda given: np.array(request.infer(dict(given))["labels"])


def contenders(folder: Path, scratch: Path, threads: int) -> dict[str, Run]:
    """Return each engine and number format by name; the first is the yardstick."""
    fp32, nbits = scratch / "fp32.onnx", scratch / "nbits.onnx"
    export.to_onnx(network.load(folder), fp32)
    quantizer = MatMulNBitsQuantizer(onnx.load(fp32), bits=8, block_size=32, accuracy_level=4)
    quantizer.process()
    quantizer.model.save_model_to_file(str(nbits), use_external_data_format=False)
    int8 = bundle.load(folder).graph
    return {
        "ONNX Runtime fp32": with_onnxruntime(fp32, threads),
        "ONNX Runtime MatMulNBits 8 bit": with_onnxruntime(nbits, threads),
        "ONNX Runtime, the bundle's int8": with_onnxruntime(int8, threads),
        "OpenVINO fp32": with_openvino(fp32, threads, "f32"),
        "OpenVINO bf16": with_openvino(fp32, threads, "bf16"),
        "OpenVINO, the bundle's int8": with_openvino(int8, threads, "f32"),
    }


def rate(run: Run, given: Batch) -> float:
    """Return rows a second, the median over ``SECONDS`` after two runs to warm up."""
    run(given), run(given)
    times = []
    until = time.perf_counter() + SECONDS
    while time.perf_counter() < until:
        begun = time.perf_counter()
        run(given)
        times.append(time.perf_counter() - begun)
    return len(given["input_ids"]) / float(np.median(times))


def dependence(run: Run) -> float:
    """Return the largest change of a logit between alone and in a batch of 8, padded or not."""
    given = batch(8, 40)
    together = run(given)
    alone = np.concatenate([run({k: v[i : i + 1] for k, v in given.items()}) for i in range(8)])
    padded = run({name: np.pad(value, ((0, 0), (0, 50))) for name, value in given.items()})
    return float(max(np.abs(together - alone).max(), np.abs(together - padded).max()))


def main(threads: int = 2) -> None:
    """Print the table."""
    logging.disable(logging.INFO)
    table = Table("engine", *(f"{n} x {t}" for n, t in SHAPES), "moves by", "from fp32")
    console = Console(width=140)
    with tempfile.TemporaryDirectory() as scratch:
        runs = contenders(bundle.default_bundle(), Path(scratch), threads)
        exact = next(iter(runs.values()))(batch(8, 40))
        for name, run in runs.items():
            rates = [f"{rate(run, batch(*shape)):.0f}" for shape in SHAPES]
            far = f"{np.abs(run(batch(8, 40)) - exact).max():.4f}"
            table.add_row(name, *rates, f"{dependence(run):.1e}", far)
    for name, fact in facts().items():
        console.print(f"{name}: {fact}")
    console.print(
        f"comments/s by rows x tokens, {threads} threads; a logit's change alone/batch/padding"
    )
    console.print(table)


if __name__ == "__main__":
    main()
