"""What a retraining rehearses: a draw of Comity's own comments that ships packed, and is today's."""

import gzip
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from model.records import Example, Span
from training import examples, rehearsal
from training.corpora import read_corpus
from training.rehearsal import FILE, MOST_PACKED, drawn, own_comments, packed
from training.retrain import MOST_REHEARSED

WRITTEN = [
    Example(
        f"Letter {i} on our tram",
        {"incivility": i % 2, "insult": 0.25},
        id=f"newsroom:{i}",
        source="newsroom",
        target="none",
        spans=(Span(0, 6, "insult", 0.5),) if i % 2 else None,
        key=f"newsroom:{i // 3}",
    )
    for i in range(60)
]


@pytest.fixture(scope="module")
def today() -> list[Example]:
    return drawn(read_corpus("newsroom", Path()))


@pytest.fixture
def held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let the packed file stand elsewhere."""
    path = tmp_path / "rehearsal.jsonl.gz"
    monkeypatch.setattr("training.rehearsal.FILE", path)
    return path


def as_told(row: Example) -> dict[str, Any]:
    return {name: value for name, value in asdict(row).items() if name != "raw"}


def test_the_packed_file_is_what_the_command_makes_of_todays_newsroom(today: list[Example]) -> None:
    # Unpacked, for another zlib may pack the same lines in other bytes; and no diff quotes a megabyte.
    is_todays = gzip.decompress(FILE.read_bytes()) == gzip.decompress(packed(today))
    assert is_todays, "run: python -m training.rehearsal"


def test_the_packed_file_names_no_time_and_is_small_enough_for_every_install() -> None:
    content = FILE.read_bytes()
    assert content[3:8] == bytes(5)  # no flags, so no name, and no time
    assert len(content) < 600_000


def test_all_that_is_held_out_by_default_leaves_as_many_as_a_retraining_takes(
    today: list[Example],
) -> None:
    assert len(today) == MOST_PACKED
    assert len(own_comments(validation=0.07, test=0.07)) >= MOST_REHEARSED


def test_what_is_read_is_what_was_drawn(held: Path) -> None:
    rows = drawn(WRITTEN)
    held.write_bytes(packed(rows))
    read = own_comments(validation=0.0, test=0.0)
    assert read == rows
    assert {row.id: as_told(replace(row, key=None)) for row in read} == {
        row.id: as_told(replace(row, key=None)) for row in WRITTEN
    }


def test_the_command_writes_the_file_and_says_how_many_comments_it_holds(
    held: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("training.corpora.read_corpus", lambda name, folder: iter(WRITTEN))
    rehearsal.main()
    assert held.read_bytes() == packed(drawn(WRITTEN))
    assert capsys.readouterr().out == f"{held}: 60 comments, {held.stat().st_size:,} bytes\n"


def test_the_draw_depends_on_no_order_and_stays_as_the_newsroom_grows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("training.rehearsal.MOST_PACKED", 20)
    before = [row.id for row in drawn(WRITTEN[:50])]
    assert [row.id for row in drawn(WRITTEN[49::-1])] == before
    grown = [row.id for row in drawn(WRITTEN)]
    new = {row.id for row in WRITTEN[50:]}
    kept = [one for one in grown if one not in new]
    assert len(grown) == 20
    assert len(kept) < 20
    assert kept == before[: len(kept)]  # others go from the end alone


def test_a_comment_of_a_public_test_set_is_not_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    banned = frozenset(examples.guard_keys(WRITTEN[7]))
    monkeypatch.setattr("training.examples.held_out", lambda: banned)
    assert {row.id for row in drawn(WRITTEN)} == {row.id for row in WRITTEN} - {"newsroom:7"}


def test_a_comments_side_is_the_one_it_has_among_all_and_not_among_the_draw(
    held: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("training.rehearsal.MOST_PACKED", 20)
    rows = drawn(WRITTEN)
    held.write_bytes(packed(rows))
    shares = {"validation": 0.3, "test": 0.3}
    train = {row.id for row in examples.split(WRITTEN, **shares)["train"]}
    kept = {row.id for row in own_comments(**shares)}
    assert kept == {row.id for row in rows} & train
    assert 0 < len(kept) < 20
