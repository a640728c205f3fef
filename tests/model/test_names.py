"""Which words of a text may be names."""

import pytest

from model.names import called, folded, inside_sentences, names, places


def test_names_are_compared_without_accents_capitals_and_genitives() -> None:
    assert folded("García’s") == folded("GARCIA") == folded("Garci\u0301a") == "garcia"


def test_quotes_are_no_part_of_a_name() -> None:
    assert names("'Smith' and “Özil”") == {"smith", "ozil"}


def test_short_words_are_names_only_where_they_are_asked_for() -> None:
    assert names("Ng is here") == set()
    assert names("Ng is here") | names("Ng is here", shortest=2) == {"ng"}


@pytest.mark.parametrize("text", ["Haddow spoke.", "'Haddow' spoke.", "So. Haddow spoke.", ""])
def test_a_word_that_begins_a_sentence_is_not_inside_it(text: str) -> None:
    assert inside_sentences(text) == set()


@pytest.mark.parametrize(
    "text", ["Haddow, resign!", "You fool, Mr Haddow.", "Shame on you, Ana Haddow"]
)
def test_a_name_that_is_a_clause_of_its_own_calls_somebody(text: str) -> None:
    assert called(text) == {"haddow"}


def test_a_name_in_a_clause_calls_nobody() -> None:
    assert called("You should leave Haddow alone, you clown.") == set()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The bridge in London opened.", {"london"}),
        ("In Leeds, nobody minds.", {"leeds"}),
        ("No faith in Haddow's plan.", set()),
        ("No faith in Haddow. Ana Haddow laughed.", set()),
        ("He came from Haddow.", set()),
    ],
)
def test_a_place_is_told_by_the_word_before_it(text: str, found: set[str]) -> None:
    assert places(text) == found
