"""Comma- and tab-separated archives, sound and broken."""

import gzip
import zlib
from pathlib import Path

import pytest
from archives import Seen, rows_of, short, write

from service.archive.delimited import MAX_FIELD_CHARS
from service.archive.formats import ArchiveError
from service.archive.readers import inspect
from service.archive.rows import MAX_COMMENT_BYTES


def of(tmp_path: Path, content: str | bytes, name: str = "a.csv") -> list[Seen]:
    path = write(tmp_path / name, content)
    return short(rows_of(path), path)


@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz"])
def test_rows_come_in_order_with_their_ids(tmp_path: Path, name: str) -> None:
    assert of(tmp_path, "id,likes,text\n7,3,Good point.\n8,0,No.\n", name) == [
        ("7", "Good point."),
        ("8", "No."),
    ]


@pytest.mark.parametrize("name", ["a.tsv", "a.tsv.gz"])
def test_tabs_separate_a_tsv_and_commas_do_not(tmp_path: Path, name: str) -> None:
    assert of(tmp_path, "id\tbody\n7\tYes, and no.\n", name) == [("7", "Yes, and no.")]


def test_quoted_newlines_and_quotes_belong_to_the_comment(tmp_path: Path) -> None:
    content = 'id,text\r\n1,"Two\r\nlines, he said ""so"""\r\n2,Next\r\n'
    assert of(tmp_path, content) == [("1", 'Two\r\nlines, he said "so"'), ("2", "Next")]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_line_end_will_do_and_a_byte_order_mark_is_no_part_of_a_name(
    tmp_path: Path, end: str
) -> None:
    content = "\ufeff" + end.join(["text,id", "Hello,1", "", "Bye,2"])
    assert of(tmp_path, content) == [("1", "Hello"), ("2", "Bye")]


def test_a_comment_over_the_csv_modules_own_limit_is_read(tmp_path: Path) -> None:
    text = "long " * 40_000
    assert of(tmp_path, f"id,text\n1,{text}\n") == [("1", text)]


def test_a_file_without_ids_has_none(tmp_path: Path) -> None:
    assert of(tmp_path, "text\nHello\n") == [(None, "Hello")]


def test_a_header_alone_is_an_archive_of_no_comments(tmp_path: Path) -> None:
    assert of(tmp_path, "id,text\n") == []


def test_each_broken_row_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    content = (
        b"id,text\n"  # 1
        b"a,Fine\n"
        b"b,Too, many, commas\n"  # 3
        b"c\n"
        b"d,caf\xe9\n"  # 5
        b"e,nul\x00byte\n"
        b"f,\n"  # 7
        b'g,"quoted" badly\n'
        b"\xff,Text\n"  # 9
        b"i,Fine too\n"
    )
    assert of(tmp_path, content) == [
        ("a", "Fine"),
        (None, "!line 3: 4 fields; the header has 2"),
        (None, "!line 4: 1 fields; the header has 2"),
        ("d", "!line 5, column 'text': is not valid UTF-8 at character 4 (byte 0xE9)"),
        ("e", "!line 6, column 'text': has a NUL byte at character 4"),
        ("f", "!line 7, column 'text': is blank"),
        (None, "!line 8: the quoting is broken (',' expected after '\"')"),
        ("?", "!line 9, column 'id': is not valid UTF-8 at character 1 (byte 0xFF)"),
        ("i", "Fine too"),
    ]


def test_a_broken_byte_in_a_column_that_is_not_read_harms_nothing(tmp_path: Path) -> None:
    assert of(tmp_path, b"id,text,town\n1,Hello,K\xf6ln\n") == [("1", "Hello")]


def test_an_empty_id_is_no_fault(tmp_path: Path) -> None:
    assert of(tmp_path, "id,text\n,Hello\n") == [("", "Hello")]


def test_a_quote_that_is_never_closed_is_named_by_the_line_it_opens_on(tmp_path: Path) -> None:
    content = 'id,text\n1,Fine\n2,"Open\n3,Swallowed\n'
    assert of(tmp_path, content) == [
        ("1", "Fine"),
        (None, "!line 3: a quoted field is never closed"),
    ]


def test_an_endless_quoted_field_is_given_up_and_reading_goes_on(tmp_path: Path) -> None:
    lines = MAX_FIELD_CHARS // 10
    content = 'id,text\n1,"Open\n' + "123456789\n" * lines + "9,Read again\n"
    found = of(tmp_path, content)
    assert found[0] == (
        None,
        f"!line 2: a field is longer than {MAX_FIELD_CHARS:,} characters; is a quote never closed?",
    )
    assert found[-1] == ("9", "Read again")
    assert len(found) < 10


def test_a_comment_over_the_limit_is_refused_and_the_next_is_read(tmp_path: Path) -> None:
    content = "id,text\n1," + "a" * (MAX_COMMENT_BYTES + 1) + "\n2,Short\n"
    assert of(tmp_path, content) == [
        ("1", "!line 2, column 'text': is 1,048,577 bytes long; the limit is 1,048,576"),
        ("2", "Short"),
    ]


def test_a_physical_line_without_end_does_not_fill_the_memory(tmp_path: Path) -> None:
    content = b"id,text\n1," + b"a" * (20 << 20) + b"\n2,Short\n"
    found = of(tmp_path, content, "a.csv.gz")
    assert found == [
        (None, "!line 2: a line is longer than 16,777,216 characters"),
        ("2", "Short"),
    ]


def test_a_gzip_that_is_cut_off_keeps_the_rows_before(tmp_path: Path) -> None:
    content = "id,text\n" + "".join(f"{n},Comment {n * 7919 % 1000}\n" for n in range(5000))
    whole = gzip.compress(content.encode())
    path = tmp_path / "a.csv.gz"
    path.write_bytes(whole[: len(whole) // 2])
    found = rows_of(path)
    unpacked = zlib.decompressobj(wbits=31).decompress(whole[: len(whole) // 2])
    lines = unpacked.count(b"\n")
    assert 1000 < lines - 1 == len(found) - 1
    assert found[0].text == "Comment 0"
    assert all(row.fault is None for row in found[:-1])
    assert found[-1].fault == (
        f"{path}: reading stopped after row {len(found) - 1:,}: the gzip file is cut off"
    )


def test_a_gzip_with_damaged_bytes_keeps_the_rows_before(tmp_path: Path) -> None:
    content = "id,text\n" + "".join(f"{n},Comment {n * 7919 % 1000}\n" for n in range(5000))
    packed = bytearray(gzip.compress(content.encode()))
    packed[len(packed) // 2 : len(packed) // 2 + 40] = b"\xff" * 40
    path = tmp_path / "a.csv.gz"
    path.write_bytes(packed)
    found = rows_of(path)
    assert found[-1].fault is not None
    assert found[-1].fault.endswith("the gzip file is damaged")
    assert len(found) > 1000


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\n\n", "the file is empty"),
        (b'"id,text\n1,Hello\n', "line 1: the header cannot be read: a quoted field is never"),
        (b"id,t\xe9xte\n1,Hello\n", "line 1: the header is not valid UTF-8"),
        (b"i\x00d,text\n", "line 1: the header has NUL bytes"),
        (b"7;Hello you\n", "semicolons"),
    ],
)
def test_a_header_that_is_none_is_refused_before_any_row(
    tmp_path: Path, content: bytes, reason: str
) -> None:
    path = write(tmp_path / "a.csv", content)
    with pytest.raises(ArchiveError, match=reason) as refused:
        inspect(path)
    assert str(path) in str(refused.value)


def test_a_gzip_cut_off_within_the_header_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(b"id,text\n")[:12])
    with pytest.raises(ArchiveError, match="cannot be read: the gzip file is cut off"):
        inspect(path)


def test_no_fault_holds_the_comments_words(tmp_path: Path) -> None:
    secret = "Zebedee"
    content = (
        f'id,text\n1,{secret},{secret}\n2,"{secret}" x\n3,{secret}\0\n4,"{secret}\n'.encode()
        + b"\xff"
    )
    faults = [fault for _, fault in of(tmp_path, content)]
    assert len(faults) == 4
    assert all(fault is not None and fault[0] == "!" and secret not in fault for fault in faults)
