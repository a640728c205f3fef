"""Sentences and UTF-16 offsets, for the texts that one thinks of and for those one does not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.doors.perspective.sentences import MOST, Utf16, sentences

ODD = st.sampled_from(
    [
        "😀",
        "👩‍👩‍👧",
        "e\u0301",
        "\r\n",
        "\n",
        ". ",
        "! ",
        "? ",
        "…",
        "\u2028",
        "\u00a0",
        "\t",
        "a",
        "Mr. ",
        "。",
    ]
)
TEXTS = st.one_of(
    st.text(), st.lists(st.one_of(ODD, st.text(max_size=3)), max_size=30).map("".join)
)


def split(text: str) -> list[str]:
    return [text[begin:end] for begin, end in sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two! Three? Four…", ["One.", "Two!", "Three?", "Four…"]),
        ("  One.  Two. ", ["One.", "Two."]),
        ("One\r\nTwo\n\nThree", ["One", "Two", "Three"]),
        ('She said "No." Then she left.', ['She said "No."', "Then she left."]),
        ("Mr. Smith met Dr. Jones. Fine.", ["Mr. Smith met Dr. Jones.", "Fine."]),
        ("J. R. Hartley wrote it.", ["J. R. Hartley wrote it."]),
        ("So do I. You too.", ["So do I.", "You too."]),
        ("About 3.5 per cent. e.g. now", ["About 3.5 per cent. e.g. now"]),
        ("What?! No way", ["What?!", "No way"]),
        ("Good. !!! 😀 Bad", ["Good. !!!", "😀 Bad"]),
        ("Good. !!!\n😀\nBad", ["Good. !!!\n😀", "Bad"]),
        ("😀 !!\nGood. Bad.", ["😀 !!\nGood.", "Bad."]),
        ("12 34", ["12 34"]),
        ("", []),
        (" \n\t", []),
    ],
)
def test_a_text_is_parted_into_its_sentences(text: str, expected: list[str]) -> None:
    assert split(text) == expected


def test_there_are_never_too_many() -> None:
    text = "Aye. " * 1000
    parted = split(text)
    assert len(parted) == MOST
    assert " ".join(parted) == text.strip()


def test_a_long_run_of_white_space_takes_no_time() -> None:
    assert split("a." + " " * 2_000_000 + "B") == ["a.", "B"]


@given(TEXTS)
@settings(max_examples=300, deadline=None)
def test_sentences_are_in_order_and_only_white_space_is_between(text: str) -> None:
    at = 0
    for begin, end in sentences(text):
        assert at <= begin < end <= len(text)
        assert not text[at:begin].strip()
        assert text[begin:end] == text[begin:end].strip()
        at = end
    assert not text[at:].strip()


@given(TEXTS, st.data())
@settings(max_examples=300, deadline=None)
def test_offsets_count_what_utf_16_counts_and_lead_back(text: str, choose: st.DataObject) -> None:
    units, encoded = Utf16(text), text.encode("utf-16-le")
    point = choose.draw(st.integers(0, len(text)))
    unit = units.units(point)
    assert encoded[: 2 * unit].decode("utf-16-le") == text[:point]
    assert units.points(unit) == point


@pytest.mark.parametrize("unit", [2, -1, 5, 10**9])
def test_half_a_character_and_what_lies_outside_are_no_place(unit: int) -> None:
    assert Utf16("a😀b").points(unit) is None
    assert [Utf16("a😀b").points(u) for u in (0, 1, 3, 4)] == [0, 1, 2, 3]
