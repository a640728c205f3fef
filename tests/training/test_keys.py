"""Keys name a comment whatever its punctuation, case or escaping."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.keys import held_out, identity, keys_of, text_key

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


def test_the_shipped_list_holds_the_keys_it_says() -> None:
    assert len(held_out()) == 49_236
    assert all(len(key) == 16 and int(key, 16) >= 0 for key in held_out())


@given(st.text())
def test_any_text_has_an_identity(text: str) -> None:
    assert identity(text)
    assert all(len(key) == 16 for key in keys_of(text))
