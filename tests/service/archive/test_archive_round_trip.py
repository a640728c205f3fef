"""Whatever readers write comes through: rows in are rows out, for every format in and out."""

import csv
import gzip
import io
import json
import tempfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from archives import LengthScorer, judge, rows_of
from hypothesis import given, settings
from hypothesis import strategies as st

from service.archive import journal, writers
from service.archive.readers import inspect
from service.archive.run import open_journal, run

Comments = list[tuple[str, str]]

# No lone surrogates, which no file can hold; no NUL, which a CSV file should not.
words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
comments = st.lists(st.tuples(words, words.filter(lambda text: bool(text.strip()))), max_size=12)
quick = settings(max_examples=40, deadline=None)


def as_csv(rows: Comments, path: Path) -> None:
    text = io.StringIO(newline="")
    table = csv.writer(text, delimiter="\t" if ".tsv" in path.suffixes else ",")
    table.writerows([("id", "text"), *rows])
    content = text.getvalue().encode()
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)


def as_json_lines(rows: Comments, path: Path) -> None:
    lines = [json.dumps({"id": row_id, "text": text}, ensure_ascii=False) for row_id, text in rows]
    path.write_bytes(("\n".join(lines) + "\n").encode())


def as_parquet(rows: Comments, path: Path) -> None:
    kinds = pa.schema([("id", pa.string()), ("text", pa.string())])
    columns = [list(column) for column in zip(*rows, strict=True)] or [[], []]
    pq.write_table(pa.table(columns, schema=kinds), path, row_group_size=3)


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("a.csv", as_csv),
        ("a.tsv", as_csv),
        ("a.csv.gz", as_csv),
        ("a.jsonl", as_json_lines),
        ("a.parquet", as_parquet),
    ],
)
@quick
@given(rows=comments)
def test_every_comment_is_read_as_it_was_written(
    name: str, written: Callable[[Comments, Path], None], rows: Comments
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        written(rows, path)
        if written is as_json_lines and not rows:
            return
        found = rows_of(path)
    assert [row.fault for row in found] == [None] * len(rows)
    assert [(row.id, row.text) for row in found] == rows


def ids_in(out: Path) -> list[str | None]:
    """Return the ids of an output, read by other readers than ours."""
    if out.suffix == ".parquet":
        return list(pq.read_table(out)["id"].to_pylist())
    content = out.read_bytes().decode()
    if out.suffix == ".csv":
        return [row["id"] for row in csv.DictReader(io.StringIO(content, newline=""))]
    return [json.loads(line)["id"] for line in content.split("\n")[:-1]]


@pytest.mark.parametrize("name", ["out.jsonl", "out.csv", "out.parquet"])
@quick
@given(rows=comments)
def test_every_row_has_its_output_row_in_the_same_order(name: str, rows: Comments) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path, out = Path(folder) / "a.csv", Path(folder) / name
        as_csv(rows, path)
        source = inspect(path)
        head = journal.heading([source], model="v1")
        with open_journal(out, head, resume=False, overwrite=False) as into:
            steps = list(run([source], into, scorer=LengthScorer(), judge=judge))
            writers.write(journal.finished(into.path), out)
        found = ids_in(out)
    assert found == [row_id for row_id, _ in rows]
    assert steps[-1][0].rows == len(rows)


@quick
@given(content=st.binary(max_size=300), ending=st.sampled_from(["csv", "tsv", "jsonl"]))
def test_no_bytes_at_all_make_the_reader_fall_over(content: bytes, ending: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"a.{ending}"
        head = b'{"text":"a b"}\n' if ending == "jsonl" else b"text\na b\n"
        path.write_bytes(head + content)
        first, *rest = rows_of(path)
    assert first.text == "a b"
    assert all((row.text is None) != (row.fault is None) for row in rest)
