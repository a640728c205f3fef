"""Whose word the labels are: a card says where they are a language model's, and nothing else of people."""

import pytest

from training.card_labellers import COUNTED, held_out_truth, labellers, limit

OWN = {"corpora": [{"name": "newsroom"}, {"name": "edos"}]}
READ = {"corpora": [{"name": "edos"}], "house_readings": {"readings": 9}}
PUBLIC = {"corpora": [{"name": "edos"}]}
PARTS = {"train": 80, "validation": 10, "test": 10}


@pytest.mark.parametrize("lineage", [OWN, READ])
def test_own_comments_and_own_readings_are_language_models(lineage):
    assert "No desk has read any of them yet" in labellers(lineage)
    assert "high agreement there is not agreement with people" in limit(lineage)
    assert "high agreement is not agreement with people" in held_out_truth(lineage)


def test_where_people_alone_labelled_no_language_model_is_named():
    assert labellers(PUBLIC) == held_out_truth(PUBLIC) == ""
    assert "labelled by annotators" in limit(PUBLIC)


def test_most_is_said_where_the_count_says_so():
    counted = {**OWN, "rows": {**PARTS, COUNTED: 51}}
    assert "**Most labels" in labellers(counted)
    assert "51 of the 100 comments" in labellers(counted)
    fewer = {**OWN, "rows": {**PARTS, COUNTED: 50}}
    assert limit(fewer).startswith("Many of its training labels")
    assert "**Many labels" in labellers({**OWN, "rows": PARTS})  # a mix of before the count


def test_what_the_bundle_before_learnt_from_counts_but_measures_nothing_here():
    lineage = {**PUBLIC, "went_on_from": {"went_on_from": OWN}}
    assert "language models" in labellers(lineage)
    assert "language models" in limit(lineage)
    assert "held-out" not in limit(lineage)
    assert held_out_truth(lineage) == ""


def test_a_retrained_bundle_is_measured_by_its_desks_labels():
    lineage = {"kind": "retrained", "rows": PARTS, "ancestor": OWN}
    assert "only what it was retrained on has a desk's labels" in limit(lineage)
    assert held_out_truth(lineage) == ""
