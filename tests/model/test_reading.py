import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.reading import Edit, Reading, as_written, edit, substitute


def test_a_text_as_written_maps_to_itself() -> None:
    reading = as_written("plain")
    assert reading.to_original(1, 3) == (1, 3)
    assert reading.to_original(0, 5) == (0, 5)


def test_an_edit_keeps_the_places_of_what_follows() -> None:
    reading = edit(as_written("a--b c"), [(1, 3, " ")])
    assert reading.text == "a b c"
    assert reading.to_original(2, 3) == (3, 4)
    assert reading.to_original(1, 2) == (1, 3)
    assert reading.to_original(0, 5) == (0, 6)


def test_a_longer_replacement_stands_for_the_character_it_came_from() -> None:
    reading = edit(as_written("xﬁy"), [(1, 2, "fi")])
    assert reading.text == "xfiy"
    assert [reading.to_original(i, i + 1) for i in range(4)] == [(0, 1), (1, 2), (1, 2), (2, 3)]


@pytest.mark.parametrize("edits", [[(2, 4, "")], [(2, 3, ""), (3, 4, "")]])
def test_a_dropped_end_belongs_to_no_character(edits: list[Edit]) -> None:
    reading = edit(as_written("ab??"), edits)
    assert reading.to_original(1, 2) == (1, 2)
    assert reading.to_original(2, 2) == (2, 2)


def test_an_end_that_is_written_shorter_belongs_to_the_last_character() -> None:
    assert edit(as_written("ab??"), [(1, 4, "c")]).to_original(1, 2) == (1, 4)


def test_where_nothing_is_left_the_map_still_ends_inside_the_text() -> None:
    reading = edit(as_written("??"), [(0, 2, "")])
    assert (reading.text, list(reading.origin)) == ("", [0])


def test_edits_compose() -> None:
    once = substitute(as_written("a<>b<>c"), re.compile("<>"), "")
    twice = substitute(once, re.compile("bc"), lambda match: match.group().upper())
    assert twice.text == "aBC"
    assert twice.to_original(1, 2) == (3, 6)
    assert twice.to_original(2, 3) == (6, 7)


def test_nothing_to_change_gives_back_the_same_object() -> None:
    reading = as_written("same")
    assert substitute(reading, re.compile("x"), "y") is reading
    assert substitute(reading, re.compile("s"), "s") is reading


def test_an_empty_span_stays_empty() -> None:
    assert edit(as_written("a--b"), [(1, 3, "")]).to_original(1, 1) == (3, 3)


@pytest.mark.parametrize(("begin", "end"), [(-1, 1), (2, 1), (0, 3)])
def test_a_span_outside_the_text_is_refused(begin: int, end: int) -> None:
    with pytest.raises(IndexError, match="outside a text of 2 characters"):
        as_written("ab").to_original(begin, end)


@given(st.text(alphabet="ab-", max_size=30), st.sampled_from(["", "x", "xyz"]))
def test_any_substitution_reads_as_re_sub_does_and_maps_in_order(text: str, new: str) -> None:
    reading = substitute(as_written(text), re.compile("-+"), new)
    assert reading.text == re.sub("-+", new, text)
    assert_map_is_sound(reading, text)


def assert_map_is_sound(reading: Reading, original: str) -> None:
    places = list(reading.origin)
    assert len(places) == len(reading.text) + 1
    assert places == sorted(places)
    assert all(0 <= place < len(original) for place in places[:-1])
    assert 0 <= places[-1] <= len(original)
