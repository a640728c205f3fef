"""At whom: kinds of person count together, and context tells which."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

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


LONDON = Article(
    title="London mayor opens bridge",
    text="The bridge in London opened on Tuesday, said Ana Prior of the council.",
    authors=("By Jane Smith, Political Editor", "José García"),
)


@pytest.mark.parametrize(
    "text", ["You are a clown. London deserves better.", "You are a clown. Leave Prior alone."]
)
def test_without_a_parent_somebody_who_is_addressed_is_no_public_figure(text: str) -> None:
    assert told_by_context(text, Context(LONDON)) is None


def test_who_is_addressed_without_a_parent_is_what_the_network_says() -> None:
    comment = Comment("You are a clown. London deserves better.", context=Context(LONDON))
    assert target_of(by_kind(commenter=0.6, person=0.3, none=0.1), comment).kind == "commenter"
    assert target_of(by_kind(commenter=0.3, person=0.6, none=0.1), comment).kind == "person"


@pytest.mark.parametrize(
    "aside",
    [
        "you can see it in her eyes",
        "don't you think?",
        "don’t you think",
        "you know",
        "you know what she is like",
        "if you ask me",
        "mind you",
        "you'd think she would stop",
        "you have to laugh",
        "you couldn't make it up",
        "as you say",
        "and I agree with you",
        "a U-turn in the U.S. too",
    ],
)
def test_a_you_that_means_anyone_addresses_nobody(aside: str) -> None:
    parent = "I liked it."
    assert told_by_context(f"Prior is a liar, {aside}", Context(LONDON, parent)) == "public_figure"
    assert told_by_context(f"The mayor is a liar, {aside}", Context(LONDON, parent)) is None


@pytest.mark.parametrize(
    "text",
    [
        "You know nothing, and Prior is a saint.",
        "You can see that Prior is right because you are a liar too.",
        "Don't you think before you write about Prior?",
        "You are right off your head to trust Prior.",
    ],
)
def test_a_you_that_means_the_other_reader_still_does(text: str) -> None:
    assert told_by_context(text, Context(LONDON, parent="Hm.")) == "commenter"


@pytest.mark.parametrize("text", ["Prior, you clown, resign.", "You are a clown, Ms Prior!"])
@pytest.mark.parametrize("parent", [None, "I liked it."])
def test_a_name_that_is_called_says_who_is_addressed(text: str, parent: str | None) -> None:
    assert told_by_context(text, Context(LONDON, parent)) == "public_figure"


def test_a_place_that_the_article_prints_is_nobody() -> None:
    assert told_by_context("What a hole that London is.", Context(LONDON)) is None


@pytest.mark.parametrize("text", ["Smith is a fool.", "'Smith' is a fool.", "That Garcia!"])
def test_an_author_is_told_from_an_ordinary_byline(text: str) -> None:
    assert told_by_context(text, Context(LONDON)) == "author"


@pytest.mark.parametrize(
    "text",
    [
        "This writer is a fool.",
        "The author of this piece is a fool.",
        "Whoever wrote this is a fool.",
        "Whoever wrote this, you are a fool.",
        "Your columnist is a fool, you know.",
        "The editor should be ashamed.",
    ],
)
def test_words_of_the_trade_mean_the_author_of_the_article(text: str) -> None:
    assert told_by_context(text, Context(LONDON)) == "author"
    assert told_by_context(text, Context(parent="Hm.")) != "author"


def test_the_author_of_something_else_is_somebody_else() -> None:
    assert told_by_context("The author of the bill is a fool.", Context(LONDON)) is None


@pytest.mark.parametrize(
    ("text", "kind"), [("What a clown Prior is.", "public_figure"), ("Smith again!", "author")]
)
def test_an_uncivil_comment_that_names_somebody_is_aimed_at_somebody(text: str, kind: str) -> None:
    comment = Comment(text, context=Context(LONDON))
    logits = by_kind(none=0.92, person=0.06, group=0.02)
    found = target_of(logits, comment, uncivil=True)
    assert (found.kind, found.score) == (kind, pytest.approx(0.75))
    assert target_of(logits, comment) == target_of(logits, Comment(text), uncivil=True)
    assert target_of(logits, comment).kind == "none"


@pytest.mark.parametrize(
    "text", ["What a shambles.", "You clown.", "You clown, leave Prior alone.", "London is a hole."]
)
def test_an_uncivil_comment_that_names_nobody_is_left_to_the_network(text: str) -> None:
    comment = Comment(text, context=Context(LONDON, parent="Hm."))
    found = target_of(by_kind(none=0.8, person=0.2), comment, uncivil=True)
    assert (found.kind, found.score) == ("none", pytest.approx(0.8))


@pytest.mark.parametrize(
    "chance", [{"group": 0.7, "person": 0.3}, {"none": 0.7, "group": 0.2, "person": 0.1}]
)
def test_a_name_makes_no_person_of_a_likelier_group(chance: dict[str, float]) -> None:
    comment = Comment("What a clown Prior is.", context=Context(LONDON))
    assert target_of(by_kind(**chance), comment, uncivil=True).kind == max(
        chance, key=chance.__getitem__
    )


TEXTS = st.text() | st.lists(
    st.sampled_from([*"\n .,'’-(İßǅ", "you", "You know", "Prior", "in", "The editor", "Smith"])
).map(" ".join)


@given(TEXTS, st.builds(Article, TEXTS, TEXTS, st.tuples(TEXTS)), st.none() | TEXTS)
def test_any_text_under_any_context_is_told_or_not(
    text: str, article: Article, parent: str | None
) -> None:
    assert told_by_context(text, Context(article, parent)) in (*TARGET_KINDS, None)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("O&#39;Brien is an idiot.", "author"),
        ("O&rsquo;Brien is an idiot.", "author"),
        ("Sm\u200bith is an idiot.", "author"),
        ("\uff39\uff2f\uff35 are an idiot.", "commenter"),
        ("What a fool Bell is.", "public_figure"),
    ],
)
def test_comment_and_context_are_read_before_they_are_compared(text: str, told: str) -> None:
    article = Article(text="Then B&#101;ll spoke.", authors=("Sarah O\u2019Brien", "Adam Smith"))
    assert told_by_context(text, Context(article, parent="I see.")) == told
