"""The benchmark of the desk runs, on a store small enough for a test."""

from collections import Counter
from datetime import UTC, datetime

from click.testing import CliRunner

from bench import desk, desk_rows
from bench.desk_rows import columns

NOW = datetime(2026, 11, 29, tzinfo=UTC)


def test_a_tenth_waits_three_tenths_are_decided_and_the_same_seed_makes_the_same_rows() -> None:
    made = columns(2000)
    rows = list(desk_rows.comment_rows(made, now=NOW, zone=""))
    states = Counter(row[desk_rows.COMMENT_COLUMNS.index("state")] for row in rows)
    assert states["pending"] == 200
    assert states["rejected"] > 20
    assert len(list(desk_rows.decision_rows(made, now=NOW, zone=""))) == 600
    assert rows == list(desk_rows.comment_rows(columns(2000), now=NOW, zone=""))
    assert len({desk_rows.text_of(place) for place in range(2000)}) == 2000


def test_it_fills_a_store_and_measures_every_page_and_decision() -> None:
    done = CliRunner().invoke(desk.main, ["--rows", "2000", "--repeats", "2"])
    assert done.exit_code == 0, done.output
    for told in (
        "queue by uncertainty",
        "queue by threat",
        "queue, page 40",
        "batch, histogram and sample",
        "claim of 25",
        "decide one",
        "decide a range of 10",
        "undo a batch of 10",
        "preview of a rule of words",
    ):
        assert told in done.output
