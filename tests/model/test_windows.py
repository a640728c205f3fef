import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.windows import combine, cut


@st.composite
def terms(draw: st.DrawFn) -> tuple[int, int, int, int]:
    size = draw(st.integers(1, 40))
    overlap = draw(st.integers(0, size - 1))
    return draw(st.integers(0, 400)), size, overlap, draw(st.integers(1, 60))


@given(terms())
def test_every_token_is_in_some_window_unless_the_cap_is_owned_up_to(
    drawn: tuple[int, int, int, int],
) -> None:
    length, size, overlap, most = drawn
    windows = cut(length, size=size, overlap=overlap, most=most)
    covered = {i for begin, end in windows.spans for i in range(begin, end)}
    assert windows.truncated == (covered != set(range(length)))
    assert len(windows.spans) <= most
    assert all(0 <= begin <= end <= length and end - begin <= size for begin, end in windows.spans)


@given(terms())
def test_neighbours_share_at_least_the_overlap(drawn: tuple[int, int, int, int]) -> None:
    length, size, overlap, most = drawn
    spans = cut(length, size=size, overlap=overlap, most=most).spans
    for (_, end), (begin, _) in itertools.pairwise(spans):
        assert end - begin >= overlap


@pytest.mark.parametrize(
    ("length", "spans"),
    [
        (0, ((0, 0),)),
        (10, ((0, 10),)),
        (11, ((0, 10), (1, 11))),
        (18, ((0, 10), (8, 18))),
        (19, ((0, 10), (8, 18), (9, 19))),
    ],
)
def test_the_last_window_is_moved_back_to_be_full(
    length: int, spans: tuple[tuple[int, int], ...]
) -> None:
    assert cut(length, size=10, overlap=2, most=100).spans == spans


def test_the_cap_is_only_owned_up_to_when_text_stays_unread() -> None:
    assert not cut(18, size=10, overlap=2, most=2).truncated
    over = cut(19, size=10, overlap=2, most=2)
    assert over.truncated
    assert over.spans == ((0, 10), (8, 18))


@pytest.mark.parametrize("overlap", [-1, 10])
def test_windows_that_would_not_move_on_are_refused(overlap: int) -> None:
    with pytest.raises(ValueError, match="overlap must be 0 to 9 tokens"):
        cut(100, size=10, overlap=overlap, most=5)


def test_a_comment_has_the_largest_logit_of_its_windows_label_by_label() -> None:
    rows = np.array([[1, -5], [-2, 3], [0, 0], [-9, -9]], np.float32)
    combined = combine(rows, [0, 0, 2, 0], 3)
    assert combined[0].tolist() == [1, 3]
    assert np.isnan(combined[1]).all()
    assert combined[2].tolist() == [0, 0]


def test_no_rows_and_no_comments_are_fine() -> None:
    assert combine(np.empty((0, 5), np.float32), [], 0).shape == (0, 5)
    assert np.isnan(combine(np.empty((0, 5), np.float32), [], 2)).all()
