"""A labels file is read line by line; what is wrong is named, the comment never quoted."""

import gzip
import json
from pathlib import Path

import pytest

from model.records import Article, Context, Span
from training.errors import TrainingError
from training.labels_file import read

FULL = {
    "id": "c-1",
    "text": "Only a donkey would sign this.",
    "labels": {"insult": 1, "incivility": 0.8},
    "weight": 2,
    "context": {"article": {"title": "A deal", "authors": ["R. Mole"]}, "parent": "Well done"},
    "source": "decision",
    "by": "m-7",
    "key": "k",
    "at": "2026-11-22T10:00:00Z",
    "site": "gazette",
    "batch": True,
    "target": "person",
    "spans": [[7, 13, "insult"]],
}


def written(path: Path, *lines: object) -> Path:
    path.write_text("\n".join(x if isinstance(x, str) else json.dumps(x) for x in lines))
    return path


def test_every_field_of_the_form_is_read(tmp_path: Path) -> None:
    (example,) = read(written(tmp_path / "l.jsonl", FULL))
    assert example.labels == {"insult": 1.0, "incivility": 0.8}
    assert example.context == Context(Article("A deal", None, ("R. Mole",)), "Well done")
    assert example.spans == (Span(7, 13, "insult", 1.0),)
    assert (example.by, example.site, example.batch, example.target) == (
        "m-7",
        "gazette",
        True,
        "person",
    )


def test_a_label_that_is_absent_stays_unknown_and_blank_lines_pass(tmp_path: Path) -> None:
    path = written(tmp_path / "l.jsonl", "", {"text": "Fine by me", "labels": {"threat": 0}}, "")
    assert [dict(e.labels) for e in read(path)] == [{"threat": 0.0}]


def test_authors_that_are_null_are_none_of_them(tmp_path: Path) -> None:
    context = {"article": {"title": "A deal", "text": None, "authors": None}, "parent": None}
    (example,) = read(written(tmp_path / "l.jsonl", {**FULL, "context": context}))
    assert example.context == Context(Article("A deal", None, ()), None)


@pytest.mark.parametrize(
    ("given", "read_as"), [(12, "12"), (0, "0"), ("m-7", "m-7"), (10**30, "1" + "0" * 30)]
)
def test_whole_numbers_that_name_somebody_or_something_are_read_as_text(
    tmp_path: Path, given: object, read_as: str
) -> None:
    line = {**FULL, "by": given, "key": given, "id": given}
    (example,) = read(written(tmp_path / "l.jsonl", line))
    assert (example.by, example.key, example.id) == (read_as,) * 3


def test_an_id_that_is_null_is_absent(tmp_path: Path) -> None:
    (example,) = read(written(tmp_path / "l.jsonl", {**FULL, "id": None, "by": None, "key": None}))
    assert (example.id, example.by, example.key) == ("", None, None)


@pytest.mark.parametrize(
    ("spans", "marked"),
    [
        ([[7, 13, "insult", 0.8]], (Span(7, 13, "insult", 0.8),)),
        ([[7, 13, "insult", 1], [0, 4, "insult", 0.49]], (Span(7, 13, "insult", 1.0),)),
        ([[7, 13, "insult", 0.5]], (Span(7, 13, "insult", 0.5),)),
        ([{"begin": 7, "end": 13, "label": "insult"}], (Span(7, 13, "insult", 1.0),)),
        ([{"begin": 7, "end": 13, "label": "insult", "value": 0.2}], None),
        ([[7, 13, "insult", 0]], None),
        ([], ()),
        (None, None),
    ],
)
def test_a_span_is_marked_from_a_value_of_a_half_and_spans_all_under_it_mark_nothing(
    tmp_path: Path, spans: object, marked: object
) -> None:
    (example,) = read(written(tmp_path / "l.jsonl", {**FULL, "spans": spans}))
    assert example.spans == marked


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"labels": {"insult": 1.5}}, "labels.insult"),
        (
            {"labels": {"rudeness": 1}},
            "field labels: one of its names: Input should be 'incivility'",
        ),
        ({"labels": {"insult": "yes"}}, "labels.insult"),
        ({"labels": {"you silly donkey": 1}}, "field labels: one of its names"),
        ({"labels": {"donkey": 1}}, "field labels: one of its names"),
        ({"labels": 3}, "field labels: "),
        ({"text": ""}, "field text"),
        ({"text": " \n"}, "field text: Value error, is blank"),
        ({"text": 7}, "field text"),
        ({"weight": -1}, "field weight"),
        ({"target": "them"}, "target"),
        ({"spans": [[7, 99, "insult"]]}, "spans"),
        ({"spans": [[7, 13, "rude"]]}, "label"),
        ({"spans": [[7, 13, "insult", 1.5]]}, "field spans.0.value"),
        ({"spans": [[7, 13, "insult", None]]}, "field spans.0.value"),
        ({"spans": [[7, 99, "insult", 0.1]]}, "spans[0]"),
        ({"spans": [[7, 13, "insult", 1, 1]]}, "field spans.0"),
        ({"spans": [[7, 13]]}, "field spans.0"),
        ({"by": 1.5}, "field by:"),
        ({"key": True}, "field key:"),
        ({"id": ["donkey"]}, "field id:"),
        ({"context": []}, "context"),
        ({"context": {"article": {"authors": "donkey"}}}, "field context.article.authors"),
        ({"context": {"article": {"authors": [7]}}}, "field context.article.authors.0"),
    ],
)
def test_a_wrong_field_is_named_with_file_and_line_and_the_comment_is_not_quoted(
    tmp_path: Path, change: dict[str, object], named: str
) -> None:
    path = written(tmp_path / "l.jsonl", FULL, {**FULL, **change})
    with pytest.raises(TrainingError) as caught:
        list(read(path))
    assert "l.jsonl: line 2" in str(caught.value)
    assert named in str(caught.value)
    assert "donkey" not in str(caught.value)


@pytest.mark.parametrize("line", [b"{", b"[]", b"\xff\xfe", b'{"text": "a donkey"'])
def test_a_line_that_is_not_an_object_in_utf8_is_named(tmp_path: Path, line: bytes) -> None:
    path = tmp_path / "l.jsonl"
    path.write_bytes(line)
    with pytest.raises(TrainingError, match="line 1") as caught:
        list(read(path))
    assert "donkey" not in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"none\.jsonl"):
        list(read(tmp_path / "none.jsonl"))


def test_a_packed_file_is_unpacked_as_it_is_read(tmp_path: Path) -> None:
    plain = written(tmp_path / "l.jsonl", FULL, {**FULL, "id": "c-2"})
    packed = tmp_path / "l.jsonl.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert list(read(packed)) == list(read(plain))


@pytest.mark.parametrize("broken", ["cut", "not packed", "overwritten"])
def test_a_packed_file_that_is_not_whole_is_named_and_not_quoted(
    tmp_path: Path, broken: str
) -> None:
    line = json.dumps(FULL).encode()
    whole = gzip.compress(line)
    overwritten = whole[:20] + bytes(20) + whole[40:]
    path = tmp_path / "l.jsonl.gz"
    path.write_bytes({"cut": whole[:-9], "not packed": line}.get(broken, overwritten))
    with pytest.raises(TrainingError, match=r"l\.jsonl\.gz: is not a whole gzip file") as caught:
        list(read(path))
    assert "donkey" not in str(caught.value)
