"""At whom: kinds of person count together, and context tells which."""

import numpy as np
import pytest

from model.labels import TARGET_KINDS
from model.records import Article, Comment, Context
from model.target import chances, target_of, told_by_context


def by_kind(**chance: float) -> np.ndarray:
    return np.array([chance.get(kind, 0.0) for kind in TARGET_KINDS])


ARTICLE = Article(
    title="Council Votes To Close Library",
    text="Last week Councillor Haddow defended the plan.",
    authors=("Mira Lindqvist",),
)


def test_chances_are_a_softmax_in_the_order_of_kinds() -> None:
    found = chances(np.array([1000.0, 1000.0, -1000.0, -1000.0, -1000.0, -1000.0]))
    assert found.tolist() == pytest.approx([0.5, 0.5, 0, 0, 0, 0])


def test_persons_of_several_kinds_outvote_a_group() -> None:
    found = target_of(by_kind(group=0.4, author=0.2, commenter=0.2, person=0.2), Comment("x"))
    assert found.kind == "person"
    assert found.score == pytest.approx(0.6)


def test_a_kind_over_half_of_the_persons_is_named() -> None:
    found = target_of(by_kind(none=0.2, author=0.6, person=0.2), Comment("x"))
    assert (found.kind, found.score) == ("author", pytest.approx(0.6))


@pytest.mark.parametrize("kind", ["none", "group"])
def test_what_is_not_a_person_stays_what_it_is_whatever_the_context(kind: str) -> None:
    comment = Comment("you Lindqvist", context=Context(ARTICLE, parent="Hello"))
    assert target_of(by_kind(**{kind: 0.7, "person": 0.3}), comment).kind == kind


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Lindqvist cannot write.", "author"),
        ("This is Lindqvist's worst.", "author"),
        ("Haddow is a disgrace.", "public_figure"),
        ("What a man that Haddow is.", "public_figure"),
        ("Last is least.", None),
        ("Close your eyes.", "commenter"),
        ("What did they think?", None),
        ("You should leave Haddow alone, you clown.", "commenter"),
        ("I'm tired of you.", "commenter"),
    ],
)
def test_the_context_tells_which_person(text: str, told: str | None) -> None:
    assert told_by_context(text, Context(ARTICLE, parent="I liked it.")) == told


def test_a_second_person_needs_a_parent_to_be_another_reader() -> None:
    assert told_by_context("You are wrong.", Context(ARTICLE)) is None
    assert told_by_context("You are wrong.", Context(parent="It rained.")) == "commenter"


def test_the_context_names_the_person_and_keeps_the_chance_of_all_persons() -> None:
    comment = Comment("Lindqvist is a fool.", context=Context(ARTICLE))
    found = target_of(by_kind(none=0.1, person=0.5, commenter=0.4), comment)
    assert (found.kind, found.score) == ("author", pytest.approx(0.9))


AGENCY = Article(
    title="Vote on Thursday",
    text="“It is done.” The mayor, Ana Prior, spoke to the Press. I'm told The Guardian agrees.",
    authors=("The Associated Press", "Will Hutton"),
)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("The man is a moron.", None),
        ("Will he shut up?", None),
        ("Hutton should shut up.", "author"),
        ("Prior is a moron.", "public_figure"),
        ("I'm tired of that moron.", None),
        ("Thursday cannot come soon enough for that moron.", None),
    ],
)
def test_words_with_a_capital_that_name_nobody_tell_nothing(text: str, told: str | None) -> None:
    assert told_by_context(text, Context(AGENCY)) == told
