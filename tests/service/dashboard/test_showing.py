"""Texts in pieces: marked words, characters that cannot be seen, long texts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.dashboard.showing import Mark, Piece, is_odd, shown
from tests.service.dashboard.invented import HOSTILE


def test_marked_words_are_cut_by_code_points() -> None:
    text = "😀😀 you clown!"
    mark = Mark(7, 12, "insult", 0.9)
    assert shown(text, [mark]).head == (
        Piece("😀😀 you "),
        Piece("clown", (mark,), (mark,)),
        Piece("!"),
    )


def test_marks_may_overlap_and_each_ends_once() -> None:
    long, short = Mark(0, 9, "insult", 0.9), Mark(4, 13, "threat", 0.6)
    pieces = shown("damn fool you", [long, short]).head
    assert [piece.text for piece in pieces] == ["damn", " fool", " you"]
    assert [piece.marks for piece in pieces] == [(long,), (long, short), (short,)]
    assert [piece.ends for piece in pieces] == [(), (long,), (short,)]


def test_a_mark_beyond_the_text_is_left_out() -> None:
    marks = [Mark(3, 99, "insult", 0.9), Mark(-1, 2, "insult", 0.9), Mark(2, 2, "insult", 0.9)]
    assert shown("short", marks).head == (Piece("short"),)


@pytest.mark.parametrize(
    ("character", "name"),
    [
        ("\u202e", "right-to-left override"),
        ("\u200b", "zero width space"),
        ("\u2066", "left-to-right isolate"),
        ("\u00ad", "soft hyphen"),
        ("\x00", "control character"),
        ("\x1b", "control character"),
        ("\u2028", "line separator"),
        ("\u3164", "hangul filler"),
    ],
)
def test_a_character_that_cannot_be_seen_is_named(character: str, name: str) -> None:
    pieces = shown(f"a{character}b").head
    assert [piece.odd for piece in pieces] == [None, name, None]
    assert pieces[1].text == f"U+{ord(character):04X}"


@pytest.mark.parametrize("text", ["a\nb\tc", "a\r\nb", "می‌خواهم", "👩‍👩‍👧", "क्‍ष", "naïve – “so”"])
def test_what_writing_needs_is_left_alone(text: str) -> None:
    assert shown(text).head == (Piece(text),)


def test_a_joiner_between_latin_letters_is_named() -> None:
    assert [piece.odd for piece in shown("id\u200diot").head] == [None, "zero width joiner", None]


def test_a_word_that_mixes_alphabets_is_named() -> None:
    (before, word, after) = shown("my p\u0430ypal page").head
    assert (before.mixed, word.mixed, after.mixed) == (None, "Latin and Cyrillic", None)
    assert shown("Минск and Αθήνα").head == (Piece("Минск and Αθήνα"),)


def test_a_long_text_is_cut_at_a_space_and_says_what_is_left() -> None:
    text = "word " * 1000
    mark = Mark(3000, 3004, "insult", 0.9)
    cut = shown(text, [mark])
    head = "".join(piece.text for piece in cut.head)
    assert head.endswith("word ")
    assert len(head) + cut.rest_length == len(text)
    assert cut.rest_marks == 1
    assert shown("a" * 1000).rest == ()
    assert shown("a" * 1001).rest_length == 301


@given(
    st.text(max_size=1500) | st.sampled_from(HOSTILE),
    st.lists(st.tuples(st.integers(0, 1500), st.integers(1, 50))),
)
def test_nothing_is_lost_and_nothing_unseen_is_left(text: str, places) -> None:
    cut = shown(text, [Mark(at, at + length, "insult", 0.5) for at, length in places])
    pieces = (*cut.head, *cut.rest)
    back = "".join(chr(int(p.text[2:], 16)) if p.odd else p.text for p in pieces)
    assert back == text
    for piece in pieces:
        inner = piece.text
        assert piece.odd or not any(c in "\u202e\u200b\x00\u2066" for c in inner)


def test_only_line_breaks_of_their_own_are_odd() -> None:
    assert is_odd("a\rb", 1)
    assert not is_odd("a\r\nb", 1)
