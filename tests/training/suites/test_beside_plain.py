"""The suite of rude lines beside plain ones keeps its form, and is the file that was frozen."""

import hashlib
import json
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import training
from training import suites

SUITES = Path(training.__file__).parent / "suites"
FILE = SUITES / "beside_plain.jsonl"
LABELS = ["incivility", "insult", "profanity", "identity_attack", "threat"]
FAMILIES = {"mild_insult", "strong_insult", "condescension", "dismissal", "threat"}


def rows() -> list[dict[str, Any]]:
    return [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]


def pairs() -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Each pair, its rude row first."""
    groups = defaultdict(list)
    for row in rows():
        groups[row["group"]].append(row)
    return [tuple(sorted(of, key=lambda r: -r["labels"]["incivility"])) for of in groups.values()]


def shared_ends(rude: str, civil: str) -> tuple[int, int]:
    """How many words two comments share from their start, and from their end."""
    words = rude.split(), civil.split()
    ends = []
    for one, other in (words, tuple(of[::-1] for of in words)):
        same = [a == b for a, b in zip(one, other, strict=False)]
        ends.append(same.index(False))
    return ends[0], ends[1]


def test_the_suite_is_byte_for_byte_the_one_that_was_frozen() -> None:
    held = json.loads((SUITES / "frozen.json").read_text(encoding="utf-8"))[FILE.name]
    assert hashlib.sha256(FILE.read_bytes()).hexdigest() == held["sha256"]
    assert len(rows()) == held["rows"]


def test_the_suite_can_be_read_and_is_run_with_the_others() -> None:
    assert len(suites.suites()[FILE.stem]) == len(rows())


def test_no_id_and_no_text_occurs_twice() -> None:
    counts = Counter(r["id"] for r in rows()) + Counter(r["text"] for r in rows())
    assert max(counts.values()) == 1


def test_a_pair_is_a_rude_row_and_a_civil_one_of_one_family_section_and_position() -> None:
    assert len(pairs()) == 80
    for rude, civil in pairs():
        assert rude["labels"]["incivility"] > 0.5
        assert set(civil["labels"].values()) == {0}
        assert [rude[k] for k in ("family", "section", "position")] == [
            civil[k] for k in ("family", "section", "position")
        ]
        assert (rude["target"] != "none", civil["target"], civil["carriers"]) == (True, "none", {})


def test_a_pair_shares_its_plain_sentences_and_differs_in_one_line() -> None:
    for rude, civil in pairs():
        first, last = shared_ends(rude["text"], civil["text"])
        assert first + last >= 8, rude["id"]
        assert (rude["position"] == "start") == (first < last and not starts_alike(rude, civil))


def starts_alike(rude: dict[str, Any], civil: dict[str, Any]) -> bool:
    """Whether both open with the same plain sentence."""
    return bool(rude["text"].split(".")[0] == civil["text"].split(".")[0])


def test_labels_are_the_five_that_the_suite_was_written_for_and_carriers_agree_with_them() -> None:
    for row in rows():
        assert list(row["labels"]) == LABELS
        expected = {name for name in LABELS[1:] if row["labels"][name] >= 0.5}
        assert set(row["carriers"]) == expected, row["id"]


def test_every_family_stands_at_every_position() -> None:
    seen = {(r["family"], r["position"]) for r in rows()}
    assert seen == {(f, p) for f in FAMILIES for p in ("start", "middle", "end")}


def test_neither_side_is_longer() -> None:
    lengths = [(len(rude["text"]), len(civil["text"])) for rude, civil in pairs()]
    mean = [sum(of) / len(lengths) for of in zip(*lengths, strict=True)]
    assert abs(mean[0] - mean[1]) < 5


def test_the_readme_names_every_family() -> None:
    text = (SUITES / "README.md").read_text(encoding="utf-8")
    assert [family for family in FAMILIES if f"`{family}`" not in text] == []
