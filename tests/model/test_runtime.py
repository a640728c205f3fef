import logging
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from model import runtime
from model.labels import NAMES
from model.runtime import Engine, EngineError, filled, kept_shape, open_engine
from tests.model.tiny import VOCABULARY, write_graph

ENGINES = ("openvino", "onnxruntime")


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("graph") / "model.onnx"
    write_graph(path)
    return path


@pytest.fixture(scope="module", params=ENGINES)
def engine(request: pytest.FixtureRequest, graph: Path) -> Engine:
    return open_engine(graph, threads=1, engine=request.param)


def _ids(rows: int, tokens: int, *, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    ids = np.random.default_rng(seed).integers(4, len(VOCABULARY), (rows, tokens))
    return ids, np.ones_like(ids)


def test_an_engine_gives_logits_by_name_and_says_which_it_is(engine: Engine) -> None:
    found = engine.run(*_ids(3, 7))
    assert found["labels"].shape == (3, len(NAMES))
    assert found["labels"].dtype == np.float32
    assert engine.name in ENGINES


def test_both_engines_agree(graph: Path) -> None:
    one, other = (open_engine(graph, threads=1, engine=name).run(*_ids(4, 9)) for name in ENGINES)
    assert one["labels"] == pytest.approx(other["labels"], abs=1e-5)


def test_neither_neighbours_nor_padding_change_a_row(engine: Engine) -> None:
    ids, mask = _ids(1, 6)
    alone = engine.run(ids, mask)["labels"]
    padded, padded_mask = _ids(16, 20, seed=1)
    padded[5, :6], padded[5, 6:] = ids[0], 0
    padded_mask[5, 6:] = 0
    assert engine.run(padded, padded_mask)["labels"][5] == pytest.approx(alone[0], abs=1e-6)


def test_an_answer_is_not_overwritten_by_the_next_run(engine: Engine) -> None:
    first = engine.run(*_ids(2, 5))["labels"]
    kept = first.copy()
    engine.run(*_ids(2, 5, seed=3))
    assert (first == kept).all()


@pytest.mark.parametrize(
    ("rows", "tokens", "kept"),
    [
        *((1, 5, (1, 8)), (1, 24, (1, 24)), (1, 25, (1, 32)), (2, 5, (2, 16)), (3, 17, (4, 32))),
        *((32, 128, (32, 128)), (33, 129, (64, 144))),
    ],
)
def test_only_few_shapes_reach_openvino(rows: int, tokens: int, kept: tuple[int, int]) -> None:
    assert kept_shape(rows, tokens) == kept


def test_a_batch_is_filled_without_a_row_of_padding_alone() -> None:
    full = filled(np.array([[1, 2], [3, 4], [5, 6]]), (4, 3))
    assert full.tolist() == [[1, 2, 0], [3, 4, 0], [5, 6, 0], [1, 2, 0]]


@pytest.mark.parametrize("rows", [1, 3, 5])
def test_the_filling_does_not_come_back(engine: Engine, rows: int) -> None:
    assert engine.run(*_ids(rows, 11))["labels"].shape == (rows, len(NAMES))


def test_threads_get_their_own_answers(engine: Engine) -> None:
    inputs = [_ids(1 + i % 3, 3 + i % 5, seed=i) for i in range(40)]
    expected = [engine.run(*pair)["labels"] for pair in inputs]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda pair: engine.run(*pair)["labels"], inputs))
    for one, other in zip(found, expected, strict=True):
        assert one == pytest.approx(other, abs=1e-6)


def test_auto_takes_openvino_and_says_so(graph: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "model.runtime"):
        assert open_engine(graph, threads=1).name == "openvino"
    assert "engine opened: openvino, 1 threads" in caplog.text


def test_auto_falls_back_visibly_where_openvino_is_missing(
    graph: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(runtime, "installed", lambda: ("onnxruntime",))
    assert open_engine(graph, threads=1).name == "onnxruntime"
    assert "openvino is not installed, onnxruntime runs instead" in caplog.text


def test_an_engine_asked_for_by_name_is_never_replaced(
    graph: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runtime, "installed", lambda: ("onnxruntime",))
    with pytest.raises(EngineError, match="openvino is not installed: pip install openvino"):
        open_engine(graph, threads=1, engine="openvino")


@pytest.fixture
def break_engine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str, str], None]:
    """Put a package of an engine's name, whose import raises, before the one that is installed."""

    def broken(name: str, fault: str) -> None:
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text(f"raise {fault}\n")
        monkeypatch.syspath_prepend(str(tmp_path))
        monkeypatch.delitem(sys.modules, name, raising=False)

    return broken


FAULTS = ("ImportError('libtbb.so.12 is gone')", "OSError('libtbb.so.12 is gone')")


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("name", ENGINES)
def test_an_engine_that_does_not_import_is_named_with_the_reason(
    graph: Path, break_engine: Callable[[str, str], None], name: str, fault: str
) -> None:
    break_engine(name, fault)
    named = rf"{name} is installed and cannot be imported \(\w+: libtbb\.so\.12 is gone\)"
    with pytest.raises(EngineError, match=named):
        open_engine(graph, threads=1, engine=name)


def test_auto_goes_on_to_the_next_engine_where_one_does_not_import(
    graph: Path, break_engine: Callable[[str, str], None], caplog: pytest.LogCaptureFixture
) -> None:
    break_engine("openvino", FAULTS[0])
    assert open_engine(graph, threads=1).name == "onnxruntime"
    assert "openvino is installed and cannot be imported" in caplog.text
    assert "onnxruntime runs instead" in caplog.text
    break_engine("onnxruntime", FAULTS[1])
    with pytest.raises(EngineError, match="onnxruntime is installed and cannot be imported"):
        open_engine(graph, threads=1)


def test_auto_does_not_go_on_where_the_graph_is_at_fault(tmp_path: Path) -> None:
    (tmp_path / "broken.onnx").write_bytes(b"no graph")
    with pytest.raises(EngineError, match="OpenVINO cannot load it"):
        open_engine(tmp_path / "broken.onnx", threads=1)


def test_what_onnx_runtime_cannot_compute_is_an_engine_error(graph: Path) -> None:
    engine = open_engine(graph, threads=1, engine="onnxruntime")
    ids = np.full((1, 3), 10**6)
    with pytest.raises(EngineError, match="engine onnxruntime cannot compute the graph"):
        engine.run(ids, np.ones_like(ids))


def test_what_openvino_cannot_compute_is_an_engine_error(
    graph: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Failing:
        def infer(self, *_: object, **__: object) -> None:
            raise RuntimeError("out of memory\nand more")

    engine = open_engine(graph, threads=1, engine="openvino")
    monkeypatch.setattr(engine, "_request", Failing)
    with pytest.raises(EngineError, match=r"openvino cannot compute the graph \(out of memory\)"):
        engine.run(*_ids(1, 3))


def test_no_engine_at_all_is_said(graph: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runtime, "installed", lambda: ())
    with pytest.raises(EngineError, match="no inference engine is installed"):
        open_engine(graph, threads=1)


def test_an_unknown_engine_is_refused_by_name(graph: Path) -> None:
    with pytest.raises(EngineError, match="'torch' is not one of auto, openvino, onnxruntime"):
        open_engine(graph, threads=1, engine="torch")


def test_threads_must_be_positive(graph: Path) -> None:
    with pytest.raises(ValueError, match="threads must be at least 1, not 0"):
        open_engine(graph, threads=0)


@pytest.mark.parametrize("name", ENGINES)
def test_a_file_that_is_no_graph_is_refused_by_name(name: str, tmp_path: Path) -> None:
    broken = tmp_path / "broken.onnx"
    broken.write_bytes(b"\x00not a graph" * 10)
    with pytest.raises(EngineError, match=r"broken\.onnx: .* cannot load it"):
        open_engine(broken, threads=1, engine=name)


@pytest.mark.parametrize("name", ENGINES)
def test_a_missing_graph_is_refused_by_name(name: str, tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=r"gone\.onnx: .* cannot load it"):
        open_engine(tmp_path / "gone.onnx", threads=1, engine=name)


def test_openvinos_reason_is_told_and_not_where_in_its_source_it_arose(tmp_path: Path) -> None:
    broken = tmp_path / "broken.onnx"
    broken.write_bytes(b"\x00not a graph" * 10)
    with pytest.raises(EngineError, match=r"\(Unable to read the model") as told:
        open_engine(broken, threads=1, engine="openvino")
    assert "Exception from" not in str(told.value)
    with pytest.raises(EngineError, match="Could not open the file"):
        open_engine(tmp_path / "gone.onnx", threads=1, engine="openvino")


@pytest.mark.parametrize("name", ENGINES)
def test_a_graph_without_the_labels_output_is_refused(name: str, tmp_path: Path) -> None:
    path = tmp_path / "other.onnx"
    write_graph(path, output="logits")
    with pytest.raises(EngineError, match="gives logits where one must be labels"):
        open_engine(path, threads=1, engine=name)


def test_opening_an_engine_tells_nobody(graph: Path, tmp_path: Path) -> None:
    code = (
        "import sys, pathlib\n"
        "from model.runtime import open_engine\n"
        f"open_engine(pathlib.Path({str(graph)!r}), threads=1, engine='openvino')\n"
        "assert sys.modules['openvino'] and sys.modules['openvino_telemetry'] is None\n"
    )
    # Telemetry keeps an identity in ~/intel and is quiet where CI is set.
    environment = {"HOME": str(tmp_path), "PATH": os.environ["PATH"]}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment, cwd=Path.cwd())
    assert list(tmp_path.iterdir()) == []


def test_it_is_said_when_the_silence_comes_too_late(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(sys.modules, "openvino_telemetry", sys)
    runtime.silence_telemetry()
    assert "imported before its telemetry was silenced" in caplog.text
    assert sys.modules["openvino_telemetry"] is None
