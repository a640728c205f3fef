"""A store in either database, and people in it whose passwords are hashed once."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from service.people import accounts, passwords
from service.store import schema
from service.store.session import Store
from service.store.tables import User

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
PASSWORD = "correct horse battery"


@pytest.fixture
def either(either_url: str) -> Iterator[Store]:
    store = Store(either_url)
    schema.upgrade(store)
    yield store
    store.close()


@pytest.fixture(scope="session")
def one_hash() -> str:
    return passwords.hashed(PASSWORD)


@pytest.fixture
def quick(monkeypatch, one_hash: str) -> None:
    """Hash in no time: one hash for PASSWORD, another text for any other."""
    monkeypatch.setattr(passwords, "hashed", lambda p: one_hash if p == PASSWORD else f"of {p}")
    monkeypatch.setattr(
        passwords,
        "fits",
        lambda p, kept: kept is not None and kept == passwords.hashed(p),
    )
    monkeypatch.setattr(passwords, "is_outdated", lambda _kept: False)


@pytest.fixture
def add(either: Store, quick) -> Callable[..., int]:
    def make(name: str = "Ada", role="admin", site: str = "default") -> int:
        with either.writing() as session:
            user: User = accounts.add(
                session, name=name, role=role, password=PASSWORD, site=site, by="test", now=NOW
            )
            return user.id

    return make
