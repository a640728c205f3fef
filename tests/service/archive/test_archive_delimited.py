"""Comma- and tab-separated archives, sound and broken."""

import gzip
import tracemalloc
import zlib
from pathlib import Path

import pytest
from archives import Seen, rows_of, short, write

from service.archive.formats import ArchiveError
from service.archive.quoting import LINES_LIKE_ROWS
from service.archive.readers import inspect, read
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


DOUBT = "after it are in doubt and read as rows"


def test_a_quote_that_is_never_closed_costs_its_own_row_and_no_other(tmp_path: Path) -> None:
    rows = [f"{n},Comment {n}" for n in range(1, 1001)]
    rows[9] = '10,"He never closed this quote'
    found = of(tmp_path, "\n".join(["id,text", *rows]) + "\n")
    assert len(found) == 1000
    assert found[9] == (None, f"!line 11: a quoted field is never closed; the 990 lines {DOUBT}")
    assert [row for row in found if row[0]] == [
        (str(n), f"Comment {n}") for n in range(1, 1001) if n != 10
    ]


def test_reading_goes_on_at_the_line_after_the_quote_when_the_next_quote_shows_it_stray(
    tmp_path: Path,
) -> None:
    content = 'id,text\n1,"Open\n2,Plain\n3,"Quoted, well"\n4,Last\n'
    assert of(tmp_path, content) == [
        (
            None,
            "!line 2: the quoting is broken (',' expected after '\"');"
            " the 2 lines after it are in doubt and read as rows",
        ),
        ("2", "Plain"),
        ("3", "Quoted, well"),
        ("4", "Last"),
    ]


def test_a_stray_quote_behind_a_field_of_several_lines_is_named_with_its_own_line(
    tmp_path: Path,
) -> None:
    content = 'text,by,id\n"Two\nlines","Ann,1\nNext,Bob,2\n'
    assert of(tmp_path, content) == [
        (
            None,
            "!line 2: a quoted field is never closed (it opens on line 3);"
            " the line after it is in doubt and read as rows",
        ),
        ("2", "Next"),
    ]


def test_a_field_of_several_lines_may_be_as_long_as_a_comment(tmp_path: Path) -> None:
    text = "One line, one more.\n" * (MAX_COMMENT_BYTES // 20)
    assert of(tmp_path, f'id,text\n1,"{text}"\n2,Next\n') == [("1", text), ("2", "Next")]


def test_a_quote_that_is_not_closed_within_a_comments_length_is_stray(tmp_path: Path) -> None:
    lines = MAX_COMMENT_BYTES // 20 + 2
    content = 'id,text\n1,"Open\n' + "1234567,8901 345 78\n" * lines + '9,closed"\n'
    found = of(tmp_path, content)
    assert len(found) == lines + 2
    fault = found[0][1]
    assert fault is not None
    assert fault.startswith(
        "!line 2: a quoted field is never closed within 1,048,576 bytes; the 52,42"
    )
    assert fault.endswith(f" lines {DOUBT}")
    assert found[1] == ("1234567", "8901 345 78")
    assert found[-1] == ("9", 'closed"')


@pytest.mark.parametrize("name", ["a.csv", "a.tsv"])
@pytest.mark.parametrize(
    ("header", "row"),
    [("id,text", "{},Between"), ("text,id", "Between,c-{}"), ("by,text", "Ann,{}")],
)
def test_very_many_rows_between_a_stray_quote_and_one_that_closes_it_by_chance_are_rows(
    tmp_path: Path, header: str, row: str, name: str
) -> None:
    rows = [row.format(n) for n in range(LINES_LIKE_ROWS + 2)]
    first, last = rows[0].split(","), rows[-1].split(",")
    at = header.split(",").index("text")
    first[at], last[at] = '"' + first[at], last[at] + '"'
    content = "\n".join([header, ",".join(first), *rows[1:-1], ",".join(last)]) + "\n"
    found = of(tmp_path, content.replace(",", "\t") if name == "a.tsv" else content, name)
    assert len(found) == len(rows)
    fault = found[0][1]
    if name == "a.csv":
        assert fault is not None
        assert fault.startswith("!line 2: a quoted field goes on over lines that read as rows of")
    assert not any(text is None or text.startswith("!") for _, text in found[1:])


COUNT = "The count so far:\nLabour 1,234\nTory 2,345\nGreen 3,456 and you are all idiots"


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        (
            "a.csv",
            f'author,comment\nann,hello there friend\nbob,"{COUNT}"\ncid,bye friend\n',
            [(None, "hello there friend"), (None, COUNT), (None, "bye friend")],
        ),
        (
            "a.csv",
            'id,text\n3,"Results:\nLabour,34\nTories,25\nGreens,11"\n4,Next\n',
            [("3", "Results:\nLabour,34\nTories,25\nGreens,11"), ("4", "Next")],
        ),
        ("a.csv", 'id,text\n10,"Open\n11,closed"\n', [("10", "Open\n11,closed")]),
        (
            "a.tsv",
            'id\ttext\n1\t"first line\n2\tsecond point, still the same comment"\n3\tNext\n',
            [("1", "first line\n2\tsecond point, still the same comment"), ("3", "Next")],
        ),
        (
            "a.tsv",
            'text\tby\n"Open\tAnn\nBetween, here\tBob\nclosed"\tCid\n',
            [(None, "Open\tAnn\nBetween, here\tBob\nclosed")],
        ),
    ],
)
def test_a_well_quoted_comment_is_one_comment_even_where_its_lines_look_like_rows(
    tmp_path: Path, name: str, content: str, expected: list[Seen]
) -> None:
    assert of(tmp_path, content, name) == expected


def test_a_blank_line_between_the_rows_of_a_one_column_file_is_an_empty_comment(
    tmp_path: Path,
) -> None:
    assert of(tmp_path, "\ntext\n\nhello friend\n\n\nyou idiot\n\n\n") == [
        (None, "!line 3, column 'text': is blank"),
        (None, "hello friend"),
        (None, "!line 5, column 'text': is blank"),
        (None, "!line 6, column 'text': is blank"),
        (None, "you idiot"),
    ]


def test_a_blank_line_after_a_stray_quote_of_a_one_column_file_is_an_empty_comment(
    tmp_path: Path,
) -> None:
    assert of(tmp_path, 'text\n"Open\n\nNext\n') == [
        (None, f"!line 2: a quoted field is never closed; the 2 lines {DOUBT}"),
        (None, "!line 3, column 'text': is blank"),
        (None, "Next"),
    ]


def test_a_line_end_that_windows_wrote_twice_makes_no_blank_line(tmp_path: Path) -> None:
    content = 'text\r\r\nOne here\r\r\n\r\r\n"Two\r\r\nlines"\r\r\n \r\r\n'
    assert of(tmp_path, content) == [
        (None, "One here"),
        (None, "!line 3, column 'text': is blank"),
        (None, "Two\r\r\nlines"),
        (None, "!line 6, column 'text': is blank"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Dear Sir,\nthank you, indeed.",
        "I came in\n2019, when all was well.\n2021, nothing was.",
        "First,\n\nsecond,\n\nthird, and last.",
        "one,two\nthree,four",
        "\n".join(f"{n},point" for n in range(11, 60)),
        "Alas, my love,\nyou do me wrong,\nto cast me off,\ndiscourteously,\nso.",
    ],
)
def test_lines_of_a_comment_that_hold_commas_are_not_taken_for_rows(
    tmp_path: Path, text: str
) -> None:
    content = f'id,text\n10,"{text}"\n11,Next\n'
    assert of(tmp_path, content) == [("10", text), ("11", "Next")]


def test_a_record_of_several_lines_with_a_field_too_many_gives_its_lines_back(
    tmp_path: Path,
) -> None:
    content = 'id,text,likes\n1,"Open,3\n2,Between,4\n3,closed",and,more,5\n4,Last,6\n'
    assert of(tmp_path, content) == [
        (
            None,
            "!line 2: 5 fields; the header has 3; the 2 lines after it are in doubt and read as rows",
        ),
        ("2", "Between"),
        (None, "!line 4: 5 fields; the header has 3"),
        ("4", "Last"),
    ]


def test_in_a_tsv_a_quote_is_a_character_unless_the_field_is_quoted_well(tmp_path: Path) -> None:
    content = (
        "id\ttext\tby\n"
        '1\t"Never closed\tAnn\n'
        '2\t"This" is a word\tBob\n'
        '3\t"All of it ""so"""\tCid\n'
        '4\t"Two\r\nlines"\tDan\n'
        '5\t"Never closed either\t"Eve\n'
        '6\tThe end"\tFay\n'
        '7\t"\tGil\n'
    )
    assert of(tmp_path, content, "a.tsv") == [
        ("1", '"Never closed'),
        ("2", '"This" is a word'),
        ("3", 'All of it "so"'),
        ("4", "Two\r\nlines"),
        ("5", '"Never closed either'),
        ("6", 'The end"'),
        ("7", '"'),
    ]


@pytest.mark.parametrize(("name", "tab"), [("a.csv", ","), ("a.tsv", "\t")])
def test_a_comment_of_several_lines_may_stand_in_any_column(
    tmp_path: Path, name: str, tab: str
) -> None:
    columns = ("10", '"Two\nlines"', "x")
    for order, header in (
        ((1, 0, 2), "text id by"),
        ((0, 1, 2), "id text by"),
        ((2, 0, 1), "by id text"),
    ):
        content = header.replace(" ", tab) + "\n" + tab.join(columns[n] for n in order) + "\n"
        assert of(tmp_path, content, name) == [("10", "Two\nlines")]


def test_lines_given_back_do_not_fill_the_memory(tmp_path: Path) -> None:
    def peak(count: int) -> int:
        lines = (f'{n},"Stray {n}\n' if n % 2_000 == 0 else f"{n},Fine\n" for n in range(count))
        path = write(tmp_path / f"{count}.csv", "id,text\n" + "".join(lines))
        source = inspect(path)
        tracemalloc.start()
        assert sum(1 for _ in read(source)) == count
        top = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return top

    assert peak(40_000) < peak(5_000) * 1.5


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
    assert len(faults) == 5
    assert all(fault is not None and fault[0] == "!" and secret not in fault for fault in faults)
