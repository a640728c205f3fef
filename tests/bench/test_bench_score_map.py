"""The check of the score map, on comments made up here."""

from pathlib import Path

import pytest

from bench.score_map import Row, interval, rows_of, table
from model.fake import WordScorer


def test_rows_hold_judgement_and_both_scores(tmp_path: Path) -> None:
    file = tmp_path / "gn.csv"
    file.write_text(
        "id,text,label,api,parent\n1,You are a clown.,1,0.91,\n2,Fine,0,0.02,x\n3,No,0,,\n4,👍,0,0.1,\n"
    )
    assert rows_of(file, WordScorer()) == [
        Row(True, 0.91, 0.9),
        Row(False, 0.02, 0.02),
        Row(False, 0.1, 0.0),
    ]


def test_the_table_counts_what_each_threshold_holds() -> None:
    rows = [Row(True, 0.85, 0.75), Row(False, 0.1, 0.75), Row(False, 0.1, 0.1)]
    lines = [line for line in table(rows) if line.startswith("| 0.8 ")]
    counts = [[cell.split(":")[0].strip() for cell in line.split("|")[3:6]] for line in lines]
    assert counts == [
        ["0 of 2", "1 of 1", "1 of 3"],
        ["1 of 2", "1 of 1", "2 of 3"],
        ["0 of 2", "0 of 1", "0 of 3"],
    ]


@pytest.mark.parametrize(
    ("held", "count", "low", "high"), [(5, 10, 0.2366, 0.7634), (0, 10, 0.0, 0.2775)]
)
def test_the_interval_is_wilsons(held: int, count: int, low: float, high: float) -> None:
    assert interval(held, count) == pytest.approx((low, high), abs=1e-3)
