"""Keys with scopes, for the moderation calls."""

from collections.abc import Callable

import pytest

from service import keys
from service.settings import SCOPES
from tests.service.api.desk import Desk


@pytest.fixture
def as_key(service, store) -> Callable[..., Desk]:
    def make(*scopes: str, site: str = "default", of=service) -> Desk:
        with store.writing() as session:
            return Desk(of, keys.create(session, name="t", site=site, scopes=scopes))

    return make


@pytest.fixture
def desk(as_key) -> Desk:
    return as_key(*SCOPES)
