"""What must be in order before the service listens: the store, its keys, and the address it may use."""

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from service import keys
from service.settings import Settings, SettingsError, is_loopback, parse_scopes
from service.store import schema
from service.store.session import Store

FIRST_LOGIN: Final = "first-login.txt"


@dataclass(frozen=True, slots=True)
class Opening:
    """What the start has to tell: the key made just now, or where the first one was written down."""

    fresh_key: str | None
    first_login: Path | None


def open_store(settings: Settings) -> Opening:
    """Make or check the store and its keys, before any process is forked.

    An empty store gets its tables and, on a loopback address, an API key that may score, unless the
    service is set to keyless or has a bootstrap key. Raises ``StoreError`` for a store of another
    version, ``SettingsError`` where the service would listen beyond loopback without a key.
    """
    store = Store(settings.store_url)
    try:
        if schema.state_of(store) == "empty":
            schema.upgrade(store)
        schema.require_current(store)
        _bootstrap(store, settings)
        fresh = _first_key(store, settings)
        _refuse_open_door(store, settings)
    finally:
        store.close()
    written = settings.state_dir / FIRST_LOGIN
    return Opening(fresh, written if written.exists() else None)


def _bootstrap(store: Store, settings: Settings) -> None:
    if settings.bootstrap_key is None:
        return
    try:
        with store.writing() as session:
            key = settings.bootstrap_key.get_secret_value()
            keys.bootstrap(session, key, scopes=parse_scopes(settings.bootstrap_scopes))
    except keys.KeyRevoked as error:
        raise SettingsError(str(error)) from error


def _first_key(store: Store, settings: Settings) -> str | None:
    """The key of a first start, made and written down; None on a later one."""
    if settings.keyless or not is_loopback(settings.host):
        return None
    with store.writing() as session:
        if keys.every(session):
            return None
        key = keys.create(session, name="first start")
        write_secret(settings.state_dir / FIRST_LOGIN, f"API key: {key}\n")
    return key


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
