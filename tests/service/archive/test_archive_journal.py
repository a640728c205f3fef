"""The journal: nothing finished is lost, and no run goes on with another's rows."""

import json
import os
from pathlib import Path

import pytest
from archives import write

from service.archive.formats import ArchiveError
from service.archive.journal import begun, finished, heading, journal_of, resumed
from service.archive.readers import inspect
from service.archive.results import Result

HEAD: dict[str, object] = {"comity_journal": 1, "model": "v1", "files": []}
ONE: Result = {"id": "1", "insult": 0.5, "spans": [[0, 2, "insult"]], "error": None}
TWO: Result = {"id": "2 é \u2028", "insult": None, "spans": None, "error": "broken"}


def test_the_journal_lies_beside_the_output() -> None:
    assert journal_of(Path("/a/week.csv.gz")) == Path("/a/week.csv.gz.partial")


def test_rows_are_in_the_file_as_soon_as_they_are_appended(tmp_path: Path) -> None:
    path = tmp_path / "out.partial"
    with begun(path, HEAD) as journal:
        assert list(finished(path)) == []
        journal.append([ONE, TWO])
        assert list(finished(path)) == [ONE, TWO]


def test_a_resumed_journal_keeps_its_rows_and_takes_more(tmp_path: Path) -> None:
    path = tmp_path / "out.partial"
    with begun(path, HEAD) as journal:
        journal.append([ONE])
    with resumed(path, HEAD) as journal:
        journal.append([TWO])
    assert list(finished(path)) == [ONE, TWO]


@pytest.mark.parametrize("torn", range(1, 30, 7))
def test_a_torn_last_line_is_dropped(tmp_path: Path, torn: int) -> None:
    path = tmp_path / "out.partial"
    with begun(path, HEAD) as journal:
        journal.append([ONE, TWO])
    os.truncate(path, path.stat().st_size - torn)
    assert list(finished(path)) == [ONE]
    with resumed(path, HEAD) as journal:
        journal.append([TWO])
    assert list(finished(path)) == [ONE, TWO]


def test_a_journal_whose_heading_was_not_finished_begins_afresh(tmp_path: Path) -> None:
    path = tmp_path / "out.partial"
    path.write_text('{"comity_jou')
    with resumed(path, HEAD) as journal:
        journal.append([ONE])
    assert list(finished(path)) == [ONE]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ({"comity_journal": 1, "model": "v0", "files": []}, "scored with bundle v0, not v1"),
        ({"comity_journal": 1, "model": "v1", "files": [{}]}, "input files or columns differ"),
        ({"comity_journal": 0, "model": "v1", "files": []}, "another version of Comity began it"),
        (HEAD | {"language": "de"}, "it was read with another COMITY_LANGUAGE"),
        ({"model": "v1"}, "it is no journal"),
        ([], "it is no journal"),
    ],
)
def test_another_runs_journal_is_refused_and_left_alone(
    tmp_path: Path, line: object, reason: str
) -> None:
    path = tmp_path / "out.partial"
    content = json.dumps(line) + "\n" + json.dumps(ONE) + "\n"
    path.write_text(content)
    with pytest.raises(ArchiveError, match=reason) as refused:
        resumed(path, HEAD)
    assert str(path) in str(refused.value)
    assert path.read_text() == content


def test_a_file_that_is_no_journal_at_all_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "out.partial"
    path.write_text("my notes\n")
    with pytest.raises(ArchiveError, match="it is no journal"):
        resumed(path, HEAD)
    assert path.read_text() == "my notes\n"


def test_two_processes_cannot_write_one_journal(tmp_path: Path) -> None:
    path = tmp_path / "out.partial"
    with begun(path, HEAD) as journal:
        journal.append([ONE])
        for opening in (begun, resumed):
            with pytest.raises(ArchiveError, match="another run is writing it"):
                opening(path, HEAD)
        assert list(finished(path)) == [ONE]


def test_a_journal_that_cannot_be_made_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "out.partial"
    path.mkdir()
    with pytest.raises(ArchiveError, match=r"out\.partial: cannot be written: Is a directory"):
        begun(path, HEAD)


def test_the_heading_changes_with_the_files_the_columns_and_the_bundle(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "id,text,body\n1,Hello,Hi\n")
    first = heading([inspect(path, text="text")], model="v1")
    assert first == heading([inspect(path, text="text")], model="v1")
    assert first != heading([inspect(path, text="text")], model="v2")
    assert first != heading([inspect(path, text="body")], model="v1")
    assert first != heading([inspect(path, text="text")], model="v1", language="de")
    os.utime(path, ns=(1, 1))
    assert first != heading([inspect(path, text="text")], model="v1")
