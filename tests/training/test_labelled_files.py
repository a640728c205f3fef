"""A desk's own labelled comments are read by column; what is wrong is named by file, line, column."""

import json
from pathlib import Path

import pytest

from model.records import Example
from training.errors import TrainingError
from training.labelled_files import Columns, read

COLUMNS = Columns("comment", "rude", "incivility")
SECRET = "whatever the reader wrote"


def write(folder: Path, name: str, text: str | bytes) -> Path:
    file = folder / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def lines(*rows: object) -> str:
    return "".join(f"{json.dumps(row)}\n" for row in rows)


def test_csv_rows_become_examples_in_order(tmp_path):
    file = write(tmp_path, "desk.csv", 'id,rude,comment\na,1,"You, clown"\nb,0.25,Thanks\n')
    assert read(file, COLUMNS) == [
        Example("You, clown", {"incivility": 1.0}, id="1", source="desk.csv"),
        Example("Thanks", {"incivility": 0.25}, id="2", source="desk.csv"),
    ]


def test_tsv_is_cut_at_tabs(tmp_path):
    file = write(tmp_path, "desk.tsv", "rude\tcomment\n1\tYou, clown\n")
    assert [(row.text, row.labels) for row in read(file, COLUMNS)] == [
        ("You, clown", {"incivility": 1.0})
    ]


def test_json_lines_are_read_by_name_or_by_dotted_path(tmp_path):
    rows = [
        {"comment": "You clown", "labels": {"insult": 1}},
        {"comment": "Thanks", "labels.insult": 0, "labels": {"insult": 1}},
        {"comment": "Hm", "labels": {}},
    ]
    file = write(tmp_path, "desk.jsonl", lines(*rows))
    found = read(file, Columns("comment", "labels.insult", "insult"))
    assert [row.labels for row in found] == [{"insult": 1.0}, {"insult": 0.0}, {}]


@pytest.mark.parametrize(
    ("cell", "value"), [("true", 1.0), ("False", 0.0), (" TRUE ", 1.0), ("1", 1.0), ("0.5", 0.5)]
)
def test_truth_may_be_a_number_or_a_word(tmp_path, cell, value):
    file = write(tmp_path, "desk.csv", f"comment,rude\nHm,{cell}\n")
    assert read(file, COLUMNS)[0].labels == {"incivility": value}


@pytest.mark.parametrize(("cell", "value"), [(True, 1.0), (False, 0.0), (0.5, 0.5), ("true", 1.0)])
def test_truth_in_json_may_be_a_boolean_a_number_or_a_word(tmp_path, cell, value):
    file = write(tmp_path, "desk.jsonl", lines({"comment": "Hm", "rude": cell}))
    assert read(file, COLUMNS)[0].labels == {"incivility": value}


def test_a_blank_truth_is_unknown_not_civil(tmp_path):
    file = write(tmp_path, "desk.csv", "comment,rude\nHm,\nHm, \n")
    assert [row.labels for row in read(file, COLUMNS)] == [{}, {}]
    file = write(tmp_path, "desk.jsonl", lines({"comment": "Hm", "rude": None}, {"comment": "Hm"}))
    assert [row.labels for row in read(file, COLUMNS)] == [{}, {}]


def test_a_blank_comment_stays_for_the_scorer_to_refuse(tmp_path):
    assert read(write(tmp_path, "desk.csv", "comment,rude\n,1\n"), COLUMNS)[0].text == ""


@pytest.mark.parametrize(
    ("name", "content", "named"),
    [
        ("desk.csv", f"comment,rude\nHm,0\n{SECRET},2\n", r"line 3, column 'rude': is not between"),
        ("desk.csv", f"comment,rude\n{SECRET},nan\n", r"line 2, column 'rude': is not between"),
        ("desk.csv", f"comment,rude\n{SECRET},{SECRET}\n", r"line 2, column 'rude': is neither"),
        ("desk.csv", f"text,rude\n{SECRET},1\n", r"line 1: there is no column 'comment'"),
        ("desk.csv", f"comment,rude\n{SECRET}\n", r"line 2: has 1 fields"),
        ("desk.csv", f"comment,rude\n{SECRET}".encode() + b"\xff,1\n", r"is not UTF-8"),
        ("desk.csv", "", r"line 1: there is no column 'comment'"),
        (
            "desk.csv",
            f"comment,rude,comment\n{SECRET},1,Hm\n",
            r"line 1: there are 2 columns 'comment'",
        ),
        ("desk.jsonl", lines({"comment": "Hm", "rude": 10**400}), r"column 'rude': is neither"),
        ("desk.jsonl", lines({"comment": 3, "rude": 1}), r"line 1, column 'comment': is not text"),
        ("desk.jsonl", lines({"rude": 1}), r"line 1, column 'comment': is not text"),
        ("desk.jsonl", lines({"comment": "Hm", "rude": []}), r"column 'rude': is neither"),
        ("desk.jsonl", f'\n{{"comment": "{SECRET}"\n', r"line 2: is not JSON"),
        ("desk.jsonl", b'{"comment": "\xff"}\n', r"line 1: is not JSON in UTF-8"),
        ("desk.jsonl", "[1]\n", r"line 1: is not a JSON object"),
        ("desk.jsonl", "[" * 200_000, r"line 1: is not JSON"),
        ("desk.txt", SECRET, r"desk\.txt: ends in none of \.csv, \.tsv, \.jsonl"),
    ],
)
def test_what_is_wrong_is_named_and_never_quoted(tmp_path, name, content, named):
    with pytest.raises(TrainingError, match=named) as refused:
        read(write(tmp_path, name, content), COLUMNS)
    assert name in str(refused.value)
    assert SECRET not in str(refused.value)


def test_the_ending_of_a_file_may_be_in_capitals(tmp_path):
    assert read(write(tmp_path, "DESK.CSV", "comment,rude\nHm,1\n"), COLUMNS)[0].text == "Hm"


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(TrainingError, match="there is no such file"):
        read(tmp_path / "desk.csv", COLUMNS)
