"""What an output row says."""

from archives import judge

from model.labels import NAMES
from model.records import Scores, Span, Target
from service.archive.results import COLUMNS, failed, scored
from service.archive.rows import Row

FULL = dict.fromkeys(NAMES, 0.1234567)
ROW = Row("c-1", "<br>", place="a.csv, line 5, column 'text'")


def test_the_columns_are_those_that_others_rely_on() -> None:
    fixed = ["id", *NAMES, "spans", "target", "action", "model", "error"]
    assert [name for name in COLUMNS if name in fixed] == fixed
    assert set(COLUMNS) - set(fixed) == {"abstained", "language", "truncated"}


def test_a_scored_comment_fills_its_row() -> None:
    scores = Scores(
        FULL | {"insult": 0.9},
        labels=("insult",),
        spans=(Span(3, 8, "insult", 0.8), Span(12, 20, "threat", 0.6)),
        target=Target("person", 0.7),
        language="en",
        truncated=True,
    )
    assert scored(ROW, scores, judge=judge, model="v1") == {
        "id": "c-1",
        **dict.fromkeys(NAMES, 0.123457),
        "insult": 0.9,
        "spans": [[3, 8, "insult"], [12, 20, "threat"]],
        "target": "person",
        "action": "approve",
        "abstained": None,
        "language": "en",
        "truncated": True,
        "model": "v1",
        "error": None,
    }


def test_what_the_bundle_cannot_say_is_null_and_not_none_or_empty() -> None:
    row = scored(ROW, Scores(FULL), judge=judge, model="v1")
    assert (row["spans"], row["target"]) == (None, None)
    row = scored(ROW, Scores(FULL, spans=()), judge=judge, model="v1")
    assert row["spans"] == []


def test_an_abstention_has_no_scores_and_is_no_error() -> None:
    scores = Scores(None, abstained="language", language="fi")
    row = scored(ROW, scores, judge=judge, model="v1")
    assert [row[name] for name in NAMES] == [None] * len(NAMES)
    assert (row["abstained"], row["action"], row["error"]) == ("language", "review", None)


def test_a_comment_that_the_scorer_refuses_says_where_it_stands_and_why() -> None:
    row = scored(ROW, Scores(None, error="empty"), judge=judge, model="v1")
    fault = f"{ROW.place}: holds no visible text"
    assert row == failed("c-1", fault, judge=judge, model="v1")


def test_a_failed_row_has_its_reason_and_is_for_review_and_nothing_else() -> None:
    row = failed("c-1", "a.csv, line 3: broken", judge=judge, model="v1")
    assert list(row) == list(COLUMNS)
    assert {name: cell for name, cell in row.items() if cell is not None} == {
        "id": "c-1",
        "action": "review",
        "model": "v1",
        "error": "a.csv, line 3: broken",
    }
