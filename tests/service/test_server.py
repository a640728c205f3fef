"""The application that ``comity serve`` makes in each process, where its bundle does not warm up."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from model.bundle import BundleError
from model.runtime import EngineError
from model.scorer import ScoringError
from service.server import make_app
from service.settings import load_settings


class Faulty:
    """A scorer that cannot warm up."""

    def __init__(self, fault: Exception) -> None:
        self.fault = fault

    def warm_up(self) -> None:
        raise self.fault


@pytest.fixture
def made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[Exception], FlaskClient]]:
    """Make the application over a scorer whose warm-up raises."""
    stores = []

    def make(fault: Exception) -> FlaskClient:
        monkeypatch.setattr("model.scorer.load_scorer", lambda *_, **__: Faulty(fault))
        app = make_app(load_settings({"COMITY_STATE_DIR": str(tmp_path)}))
        stores.append(app.extensions["comity"].store)
        return app.test_client()

    yield make
    for store in stores:
        store.close()


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        (BundleError("x.onnx: its sha256 is not the one"), "x.onnx: its sha256"),
        (EngineError("engine openvino is installed and"), "engine openvino is installed and"),
        (ScoringError("bundle x: no finite logits"), "bundle x: no finite logits"),
        (PermissionError(13, "Permission denied", "/tmp/x"), "/tmp/x: Permission denied"),
        (OSError("odd"), "odd"),
    ],
)
def test_a_bundle_that_does_not_warm_up_leaves_a_service_that_says_why(
    made: Callable[[Exception], FlaskClient], fault: Exception, says: str
) -> None:
    client = made(fault)
    assert client.get("/healthz").status_code == 200
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.get_json()["error"]["code"] == "not_ready"
    assert says in answer.get_json()["error"]["message"]
