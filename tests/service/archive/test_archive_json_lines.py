"""JSON Lines archives, sound and broken."""

from pathlib import Path

import pytest
from archives import Seen, json_lines, rows_of, short, write

from service.archive.formats import ArchiveError
from service.archive.readers import inspect


def of(tmp_path: Path, content: str | bytes, name: str = "a.jsonl") -> list[Seen]:
    path = write(tmp_path / name, content)
    return short(rows_of(path), path)


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz"])
def test_rows_come_in_order_with_their_ids(tmp_path: Path, name: str) -> None:
    content = json_lines([{"id": 7, "text": "Two\nlines"}, {"text": "Käse 🧀", "id": "b"}])
    assert of(tmp_path, content, name) == [("7", "Two\nlines"), ("b", "Käse 🧀")]


def test_blank_lines_crlf_and_a_byte_order_mark_are_no_rows(tmp_path: Path) -> None:
    content = '\ufeff{"body":"Hello"}\r\n\r\n  \n{"body":"Line\u2028separator"}'
    assert of(tmp_path, content) == [(None, "Hello"), (None, "Line\u2028separator")]


def test_each_broken_line_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    content = (
        b'{"id":1,"text":"Fine"}\n'
        b'{"id":2,"text":"cut\n'
        b'{"id":3,"text":null}\n'
        b'{"id":4,"text":5}\n'
        b'{"id":5,"comment":"elsewhere"}\n'
        b'["id","text"]\n'
        b'{"id":7,"text":"caf\xe9"}\n'
        b'{"id":8,"text":"half \\ud83e"}\n'
        b'{"id":9,"text":' + b"[" * 200_000 + b"\n"
        b'{"id":' + b"9" * 5000 + b',"text":"x"}\n'
        b'{"id":11,"text":"   "}\n'
        b'"text"\n'
        b'{"id":13,"text":"Fine too"}\n'
    )
    path = write(tmp_path / "a.jsonl", content)
    assert short(rows_of(path, text="text"), path) == [
        ("1", "Fine"),
        (None, "!line 2, character 20: not valid JSON (Invalid control character at)"),
        ("3", "!line 3, column 'text': is null; text is expected"),
        ("4", "!line 4, column 'text': is a number; text is expected"),
        ("5", "!line 5, column 'text': is missing from this line"),
        (None, "!line 6: a list where a JSON object is expected"),
        (None, "!line 7: the line is not valid UTF-8 at character 20 (byte 0xE9)"),
        ("8", "!line 8, column 'text': has a lone surrogate at character 6"),
        (None, "!line 9: not valid JSON (nested too deeply)"),
        (None, "!line 10: not valid JSON (a number with too many digits)"),
        ("11", "!line 11, column 'text': is blank"),
        (None, "!line 12: text where a JSON object is expected"),
        ("13", "Fine too"),
    ]


def test_a_field_may_be_missing_from_the_first_lines(tmp_path: Path) -> None:
    content = "not JSON\n" + json_lines([{"text": "a"}, {"id": "x", "text": "b"}])
    assert [row_id for row_id, _ in of(tmp_path, content)] == [None, None, "x"]


def test_fields_that_take_turns_are_ambiguous(tmp_path: Path) -> None:
    content = json_lines([{"text": "a"}, {"body": "b"}])
    with pytest.raises(ArchiveError, match="several columns may hold the comments"):
        of(tmp_path, content)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("\n\n", "the file is empty"),
        ('[\n{"text":\n"a"}]\n', "no JSON object with fields in any of the first 3 lines"),
        ('[{"text":"a"}]', "no JSON object with fields in the first line"),
        ('{"likes":4}\n', "no column is known to hold the comments.*columns? 'likes'"),
    ],
)
def test_a_file_that_is_no_archive_is_refused_before_any_row(
    tmp_path: Path, content: str, reason: str
) -> None:
    path = write(tmp_path / "a.jsonl", content)
    with pytest.raises(ArchiveError, match=reason) as refused:
        inspect(path)
    assert str(path) in str(refused.value)


def test_a_line_without_end_does_not_fill_the_memory(tmp_path: Path) -> None:
    content = b'{"text":"ok"}\n{"text":"' + b"a" * (20 << 20) + b'"}\n{"text":"next"}\n'
    found = of(tmp_path, content, "a.jsonl.gz")
    assert found[1:] == [
        (None, "!line 2: the line is longer than 16,777,216 characters"),
        (None, "next"),
    ]
