"""Passwords: argon2id at the library's settings (RFC 9106, low memory: 64 MiB, three passes)."""

import secrets
import threading
import unicodedata
from functools import cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from service.errors import InvalidField

SHORTEST: Final = 10
LONGEST: Final = 256
# Without l, 1, o and 0, which are read wrongly from a screen.
_LETTERS: Final = "abcdefghijkmnpqrstuvwxyz23456789"
_hasher: Final = PasswordHasher()
# Each hashing takes 64 MiB and several cores: a burst of sign-ins waits here, not in memory.
_at_once: Final = threading.BoundedSemaphore(2)


def generated() -> str:
    """A new password of 100 random bits, in groups that can be read out."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(5)) for _ in range(4))


def check(password: str) -> None:
    """Raise ``InvalidField`` where ``password`` is too short or too long to be one."""
    size = len(_normal(password))
    if not SHORTEST <= size <= LONGEST:
        raise InvalidField(
            f"a password has {SHORTEST} to {LONGEST} characters, this one has {size}",
            field="password",
        )


def hashed(password: str) -> str:
    """The argon2 hash of ``password``, salted; raises ``InvalidField`` as ``check`` does."""
    check(password)
    with _at_once:
        return _hasher.hash(_normal(password))


def fits(password: str, kept: str | None) -> bool:
    """Whether ``password`` is that of the hash ``kept``; as slow where there is nobody to compare with."""
    against = kept if kept is not None else _nobodys()
    with _at_once:
        try:
            _hasher.verify(against, _normal(password[: LONGEST + 1]))
        except (VerificationError, InvalidHashError):
            return False
    return kept is not None


def is_outdated(kept: str) -> bool:
    """Whether the hash was made with other settings than today's."""
    return _hasher.check_needs_rehash(kept)


@cache
def _nobodys() -> str:
    return _hasher.hash(secrets.token_hex(16))


def _normal(password: str) -> str:
    """The same bytes for what looks the same, whichever keyboard it was typed on."""
    return unicodedata.normalize("NFKC", password)
