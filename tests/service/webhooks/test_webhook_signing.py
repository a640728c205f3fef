"""The signature, and the example that docs/webhooks.md gives to receivers."""

import hashlib
import hmac
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from service.webhooks.signing import new_secret, signature

PAGE = Path(__file__).parents[3] / "docs" / "webhooks.md"
BODY = '{"comment":"ü-1"}'.encode()
AT = 1_796_000_000


@pytest.fixture(scope="module")
def is_from_comity() -> Callable[..., bool]:
    (code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    names: dict[str, Callable[..., bool]] = {}
    exec(code, names)
    return names["is_from_comity"]


def test_the_signature_is_an_hmac_of_time_and_body() -> None:
    digest = hmac.new(b"s", b"1796000000." + BODY, hashlib.sha256).hexdigest()
    assert signature("s", BODY, at=AT) == f"t=1796000000,v1={digest}"


def test_secrets_differ() -> None:
    first, second = new_secret(), new_secret()
    assert first != second
    assert re.fullmatch(r"whs_[0-9a-f]{64}", first)


def test_the_documented_example_believes_what_is_signed_and_fresh(is_from_comity) -> None:
    header = signature("s", BODY, at=AT)
    assert is_from_comity("s", header, BODY, now=AT + 299)
    assert not is_from_comity("s", header, BODY, now=AT + 300)
    assert not is_from_comity("other", header, BODY, now=AT)
    assert not is_from_comity("s", header, BODY + b" ", now=AT)
    assert not is_from_comity("s", header.replace("t=1", "t=2"), BODY, now=AT)
    assert not is_from_comity("s", "nonsense", BODY, now=AT)
