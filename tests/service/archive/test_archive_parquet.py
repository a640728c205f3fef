"""Parquet archives, written by others and by us, sound and broken."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from archives import rows_of, short

from service.archive import parquet
from service.archive.formats import ArchiveError
from service.archive.readers import inspect
from service.archive.results import COLUMNS

ROOT = Path(__file__).parents[3]


def table(tmp_path: Path, **columns: object) -> Path:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table(columns), path, row_group_size=100)
    return path


@pytest.mark.parametrize(
    "kind",
    [pa.string(), pa.large_string(), pa.string_view(), pa.dictionary(pa.int32(), pa.string())],
)
def test_every_way_to_store_text_is_read(tmp_path: Path, kind: pa.DataType) -> None:
    path = table(tmp_path, id=[1, 2], text=pa.array(["Hello", "Käse"]).cast(kind))
    assert short(rows_of(path), path) == [("1", "Hello"), ("2", "Käse")]


def test_text_stored_as_bytes_is_read_and_a_wrong_byte_is_named(tmp_path: Path) -> None:
    path = table(tmp_path, text=pa.array([b"caf\xc3\xa9", b"caf\xe9"], pa.binary()))
    assert short(rows_of(path), path) == [
        (None, "café"),
        (None, "!row 2, column 'text': is not valid UTF-8 at byte 4"),
    ]


def test_a_null_is_named_by_row_and_columns_that_are_not_read_may_be_anything(
    tmp_path: Path,
) -> None:
    path = table(
        tmp_path,
        nested=[{"a": [1]}, None, None],
        id=[date(2026, 11, 22), None, date(2026, 11, 23)],
        body=["One", None, " "],
    )
    assert short(rows_of(path), path) == [
        ("2026-11-22", "One"),
        (None, "!row 2, column 'body': is null; text is expected"),
        ("2026-11-23", "!row 3, column 'body': is blank"),
    ]


UUID = bytes(range(16))


@pytest.mark.parametrize(
    ("ids", "written"),
    [
        (pa.array([b"c1", None, b"caf\xc3\xa9"], pa.binary()), ["c1", None, "café"]),
        (pa.array([b"c1", b"c1", None], pa.large_binary()).cast(pa.binary()), ["c1", "c1", None]),
        (pa.array([b"c1", b"c2", None]).dictionary_encode(), ["c1", "c2", None]),
        (pa.array([1, None, 3], pa.int64()), ["1", None, "3"]),
        (pa.array([1.0, None, 2.0**53], pa.float64()), ["1", None, "9007199254740992"]),
        (pa.array([1.5, float("nan"), 1e300], pa.float64()), ["1.5", None, "1e+300"]),
        (
            pa.array([UUID, None, UUID], pa.binary(16)),
            ["00010203-0405-0607-0809-0a0b0c0d0e0f", None, "00010203-0405-0607-0809-0a0b0c0d0e0f"],
        ),
        (pa.array([b"ab", None, b"\xff\x00"], pa.binary(2)), ["6162", None, "ff00"]),
        (pa.array([True, None, False]), ["true", None, "false"]),
        (
            pa.array([{"oid": b"5f", "n": [1]}, None, {"oid": None, "n": []}]),
            ['{"oid":"5f","n":[1]}', None, '{"oid":null,"n":[]}'],
        ),
    ],
)
def test_ids_are_written_as_their_writer_meant_them(
    tmp_path: Path, ids: pa.Array, written: list[str | None]
) -> None:
    path = table(tmp_path, id=ids, text=["One", "Two", "Three"])
    assert [row.id for row in rows_of(path)] == written


def test_an_id_whose_bytes_are_no_text_is_named(tmp_path: Path) -> None:
    path = table(tmp_path, id=pa.array([b"caf\xe9"], pa.binary()), text=["Hello"])
    assert short(rows_of(path), path) == [
        ("caf\ufffd", "!row 1, column 'id': is not valid UTF-8 at byte 4")
    ]


def test_all_row_groups_are_read_in_order(tmp_path: Path) -> None:
    path = table(tmp_path, text=[f"Comment {n}" for n in range(1234)])
    assert [row.text for row in rows_of(path)] == [f"Comment {n}" for n in range(1234)]


def test_a_column_of_numbers_holds_no_comments(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="column 'text' does not hold text"):
        inspect(table(tmp_path, text=[1, 2]))


def test_a_file_without_rows_is_an_archive_of_no_comments(tmp_path: Path) -> None:
    path = table(tmp_path, text=pa.array([], pa.string()))
    assert rows_of(path) == []


def test_what_is_not_parquet_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    path.write_text("id,text\n1,Hello\n")
    with pytest.raises(ArchiveError, match=r"a\.parquet: the file is not Parquet"):
        inspect(path)


def test_a_file_that_is_cut_off_is_refused_by_name(tmp_path: Path) -> None:
    path = table(tmp_path, text=["Hello"] * 500)
    whole = path.read_bytes()
    for size in (4, 8, len(whole) - 5):
        path.write_bytes(whole[:size])
        with pytest.raises(ArchiveError, match="is cut off: its footer is missing"):
            inspect(path)


def test_a_damaged_footer_is_refused_by_name(tmp_path: Path) -> None:
    path = table(tmp_path, text=["Hello"] * 500)
    content = bytearray(path.read_bytes())
    content[-60:-8] = b"\xff" * 52
    path.write_bytes(content)
    with pytest.raises(ArchiveError, match="footer is damaged"):
        inspect(path)


def test_a_damaged_page_keeps_the_rows_before(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    texts = [f"Comment {n * 7919 % 1000} of a long evening" for n in range(4000)]
    pq.write_table(pa.table({"text": texts}), path, row_group_size=1000, use_dictionary=False)
    content = bytearray(path.read_bytes())
    middle = pq.read_metadata(path).row_group(2).column(0).data_page_offset
    content[middle + 40 : middle + 400] = b"\xff" * 360
    path.write_bytes(content)
    found = rows_of(path)
    # Rows are decoded READ_ROWS at a time, so a few before the damage share its batch.
    kept = len(found) - 1
    assert 2000 - parquet.READ_ROWS <= kept <= 2000
    assert [row.text for row in found[:-1]] == texts[:kept]
    assert found[-1].fault is not None
    assert f"reading stopped after row {kept:,}" in found[-1].fault
    assert found[-1].fault.endswith("the Parquet file is damaged")


def test_what_we_write_another_reader_reads(tmp_path: Path) -> None:
    path = tmp_path / "out.parquet"
    row = {
        name: {"text": "käse", "number": 0.25, "flag": True}[kind] for name, kind in COLUMNS.items()
    }
    batches = [[[value] * 2 for value in row.values()], [[None] for _ in row]]
    parquet.write(path, COLUMNS, iter(batches))
    read = pq.read_table(path)
    assert read.to_pylist() == [row, row, dict.fromkeys(COLUMNS)]
    assert {str(read.schema.field(name).type) for name in COLUMNS} == {"string", "double", "bool"}


def test_writing_takes_one_batch_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "out.parquet"
    seen: list[int] = []

    def batches() -> Iterator[list[Sequence[object]]]:
        for _ in range(3):
            seen.append(path.stat().st_size)
            yield [[os.urandom(16).hex() for _ in range(parquet.GROUP_ROWS)]]

    parquet.write(path, {"id": "text"}, batches())
    assert pq.read_metadata(path).num_row_groups == 3
    assert seen[2] > seen[0]


def test_a_fault_in_the_batches_is_not_mistaken_for_a_damaged_file(tmp_path: Path) -> None:
    def batches() -> Iterator[list[Sequence[object]]]:
        yield [["a"]]
        raise KeyError("spans")

    with pytest.raises(Exception, match="spans"):
        parquet.write(tmp_path / "out.parquet", {"id": "text"}, batches())


def test_a_full_disk_is_an_os_error(tmp_path: Path) -> None:
    batch: list[Sequence[object]] = [[os.urandom(16).hex() for _ in range(parquet.GROUP_ROWS)]]
    with pytest.raises(OSError, match=r"No space left|could not write"):
        parquet.write(Path("/dev/full"), {"id": "text"}, iter([batch]))


MEASURED = """
import sys
from pathlib import Path
from service.archive import parquet
from service.archive.readers import inspect, read
rows = sum(1 for _ in read(inspect(Path(sys.argv[1]))))
batches = ([["x" * 600] * 1000] for _ in range(rows // 1000))
parquet.write(Path(sys.argv[1]).with_suffix(".out"), {"id": "text"}, batches)
status = dict(line.split(":") for line in open("/proc/self/status"))
print(rows, int(status["VmHWM"].split()[0]) * 1024)
"""


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    """Of a fresh process, because the library's memory is not Python's to trace."""
    peaks = {}
    for count in (2_000, 100_000):
        path = tmp_path / f"{count}.parquet"
        texts = pa.array(f"{n} " + "words " * 100 for n in range(count))
        pq.write_table(pa.table({"text": texts}), path, row_group_size=10_000)
        call = [sys.executable, "-c", MEASURED, str(path)]
        found = subprocess.run(call, cwd=ROOT, check=True, capture_output=True, text=True)
        rows, peaks[count] = map(int, found.stdout.split())
        assert rows == count
    assert peaks[100_000] - peaks[2_000] < 30e6 < texts.nbytes
