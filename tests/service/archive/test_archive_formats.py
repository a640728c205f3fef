"""Endings, and files that are not what their ending says."""

import gzip
from pathlib import Path

import pytest

from service.archive.formats import ArchiveError, Format, format_of, opened


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.csv", Format("csv")),
        ("a.tsv", Format("tsv")),
        ("A.JSONL", Format("jsonl")),
        ("a.b.parquet", Format("parquet")),
        ("a.csv.gz", Format("csv", gzipped=True)),
        ("a.2026.jsonl.GZ", Format("jsonl", gzipped=True)),
    ],
)
def test_the_ending_names_the_format(name: str, expected: Format) -> None:
    assert format_of(Path(name)) == expected


@pytest.mark.parametrize(
    "name", ["a", "a.txt", "a.xlsx", "a.gz", "a.parquet.gz", "a.csv.zip", "csv"]
)
def test_any_other_ending_is_refused_with_the_list(name: str) -> None:
    with pytest.raises(ArchiveError, match=r"the name must end in \.csv, \.tsv, \.jsonl"):
        format_of(Path(name))


def test_a_packed_file_is_unpacked_and_the_position_is_that_of_the_packed_file(
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(b"text\n" * 10_000))
    with opened(path, gzipped=True) as (raw, stream):
        assert stream.read() == b"text\n" * 10_000
        assert raw.tell() == path.stat().st_size


@pytest.mark.parametrize(
    ("content", "gzipped", "reason"),
    [
        (b"", False, "the file is empty"),
        (b"", True, "the file is empty"),
        (b"text\nhello\n", True, "the file is not gzip"),
        (gzip.compress(b"text\n", mtime=0), False, "give it a name that ends in .gz"),
        ("text\n".encode("utf-16"), False, "UTF-16; save it as UTF-8"),
    ],
)
def test_content_that_the_ending_does_not_promise_is_refused_by_name(
    tmp_path: Path, content: bytes, gzipped: bool, reason: str
) -> None:
    path = tmp_path / "comments.csv"
    path.write_bytes(content)
    with pytest.raises(ArchiveError, match=reason) as refused, opened(path, gzipped=gzipped):
        pass
    assert str(path) in str(refused.value)


def test_a_missing_file_and_a_folder_are_refused_by_name(tmp_path: Path) -> None:
    for path, reason in ((tmp_path / "no.csv", "No such file"), (tmp_path, "Is a directory")):
        with pytest.raises(ArchiveError, match=reason) as refused, opened(path, gzipped=False):
            pass
        assert str(refused.value).startswith(f"{path}: cannot be opened")
