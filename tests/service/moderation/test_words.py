"""Listed words in a comment."""

import time

import pytest

from service.moderation.words import as_read, holds_any, listed


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("You CLOWN!", ["clown"]),
        ("clown", ["Clown"]),
        ("That is  fake\nnews again", ["Fake  news"]),
        ("A c\u200blown.", ["clown"]),
        ("A cl0wn.", ["clown"]),
        ("Such a, c l o w n !", ["clown"]),
        ("Die Stra\u00dfe", ["STRASSE"]),
        ("caf\u00e9", ["cafe\u0301"]),
        ("(clown)", ["gnu", "clown"]),
        ("I write c++ daily", ["c++"]),
        ("clowns and a clown", ["clown"]),
    ],
)
def test_a_whole_word_is_found_however_it_is_written(text: str, words: list[str]) -> None:
    assert holds_any(as_read(text), words)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Clowns everywhere", ["clown"]),
        ("the unclowned", ["clown"]),
        ("fake. News", ["fake news"]),
        ("cafe\u0301", ["cafe"]),
        ("Fine.", ["clown"]),
        ("", ["clown"]),
        ("Fine.", []),
        ("Fine.", ["\u200b"]),
    ],
)
def test_a_part_of_a_word_is_not(text: str, words: list[str]) -> None:
    assert not holds_any(as_read(text), words)


def test_what_cannot_be_seen_is_no_word() -> None:
    assert listed(" \u200b ") == ""


def test_a_long_comment_and_a_long_list_stay_quick() -> None:
    read = as_read("aaa " * 5000)
    words = [f"aaa{n}" for n in range(2500)] + [f"word {n}" for n in range(2500)]
    begun = time.perf_counter()
    assert not holds_any(read, words)
    assert time.perf_counter() - begun < 2
