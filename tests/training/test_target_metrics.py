"""At whom a comment is aimed: coarse and named kinds, counted only where a desk would ask."""

import numpy as np
import pytest

from model.labels import TARGET_KINDS
from model.records import Comment, Scores, Target
from model.target import PERSONS, chances, target_of
from training.metrics import wilson
from training.target_metrics import NOT_JUDGED, coarse, in_conversation, judge, tells_targets

READ = {"incivility": 0.9}
ABSTAINED = Scores(None, abstained="language")


def aimed(kind: str, score: float = 0.8) -> Scores:
    return Scores(READ, target=Target(kind, score))


def test_every_kind_is_none_a_group_or_a_person():
    assert [coarse(kind) for kind in TARGET_KINDS] == [
        "none",
        "person",
        "group",
        "person",
        "person",
        "person",
    ]


@pytest.mark.parametrize(
    ("kind", "chance"),
    [
        ("commenter", 0.8),
        ("author", 0.8),
        ("person", 0.8),
        ("public_figure", 0.2),
        ("group", 0.2),
        ("none", 0.2),
    ],
)
def test_who_takes_part_in_the_conversation(kind, chance):
    assert in_conversation(Target(kind, 0.8)) == pytest.approx(chance)


@pytest.mark.parametrize("kind", ["none", "group", "public_figure"])
@pytest.mark.parametrize("score", [0.34, 0.4, 0.5])
def test_an_ambiguous_answer_leaves_nobody_more_than_the_kind_that_it_names(kind, score):
    # The kind that is named is the likeliest, so a person is at most as likely as it.
    assert in_conversation(Target(kind, score)) == pytest.approx(score)


@pytest.mark.parametrize("kind", ["none", "group", "public_figure"])
def test_a_surer_answer_for_somebody_outside_leaves_less(kind):
    chances = [in_conversation(Target(kind, score)) for score in (0.5, 0.6, 0.8, 0.99)]
    assert chances == pytest.approx([0.5, 0.4, 0.2, 0.01])


@pytest.mark.parametrize("score", [0.34, 0.4, 0.5, 0.9])
def test_an_ambiguous_answer_for_somebody_who_takes_part_is_its_own_chance(score):
    assert in_conversation(Target("person", score)) == score


def test_what_an_answer_leaves_is_never_less_than_the_network_gives_to_persons():
    left = []
    for logits in np.random.default_rng(3).normal(size=(300, len(TARGET_KINDS))):
        by_kind = chances(logits)
        said = target_of(by_kind, Comment("So it goes."))
        if said.kind in ("none", "group"):
            persons = sum(by_kind[TARGET_KINDS.index(kind)] for kind in PERSONS)
            assert persons <= in_conversation(said) + 1e-9
            left.append(1 - said.score - in_conversation(said))
    assert len(left) > 20
    assert max(left) > 0.1  # the complement alone would say more than may be


def test_person_group_and_none_are_judged_on_uncivil_rows_with_a_known_target():
    truth = ["person", "commenter", "group", "none", "group", None, "group"]
    uncivil = [True, True, True, True, False, True, True]
    said = ["author", "commenter", "person", "none", "none", "group", "group"]
    report = judge(truth, uncivil, [aimed(kind) for kind in said])
    assert report is not None
    assert report.n == 5  # neither the civil row nor the untold one
    assert report.coarse == wilson(4, 5)
    assert report.coarse_kinds == {
        "group": wilson(1, 2),
        "none": wilson(1, 1),
        "person": wilson(2, 2),
    }
    assert report.majority == 2 / 5
    assert (report.finer, report.finer_kinds) == (None, {})


def test_the_named_kinds_are_judged_where_the_rows_tell_them():
    truth = ["author", "author", "commenter", "group"]
    said = [aimed("author"), aimed("person"), aimed("commenter"), aimed("group")]
    report = judge(truth, [True] * 4, said, finer=True)
    assert report is not None
    assert report.coarse == wilson(4, 4)
    assert report.finer == wilson(3, 4)
    assert report.finer_kinds["author"] == wilson(1, 2)
    assert report.said == {
        "author": {"author": 1, "person": 1},
        "commenter": {"commenter": 1},
        "group": {"group": 1},
    }


def test_a_row_that_was_not_judged_is_never_right():
    report = judge(["none", "none"], [True, True], [aimed("none"), ABSTAINED], finer=True)
    assert report is not None
    assert report.coarse == report.finer == wilson(1, 2)
    assert report.said == {"none": {"none": 1, NOT_JUDGED: 1}}


def test_without_a_target_head_or_rows_to_ask_about_there_is_no_report():
    assert judge(["person"], [True], [Scores(READ)]) is None
    assert judge(["person"], [False], [aimed("person")]) is None
    assert judge([None], [True], [aimed("person")]) is None
    assert not tells_targets([Scores(READ), ABSTAINED])
    assert tells_targets([ABSTAINED, aimed("none")])
