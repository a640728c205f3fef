"""Token ids to logits: the only file that imports an inference engine, and only when one is opened.

Open an engine in the process that uses it: the threads of an engine do not survive a fork.
"""

import importlib
import importlib.util
import logging
import sys
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import openvino

Ids = NDArray[np.int64]
Logits = dict[str, NDArray[np.float32]]

INPUTS: Final = ("input_ids", "attention_mask")
OUTPUT: Final = "labels"
AUTO: Final = "auto"

_log: Final = logging.getLogger(__name__)


# What the import of an engine raises where its installation is broken: a library that is missing or of
# another machine, another numpy.
_BROKEN: Final = (ImportError, OSError, RuntimeError, AttributeError, ValueError)


class EngineError(RuntimeError):
    """No engine, or a graph that an engine cannot run; the message names which."""


class _Unimportable(EngineError):
    """An engine that is installed and cannot be imported."""


class Engine(Protocol):
    """Something that runs the bundle's graph; safe to call from several threads at once."""

    @property
    def name(self) -> str:
        """``openvino`` or ``onnxruntime``."""

    @property
    def outputs(self) -> Sequence[str]:
        """The names of what the graph gives."""

    def run(self, input_ids: Ids, attention_mask: Ids) -> Logits:
        """Return every output of the graph by name for ids and mask of shape (n, tokens).

        ``labels`` has shape (n, labels). Raises ``EngineError`` where the graph cannot be computed.
        """


def open_engine(
    graph: Path, *, threads: int, engine: str = AUTO, outputs: Collection[str] = (OUTPUT,)
) -> Engine:
    """Return an engine that holds ``graph``, which gives ``outputs``, and computes with ``threads`` threads.

    ``engine`` is ``openvino``, ``onnxruntime``, or ``auto`` for the first of them that is installed and
    can be imported. Raises ``EngineError`` where the one named, or any, is missing or broken, or the
    graph does not load.
    """
    if threads < 1:
        raise ValueError(f"threads must be at least 1, not {threads}")
    opened = _first_importable(_chosen(engine), graph, threads)
    lacking = sorted(set(outputs) - set(opened.outputs))
    if lacking:
        raise EngineError(
            f"{graph}: gives {', '.join(opened.outputs)} where one must be {lacking[0]}"
        )
    _log.info("engine opened: %s, %d threads, %s", opened.name, threads, graph)
    return opened


def installed() -> tuple[str, ...]:
    """Return the names of the engines that are installed, the preferred one first."""
    return tuple(name for name in _OPENERS if importlib.util.find_spec(name) is not None)


def silence_telemetry() -> None:
    """Keep ``import openvino`` (and nncf) from reporting to Google Analytics, as it does unasked.

    Both fall back to a stub where the package openvino_telemetry cannot be imported; this makes it
    so. It has to be called before the first import of either.
    """
    if "openvino" in sys.modules and sys.modules.get("openvino_telemetry") is not None:
        _log.warning("openvino was imported before its telemetry was silenced")
    sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]


def _chosen(engine: str) -> tuple[str, ...]:
    """Return the engines to try, in order; more than one only for ``auto``."""
    if engine != AUTO and engine not in _OPENERS:
        raise EngineError(f"engine {engine!r} is not one of {AUTO}, {', '.join(_OPENERS)}")
    present = installed()
    if engine != AUTO and engine not in present:
        raise EngineError(f"engine {engine} is not installed: pip install {engine}")
    if not present:
        raise EngineError(f"no inference engine is installed: pip install {' or '.join(_OPENERS)}")
    if engine == AUTO and present[0] != next(iter(_OPENERS)):
        _log.warning(
            "engine %s is not installed, %s runs instead", next(iter(_OPENERS)), present[0]
        )
    return present if engine == AUTO else (engine,)


def _first_importable(names: Sequence[str], graph: Path, threads: int) -> Engine:
    """Open the first engine that can be imported; raises what the last one raised where none can."""
    for name, following in pairwise(names):
        try:
            return _OPENERS[name](graph, threads)
        except _Unimportable as error:
            _log.warning("%s, %s runs instead", error, following)
    return _OPENERS[names[-1]](graph, threads)


class _OpenVino:
    name = "openvino"

    def __init__(self, graph: Path, threads: int) -> None:
        silence_telemetry()
        try:
            import openvino  # noqa: PLC0415
        except _BROKEN as error:
            raise _unimportable(self.name, error) from error
        settings = {
            "PERFORMANCE_HINT": "LATENCY",
            "INFERENCE_NUM_THREADS": threads,
            # Left alone it takes bfloat16 where the CPU has it: scores would differ by machine and,
            # measured, with padding.
            "INFERENCE_PRECISION_HINT": "f32",
        }
        try:
            self._compiled = openvino.Core().compile_model(str(graph), "CPU", settings)
        except RuntimeError as error:
            raise EngineError(f"{graph}: OpenVINO cannot load it ({_cause(error)})") from error
        names = [output.get_any_name() for output in self._compiled.outputs]
        _check_inputs(graph, [port.get_any_name() for port in self._compiled.inputs])
        self.outputs = names
        self._own = threading.local()

    def run(self, input_ids: Ids, attention_mask: Ids) -> Logits:
        rows, tokens = input_ids.shape
        shape = kept_shape(rows, tokens)
        feed = {
            "input_ids": filled(input_ids, shape),
            "attention_mask": filled(attention_mask, shape),
        }
        # Results are copied out: the request's own buffers are overwritten by the thread's next run.
        try:
            found = self._request().infer(feed, share_outputs=False)
        except RuntimeError as error:
            raise _cannot_compute(self.name, error) from error
        # (rows, labels), or (rows, tokens, labels).
        return {
            name: np.array(
                found[name][:rows, :tokens] if found[name].ndim == 3 else found[name][:rows]
            )
            for name in self.outputs
        }

    def _request(self) -> "openvino.InferRequest":
        """Return this thread's own request: two threads must not share one."""
        if not hasattr(self._own, "request"):
            self._own.request = self._compiled.create_infer_request()
        request: openvino.InferRequest = self._own.request
        return request


def kept_shape(rows: int, tokens: int) -> tuple[int, int]:
    """Return the shape that a batch is padded to before OpenVINO sees it.

    For every new shape OpenVINO's CPU plugin builds kernels, some 5 MB that it keeps for good
    (openvinotoolkit/openvino issue 34289; measured: 1.6 GB after 240 shapes, flat at 0.4 GB so).
    Rows become a power of two; tokens a multiple of 16, of 8 for one row, where latency counts.
    """
    step = 8 if rows == 1 else 16
    return 1 << (rows - 1).bit_length(), -(-tokens // step) * step


def filled(array: Ids, shape: tuple[int, int]) -> Ids:
    """Return ``array`` (rows, tokens) with zeros after its tokens and its first row again below.

    A row of nothing but padding could divide by its length of zero, so none is made.
    """
    rows, tokens = array.shape
    wide = np.pad(array, ((0, 0), (0, shape[1] - tokens)))
    return np.concatenate([wide, np.repeat(wide[:1], shape[0] - rows, axis=0)])


class _OnnxRuntime:
    name = "onnxruntime"

    def __init__(self, graph: Path, threads: int) -> None:
        # By name, since it ships no types and is not installed everywhere.
        try:
            onnxruntime = importlib.import_module("onnxruntime")
            errors = importlib.import_module("onnxruntime.capi.onnxruntime_pybind11_state")
        except _BROKEN as error:
            raise _unimportable(self.name, error) from error
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        # Its exceptions have no base of their own.
        kinds = [kind for kind in vars(errors).values() if isinstance(kind, type)]
        self._failures: tuple[type[Exception], ...] = (
            RuntimeError,
            *(kind for kind in kinds if issubclass(kind, Exception)),
        )
        try:
            self._session = onnxruntime.InferenceSession(
                str(graph), options, providers=["CPUExecutionProvider"]
            )
        except self._failures as error:
            raise EngineError(f"{graph}: ONNX Runtime cannot load it ({_cause(error)})") from error
        self.outputs = [output.name for output in self._session.get_outputs()]
        _check_inputs(graph, [port.name for port in self._session.get_inputs()])

    def run(self, input_ids: Ids, attention_mask: Ids) -> Logits:
        feed = dict(zip(INPUTS, (input_ids, attention_mask), strict=True))
        try:
            found = self._session.run(self.outputs, feed)
        except self._failures as error:
            raise _cannot_compute(self.name, error) from error
        return {
            name: np.asarray(array, dtype=np.float32)
            for name, array in zip(self.outputs, found, strict=True)
        }


# In the order of preference: docs/decisions/0002-int8-with-openvino.md.
_OPENERS: Final[Mapping[str, Callable[[Path, int], Engine]]] = {
    "openvino": _OpenVino,
    "onnxruntime": _OnnxRuntime,
}


def _check_inputs(graph: Path, inputs: list[str]) -> None:
    if sorted(inputs) != sorted(INPUTS):
        raise EngineError(
            f"{graph}: takes {', '.join(inputs)} where it must take {', '.join(INPUTS)}"
        )


def _unimportable(name: str, error: Exception) -> _Unimportable:
    why = f"{type(error).__name__}: {_cause(error)}"
    return _Unimportable(f"engine {name} is installed and cannot be imported ({why})")


def _cannot_compute(name: str, error: Exception) -> EngineError:
    return EngineError(f"engine {name} cannot compute the graph ({_cause(error)})")


def _cause(error: Exception) -> str:
    """Return the line of an engine's error that holds the cause.

    Where OpenVINO names the places in its source that the error passed through, the cause comes last;
    elsewhere it comes first.
    """
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    passed = any(line.startswith("Exception from ") for line in lines)
    return next(iter(lines[-1:] if passed else lines), type(error).__name__)
