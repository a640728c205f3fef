"""The output files, read back by other readers."""

import csv
import gzip
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from archives import judge

from model.labels import NAMES
from model.records import Scores, Span
from service.archive import writers
from service.archive.formats import ArchiveError
from service.archive.results import COLUMNS, Result, failed, scored
from service.archive.rows import Row

ROWS: list[Result] = [
    scored(
        Row('=1+1, "quoted"\nid', "Some words"),
        Scores(dict.fromkeys(NAMES, 0.25), spans=(Span(0, 3, "insult", 0.9),), language="en"),
        judge=judge,
        model="v1",
    ),
    scored(Row("2", "Some"), Scores(None, abstained="no_words"), judge=judge, model="v1"),
    failed(None, "a.csv, line 4: broken", judge=judge, model="v1"),
]


@pytest.mark.parametrize("name", ["out.jsonl", "out.jsonl.gz"])
def test_json_lines_hold_the_rows_as_they_are(tmp_path: Path, name: str) -> None:
    out = tmp_path / name
    writers.write(ROWS, out)
    content = gzip.decompress(out.read_bytes()) if name.endswith("gz") else out.read_bytes()
    assert [json.loads(line) for line in content.decode().splitlines()] == ROWS


@pytest.mark.parametrize("name", ["out.csv", "out.csv.gz"])
def test_a_csv_has_a_header_and_empty_cells_for_null(tmp_path: Path, name: str) -> None:
    out = tmp_path / name
    writers.write(ROWS, out)
    content = gzip.decompress(out.read_bytes()) if name.endswith("gz") else out.read_bytes()
    first, second, third = csv.DictReader(io.StringIO(content.decode(), newline=""))
    assert list(first) == list(COLUMNS)
    assert first["id"] == '=1+1, "quoted"\nid'
    assert (first["insult"], first["truncated"]) == ("0.25", "false")
    assert json.loads(first["spans"]) == [[0, 3, "insult"]]
    assert (second["insult"], second["abstained"]) == ("", "no_words")
    assert (third["id"], third["error"]) == ("", "a.csv, line 4: broken")


def test_parquet_has_typed_columns_and_spans_as_json(tmp_path: Path) -> None:
    out = tmp_path / "out.parquet"
    writers.write(ROWS, out)
    found = pq.read_table(out).to_pylist()
    assert json.loads(found[0].pop("spans")) == [[0, 3, "insult"]]
    assert found[0] == {name: cell for name, cell in ROWS[0].items() if name != "spans"}
    assert found[1:] == ROWS[1:]


def test_more_rows_than_a_batch_are_all_written_in_order(tmp_path: Path) -> None:
    out = tmp_path / "out.parquet"
    count = writers.BATCH_ROWS * 2 + 5
    writers.write((ROWS[1] | {"id": str(n)} for n in range(count)), out)
    assert pq.read_table(out, columns=["id"])["id"].to_pylist() == [str(n) for n in range(count)]


@pytest.mark.parametrize("name", ["out.jsonl", "out.csv", "out.parquet", "out.csv.gz"])
def test_no_rows_are_an_empty_output_that_can_be_read(tmp_path: Path, name: str) -> None:
    out = tmp_path / name
    writers.write([], out)
    if name == "out.parquet":
        assert pq.read_table(out).column_names == list(COLUMNS)
    elif name == "out.csv":
        assert out.read_text().splitlines() == [",".join(COLUMNS)]
    elif name == "out.jsonl":
        assert out.read_bytes() == b""


def test_an_output_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    out.write_text("the old one\n")

    def broken() -> Iterator[Result]:
        yield ROWS[0]
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        writers.write(broken(), out)
    assert out.read_text() == "the old one\n"
    assert list(tmp_path.iterdir()) == [out]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("out.tsv", "must end in .jsonl, .csv or .parquet"),
        ("out.txt", "must end in"),
        ("out.parquet.gz", "must end in"),
        ("no/out.csv", "the folder .*no does not exist"),
    ],
)
def test_an_output_that_cannot_be_is_refused_before_anything_is_scored(
    tmp_path: Path, name: str, reason: str
) -> None:
    with pytest.raises(ArchiveError, match=reason):
        writers.check_writable(tmp_path / name, inputs=[], overwrite=True)


def test_the_same_rows_make_the_same_packed_file(tmp_path: Path) -> None:
    for name in ("a.csv.gz", "b.csv.gz"):
        writers.write(ROWS, tmp_path / name)
    assert (tmp_path / "a.csv.gz").read_bytes() == (tmp_path / "b.csv.gz").read_bytes()


def test_a_finished_output_is_not_replaced_unasked(tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    writers.check_writable(out, inputs=[], overwrite=False)
    out.write_text("scores\n")
    with pytest.raises(ArchiveError, match=r"out\.csv: exists; --overwrite replaces it"):
        writers.check_writable(out, inputs=[], overwrite=False)
    writers.check_writable(out, inputs=[], overwrite=True)


def test_an_input_is_never_the_output(tmp_path: Path) -> None:
    source = tmp_path / "a.jsonl"
    (tmp_path / "link.jsonl").symlink_to(source)
    for out in (source, tmp_path / ".." / tmp_path.name / "a.jsonl", tmp_path / "link.jsonl"):
        with pytest.raises(ArchiveError, match="the output would replace an input file"):
            writers.check_writable(out, inputs=[source], overwrite=True)
