"""Ad hominem in r/changemyview: the length of a comment may not give its label away."""

import csv
import logging
from pathlib import Path
from statistics import median

import pytest

from model.records import Context
from training.corpora import CorpusError, read_corpus
from training.corpora.cmv_ad_hominem import matched_lengths, shortened

COLUMNS = (
    "pair_id",
    "text",
    "ad_hominem",
    "violated_rule",
    "delta",
    "parent_text",
    "n_in_thread",
    "title",
)
SENTENCE = "I see the point and yet the figures say otherwise. "


def placed(corpora: Path, rows: list[dict[str, str]]) -> None:
    file = corpora / "cmv_ad_hominem" / "cmv_ad_hominem.csv"
    file.parent.mkdir()
    with file.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, COLUMNS, restval="")
        writer.writeheader()
        writer.writerows(rows)


def pair(
    number: int, rude: str, civil: str, parent: str = "Taxes are too low."
) -> list[dict[str, str]]:
    shared = {"pair_id": str(number), "parent_text": parent}
    return [
        {**shared, "text": rude, "ad_hominem": "1"},
        {**shared, "text": civil, "ad_hominem": "0"},
    ]


def test_both_kinds_are_read_with_the_comment_they_answer(tmp_path: Path) -> None:
    placed(tmp_path, pair(1, "You are a fool &gt; all", "Fair."))
    rude, civil = read_corpus("cmv_ad_hominem", tmp_path)
    assert (rude.text, rude.labels) == (
        "You are a fool > all",
        {"incivility": 0.9, "insult": 0.7},
    )
    assert civil.labels == dict.fromkeys(("incivility", "insult", "identity_attack", "threat"), 0.0)
    assert rude.context == civil.context == Context(parent="Taxes are too low.")
    assert rude.key == civil.key == "cmv_ad_hominem:1"


def test_civil_comments_are_cut_to_the_lengths_of_rude_ones(tmp_path: Path) -> None:
    rows = [
        row
        for number in range(60)
        for row in pair(number, "You fool, read it. " * (1 + number % 9), SENTENCE * 40)
    ]
    placed(tmp_path, rows)
    examples = list(read_corpus("cmv_ad_hominem", tmp_path))
    rude = median(len(e.text) for e in examples if e.labels["incivility"] > 0.5)
    civil = median(len(e.text) for e in examples if e.labels["incivility"] == 0)
    assert abs(rude - civil) < 0.5 * rude
    assert examples == list(read_corpus("cmv_ad_hominem", tmp_path))


def test_a_cut_ends_with_a_sentence_where_one_is_near() -> None:
    assert shortened("One is here. Two is there. Three is far away.", 24) == (
        "One is here. Two is there."
    )


@pytest.mark.parametrize(
    ("text", "length", "cut"),
    [("short", 10, "short"), ("one two three four", 9, "one two"), ("unbroken" * 5, 8, "unbroken")],
)
def test_a_cut_falls_back_to_a_word_end(text: str, length: int, cut: str) -> None:
    assert shortened(text, length) == cut


def test_deleted_comments_and_parents_leave_nothing(tmp_path: Path) -> None:
    placed(tmp_path, pair(1, "[deleted]", "Fair enough.", parent="[removed]"))
    (civil,) = read_corpus("cmv_ad_hominem", tmp_path)
    assert (civil.text, civil.context) == ("Fair enough.", None)


def test_the_broken_record_of_the_source_is_dropped_and_counted(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    broken = {"pair_id": "the rest of a comment", "text": "2", "ad_hominem": "False"}
    placed(tmp_path, [*pair(1, "You fool", "Fair."), broken])
    with caplog.at_level(logging.WARNING):
        assert len(list(read_corpus("cmv_ad_hominem", tmp_path))) == 2
    assert "1 rows without ad_hominem 0 or 1 left out" in caplog.text
    assert "the rest of a comment" not in caplog.text


def test_a_file_without_any_label_is_refused(tmp_path: Path) -> None:
    placed(tmp_path, [{"pair_id": "1", "text": "Fair.", "ad_hominem": "yes"}])
    with pytest.raises(CorpusError, match="column 'ad_hominem': no row has 0 or 1"):
        list(read_corpus("cmv_ad_hominem", tmp_path))


def test_lengths_are_matched_by_rank() -> None:
    assert matched_lengths([900, 100, 500], [40, 10, 80]) == [80, 10, 40]
    assert matched_lengths([4, 3, 2, 1], [10, 20]) == [20, 20, 10, 10]
    assert matched_lengths([3, 1], []) == [3, 1]
