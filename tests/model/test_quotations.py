"""What a comment quotes of its parent is left out of what is judged, and nothing else is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.quotations import without_quoted

PARENT = "You are an idiot, and a liar.\nGo home!"


@pytest.mark.parametrize(
    ("written", "own"),
    [
        ("> You are an idiot, and a liar.\n\nBe polite.", "Be polite."),
        ("  >> you are an IDIOT\nBe polite.", "Be polite."),
        ("&gt; You are an idiot, and a liar\n&gt; Go home!\nBe polite.", "Be polite."),
        ("<blockquote>You are an idiot</blockquote>Be polite.", "Be polite."),
        ('<BLOCKQUOTE cite="x">Go\nhome!</blockquote >\nBe polite.', "Be polite."),
        ("Be polite.\n> and a liar", "Be polite."),
    ],
)
def test_a_quotation_of_the_parent_is_left_out_and_offsets_hold(written: str, own: str) -> None:
    read = without_quoted(written, PARENT)
    assert read.strip() == own
    assert len(read) == len(written)
    assert read.find(own) == written.find(own)


@pytest.mark.parametrize(
    "written",
    [
        "> You are a clown\nBe polite.",
        "> idiot liar\nBe polite.",
        "5 > 3, and you are an idiot",
        "<blockquote>You are a clown</blockquote>Be polite.",
        "> You are an idiot, and a liar.",
        ">\nBe polite.",
        "No quotation at all.",
    ],
)
def test_what_the_parent_did_not_say_or_all_that_there_is_stays(written: str) -> None:
    assert without_quoted(written, PARENT) == written


def test_without_a_parent_a_mark_hides_nothing() -> None:
    written = "> You are an idiot, and a liar.\nBe polite."
    assert without_quoted(written, None) == without_quoted(written, "") == written


@given(st.text(alphabet=">&gt; <blockquote/\nab", max_size=60), st.text("ab >", max_size=20))
def test_the_length_never_changes_and_no_letter_is_made(written: str, parent: str) -> None:
    read = without_quoted(written, parent)
    assert len(read) == len(written)
    assert all(now in (was, " ") for now, was in zip(read, written, strict=True))


@pytest.mark.parametrize("piece", [">", "> ", "&gt;", "<blockquote>", "<blockquote ", "\n> a"])
def test_a_long_text_of_anything_takes_no_time(piece: str) -> None:
    written = piece * 20_000
    assert len(without_quoted(written, "a parent")) == len(written)
