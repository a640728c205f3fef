import logging
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from model import runtime
from model.labels import NAMES
from model.runtime import Engine, EngineError, open_engine
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


@pytest.mark.parametrize("name", ENGINES)
def test_a_graph_without_the_labels_output_is_refused(name: str, tmp_path: Path) -> None:
    path = tmp_path / "other.onnx"
    write_graph(path, output="logits")
    with pytest.raises(EngineError, match="gives logits where one must be labels"):
        open_engine(path, threads=1, engine=name)
