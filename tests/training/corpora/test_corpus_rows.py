"""The readers of delimited and parquet files: what is wrong is named by file, line and column."""

import csv
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from training.corpora.parquet import parquet_rows
from training.corpora.rows import CorpusError, Row, csv_rows, file_in, files_in
from training.errors import TrainingError

SECRET = "a reader wrote this"


def written(folder: Path, content: str | bytes) -> Path:
    file = folder / "rows.csv"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return file


def row(**fields: str) -> Row:
    return Row(Path("rows.csv"), 7, 3, fields)


def test_rows_carry_their_number_and_the_line_they_begin_on(tmp_path: Path) -> None:
    file = written(tmp_path, 'text,label\n"two\nlines",1\n\nplain,0\n')
    rows = list(csv_rows(file, ("text", "label")))
    assert [(r.number, r.line, r.text("text")) for r in rows] == [
        (1, 2, "two\nlines"),
        (2, 5, "plain"),
    ]


def test_a_byte_order_mark_is_no_part_of_the_first_column(tmp_path: Path) -> None:
    file = written(tmp_path, b"\xef\xbb\xbftext\nhello\n")
    assert next(csv_rows(file, ("text",))).text("text") == "hello"


def test_a_header_may_be_given_for_a_file_without_one(tmp_path: Path) -> None:
    file = written(tmp_path, "hello,1\n")
    rows = list(csv_rows(file, ("text", "label"), header=("text", "label")))
    assert [(r.line, r.text("label")) for r in rows] == [(1, "1")]


def test_a_comment_of_a_million_characters_is_read_whole(tmp_path: Path) -> None:
    file = written(tmp_path, "text\n" + "x" * 1_000_000 + "\n")
    assert len(next(csv_rows(file, ("text",))).text("text")) == 1_000_000


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("text,other\nx,1\n", "line 1: there is no column 'label'"),
        ("", "line 1: there is no column 'text'"),
        (f"text,label\n{SECRET},1,2\n", "line 2: has 3 fields, the header 2"),
        (f"text,label\nok,1\n{SECRET}\n", "line 3: has 1 fields, the header 2"),
        (f'text,label\n"{SECRET},1\n', "unexpected end of data"),
        (f'text,label\n"{SECRET}" and,1\n', "line 2: ',' expected after '\"'"),
        (b"text,label\n" + SECRET.encode() + b"\xff,1\n", "is not UTF-8"),
    ],
)
def test_a_broken_file_is_named_without_its_text(
    tmp_path: Path, content: str | bytes, said: str
) -> None:
    file = written(tmp_path, content)
    with pytest.raises(CorpusError) as caught:
        list(csv_rows(file, ("text", "label")))
    assert str(file) in str(caught.value)
    assert said in str(caught.value)
    assert SECRET not in str(caught.value)


def test_quotes_are_characters_where_quoting_is_off(tmp_path: Path) -> None:
    file = written(tmp_path, 'text\tlabel\n"so he said\t1\n')
    rows = list(csv_rows(file, ("text",), delimiter="\t", quoting=csv.QUOTE_NONE))
    assert rows[0].text("text") == '"so he said'


@pytest.mark.parametrize("field", ["", SECRET, "1.5", "-0.1", "nan"])
def test_a_field_that_is_no_share_is_named_without_its_value(field: str) -> None:
    with pytest.raises(CorpusError, match=r"rows\.csv, line 7, column 'share'") as caught:
        row(share=field).number_of("share")
    assert SECRET not in f"{caught.value} {caught.value.__cause__}"


def test_a_number_may_have_other_bounds() -> None:
    assert row(score="-2.5").number_of("score", low=-10, high=10) == -2.5


@pytest.mark.parametrize(("field", "flag"), [("1", True), ("1.0", True), ("0.0", False)])
def test_a_flag_is_read(field: str, flag: bool) -> None:
    assert row(label=field).flag("label") is flag


@pytest.mark.parametrize("field", ["", "2", "yes"])
def test_what_is_no_flag_is_refused(field: str) -> None:
    with pytest.raises(CorpusError, match=r"line 7, column 'label': is none of 0, 0\.0, 1"):
        row(label=field).flag("label")


def test_a_folder_without_the_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"train\.csv: there is no such file"):
        file_in(tmp_path, "train.csv")
    with pytest.raises(TrainingError, match=r"b\.csv: there is no such file"):
        (tmp_path / "a.csv").touch()
        files_in(tmp_path, ("a.csv", "b.csv"))


def test_a_file_stands_for_itself_whatever_its_name(tmp_path: Path) -> None:
    file = written(tmp_path, "text\n")
    assert file_in(file, "train.csv") == file
    assert files_in(file, ("a.csv", "b.csv")) == [file]


def test_parquet_rows_are_read_as_text(tmp_path: Path) -> None:
    file = tmp_path / "rows.parquet"
    pq.write_table(pa.table({"text": ["one", "two"], "label": [1, 0], "more": [1, 2]}), file)
    rows = list(parquet_rows(file, ("text", "label")))
    assert [(r.number, r.text("text"), r.flag("label")) for r in rows] == [
        (1, "one", True),
        (2, "two", False),
    ]


def test_a_parquet_file_with_a_hole_or_without_a_column_is_named(tmp_path: Path) -> None:
    file = tmp_path / "rows.parquet"
    pq.write_table(pa.table({"text": ["one", None]}), file)
    with pytest.raises(CorpusError, match="line 2, column 'text': is empty"):
        list(parquet_rows(file, ("text",)))
    with pytest.raises(CorpusError, match="line 1: there is no column 'label'"):
        list(parquet_rows(file, ("text", "label")))


def test_what_is_no_parquet_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"rows\.csv: is not a parquet file"):
        list(parquet_rows(written(tmp_path, "text\n"), ("text",)))
