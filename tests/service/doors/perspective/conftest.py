"""The Perspective door over a scorer of words, called as its clients call it."""

import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from model.fake import WordScorer
from model.records import Comment, Scores
from service import keys
from service.app import create_app
from service.parts import make_parts
from service.settings import Settings, load_settings
from service.store import schema
from service.store.session import Store

ANALYZE = "/v1alpha1/comments:analyze"
SUGGEST = "/v1alpha1/comments:suggestscore"


class Remembering(WordScorer):
    """Scores by words, and remembers what it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[Comment] = []

    def score(self, comments: Sequence[Comment], *, spans: bool = False) -> list[Scores]:
        self.asked += comments
        return super().score(comments, spans=spans)


class Door:
    """An application with a key that may score and suggest, and one that may only score."""

    def __init__(self, settings: Settings) -> None:
        store = Store(settings.store_url)
        with store.writing() as session:
            self.key = keys.create(session, name="cms", scopes=("score", "feedback"))
            self.score_key = keys.create(session, name="widget")
        store.close()
        self.scorer = Remembering()
        self.parts = make_parts(settings, self.scorer)
        self.app = create_app(self.parts)
        self.client = self.app.test_client()

    def post(self, path: str, body: object, *, key: str | None = "", **more) -> TestResponse:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        query = {} if key is None else {"key": key or self.key}
        return self.client.post(path, data=raw, query_string=query, **more)

    def analyze(self, text: str = "You are a clown.", **fields: object) -> TestResponse:
        body = {"comment": {"text": text}, "requestedAttributes": {"TOXICITY": {}}, **fields}
        return self.post(ANALYZE, body)

    def scored(self, text: str = "You are a clown.", **fields: object) -> dict[str, object]:
        """The reply to a call that must succeed."""
        answer = self.analyze(text, **fields)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return answer.get_json()


def refusal(answer: TestResponse, *, status: int = 400) -> tuple[str, dict[str, object]]:
    """The message and the first detail of an error in Google's shape."""
    assert answer.status_code == status, answer.get_data(as_text=True)
    error = answer.get_json()["error"]
    assert set(error) == {"code", "message", "status", "details"}
    assert error["code"] == status
    assert "@type" in error["details"][0]
    return error["message"], error["details"][0]


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with its tables, to be copied: migrating anew for every test takes long."""
    file = tmp_path_factory.mktemp("store") / "comity.db"
    store = Store(f"sqlite:///{file}")
    schema.upgrade(store)
    store.close()
    return file


@pytest.fixture
def make_door(tmp_path: Path, migrated: Path) -> Iterator[Callable[..., Door]]:
    made: list[Door] = []

    def make(**environ: str) -> Door:
        named = {f"COMITY_{name.upper()}": value for name, value in environ.items()}
        settings = load_settings({"COMITY_STATE_DIR": str(tmp_path / f"var{len(made)}"), **named})
        settings.state_dir.mkdir()
        shutil.copy(migrated, settings.state_dir)
        made.append(Door(settings))
        return made[-1]

    yield make
    for door in made:
        door.parts.store.close()
        door.parts.quotas.close()


@pytest.fixture
def door(make_door: Callable[..., Door]) -> Door:
    return make_door()
