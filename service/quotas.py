"""What a key may ask for: requests and comments a second and a day. Off unless a limit is set.

Counts are of fixed windows, the second and the day of UTC. They live in an SQLite file beside the
store, so that all workers of a machine count together and a restart forgets nothing; unlike the
store's, its commits do not wait for the disk, because a lost count hurts nobody.
"""

import math
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from sqlalchemy import event, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from service.errors import QuotaExceeded
from service.settings import Settings
from service.store.session import Store

FILE: Final = "quotas.db"
Unit = Literal["requests", "comments"]
_SECONDS: Final = {"second": 1, "day": 86_400}
_TABLE: Final = text(
    "CREATE TABLE IF NOT EXISTS used (caller TEXT, quota TEXT, begun INTEGER, amount INTEGER, "
    "PRIMARY KEY (caller, quota)) WITHOUT ROWID"
)
_READ: Final = text("SELECT begun, amount FROM used WHERE caller = :caller AND quota = :quota")
_WRITE: Final = text("INSERT OR REPLACE INTO used VALUES (:caller, :quota, :begun, :amount)")


@dataclass(frozen=True, slots=True)
class Quota:
    """Up to ``limit`` of ``unit`` in every ``window``."""

    unit: Unit
    window: Literal["second", "day"]
    limit: int

    @property
    def name(self) -> str:
        """The name in the headers, as ``comments-per-day``."""
        return f"{self.unit}-per-{self.window}"

    @property
    def seconds(self) -> int:
        """The window's length."""
        return _SECONDS[self.window]


@dataclass(frozen=True, slots=True)
class Standing:
    """How much of ``quota`` is left until its window ends, ``resets_in_s`` from now."""

    quota: Quota
    left: int
    resets_in_s: int


class Quotas:
    """Counts what callers ask for, and refuses what is over a limit."""

    def __init__(
        self, quotas: Iterable[Quota], file: Path, *, now: Callable[[], float] = time.time
    ) -> None:
        self._quotas = tuple(quotas)
        self._file = file
        self._now = now
        self._store: Store | None = None
        self._opening = threading.Lock()

    def take(self, caller: str, unit: Unit, amount: int) -> list[Standing]:
        """Count ``amount`` of ``unit`` for ``caller`` and return what is left of each quota.

        Raises ``QuotaExceeded`` where one of them does not suffice; then nothing is counted.
        """
        asked = [quota for quota in self._quotas if quota.unit == unit]
        if not asked:
            return []
        now = self._now()
        with self._opened().writing() as session:
            return [_take(session, quota, caller, amount=amount, now=now) for quota in asked]

    def close(self) -> None:
        """Give the connections back."""
        if self._store is not None:
            self._store.close()

    def _opened(self) -> Store:
        with self._opening:
            if self._store is None:
                store = Store(f"sqlite:///{self._file}")
                event.listen(store.engine, "connect", _commit_without_waiting)
                with store.writing() as session:
                    session.execute(_TABLE)
                self._store = store
        return self._store


def quotas_of(settings: Settings) -> Quotas:
    """The quotas that ``settings`` set; without any, every ``take`` is free and no file is made."""
    limits = {
        ("requests", "second"): settings.quota_requests_per_second,
        ("requests", "day"): settings.quota_requests_per_day,
        ("comments", "second"): settings.quota_comments_per_second,
        ("comments", "day"): settings.quota_comments_per_day,
    }
    quotas = [Quota(unit, window, n) for (unit, window), n in limits.items() if n]  # type: ignore[arg-type]
    return Quotas(quotas, settings.state_dir / FILE)


def headers_of(standings: Iterable[Standing]) -> dict[str, str]:
    """The headers of draft-ietf-httpapi-ratelimit-headers: the limits, and what is left of them."""
    listed = list(standings)
    if not listed:
        return {}
    policies = (f'"{s.quota.name}";q={s.quota.limit};w={s.quota.seconds}' for s in listed)
    lefts = (f'"{s.quota.name}";r={s.left};t={s.resets_in_s}' for s in listed)
    return {"RateLimit-Policy": ", ".join(policies), "RateLimit": ", ".join(lefts)}


def _take(session: Session, quota: Quota, caller: str, *, amount: int, now: float) -> Standing:
    begun = int(now) - int(now) % quota.seconds
    row = session.execute(_READ, {"caller": caller, "quota": quota.name}).one_or_none()
    # A later window than ours was opened by a thread that began after this one.
    used = row.amount if row is not None and row.begun >= begun else 0
    resets_in_s = max(1, math.ceil(begun + quota.seconds - now))
    if used + amount > quota.limit:
        raise _exceeded(quota, used=used, amount=amount, resets_in_s=resets_in_s)
    begun = max(begun, row.begun) if row is not None else begun
    counted = {"caller": caller, "quota": quota.name, "begun": begun, "amount": used + amount}
    session.execute(_WRITE, counted)
    return Standing(quota, quota.limit - used - amount, resets_in_s)


def _exceeded(quota: Quota, *, used: int, amount: int, resets_in_s: int) -> QuotaExceeded:
    headers = headers_of([Standing(quota, quota.limit - used, resets_in_s)])
    limit = f"the limit is {quota.limit} {quota.unit} a {quota.window}"
    if amount > quota.limit:  # no wait would help, so none is named
        message = f"this call carries {amount} {quota.unit}, {limit}: send smaller calls"
    else:
        headers["Retry-After"] = str(resets_in_s)
        message = f"{limit} and {used} are used; try again in {resets_in_s} s"
    return QuotaExceeded(message, quota=quota.name, limit=quota.limit, headers=headers)


def _commit_without_waiting(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous = OFF")
    cursor.close()
