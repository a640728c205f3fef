"""Readings by the house line: read strictly, and put in place of what a corpus says."""

from pathlib import Path

import pytest

from model.labels import NAMES
from model.records import Example, Span
from training.errors import TrainingError
from training.house_readings import COLUMNS, Reading, applied, of, read
from training.keys import text_key
from training.recipe import SHIPPED, TOP
from training.recipe import read as read_recipe

TEXT = "What a splendid blockhead you are, sir."
KEY = text_key(TEXT) or ""
HEAD = "\t".join(COLUMNS)


def line(key: str = KEY, digits: str = "0" * len(NAMES), target: str = "n") -> str:
    return "\t".join([key, *digits, target])


def placed(folder: Path, *lines: str) -> Path:
    file = folder / "readings.tsv"
    file.write_text("\n".join(lines) + "\n", "utf-8")
    return file


def test_digits_are_ninths_and_letters_are_kinds(tmp_path: Path) -> None:
    digits = "90-3" + "-" * (len(NAMES) - 4)
    found = read(placed(tmp_path, HEAD, line(digits=digits, target="f")))
    expected = {NAMES[0]: 1.0, NAMES[1]: 0.0, NAMES[3]: pytest.approx(1 / 3)}
    assert found == {KEY: Reading(expected, "public_figure")}


def test_a_target_may_be_unknown(tmp_path: Path) -> None:
    assert read(placed(tmp_path, HEAD, line(target="-")))[KEY].target is None


def test_a_file_may_hold_no_readings_yet(tmp_path: Path) -> None:
    assert read(placed(tmp_path, HEAD)) == {}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (line(key="0123"), "line 3, field 'key': is not 16 hex digits"),
        (line(key="0123456789ABCDEF"), "line 3, field 'key': is not 16 hex digits"),
        (line(digits="x" + "0" * (len(NAMES) - 1)), "line 3, field 'incivility': is neither"),
        (line(digits="0" * (len(NAMES) - 1)), f"line 3: has {len(COLUMNS) - 1} fields, not"),
        (line(digits="-" * len(NAMES)), "line 3: says nothing of any label"),
        (line(target="x"), "line 3, field 'target': is none of n, p, g, a, c, f and -"),
        (line(), "line 3, field 'key': stands twice"),
        ("", "line 3: has 1 fields"),
    ],
)
def test_a_faulty_line_is_named(tmp_path: Path, wrong: str, said: str) -> None:
    with pytest.raises(TrainingError) as caught:
        read(placed(tmp_path, HEAD, line(), wrong))
    assert said in str(caught.value)
    assert "readings.tsv" in str(caught.value)


def test_a_wide_digit_is_no_digit(tmp_path: Path) -> None:
    file = placed(tmp_path, HEAD, line(digits="\uff19" + "0" * (len(NAMES) - 1)))
    with pytest.raises(TrainingError, match="is not ASCII"):
        read(file)


def test_another_header_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="line 1: must name the columns key, incivility"):
        read(placed(tmp_path, HEAD.replace("insult", "rude"), line()))
    with pytest.raises(TrainingError, match="nowhere: no such file"):
        read(tmp_path / "nowhere")


def test_the_house_wins_over_labels_target_and_weight() -> None:
    row = Example(TEXT, {"insult": 0.0, "threat": 1.0}, target="group", weight=0.3)
    reading = Reading({"insult": 1.0}, None)
    found = applied(row, {KEY: reading}, weight=2.0)
    assert (found.labels, found.target, found.weight) == ({"insult": 1.0}, None, 2.0)
    assert found.text == row.text


def test_a_comment_without_a_reading_stays_as_it_is() -> None:
    row = Example("Another comment, of which nobody spoke.", {"insult": 0.0})
    assert applied(row, {KEY: Reading({"insult": 1.0}, None)}, weight=2.0) is row
    short = Example("Short.", {})
    assert of(short, {KEY: Reading({}, None)}) is None


def test_marked_words_stay_as_their_annotators_marked_them() -> None:
    begin = TEXT.index("blockhead")
    spans = (Span(begin, begin + 9, "insult", 1.0), Span(0, 4, "toxic", 1.0))
    read_civil = applied(
        Example(TEXT, {}, spans=spans), {KEY: Reading({"insult": 0.0}, None)}, weight=1.0
    )
    assert (read_civil.labels, read_civil.spans) == ({"insult": 0.0}, spans)


def test_the_shipped_readings_can_be_read() -> None:
    recipe = read_recipe(SHIPPED)
    assert read(TOP / recipe.house_readings) is not None
