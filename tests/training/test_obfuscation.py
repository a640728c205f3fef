"""Each trick changes a word as a person would, and no trick changes it into nothing."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.text import clean
from training import obfuscation
from training.obfuscation import TRICKS, disguised

words = st.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=3, max_size=14)
seeds = st.integers(0, 10_000)


def written(trick: obfuscation.Trick, word: str, times: int = 60) -> set[str]:
    return {trick(word, Random(seed)) for seed in range(times)}


@pytest.mark.parametrize(
    ("trick", "word", "one"),
    [
        (obfuscation.leetspeak, "clod", "cl0d"),
        (obfuscation.lookalikes, "oaf", "оaf"),  # the Cyrillic о
        (obfuscation.spaced, "oaf", "o a f"),
        (obfuscation.spaced, "oaf", "o.a.f"),
        (obfuscation.spaced, "oaf", "oa f"),
        (obfuscation.stretched, "oaf", "oaaaf"),
        (obfuscation.vowelless, "nitwit", "ntwt"),
        (obfuscation.vowelless, "nitwit", "nitwt"),
        (obfuscation.masked, "clod", "c**d"),
        (obfuscation.masked, "clod", "cl*d"),
        (obfuscation.swapped, "clod", "cold"),
        (obfuscation.doubled, "clod", "clodd"),
        (obfuscation.respelt, "clod", "klod"),
        (obfuscation.respelt, "oaf", "oaph"),
        (obfuscation.mixed_case, "oaf", "oAf"),
    ],
)
def test_a_trick_writes_what_people_write(trick: obfuscation.Trick, word: str, one: str) -> None:
    assert one in written(trick, word)


def test_an_emoji_is_put_in_or_takes_a_letters_place() -> None:
    found = written(obfuscation.emoji_inside, "clod", 200)
    assert any(one.startswith("c") and one.endswith("od") and "l" not in one for one in found)
    assert any(len(one) == 5 and one[0] + one[-1] == "cd" for one in found)


@pytest.mark.parametrize(
    ("trick", "word"),
    [
        (obfuscation.leetspeak, "hymn"),
        (obfuscation.lookalikes, "fjlq"),
        (obfuscation.vowelless, "rhythm"),
        (obfuscation.vowelless, "eau"),  # one letter would be left
        (obfuscation.swapped, "baa"),
        (obfuscation.respelt, "dunderhead"),
    ],
)
def test_a_trick_without_a_hold_leaves_the_word(trick: obfuscation.Trick, word: str) -> None:
    assert word in written(trick, word)


@settings(deadline=None)
@given(words, seeds)
def test_a_disguised_word_still_reads_differently_once_cleaned(word: str, seed: int) -> None:
    hidden = clean(disguised(word, Random(seed))).text.casefold()
    assert hidden
    assert hidden != clean(word).text.casefold()


@settings(deadline=None)
@given(words, seeds)
def test_the_same_seed_disguises_alike(word: str, seed: int) -> None:
    assert disguised(word, Random(seed)) == disguised(word, Random(seed))


@settings(deadline=None)
@given(words, seeds, st.sampled_from(list(TRICKS)))
def test_no_trick_loses_the_first_letter_or_the_whole_word(
    word: str, seed: int, trick: obfuscation.Trick
) -> None:
    hidden = trick(word, Random(seed))
    assert len(hidden.strip()) >= 2
    if trick not in (obfuscation.leetspeak, obfuscation.lookalikes, obfuscation.respelt):
        assert hidden[0] == word[0]


def test_every_trick_is_used() -> None:
    rng = Random(4)
    found = {disguised("dunderheads", rng) for _ in range(600)}
    marks = ("3", "е", "d.u", "ddd", "dndr", "*", "dnu", "hh", "z", "🤡")
    assert [mark for mark in marks if not any(mark in one for one in found)] == []
