"""The main path: ``comity serve`` over a real bundle, called as a newsroom would."""

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from model.bundle import CHAMPION as LINK_OF_THE_MODEL
from model.labels import NAMES
from service.registry import CHAMPION, champion
from tests.model.tiny import write_bundle
from tests.service.served import Served, starting

pytestmark = pytest.mark.slow

COMMAND = [sys.executable, "-c", "from service.cli import main; main()", "serve"]
UNCIVIL = ("You are a stupid clown.", "Only an idiot could write such garbage, you moron.")
CIVIL = (
    "Thank you for this careful piece.",
    "The guards beat two prisoners to death, the court heard.",
    "I disagree with the mayor about the tram line.",
)


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Served]]:
    with starting(tmp_path) as run:
        yield lambda **environ: Served(run(*COMMAND, **environ), tmp_path / "log", tmp_path)


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """A folder of models whose champion is a tiny bundle."""
    write_bundle(tmp_path / "models" / "tiny-1")
    (tmp_path / "models" / CHAMPION).symlink_to("tiny-1")
    return tmp_path / "models"


def test_the_shipped_bundle_tells_insults_from_reports(serve) -> None:
    served = serve()
    status, ready, _ = served.call("GET", "/readyz")
    assert status == 200, ready
    comments = [{"id": str(i), "text": text} for i, text in enumerate(UNCIVIL + CIVIL)]
    status, reply, _ = served.call("POST", "/v1/score", {"comments": comments})
    assert status == 200
    assert reply["model"] == ready["model"]
    assert [result["id"] for result in reply["results"]] == [c["id"] for c in comments]
    for result in reply["results"]:
        assert set(result["scores"]) == set(NAMES)
    actions = [result["action"] for result in reply["results"]]
    assert "approve" not in actions[: len(UNCIVIL)]
    assert actions[len(UNCIVIL) :] == ["approve"] * len(CIVIL)
    assert served.stop() == 0


def test_the_champion_speaks_where_there_is_one(serve, models: Path) -> None:
    served = serve(COMITY_MODELS_DIR=str(models))
    assert served.call("GET", "/readyz")[1] == {"status": "ready", "model": "tiny-1"}
    texts = ["You are a clown.", "The story is fine."]
    body = {"comments": [{"text": text} for text in texts]}
    together = served.call("POST", "/v1/score", body)[1]["results"]
    apart = [served.score(text)[1]["results"][0] for text in texts]
    for one, other in zip(together, apart, strict=True):
        assert one["scores"] == pytest.approx(other["scores"], abs=1e-6)


def test_several_workers_each_open_an_engine_of_their_own(serve, models: Path) -> None:
    served = serve(COMITY_MODELS_DIR=str(models), COMITY_WORKERS="2")
    scores = [served.score("You are a clown.")[1]["results"][0]["scores"] for _ in range(8)]
    assert all(found == scores[0] for found in scores)


def test_a_bundle_with_one_flipped_byte_is_not_served(serve, models: Path) -> None:
    graph = models / "tiny-1" / "model.int8.onnx"
    content = bytearray(graph.read_bytes())
    content[len(content) // 2] ^= 1
    graph.write_bytes(content)
    served = serve(COMITY_MODELS_DIR=str(models))
    assert served.call("GET", "/healthz")[0] == 200
    for status, reply, _ in (served.call("GET", "/readyz"), served.score()):
        assert status == 503
        assert reply["error"]["code"] == "not_ready"
        assert "model.int8.onnx: its sha256 is not the one" in reply["error"]["message"]


def test_a_link_to_nowhere_is_not_answered_by_another_version(serve, models: Path) -> None:
    shutil.rmtree(models / "tiny-1")
    served = serve(COMITY_MODELS_DIR=str(models))
    status, reply, _ = served.call("GET", "/readyz")
    assert (status, reply["error"]["code"]) == (503, "not_ready")


def test_an_engine_that_is_not_installed_is_named(serve, models: Path) -> None:
    served = serve(
        COMITY_MODELS_DIR=str(models), COMITY_ENGINE="onnxruntime", **without_onnx(models)
    )
    reply = served.call("GET", "/readyz")[1]
    assert "onnxruntime is not installed" in reply["error"]["message"]


def test_an_engine_that_does_not_import_is_named_and_auto_takes_the_other(
    serve, models: Path
) -> None:
    broken = models / "broken" / "openvino"
    broken.mkdir(parents=True)
    (broken / "__init__.py").write_text("raise OSError('libtbb.so.12: no such file')\n")
    given = {
        "COMITY_MODELS_DIR": str(models),
        "PYTHONPATH": f"{broken.parent}:{Path(__file__).parents[2]}",
    }
    served = serve(COMITY_ENGINE="openvino", **given)
    assert served.call("GET", "/healthz")[0] == 200
    status, reply, _ = served.call("GET", "/readyz")
    assert (status, reply["error"]["code"]) == (503, "not_ready")
    assert "openvino is installed and cannot be imported" in reply["error"]["message"]
    assert "libtbb.so.12" in reply["error"]["message"]
    assert served.stop() == 0
    served = serve(**given)
    assert served.call("GET", "/readyz")[0] == 200
    assert "onnxruntime runs instead" in served.log.read_text()


def without_onnx(folder: Path) -> dict[str, str]:
    """An environment in which ONNX Runtime cannot be found, although it is installed."""
    (folder / "sitecustomize.py").write_text(
        "import importlib.util\n"
        "found = importlib.util.find_spec\n"
        "importlib.util.find_spec = lambda name, *more: (\n"
        "    None if name == 'onnxruntime' else found(name, *more))\n"
    )
    return {"PYTHONPATH": f"{folder}:{Path(__file__).parents[2]}"}


def test_the_site_language_wins_over_a_guess(serve, models: Path) -> None:
    served = serve(COMITY_MODELS_DIR=str(models), COMITY_LANGUAGE="en")
    text = "Der Bürgermeister hat die Straßenbahn nicht gebaut und niemand weiß warum."
    result = served.score(text)[1]["results"][0]
    assert (result["language"], result["abstained"]) == ("en", None)


def test_registry_and_model_mean_the_same_link(tmp_path: Path) -> None:
    assert CHAMPION == LINK_OF_THE_MODEL
    assert champion(tmp_path) is None
    assert champion(tmp_path / "missing") is None
    (tmp_path / CHAMPION).symlink_to("nowhere")
    assert champion(tmp_path) == tmp_path / CHAMPION
