"""Passwords as they are kept."""

import re

import pytest

from service.errors import InvalidField
from service.people import passwords


def test_a_password_fits_its_hash_and_no_other() -> None:
    kept = passwords.hashed("correct horse battery")
    assert kept.startswith("$argon2id$")
    assert passwords.fits("correct horse battery", kept)
    assert not passwords.fits("correct horse batterz", kept)
    assert not passwords.fits("correct horse battery", None)
    assert not passwords.is_outdated(kept)


def test_the_same_letters_fit_from_whichever_keyboard() -> None:
    assert passwords.fits("straße für Ö", passwords.hashed("straße für O\u0308"))


@pytest.mark.parametrize("password", ["", "a" * 9, "a" * 257, "O\u0308" * 9])
def test_a_password_too_short_or_too_long_is_refused_and_not_repeated(password: str) -> None:
    with pytest.raises(InvalidField, match="10 to 256 characters") as refused:
        passwords.check(password)
    assert not password or password not in refused.value.message


def test_a_made_password_can_be_read_out_and_is_never_the_same() -> None:
    made = {passwords.generated() for _ in range(50)}
    assert len(made) == 50
    for one in made:
        assert re.fullmatch(r"[a-km-np-z2-9]{5}(-[a-km-np-z2-9]{5}){3}", one)
        passwords.check(one)
