"""A store of either kind, a receiver, and a desk that tells it of its decisions."""

from collections.abc import Iterator

import pytest

from service.store import schema
from service.store.session import Store
from service.store.tables import Webhook
from tests.service.webhooks.post import PostDesk
from tests.service.webhooks.receiver import Receiver, receiving


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


@pytest.fixture
def desk(either_url: str, receiver: Receiver) -> Iterator[PostDesk]:
    store = Store(either_url)
    schema.upgrade(store)
    yield PostDesk(store, receiver.host)
    store.close()


@pytest.fixture
def hook(desk: PostDesk, receiver: Receiver) -> Webhook:
    return desk.hook(receiver.url)
