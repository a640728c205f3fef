"""Lines of bounded length."""

import io

import pytest

from service.archive import lines
from service.archive.lines import Lines


def read(text: str, newline: str = "") -> list[tuple[str, bool]]:
    """Return each line and whether it was cut."""
    source = Lines(io.TextIOWrapper(io.BytesIO(text.encode()), "utf-8", newline=newline))
    return [(line, source.was_cut()) for line in source]


def test_lines_come_with_their_ends() -> None:
    assert read("a\r\nb\nc\rd") == [("a\r\n", False), ("b\n", False), ("c\r", False), ("d", False)]


def test_a_line_that_is_too_long_is_cut_and_the_next_is_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lines, "MAX_LINE_CHARS", 4)
    assert read("abcdefgh\nok\n") == [("abcd\n", True), ("ok\n", False)]
    assert read("x" * 200_000 + "\nok") == [("xxxx\n", True), ("ok", False)]


def test_a_line_of_exactly_the_limit_with_its_end_is_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "MAX_LINE_CHARS", 4)
    assert read("abc\nd") == [("abc\n", False), ("d", False)]


def test_a_long_last_line_without_an_end_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "MAX_LINE_CHARS", 4)
    assert read("abcdefgh") == [("abcd\n", True)]
