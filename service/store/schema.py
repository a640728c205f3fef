"""The store's tables against this version's: empty, behind, current or unknown; and the way up."""

from importlib.resources import files
from typing import Final, Literal

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from service.store.session import Store, StoreError

State = Literal["empty", "behind", "current"]
# Any number will do: it names the lock under which only one process migrates a PostgreSQL store.
_LOCK: Final = 826_041_122


def state_of(store: Store) -> State:
    """How far the store's tables are.

    Raises ``StoreError`` where a later version of Comity, or something else, has made them.
    """
    with store.engine.connect() as connection:
        now = MigrationContext.configure(connection).get_current_revision()
        if now is None:
            if inspect(connection).get_table_names():
                raise StoreError("the database holds tables that are not Comity's")
            return "empty"
    scripts = ScriptDirectory.from_config(_config())
    if now not in {script.revision for script in scripts.walk_revisions()}:
        raise StoreError(f"the store is at revision {now[:32]}, which a later Comity has made")
    return "current" if now == scripts.get_current_head() else "behind"


def upgrade(store: Store) -> None:
    """Bring the store's tables up to this version's; several processes may try it at once."""
    with store.writing() as session:
        connection = session.connection()
        _lock(connection)
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def require_current(store: Store) -> None:
    """Raise ``StoreError``, saying what to run, unless the store's tables are this version's."""
    state = state_of(store)
    if state != "current":
        raise StoreError(f"the store is {state}: run `comity db upgrade`")


def _lock(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK})


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(files("service.store") / "migrations"))
    return config
