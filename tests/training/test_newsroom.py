"""What Comity trains on of its own, and what it measures by, have nothing in common."""

import json
from pathlib import Path

from training import suites
from training.corpora import read_corpus
from training.keys import held_out, identity, keys_of


def test_no_training_comment_is_a_case_of_a_suite() -> None:
    cases = {identity(case.text) for suite in suites.suites().values() for case in suite}
    own = {identity(example.text): example.id for example in read_corpus("newsroom", Path())}
    assert [own[same] for same in cases & set(own)] == []


def test_no_training_comment_is_a_comment_of_a_public_test_set() -> None:
    own = list(read_corpus("newsroom", Path()))
    assert len(own) > 1500
    assert [e.id for e in own if keys_of(e.text) & held_out()] == []


def test_every_comment_says_what_carries_it_and_labels_agree() -> None:
    for file in sorted((Path(suites.FOLDER).parent / "newsroom").glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            aimed = max(row["labels"][name] for name in ("insult", "identity_attack", "threat"))
            assert row["labels"]["incivility"] >= aimed, row["id"]
            assert (row["target"] == "none") == (row["labels"]["incivility"] < 0.5), row["id"]
