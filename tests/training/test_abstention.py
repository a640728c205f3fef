"""A comment is right when it is judged, or not judged for the reason that was expected."""

import json
from pathlib import Path

import pytest

from tests.training.word_scorer import WordScorer
from training.abstention import Case, measure, read
from training.errors import TrainingError
from training.metrics import wilson
from training.report import FamilyOfAbstentions

CASES = (
    Case("a", "plain", "a fine day", "judged"),
    Case("b", "plain", "Fremdsprache by its name alone", "judged"),
    Case("c", "foreign", "Fremdsprache", "language"),
    Case("d", "signs", "Fremdsprache, which is no sign", "no_words"),
    Case("e", "signs", "unreadable", "no_words"),
)
ROW = {"id": "a", "family": "plain", "text": "a fine day", "expected": "judged"}


def test_the_share_right_is_told_by_family_with_what_was_expected() -> None:
    found = measure(WordScorer({}), CASES)
    assert (found.n, found.all, found.wrong) == (5, wilson(2, 5), ("b", "d", "e"))
    assert found.families == {
        "plain": FamilyOfAbstentions("judged", wilson(1, 2)),
        "foreign": FamilyOfAbstentions("language", wilson(1, 1)),
        "signs": FamilyOfAbstentions("no_words", wilson(0, 2)),
    }


def test_cases_are_read_in_their_order_and_further_fields_are_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "cases.jsonl"
    lines = [json.dumps(ROW), "", json.dumps({**ROW, "id": "b", "language": "en"})]
    file.write_text("\n".join(lines))
    assert [case.id for case in read(file)] == ["a", "b"]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("{", "line 1: is not JSON"),
        ("[1]", "line 1: is not a JSON object"),
        (json.dumps({**ROW, "text": " "}), "field 'text': is missing or blank"),
        (json.dumps({**ROW, "expected": "guessed"}), "field 'expected': is none of judged, lang"),
    ],
)
def test_a_faulty_line_is_named_and_its_text_is_not_told(
    tmp_path: Path, line: str, fault: str
) -> None:
    file = tmp_path / "cases.jsonl"
    file.write_text(line)
    with pytest.raises(TrainingError) as error:
        read(file)
    assert fault in str(error.value)
    assert "fine day" not in str(error.value)
