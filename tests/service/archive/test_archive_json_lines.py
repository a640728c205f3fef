"""JSON Lines archives, sound and broken."""

import gzip
import sys
from pathlib import Path

import pytest
from archives import Seen, json_lines, rows_of, short, write

from service.archive.formats import ArchiveError
from service.archive.json_lines import LOOKED_AT, columns
from service.archive.readers import inspect


def of(tmp_path: Path, content: str | bytes, name: str = "a.jsonl") -> list[Seen]:
    path = write(tmp_path / name, content)
    return short(rows_of(path), path)


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz"])
def test_rows_come_in_order_with_their_ids(tmp_path: Path, name: str) -> None:
    content = json_lines([{"id": 7, "text": "Two\nlines"}, {"text": "Käse 🧀", "id": "b"}])
    assert of(tmp_path, content, name) == [("7", "Two\nlines"), ("b", "Käse 🧀")]


def test_crlf_and_a_byte_order_mark_are_no_part_of_a_line(tmp_path: Path) -> None:
    content = '\ufeff{"body":"Hello"}\r\n{"body":"Line\u2028separator"}'
    assert of(tmp_path, content) == [(None, "Hello"), (None, "Line\u2028separator")]


def test_a_blank_line_between_lines_is_a_row_that_says_so_and_at_the_end_it_is_none(
    tmp_path: Path,
) -> None:
    content = '\n{"body":"Hello"}\r\n\r\n  \n{"body":"Next"}\n\n \n'
    assert of(tmp_path, content) == [
        (None, "!line 1: the line is blank"),
        (None, "Hello"),
        (None, "!line 3: the line is blank"),
        (None, "!line 4: the line is blank"),
        (None, "Next"),
    ]


def late(field: str, value: object = "x") -> str:
    """Return 150 comments, of which only the last but one has a further ``field``."""
    rows: list[dict[str, object]] = [{"comment": f"Comment {n}"} for n in range(150)]
    rows[148] |= {field: value}
    return json_lines(rows)


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz"])
def test_ids_that_begin_after_the_first_lines_are_used(tmp_path: Path, name: str) -> None:
    found = of(tmp_path, late("id"), name)
    assert [row_id for row_id, _ in found] == [None] * 148 + ["x", None]


def test_a_field_that_is_named_may_begin_after_the_first_lines(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", late("nr"))
    assert [row.id for row in rows_of(path, ids="nr")][147:] == [None, "x", None]
    path = write(tmp_path / "b.jsonl", late("Beitrag"))
    found = short(rows_of(path, text="Beitrag"), path)
    assert found[147:149] == [
        (None, "!line 148, column 'Beitrag': is missing from this line"),
        (None, "x"),
    ]


def test_a_field_that_is_named_but_on_no_line_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", late("likes"))
    with pytest.raises(ArchiveError, match=r"has no column 'nr' \(--id-column\)"):
        inspect(path, ids="nr")
    with pytest.raises(ArchiveError, match=r"has no column 'txt' \(--text-column\)"):
        inspect(path, text="txt")


def test_two_fields_of_ids_that_begin_late_are_ambiguous(tmp_path: Path) -> None:
    rows = [{"text": "a"}] * 120 + [{"text": "a", "id": "1", "ID": "2"}]
    with pytest.raises(ArchiveError, match="several columns may hold the ids"):
        inspect(write(tmp_path / "a.jsonl", json_lines(rows)))


def test_fields_that_nobody_looks_for_are_not_kept_from_the_whole_file(tmp_path: Path) -> None:
    rows = [{"text": "a b", f"field {n}": n} for n in range(5000)]
    path = write(tmp_path / "a.jsonl", json_lines([*rows, {"nr": 1}]))
    with path.open("rb") as stream:
        found = columns(stream, "a.jsonl", sought=[lambda name: name in ("nr", "number")])
    assert len(found) == LOOKED_AT + 2
    assert found[-1] == "nr"


def test_a_gzip_cut_off_while_ids_are_looked_for_keeps_the_rows_before(tmp_path: Path) -> None:
    rows = [{"text": f"Comment {n * 7919 % 1000}"} for n in range(5000)]
    whole = gzip.compress(json_lines(rows).encode())
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(whole[: len(whole) // 2])
    found = rows_of(path)
    assert len(found) > LOOKED_AT * 2
    assert found[-1].fault is not None
    assert found[-1].fault.endswith("the gzip file is cut off")


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ('{"$oid":"5f"}', '{"$oid":"5f"}'),
        ('["é", 1.50, null]', '["é",1.5,null]'),
        ("true", "true"),
        ("1.0", "1"),
        ("-0.0", "0"),
        ("1.5", "1.5"),
        ("NaN", None),
        ("null", None),
        ("12345678901234567890", "12345678901234567890"),
        ('"1.0"', "1.0"),
    ],
)
def test_ids_are_written_as_json_has_them(tmp_path: Path, value: str, written: str | None) -> None:
    assert of(tmp_path, f'{{"id":{value},"text":"a b"}}\n') == [(written, "a b")]


def test_an_id_of_any_depth_comes_to_a_row_of_its_own(tmp_path: Path) -> None:
    depths = range(1, sys.getrecursionlimit() + 50)
    found = of(tmp_path, "".join(f'{{"id":{"[" * n}{"]" * n},"text":"a b"}}\n' for n in depths))
    assert len(found) == len(depths)
    assert found[0] == ("[]", "a b")
    assert all(text == "a b" or "nested too deeply" in (text or "") for _, text in found)


def test_an_id_too_deep_to_be_written_is_named_and_the_next_row_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def id_text(value: object) -> str:
        if value == [[]]:
            raise RecursionError
        return str(value)

    monkeypatch.setattr("service.archive.json_lines.id_text", id_text)
    assert of(tmp_path, json_lines([{"id": [[]], "text": "a b"}, {"id": 2, "text": "c d"}])) == [
        (None, "!line 1, column 'id': is nested too deeply"),
        ("2", "c d"),
    ]


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
