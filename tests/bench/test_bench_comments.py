"""The comments of the benchmark are many, different and as long as they are said to be."""

from collections import Counter
from itertools import pairwise

from bench.comments import LONG_WORDS, SENTENCES, SHORT, long_comments, short_comments


def test_there_are_at_least_sixty_different_short_comments_of_readers_lengths() -> None:
    lengths = sorted(len(text.split()) for text in SHORT)
    assert len(set(SHORT)) == len(SHORT) >= 60
    assert lengths[0] <= 2
    assert 8 <= lengths[len(lengths) // 2] <= 25
    assert lengths[-1] >= 60


def test_short_comments_use_each_text_equally_often_in_a_shuffled_order() -> None:
    found = [text.rstrip(" 2345") for text in short_comments(len(SHORT) * 5, seed=1)]
    assert set(Counter(found).values()) == {5}
    rounds = [found[n : n + len(SHORT)] for n in range(0, len(found), len(SHORT))]
    assert all(one != two for one, two in pairwise(rounds))
    assert len(short_comments(7, seed=1)) == 7


def test_no_two_comments_are_the_same_so_that_none_is_scored_for_another() -> None:
    found = short_comments(len(SHORT) * 6, seed=1) + long_comments(48, seed=1)
    assert len(set(found)) == len(found)


def test_the_same_seed_makes_the_same_comments() -> None:
    assert short_comments(200, seed=3) == short_comments(200, seed=3)
    assert long_comments(9, seed=3) == long_comments(9, seed=3)
    assert long_comments(9, seed=3) != long_comments(9, seed=4)


def test_long_comments_have_300_to_800_words_spread_evenly() -> None:
    found = long_comments(11, seed=1)
    assert sorted(len(text.split()) for text in found) == list(range(300, 801, 50))
    assert LONG_WORDS == (300, 800)
    assert len(set(found)) == 11


def test_a_long_comment_begins_with_a_whole_sentence() -> None:
    assert all(text.startswith(tuple(SENTENCES)) for text in long_comments(5, seed=1))
