"""A desk with people, and browsers' cookies for them without a sign-in (argon2 is slow by design)."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from browsing import browser, open_page, serve  # noqa: F401 - fixtures
from flask.testing import FlaskClient

from service.people import accounts, passwords, sessions

PASSWORD = "correct horse battery"


@pytest.fixture(scope="session")
def password_hash() -> str:
    return passwords.hashed(PASSWORD)


@pytest.fixture
def add_person(store, password_hash: str, monkeypatch) -> Callable[..., int]:
    """Add a person whose password is PASSWORD; return their number."""

    def add(name: str = "Ada", role: str = "admin", site: str = "default") -> int:
        with monkeypatch.context() as quick, store.writing() as session:
            quick.setattr(passwords, "hashed", lambda _password: password_hash)
            now = datetime.now(UTC)
            user = accounts.add(
                session, name=name, role=role, password=PASSWORD, site=site, by="test", now=now
            )
            return user.id

    return add


@pytest.fixture
def sign_in(service, store) -> Callable[[int], FlaskClient]:
    """A client in which the person of that number is signed in, with the form token "form"."""

    def open_client(number: int) -> FlaskClient:
        with store.writing() as session:
            token = sessions.begin(session, number, now=datetime.now(UTC))
        client = service.app.test_client()
        with client.session_transaction() as cookie:
            cookie["token"] = token
            cookie["csrf_token"] = "form"
        return client

    return open_client


@pytest.fixture
def as_role(add_person, sign_in) -> Callable[..., FlaskClient]:
    """A client in which somebody new of that role is signed in; their name is the role's."""

    def open_client(role: str = "admin", site: str = "default") -> FlaskClient:
        return sign_in(add_person(f"{role} of {site}", role, site))

    return open_client


@pytest.fixture
def desk(service, serve) -> str:  # noqa: F811
    """The address of a served desk."""
    return serve(service.app)
