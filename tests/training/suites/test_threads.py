"""The suite of whole threads keeps its form, and is the file that was frozen."""

import hashlib
import json
from collections import Counter
from pathlib import Path
from typing import Any

import training
from model.labels import NAMES, RAISING, TARGET_KINDS
from training import suites

SUITES = Path(training.__file__).parent / "suites"
FILE = SUITES / "threads.jsonl"
FAMILIES = {"civil", "condescension_or_dismissal", "identity_attack", "insult", "threat"}


def rows() -> list[dict[str, Any]]:
    return [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]


def family(labels: dict[str, float]) -> str:
    """What the README says a row's labels make it."""
    if labels["incivility"] < 0.5:
        return "civil"
    for name in ("threat", "identity_attack"):
        if labels[name] > 0.5:
            return name
    tone = max(labels["condescension"], labels["dismissal"])
    return "condescension_or_dismissal" if tone > 0.5 else "insult"


def test_the_suite_is_byte_for_byte_the_one_that_was_frozen() -> None:
    held = json.loads((SUITES / "frozen.json").read_text(encoding="utf-8"))[FILE.name]
    assert hashlib.sha256(FILE.read_bytes()).hexdigest() == held["sha256"]
    assert len(rows()) == held["rows"]


def test_the_suite_can_be_read_and_is_run_with_the_others() -> None:
    assert len(suites.suites()[FILE.stem]) == len(rows())


def test_no_id_and_no_text_occurs_twice() -> None:
    counts = Counter(r["id"] for r in rows()) + Counter(r["text"] for r in rows())
    assert max(counts.values()) == 1


def test_every_article_has_ten_comments_of_both_sides() -> None:
    articles = Counter(r["group"] for r in rows())
    civil = Counter(r["group"] for r in rows() if r["family"] == "civil")
    assert set(articles.values()) == {10}
    assert min(civil.values()) >= 5
    assert max(civil.values()) <= 8


def test_a_row_names_every_label_and_incivility_is_the_highest_of_what_raises_it() -> None:
    for row in rows():
        labels = row["labels"]
        assert list(labels) == list(NAMES)
        assert all(0 <= value <= 1 for value in labels.values())
        assert labels["incivility"] >= max(labels[name] for name in RAISING if labels[name] != 0.5)


def test_a_family_is_what_the_labels_say() -> None:
    assert {row["id"] for row in rows() if row["family"] != family(row["labels"])} == set()
    assert {row["family"] for row in rows()} == FAMILIES


def test_an_uncivil_row_and_no_other_has_a_target() -> None:
    for row in rows():
        assert row["target"] in TARGET_KINDS
        assert (row["target"] == "none") == (row["family"] == "civil"), row["id"]


def test_what_carries_a_label_stands_in_the_text_and_the_label_is_not_under_a_half() -> None:
    for row in rows():
        for name, pieces in row["carriers"].items():
            assert row["labels"][name] >= 0.5, row["id"]
            assert pieces
            assert all(piece.strip() and piece in row["text"] for piece in pieces), row["id"]


def test_the_readme_names_every_family() -> None:
    text = (SUITES / "README.md").read_text(encoding="utf-8")
    assert [name for name in FAMILIES if f"`{name}`" not in text] == []
