"""Keys name a comment whatever its punctuation, case or escaping."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.keys import (
    held_out,
    identity,
    identity_with_symbols,
    key_with_symbols,
    keys_of,
    text_key,
)

COMMENT = "The council’s plan for the old mill is a good one, I think."


def test_a_key_is_the_start_of_the_sha256_of_the_bare_letters() -> None:
    bare = "thecouncilsplanfortheoldmillisagoodoneithink"
    assert text_key(COMMENT) == hashlib.sha256(bare.encode()).hexdigest()[:16]


@pytest.mark.parametrize("text", ["", "thank you", "👍👍👍", "Спасибо за статью, автор!", "a" * 15])
def test_a_text_with_too_few_letters_has_no_key(text: str) -> None:
    assert text_key(text) is None


def test_case_spaces_and_punctuation_do_not_change_a_key() -> None:
    assert text_key("Good morning, dear readers!") == text_key("good MORNING dear   readers")


def test_an_escaped_copy_in_a_file_shares_a_key_with_the_comment_it_decodes_to() -> None:
    in_the_file = r"The council\u2019s plan for the old mill is a good one, I think."
    assert text_key(in_the_file) in keys_of(COMMENT)
    assert text_key("Fish &amp; chips again in the canteen today") in keys_of(
        "Fish & chips again in the canteen today"
    )


def test_texts_without_a_key_are_told_apart_by_their_folded_form() -> None:
    assert identity("ＯＫ  then") == identity("ok then")
    assert identity("ok then") != identity("no then")


def test_an_emoji_tells_two_comments_apart_where_symbols_are_kept() -> None:
    loved, hated = f"{COMMENT} \u2764\ufe0f", f"{COMMENT} \U0001f4a9"
    assert identity(loved) == identity(hated) == identity(COMMENT)
    assert len({identity_with_symbols(text) for text in (COMMENT, loved, hated)}) == 3
    fair, dark = (f"{COMMENT} \U0001f44d{tone}" for tone in ("\U0001f3fb", "\U0001f3ff"))
    assert identity_with_symbols(fair) != identity_with_symbols(dark)


def test_where_an_emoji_stands_and_how_it_is_drawn_tells_nothing_apart() -> None:
    drawn = f"\u2764\ufe0f {COMMENT} \U0001f4a9"
    plain = f"\U0001f4a9 {COMMENT.upper()}!! \u2764"
    assert identity_with_symbols(drawn) == identity_with_symbols(plain)
    assert identity_with_symbols(COMMENT) == identity(COMMENT)


def test_a_key_with_symbols_names_a_short_text_too_and_its_emoji() -> None:
    keys = [key_with_symbols(text) for text in ("No.", "no.", "No. \U0001f644", COMMENT)]
    assert keys[0] == keys[1]
    assert len(set(keys)) == 3
    assert all(len(key) == 16 and int(key, 16) >= 0 for key in keys)


def test_the_shipped_list_holds_the_keys_it_says() -> None:
    assert len(held_out()) == 49_236
    assert all(len(key) == 16 and int(key, 16) >= 0 for key in held_out())


@given(st.text())
def test_any_text_has_an_identity(text: str) -> None:
    assert identity(text)
    assert all(len(key) == 16 for key in keys_of(text))
