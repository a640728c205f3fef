"""A service without a network behind it: a fake scorer, a fresh store, a key."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from model.labels import NAMES
from model.records import Comment, Scores, Span, Target
from model.scorer import Scorer
from service import keys
from service.app import create_app
from service.parts import Parts, make_parts
from service.settings import Settings, load_settings
from service.store import schema
from service.store.session import Store

POSTGRES = Path("/usr/lib/postgresql/15/bin")
Ask = Callable[..., FlaskClient]


class ListScorer:
    """Calls a comment with the word clown an insult, abstains without letters, and remembers."""

    version = "list-1"
    languages = ("en",)

    def __init__(self) -> None:
        self.thresholds = dict.fromkeys(NAMES, 0.5)
        self.asked: list[Comment] = []
        self.asked_for_spans: list[bool] = []

    def score(self, comments: Sequence[Comment], *, spans: bool = False) -> list[Scores]:
        self.asked += comments
        self.asked_for_spans.append(spans)
        return [self._scores(comment.text, spans=spans) for comment in comments]

    def _scores(self, text: str, *, spans: bool) -> Scores:
        if not any(character.isalpha() for character in text):
            return Scores(None, abstained="no_words")
        at = text.find("clown")
        high = 0.9 if at >= 0 else 0.1
        found = (Span(at, at + 5, "insult", high),) if at >= 0 else ()
        return Scores(
            {name: high if name in ("incivility", "insult") else 0.05 for name in NAMES},
            labels=("incivility", "insult") if at >= 0 else (),
            spans=found if spans else None,
            target=Target("person", 0.8) if at >= 0 else Target("none", 0.9),
            language="en",
        )


@pytest.fixture
def scorer() -> ListScorer:
    return ListScorer()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings({"COMITY_STATE_DIR": str(tmp_path / "var")})


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    store = Store(settings.store_url)
    schema.upgrade(store)
    yield store
    store.close()


@pytest.fixture
def key(store: Store) -> str:
    with store.writing() as session:
        return keys.create(session, name="test")


class Service:
    """An application over a fake scorer, and a client that has a key."""

    def __init__(self, parts: Parts, key: str | None) -> None:
        self.parts = parts
        self.app = create_app(parts)
        self.client = self.app.test_client()
        self._auth = {"Authorization": f"Bearer {key}"} if key else {}

    def score(self, body: object, **more: object) -> dict[str, object]:
        """The reply to a call that must succeed."""
        answer = self.post(json=body, **more)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return answer.get_json()

    def post(self, path: str = "/v1/score", *, headers: dict[str, str] | None = None, **body):
        return self.client.post(path, headers=self._auth | (headers or {}), **body)

    def get(self, path: str, **more):
        return self.client.get(path, **more)


@pytest.fixture
def make_service(settings: Settings, key: str) -> Iterator[Callable[..., Service]]:
    made: list[Service] = []

    def make(scorer: Scorer | None, *, fault: str | None = None, **changed: object) -> Service:
        altered = settings.model_copy(update=changed)
        service = Service(make_parts(altered, scorer, fault=fault), key)
        made.append(service)
        return service

    yield make
    for service in made:
        service.parts.store.close()


@pytest.fixture
def service(make_service: Callable[..., Service], scorer: ListScorer) -> Service:
    return make_service(scorer)


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL server of our own on a Unix socket; it refuses to run as root."""
    if not (POSTGRES / "initdb").exists():
        pytest.fail("PostgreSQL 15 is missing: apt-get install postgresql-15")
    folder = Path("/tmp") / f"comity-pg-{os.getpid()}"  # a socket's path must be short
    folder.mkdir(mode=0o700)
    as_user: list[str] = []
    if os.getuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
        as_user = ["runuser", "-u", "postgres", "--"]

    def run(*command: object) -> None:
        words = [*as_user, *map(str, command)]
        subprocess.run(words, check=True, cwd="/", stdout=subprocess.DEVNULL)

    run(POSTGRES / "initdb", "-D", folder / "db", "-U", "comity", "-A", "trust", "-E", "UTF8")
    flags = f"-k {folder} -c listen_addresses= -c fsync=off"
    run(POSTGRES / "pg_ctl", "-D", folder / "db", "-w", "-l", folder / "log", "-o", flags, "start")
    try:
        yield f"postgresql://comity@/postgres?host={folder}"
    finally:
        run(POSTGRES / "pg_ctl", "-D", folder / "db", "-w", "-m", "immediate", "stop")
        shutil.rmtree(folder)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def either_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty store, once in each database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'either.db'}"
    url: str = request.getfixturevalue("postgres_url")
    from sqlalchemy import text

    store = Store(url)
    with store.writing() as session:
        session.execute(text("DROP SCHEMA public CASCADE"))
        session.execute(text("CREATE SCHEMA public"))
    store.close()
    return url
