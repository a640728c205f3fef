"""The signature under each message, by which a receiver knows who sent it, and when."""

import hashlib
import hmac
import secrets
from typing import Final

HEADER: Final = "Comity-Signature"


def new_secret() -> str:
    """A fresh random secret: ``whs_`` and 256 bits."""
    return f"whs_{secrets.token_hex(32)}"


def signature(secret: str, body: bytes, *, at: int) -> str:
    """The header's value: ``t=AT,v1=HEX`` with the HMAC-SHA256 of ``AT.body`` under ``secret``."""
    digest = hmac.new(secret.encode(), b"%d." % at + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"
