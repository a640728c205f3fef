"""Surnames come from bylines as papers print them; desks and agencies have none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.bylines import surnames


@pytest.mark.parametrize(
    ("byline", "found"),
    [
        ("Mira Lindqvist", {"lindqvist"}),
        ("Lindqvist", {"lindqvist"}),
        ("By Jane Smith, Political Editor", {"smith"}),
        ("Jane Smith Political Editor", {"smith"}),
        ("Jane Smith Health correspondent", {"smith"}),
        ("Jane Smith, BBC News", {"smith"}),
        ("Jane Smith and John Doe", {"smith", "doe"}),
        ("Jane Smith, John Doe & Ann Ng", {"smith", "doe", "ng"}),
        ("Jane Smith/John Doe", {"smith", "doe"}),
        ("Jane Smith | John Doe", {"smith", "doe"}),
        ("Smith and Doe", {"smith", "doe"}),
        ("Jane Smith for Reuters", {"smith"}),
        ("Jane Smith in New York and John Doe in London", {"smith", "doe"}),
        ("Jane Smith (London) and John Doe (New York)", {"smith", "doe"}),
        ("Jane Smith (London", {"smith"}),
        ("Jane Smith, London", {"smith"}),
        ("Jane Smith, Health and Social Care Correspondent", {"smith"}),
        ("jane smith", {"smith"}),
        ("by jane smith", {"smith"}),
        ("JANE SMITH", {"smith"}),
        ("Words by Jane Smith", {"smith"}),
        ("Ángel Özil", {"ozil"}),
        ("John Garci\u0301a", {"garcia"}),
        ("Łukasz Sørensen", {"sorensen"}),
        ("Ann Ng", {"ng"}),
        ("Jack Ma", {"ma"}),
        ("Dr. Jane Smith MBE", {"smith"}),
        ("'Jane Smith'", {"smith"}),
        ("Jane O’Brien", {"o'brien"}),
        ("Jane Smith jane@example.org", {"smith"}),
        ("The Associated Press", set()),
        ("BBC News", set()),
        ("Daily Mail Reporter", set()),
        ("staff", set()),
        ("By", set()),
        ("", set()),
    ],
)
def test_a_byline_tells_the_surnames_of_its_authors(byline: str, found: set[str]) -> None:
    assert surnames([byline]) == found


def test_several_bylines_are_several_authors() -> None:
    assert surnames(["Jane Smith", "AFP", "John Doe"]) == {"smith", "doe"}


@given(st.lists(st.text()))
def test_no_byline_is_refused(authors: list[str]) -> None:
    assert all(surnames(authors))
