"""The card's training section: encoder, teacher and lesson, and every corpus with its licence."""

import pytest

from training.card_training import training_of

CORPORA = [
    {
        "name": "dynahate",
        "licence": "none stated",
        "weight": 0.7,
        "rows_cap": None,
        "address": "https://example.org/a|b",
    },
    {"name": "edos", "licence": "CC0", "weight": 0.7, "rows_cap": 5000, "address": "x"},
]
BASE = {"name": "tiny", "licence": "Apache-2.0", "address": "https://example.org/tiny"}
LINEAGE = {
    "kind": "trained",
    "corpora": CORPORA,
    "rows": {"read": 1200, "train": 1000, "dropped_by_guard": {"edos": 3, "olid": 4}},
    "base": BASE,
}
TEACHER = {
    "base": {"name": "large", "licence": "MIT", "address": "https://example.org/large"},
    "rows": {"read": 9000, "train": 5161},
    "corpora": [{"name": "olid", "licence": "none stated"}, {"name": "edos", "licence": "CC0"}],
}
LESSON = {"rows": 1000, "disguised_copies": 80, "soft_targets": 640}


def told(**beside: object) -> str:
    return "\n\n".join(training_of({**LINEAGE, **beside}))


def test_corpora_stand_with_their_licences_and_the_missing_ones_are_counted():
    training = told()
    assert "| `dynahate` | none stated | 0.7 |  | https://example.org/a\\|b |" in training
    assert "| `edos` | CC0 | 0.7 | 5,000 rows | x |" in training
    assert "1 of these corpora state no licence" in training
    assert "encoder tiny (licence: Apache-2.0)" in training
    assert "1,200 read, 1,000 train" in training
    assert "7 comments were left out" in training


def test_the_teacher_is_named_with_its_licence_and_every_corpus_it_read():
    training = told(teacher=TEACHER)
    assert "fine-tuned on 5,161 comments from the encoder large (licence: MIT)" in training
    assert "`olid` (none stated), `edos` (CC0). 1 of these 2 state no licence" in training
    assert "the teacher itself is not in this bundle" in training
    assert "Under `--licences permissive` there is no teacher" in training


@pytest.mark.parametrize("teacher", [None, {}])
def test_without_a_teacher_none_is_spoken_of(teacher):
    training = told(teacher=teacher, lesson={**LESSON, "soft_targets": 0})
    assert "teacher" not in training
    assert "80 copies of them with words disguised, without soft targets." in training


def test_a_teacher_of_which_little_is_known_is_still_named():
    training = told(teacher={"base": {"name": "large"}})
    assert "a slower network fine-tuned from the encoder large (licence: none stated)" in training
    assert "Corpora that the teacher" not in training


def test_the_lesson_counts_comments_disguised_copies_and_soft_targets():
    training = told(teacher=TEACHER, lesson=LESSON)
    assert "1,000 comments and 80 copies of them with words disguised" in training
    assert "soft targets go with 640 of the comments" in training
    assert "was shown" not in told()


def test_unlabelled_text_is_named_as_such():
    pool = {"name": "reddit_moderated", "licence": "none stated", "weight": 0.7, "rows_cap": 9000}
    training = told(corpora=[*CORPORA, pool], teacher=TEACHER)
    assert "Unlabelled text: `reddit_moderated`. No label of it is used" in training
    assert "| `reddit_moderated` | none stated | 0.7 | 9,000 rows |  |" in training
    assert "2 of these corpora state no licence" in training
    assert "Unlabelled" not in told(corpora=[*CORPORA, {"name": "gone_from_the_catalogue"}])


def test_public_test_parts_that_are_training_rows_are_named():
    training = told()
    assert "Do not compare models on these" in training
    assert "dynahate (its validation and test parts)" in training
    assert "hatemoji" not in training
    assert "Do not compare" not in told(corpora=[{"name": "jigsaw_toxic"}])


def test_a_public_test_part_that_only_the_teacher_read_is_named_too():
    teacher = {**TEACHER, "corpora": [{"name": "hatemoji", "licence": "CC BY 4.0"}]}
    assert "hatemoji (HatemojiBuild's validation" in told(teacher=teacher)


def test_a_retrained_bundle_points_to_the_card_of_the_one_it_came_from():
    first, whose = training_of({"kind": "retrained", "from": "20261001.0900"})
    assert "Fine-tuned from bundle 20261001.0900" in first
    assert "stand in its card and hold here too" in first
    assert "language models" in whose  # the comments rehearsed are Comity's own


def test_an_empty_lineage_names_neither_encoder_nor_licence():
    assert list(training_of({})) == ["Fine-tuned from the encoder unknown (licence: none stated)."]


def test_a_bundle_that_went_on_from_another_names_it_and_all_that_it_read():
    before = {
        "version": "older-1",
        "manifest_sha256": "ab12",
        "corpora": CORPORA,
        "teacher": TEACHER,
    }
    training = told(corpora=[], went_on_from=before)
    assert "It went on from bundle older-1 (sha256 of its manifest: ab12)" in training
    assert "on `dynahate` (none stated), `edos` (CC0). 1 of these state no licence." in training
    assert "Of that bundle: It also learnt from a teacher" in training
    assert "`olid` (none stated)" in training
    assert "dynahate (its validation and test parts)" in training  # they were training rows there
    assert "went on" not in told()


def test_a_bundle_that_went_on_from_a_retrained_one_says_so():
    before = {"version": "older-1", "manifest_sha256": "ab12", "corpora": CORPORA}
    assert "a desk's own labels" not in told(went_on_from=before)
    training = told(went_on_from={**before, "desks_labels": ["cd2", "ab1"]})
    assert "on `dynahate` (none stated)" in training
    assert "had then been retrained on a desk's own labels" in training
    assert "rehearsed beside them; retrainings: 2." in training


def test_a_run_that_was_taken_up_on_another_schedule_says_so():
    changes = [{"step": 1200, "epochs": 1.25}, {"step": 1500, "epochs": 2}]
    training = told(begun_with_epochs=3.0, taken_up=changes)
    assert (
        "Begun on a schedule of 3 epochs, taken up at step 1,200 on one of 1.25, "
        "then taken up at step 1,500 on one of 2."
    ) in training
    assert "schedule" not in told()


def test_joins_and_house_readings_are_counted():
    rows = {**LINEAGE["rows"], "with_house_readings": 4321}
    pool = {"name": "reddit_moderated", "licence": "none stated"}
    training = told(
        lesson={**LESSON, "joined": 512}, house_readings={"readings": 9}, rows=rows, corpora=[pool]
    )
    assert "and 512 joined with plain comments; soft targets" in training
    assert "4,321 of the comments have Comity's own reading" in training
    assert "learnt of it what Comity's readers and a teacher" in training
    assert "Comity's own reading" not in told()
