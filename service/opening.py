"""What must be in order before the service listens: the store, its keys, and the address it may use."""

import os
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from service import keys
from service.people import accounts, passwords
from service.people.audit import COMMAND_LINE
from service.settings import Settings, SettingsError, is_loopback, parse_scopes
from service.store import schema
from service.store.session import Store

FIRST_LOGIN: Final = "first-login.txt"
FIRST_NAME: Final = "admin"


@dataclass(frozen=True, slots=True)
class Opening:
    """What the start has to tell: what was made just now, or where the first was written down."""

    fresh_key: str | None
    first_login: Path | None
    fresh_password: str | None = None


def open_store(settings: Settings) -> Opening:
    """Make or check the store and its keys, before any process is forked.

    An empty store gets its tables. On a loopback address a store without people gets a first admin,
    and one without keys an API key that may score; not where the service is set to keyless, and no
    key where there is a bootstrap key. Raises ``StoreError`` for a store of another
    version, ``SettingsError`` where the service would listen beyond loopback without a key.
    """
    store = Store(settings.store_url)
    try:
        if schema.state_of(store) == "empty":
            schema.upgrade(store)
        schema.require_current(store)
        _bootstrap(store, settings)
        key, password = _first_login(store, settings)
        _refuse_open_door(store, settings)
    finally:
        store.close()
    written = settings.state_dir / FIRST_LOGIN
    return Opening(key, written if written.exists() else None, password)


def _bootstrap(store: Store, settings: Settings) -> None:
    if settings.bootstrap_key is None:
        return
    try:
        with store.writing() as session:
            key = settings.bootstrap_key.get_secret_value()
            keys.bootstrap(session, key, scopes=parse_scopes(settings.bootstrap_scopes))
    except keys.KeyRevoked as error:
        raise SettingsError(str(error)) from error


def _first_login(store: Store, settings: Settings) -> tuple[str | None, str | None]:
    """The key and the admin's password of a first start, made and written down; None where not made.

    A store of a time before there were people gets its admin at the next start; the file then keeps
    the key that it held.
    """
    if settings.keyless or not is_loopback(settings.host):
        return None, None
    path = settings.state_dir / FIRST_LOGIN
    with store.writing() as session:
        password = None if accounts.any_exist(session) else _first_admin(session)
        key = None if keys.every(session) else keys.create(session, name="first start")
        if key is None and password is None:
            return None, None
        held = path.read_text("utf-8") if path.exists() and key is None else ""
        login = f"Sign in: {FIRST_NAME}\nPassword: {password}\n" if password else ""
        write_secret(path, login + (f"API key: {key}\n" if key else held))
    return key, password


def _first_admin(session: Session) -> str:
    password = passwords.generated()
    now = datetime.now(UTC)
    accounts.add(
        session,
        name=FIRST_NAME,
        role="admin",
        password=password,
        site=keys.DEFAULT_SITE,
        by=COMMAND_LINE,
        now=now,
    )
    return password


def _refuse_open_door(store: Store, settings: Settings) -> None:
    if is_loopback(settings.host):
        return
    with store.reading() as session:
        if keys.count_valid(session) == 0:
            raise SettingsError(
                f"COMITY_HOST {settings.host} reaches beyond this machine, and there is no API key: "
                "set COMITY_BOOTSTRAP_KEY, or run `comity keys create --name NAME`"
            )


def write_secret(path: Path, text: str) -> None:
    """Write ``text`` to ``path`` in one step, readable by the owner only."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent)  # made with mode 0600
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    Path(name).replace(path)
