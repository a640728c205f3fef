"""What makes a value unfit to be scored."""

from datetime import date
from decimal import Decimal

import pytest

from service.archive.rows import MAX_COMMENT_BYTES, escaped_byte_fault, id_text, text_fault


@pytest.mark.parametrize("text", ["Fine.", "🦊" * 100_000, "\u202egnp.exe", "a\0b", "<b>no</b>"])
def test_any_text_can_be_scored(text: str) -> None:
    assert text_fault(text) is None


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        (None, "is null; text is expected"),
        (4.5, "is a number; text is expected"),
        (True, "is true or false; text is expected"),
        ([], "is a list; text is expected"),
        ({}, "is an object; text is expected"),
        (Decimal(1), "is Decimal; text is expected"),
        ("", "is blank"),
        (" \n\u3000", "is blank"),
        ("ab\ud83e", "has a lone surrogate at character 3"),
        ("é" * (MAX_COMMENT_BYTES // 2 + 1), "is 1,048,578 bytes long; the limit is 1,048,576"),
    ],
)
def test_what_cannot_be_scored_is_said_without_the_text(value: object, fault: str) -> None:
    assert text_fault(value) == fault


def test_a_comment_of_exactly_the_limit_is_scored() -> None:
    assert text_fault("é" * (MAX_COMMENT_BYTES // 2)) is None


def test_a_byte_that_is_not_utf8_is_named_with_its_place() -> None:
    text = "un caf\udce9"
    assert escaped_byte_fault(text) == "is not valid UTF-8 at character 7 (byte 0xE9)"
    assert escaped_byte_fault("un café \U0010ffff") is None


def test_an_id_becomes_text_that_every_output_can_hold() -> None:
    assert [id_text(value) for value in ("c-1", 7, None, "\ud800")] == ["c-1", "7", None, "?"]


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (True, "true"),
        (1.0, "1"),
        (2.0**53, "9007199254740992"),
        (1e300, "1e+300"),
        (float("nan"), None),
        ({"a": ["é", "\ud800"]}, '{"a":["é","?"]}'),
        ([date(2026, 11, 29), b"ab"], '["2026-11-29","ab"]'),
        (Decimal("1.50"), "1.50"),
    ],
)
def test_an_id_is_written_as_json_and_never_as_python(value: object, written: str | None) -> None:
    assert id_text(value) == written
