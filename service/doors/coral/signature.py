"""Coral's signatures: HMAC-SHA256 of the raw body, in hexadecimal, several while a secret is rolled."""

import hashlib
import hmac
from typing import Final

HEADER: Final = "X-Coral-Signature"
_SCHEME: Final = "sha256="


def signature_of(raw: bytes, secret: str) -> str:
    """The signature of ``raw`` under ``secret``, as Coral writes it."""
    return _SCHEME + hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()


def is_signed(raw: bytes, header: str, secret: str) -> bool:
    """Whether any of the comma-separated signatures in ``header`` is that of ``raw``.

    Coral signs with every secret that has not expired; one that we know suffices.
    """
    right = signature_of(raw, secret).encode()
    sent = (one.strip().encode() for one in header.split(","))
    return any([hmac.compare_digest(one, right) for one in sent])
