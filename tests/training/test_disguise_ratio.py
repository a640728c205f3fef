"""Disguised insults are found as often as plain ones, or the ratio says by how much not."""

from random import Random

import pytest
from word_scorer import WordScorer

from model.records import Scores, Span
from model.text import clean
from training.disguise_ratio import TRICKS, UNDONE, full_width, measure, zero_width
from training.metrics import wilson
from training.suites import Case


def case(text: str, carrier: str, *, insult: bool = True, family: str = "author") -> Case:
    at = text.index(carrier)
    spans = (Span(at, at + len(carrier), "insult", 1.0),)
    return Case(f"{family}-{at}-{len(text)}", family, None, text, {"insult": insult}, None, spans)


CASES = (
    case("What a clown wrote this", "clown"),
    case("Ask the old moron again", "old moron"),
    case("Thieves, the lot of them, thieves", "Thieves"),
)
ALL = {"clown": 0.9, "moron": 0.9, "Thieves": 0.9}


def test_a_scorer_that_knows_only_plain_words_loses_what_is_disguised():
    report = measure(WordScorer(ALL), CASES, seed=1)
    assert report is not None
    shares = report.labels["insult"]
    assert shares.plain == wilson(3, 3)
    assert shares.ratio_of_all_tricks.value < 0.3
    assert shares.ratio.value == pytest.approx(shares.disguised.value)
    assert 0 <= shares.ratio.value < 0.3
    assert shares.tricks["spaced"].right == 0
    assert report.copies == sum(of.n for of in shares.tricks.values())
    assert report.undone == sum(shares.tricks[trick].n for trick in UNDONE)
    assert shares.disguised.n == report.copies - report.undone


class ReadingScorer(WordScorer):
    """Knows words as the reading leaves them and in any case, as the network does."""

    def _scores(self, text: str) -> Scores:
        return super()._scores(clean(text).text.casefold())


def test_what_the_reading_undoes_without_fail_does_not_flatter_the_ratio():
    report = measure(ReadingScorer({"clown": 0.9, "moron": 0.9, "thieves": 0.9}), CASES, seed=1)
    assert report is not None
    shares = report.labels["incivility"]
    for trick in UNDONE:
        assert shares.tricks[trick].value == 1
    left = [of for trick, of in shares.tricks.items() if trick not in UNDONE]
    found, made = sum(of.right for of in left), sum(of.n for of in left)
    assert shares.disguised == wilson(found, made)
    assert shares.ratio.value == pytest.approx(found / made)
    assert shares.ratio_of_all_tricks.value == pytest.approx(
        (found + report.undone) / (made + report.undone)
    )
    assert shares.ratio.value < shares.ratio_of_all_tricks.value


@pytest.mark.parametrize("trick", sorted(UNDONE))
def test_what_counts_as_undone_is_undone_in_every_word(trick):
    for word in ("clown", "Thieves", "MORONS", "idiotic"):
        for seed in range(20):
            written = TRICKS[trick](word, Random(seed))
            assert clean(written).text.casefold() == word.casefold()


def test_a_scorer_that_flags_all_has_a_ratio_of_one():
    report = measure(WordScorer({"": 0.9}), CASES, seed=1)
    assert report is not None
    for shares in report.labels.values():
        assert (shares.ratio.value, shares.ratio.low, shares.ratio.high) == (1, 1, 1)


def test_a_scorer_that_finds_nothing_plain_has_no_ratio():
    report = measure(WordScorer({}), CASES, seed=1)
    assert report is not None
    assert report.labels["insult"].ratio.value != report.labels["insult"].ratio.value


def test_only_the_words_that_carry_the_insult_are_disguised():
    scorer = WordScorer({})
    measure(scorer, CASES[1:2], seed=1)
    plain, *copies = [comment.text for comment in scorer.asked]
    assert plain == CASES[1].text
    assert len(copies) > 8
    assert all(text.startswith("Ask the old ") and text.endswith(" again") for text in copies)
    assert CASES[1].text not in copies


@pytest.mark.parametrize(
    "unfit",
    [
        case("What a clown of a bus", "clown", insult=False),
        case("What a cl0wn wrote this", "cl0wn", family="disguise"),
        case("You have never once been right", "have never once been"),
        case("Oh my pet", "pet"),
        Case("x", "author", None, "What a clown", {"insult": True}),
    ],
)
def test_what_nobody_disguises_is_not_disguised(unfit):
    assert measure(WordScorer(ALL), [unfit], seed=1) is None
    with_another = measure(WordScorer(ALL), [unfit, CASES[0]], seed=1)
    assert with_another is not None
    assert with_another.n == 1


def test_a_copy_that_was_not_judged_is_not_found():
    report = measure(WordScorer(ALL), [case("Fremdsprache clown here", "clown")], seed=1)
    assert report is not None
    assert (report.labels["insult"].plain, report.labels["insult"].disguised.right) == (
        wilson(0, 1),
        0,
    )


def test_the_same_seed_makes_the_same_copies():
    def asked(seed: int) -> list[str]:
        scorer = WordScorer({})
        measure(scorer, CASES, seed=seed)
        return [comment.text for comment in scorer.asked]

    assert asked(1) == asked(1)
    assert asked(1) != asked(2)


@pytest.mark.parametrize("trick", [zero_width, full_width])
def test_the_tricks_of_our_own_change_the_word_and_are_undone_by_reading(trick):
    written = trick("clown", Random(1))
    assert written != "clown"
    assert clean(written).text == "clown"


def test_every_trick_has_a_name_of_its_own():
    assert {*UNDONE, "leetspeak", "masked"} <= set(TRICKS)
