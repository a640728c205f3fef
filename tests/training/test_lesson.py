"""What a run learns from: rows that somebody speaks of, disguised copies, and the teacher's word."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from model.labels import NAMES
from model.records import Example, Span
from training import joined, mix, soft_targets
from training.augment import SUFFIX
from training.errors import TrainingError
from training.keys import key_with_symbols
from training.recipe import FIRST_STAGE, CorpusUse, Recipe, read
from training.train import lesson, teacher_of

CIVIL = dict.fromkeys(NAMES, 0.0)


def said(*texts: str) -> soft_targets.SoftTargets:
    every = enumerate(texts)
    logits = {key_with_symbols(text): np.full(len(NAMES), i, np.float32) for i, text in every}
    return soft_targets.SoftTargets(logits, {})


def rude(number: int) -> Example:
    text = f"What an absolute blockhead, for the {number}th time this week."
    begin = text.index("blockhead")
    spans = (Span(begin, begin + len("blockhead"), "insult", 1.0),)
    return Example(text, {"insult": 1.0, "incivility": 1.0}, id=f"rude:{number}", spans=spans)


def kind(number: int) -> Example:
    return Example(f"Wonderful weather on the {number}th of August.", CIVIL, id=f"kind:{number}")


def test_a_row_that_neither_annotator_nor_teacher_speaks_of_is_left_out() -> None:
    known = Example("A comment about which the teacher was asked.", {}, id="text:1")
    unknown = Example("A comment about which nobody was asked at all.", {}, id="text:2")
    learnt = lesson([rude(1), known, unknown], said(known.text), Recipe())
    assert {row.id for row in learnt.rows} == {"rude:1", "text:1"}
    assert learnt.account == {"rows": 2, "disguised_copies": 0, "joined": 0, "soft_targets": 1}
    assert [learnt.soft(row) is not None for row in (rude(1), known)] == [False, True]


def test_without_a_teacher_nobody_speaks() -> None:
    learnt = lesson([rude(1)], None, Recipe())
    assert learnt.soft(rude(1)) is None
    assert learnt.account["soft_targets"] == 0


def test_a_disguised_copy_learns_what_the_teacher_said_of_its_original() -> None:
    rows = [rude(n) for n in range(20)] + [kind(n) for n in range(20)]
    teacher = said(*(row.text for row in rows))
    learnt = lesson(rows, teacher, Recipe(disguised_share=0.5))
    copies = [row for row in learnt.rows if row.id.endswith(SUFFIX)]
    assert len(copies) == learnt.account["disguised_copies"] == 20
    assert {row.id.split(":")[0] for row in copies} == {"rude", "kind"}
    originals = {row.id: row for row in rows}
    for copy in copies:
        original = originals[copy.id.removesuffix(SUFFIX)]
        assert copy.text != original.text
        expected = teacher.of(original)
        found = learnt.soft(copy)
        assert expected is not None
        assert found is not None
        assert found.tolist() == expected.tolist()


def test_the_order_is_the_seeds() -> None:
    rows = [kind(n) for n in range(30)]
    one, again = lesson(rows, None, Recipe()), lesson(rows, None, Recipe())
    other = lesson(rows, None, Recipe(seed=5))
    assert [row.id for row in one.rows] == [row.id for row in again.rows]
    assert [row.id for row in one.rows] != [row.id for row in other.rows]


def test_text_without_labels_needs_a_teacher() -> None:
    recipe = Recipe(corpora={"reddit_moderated": CorpusUse()})
    with pytest.raises(
        TrainingError, match="reddit_moderated has no labels: it needs soft_targets or house_read"
    ):
        mix.chosen(recipe)
    assert list(mix.chosen(replace(recipe, soft_targets="targets"))) == ["reddit_moderated"]


def test_text_without_labels_is_trained_on_and_measures_nothing(tmp_path: Path) -> None:
    (tmp_path / "reddit_moderated").mkdir()
    remarks = "".join(f"Remark number {n} on this and that.\n" for n in range(60))
    (tmp_path / "reddit_moderated" / "comments.csv").write_text("body\n" + remarks)
    named = {"reddit_moderated": CorpusUse(), "newsroom": CorpusUse()}
    parts = mix.gather(Recipe(soft_targets="targets", corpora=named), tmp_path).parts
    assert sum(row.source == "reddit_moderated" for row in parts["train"]) > 40
    assert all(row.source == "newsroom" for name in ("validation", "test") for row in parts[name])


def test_joins_are_learnt_and_the_teacher_is_not_asked_of_them() -> None:
    rows = [
        replace(row, source="newsroom")
        for n in range(20)
        for row in (rude(n), kind(n), kind(n + 20))
    ]
    learnt = lesson(rows, said(*(row.text for row in rows)), Recipe(joined_share=0.5))
    joins = [row for row in learnt.rows if row.id.endswith(joined.SUFFIX)]
    assert len(joins) == learnt.account["joined"] == 20
    assert [learnt.soft(row) for row in joins] == [None] * 20


def test_of_comitys_own_comments_the_teacher_is_heard_where_it_was_asked() -> None:
    own = [replace(rude(n), source="newsroom") for n in range(3)]
    learnt = lesson(own, said(own[0].text), Recipe())
    assert [learnt.soft(row) is not None for row in own] == [True, False, False]


def test_a_permissive_run_does_not_learn_from_a_teacher_that_read_everything() -> None:
    shipped = read(FIRST_STAGE)
    teacher = teacher_of(shipped)
    assert teacher is not None
    assert len(teacher.by_key) > 50_000
    assert teacher_of(replace(shipped, licences="permissive")) is None
    assert teacher_of(replace(shipped, soft_targets="")) is None
