"""A desk: a store of either kind, and the moderation functions on it."""

from collections.abc import Iterator

import pytest

from service.store import schema
from service.store.session import Store
from tests.service.moderation.desk import Desk


@pytest.fixture
def desk(either_url: str) -> Iterator[Desk]:
    store = Store(either_url)
    schema.upgrade(store)
    yield Desk(store)
    store.close()
