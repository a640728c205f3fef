"""The suite of newsroom situations keeps its form, and is the file that was frozen."""

import hashlib
import json
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pytest

import training
from model.labels import RAISING, TARGET_KINDS

SUITES = Path(training.__file__).parent / "suites"
SITUATIONS = SUITES / "situations.jsonl"
# Those of the table on the day that the suite was written and frozen.
LABELS = ("incivility", "insult", "profanity", "identity_attack", "threat")
KEYS = ["id", "family", "group", "section", "text", "labels", "target", "carriers"]
FAMILIES = {
    "author",
    "commenter",
    "condescension",
    "dehumanising",
    "disguise",
    "dismissal",
    "group_and_nation",
    "heated_civil",
    "identity_plain",
    "idiom",
    "long_comment",
    "lying_accusation",
    "name_mockery",
    "negated_insult",
    "plain_threat",
    "profanity_praise",
    "public_figure",
    "quoted_insult",
    "reported_violence",
    "sarcasm",
    "self_mockery",
    "veiled_threat",
}

Row = dict[str, Any]


def rows() -> list[Row]:
    lines = SITUATIONS.read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def is_uncivil(row: Row) -> bool:
    return bool(row["labels"]["incivility"] > 0.5)


def wrong_labels(row: Row) -> list[str]:
    labels = row["labels"]
    if list(labels) != list(LABELS):
        return ["labels are not those of the taxonomy, in its order"]
    found = [f"{name} is outside 0 to 1" for name in LABELS if not 0 <= labels[name] <= 1]
    if labels["incivility"] < max(labels[name] for name in RAISING):
        found.append("incivility is below a label that raises it")
    if labels["incivility"] == 0.5:
        found.append("incivility takes no side")
    return found


def wrong_carriers(row: Row) -> list[str]:
    expected = {n for n in LABELS if n != "incivility" and row["labels"][n] >= 0.5}
    found = [] if set(row["carriers"]) == expected else ["carriers do not match the labels"]
    for name, pieces in row["carriers"].items():
        found += [f"a carrier of {name} is not in the text" for p in pieces if p not in row["text"]]
        found += [f"{name} has an empty carrier" for piece in pieces if not piece.strip()]
        found += [f"{name} has no carrier"] if not pieces else []
    return found


def wrong_target(row: Row) -> list[str]:
    if row["target"] not in TARGET_KINDS:
        return ["the target is not a kind of the taxonomy"]
    if (row["target"] == "none") == is_uncivil(row):
        return ["a target belongs to uncivil rows and to them alone"]
    return []


def faults(row: Row) -> list[str]:
    """Every way in which one row breaks the form, as sentences; empty means well formed."""
    if list(row) != KEYS:
        return ["keys differ, or their order"]
    words = [key for key in ("id", "family", "group", "section", "text") if not row[key].strip()]
    found = [f"{key} is blank" for key in words]
    return found + (wrong_labels(row) or wrong_carriers(row) + wrong_target(row))


def row(**changes: object) -> Row:
    """A well-formed uncivil row of our own, with the given keys changed."""
    whole: Row = {
        "id": "author-0001",
        "family": "author",
        "group": "author-01",
        "section": "food",
        "text": "A soup review by a nitwit, my damn spoon could write better",
        "labels": dict(zip(LABELS, (1, 1, 0.5, 0, 0), strict=True)),
        "target": "author",
        "carriers": {"insult": ["a nitwit"], "profanity": ["damn"]},
    }
    return whole | changes


def labels(*values: float) -> dict[str, float]:
    return dict(zip(LABELS, values, strict=True))


def test_a_well_formed_row_has_no_fault() -> None:
    assert faults(row()) == []


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"text": " "}, "text is blank"),
        ({"note": "extra"}, "keys differ"),
        ({"labels": {"incivility": 1}}, "labels are not those"),
        ({"labels": labels(1, 1.2, 0.5, 0, 0)}, "insult is outside 0 to 1"),
        ({"labels": labels(0.7, 1, 0.5, 0, 0)}, "incivility is below"),
        ({"labels": labels(0.5, 0.5, 0.5, 0, 0)}, "incivility takes no side"),
        ({"carriers": {"insult": ["a nitwit"]}}, "carriers do not match"),
        ({"carriers": {"insult": ["a halfwit"], "profanity": ["damn"]}}, "is not in the text"),
        ({"carriers": {"insult": [" "], "profanity": ["damn"]}}, "has an empty carrier"),
        ({"carriers": {"insult": [], "profanity": ["damn"]}}, "insult has no carrier"),
        ({"target": "chef"}, "not a kind of the taxonomy"),
        ({"target": "none"}, "belongs to uncivil rows"),
    ],
)
def test_a_faulty_row_is_named(changes: Row, fault: str) -> None:
    assert any(fault in sentence for sentence in faults(row(**changes)))


def test_every_row_of_the_suite_is_well_formed() -> None:
    assert {r["id"]: faults(r) for r in rows() if faults(r)} == {}


def test_no_id_and_no_text_occurs_twice() -> None:
    counts = Counter(r["id"] for r in rows()) + Counter(r["text"] for r in rows())
    assert [key for key, times in counts.items() if times > 1] == []


def test_an_id_is_its_family_and_a_running_number() -> None:
    seen: Counter[str] = Counter()
    for r in rows():
        seen[r["family"]] += 1
        assert r["id"] == f"{r['family']}-{seen[r['family']]:04d}"


def test_every_family_is_there_with_twenty_rows_at_least() -> None:
    counts = Counter(r["family"] for r in rows())
    assert set(counts) == FAMILIES
    assert min(counts.values()) >= 20


def test_a_group_stays_within_one_family() -> None:
    families = defaultdict(set)
    for r in rows():
        families[r["group"]].add(r["family"])
    assert [group for group, of in families.items() if len(of) > 1] == []


def test_every_family_holds_at_least_three_groups_with_both_sides() -> None:
    sides: dict[tuple[str, str], set[bool]] = defaultdict(set)
    for r in rows():
        sides[r["family"], r["group"]].add(is_uncivil(r))
    contrasts = Counter(family for (family, _), both in sides.items() if len(both) == 2)
    assert all(contrasts[family] >= 3 for family in FAMILIES)


def test_about_half_of_the_rows_are_civil() -> None:
    every = rows()
    assert 0.45 <= sum(not is_uncivil(r) for r in every) / len(every) <= 0.6


def test_long_comments_have_100_to_300_words() -> None:
    lengths = [len(r["text"].split()) for r in rows() if r["family"] == "long_comment"]
    assert min(lengths) >= 100
    assert max(lengths) <= 300


def test_the_rude_part_of_a_long_comment_is_a_small_part_of_it() -> None:
    uncivil = [r for r in rows() if r["family"] == "long_comment" and is_uncivil(r)]
    carried = [sum(len(p) for ps in r["carriers"].values() for p in ps) for r in uncivil]
    assert all(n < len(r["text"]) / 4 for n, r in zip(carried, uncivil, strict=True))


@pytest.mark.parametrize("mark", ["\u200b", "\u00ad", "\u200d", "*", "\u03c5", "ｉ", "𝗽", "🤡"])
def test_disguises_of_many_kinds_occur(mark: str) -> None:
    assert any(mark in r["text"] for r in rows() if r["family"] == "disguise")


def test_every_frozen_file_is_byte_for_byte_the_one_that_was_frozen() -> None:
    frozen = json.loads((SUITES / "frozen.json").read_text(encoding="utf-8"))
    held = frozen["situations.jsonl"]
    content = SITUATIONS.read_bytes()
    assert hashlib.sha256(content).hexdigest() == held["sha256"], "see training/suites/README.md"
    assert len(rows()) == held["rows"]


def test_the_readme_names_every_family() -> None:
    text = (SUITES / "README.md").read_text(encoding="utf-8")
    assert [family for family in sorted(FAMILIES) if f"`{family}`" not in text] == []
