"""The suite runner: shares with Wilson intervals, whole groups, and cases that cannot be read."""

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest
from sklearn.metrics import roc_auc_score
from word_scorer import HeadScorer, WordScorer

from model.records import Scores, Span, Target
from training import suites
from training.errors import TrainingError
from training.metrics import wilson
from training.suites import Case, answers, judge, read, run

CLOWN = Span(4, 9, "insult", 1.0)
AUTHOR = Target("author", 0.6)
CASES = (
    Case("a1", "names", "a", "you clown", {"incivility": True, "insult": True}),
    Case("a2", "names", "a", "the clown fell over", {"incivility": False, "insult": False}),
    Case("b1", "quotes", "b", "you are a fool", {"incivility": True, "insult": True}),
    Case("b2", "quotes", "b", "he called me names", {"incivility": False, "insult": False}),
    Case("c1", "quotes", None, "a damn good goal", {"profanity": True, "incivility": False}),
)


def write(folder: Path, *rows: object) -> Path:
    file = folder / "cases.jsonl"
    file.write_text("".join(f"{json.dumps(row)}\n" for row in rows), "utf-8")
    return file


def row(**changed: object) -> dict[str, object]:
    return {
        "id": "one",
        "family": "names",
        "group": "g",
        "section": "sport",
        "text": "What a clown.",
        "labels": {"incivility": 1},
        "target": "person",
        "carriers": {"insult": ["clown"]},
    } | changed


def test_the_share_right_is_counted_for_each_label_and_family():
    report = run(CASES, WordScorer({"clown": 0.9, "fool": 0.5, "damn": 0.2}))
    incivility = report.labels["incivility"]
    assert incivility.all == wilson(4, 5)  # only a2 is wrong
    assert incivility.families == {"names": wilson(1, 2), "quotes": wilson(3, 3)}
    assert incivility.wrong == ("a2",)
    assert report.n == 5


def test_a_score_of_a_half_is_a_yes():
    exactly = run(CASES[2:3], WordScorer({"fool": 0.5}))
    assert exactly.labels["insult"].all.right == 1
    below = run(CASES[2:3], WordScorer({"fool": 0.4999}))
    assert below.labels["insult"].all.right == 0


def test_a_label_is_judged_only_where_the_case_speaks_of_it():
    report = run(CASES, WordScorer({}))
    assert report.labels["profanity"].all.n == 1
    assert report.labels["insult"].all.n == 4
    assert "threat" not in report.labels


def test_a_group_is_right_only_when_all_of_its_cases_are():
    groups = run(CASES, WordScorer({"clown": 0.9, "fool": 0.5})).labels["incivility"].groups
    assert groups == wilson(1, 2)


def test_a_case_alone_in_its_group_makes_no_pair():
    report = run([*CASES, Case("d1", "x", "d", "x", {"incivility": False})], WordScorer({}))
    assert report.labels["incivility"].groups.n == 2


def test_groups_without_a_pair_are_not_a_number():
    report = run(CASES[4:], WordScorer({}))
    assert math.isnan(report.labels["incivility"].groups.value)


def test_the_auc_of_a_label_is_over_all_of_its_cases_whatever_the_half():
    report = run(CASES, WordScorer({"clown": 0.4, "fool": 0.3}))
    truth = [case.labels["incivility"] for case in CASES]
    said = [0.4 if "clown" in c.text else 0.3 if "fool" in c.text else 0.1 for c in CASES]
    assert report.labels["incivility"].auc == pytest.approx(roc_auc_score(truth, said))


def test_the_interval_of_an_auc_draws_whole_groups():
    scorer = WordScorer({"clown": 0.4, "fool": 0.3})
    found = run(CASES, scorer).labels["incivility"]
    assert found.figures["auc"].value == found.auc
    # Each of the two groups is right alone, so only how they stand to one another moves the figure.
    again = [replace(case, id=f"{case.id}-{copy}") for copy in range(9) for case in CASES[:4]]
    many = run(again, scorer).labels["incivility"]
    assert many.auc == run(CASES[:4], scorer).labels["incivility"].auc
    assert many.figures["auc"] == run(CASES[:4], scorer).labels["incivility"].figures["auc"]
    assert run(CASES, scorer, seed=5).labels["incivility"].auc == found.auc


def test_beside_another_scorer_an_auc_and_the_spans_are_compared_case_by_case():
    ours, theirs = HeadScorer({"clown": 0.4, "fool": 0.3}, {}), HeadScorer({"clown": 0.4}, {})
    cases = [replace(case, spans=(CLOWN,) if case.id == "a1" else ()) for case in CASES]
    found = judge(cases, answers(cases, ours), against=answers(cases, theirs))
    incivility, alone = found.labels["incivility"], run(cases, theirs).labels["incivility"]
    difference = incivility.difference["auc"]
    assert difference.value == pytest.approx(incivility.auc - alone.auc)
    assert 0 == difference.low < difference.value < difference.high
    assert found.spans is not None
    # "fool" is marked by ours alone, where nothing is to be marked.
    assert found.spans.beside["against"].difference["f1"].value == pytest.approx(-0.2)
    assert run(cases, ours).labels["incivility"].difference == {}


def test_a_share_less_that_of_another_scorer_is_drawn_from_the_cases_that_turned():
    before = answers(CASES, WordScorer({"clown": 0.9}))
    after = answers(CASES, WordScorer({"fool": 0.9}))  # a2 and b1 mended, a1 broken
    found = judge(CASES, after, against=before).labels["incivility"].difference["all"]
    assert found.value == pytest.approx(1 / 5)
    assert found.low < 0 < found.high
    same = judge(CASES, after, against=after).labels["incivility"].difference["all"]
    assert (same.value, same.low, same.high) == (0, 0, 0)


def test_one_side_alone_has_no_auc():
    report = run([Case("f1", "x", None, "clown", {"incivility": True})], WordScorer({}))
    assert math.isnan(report.labels["incivility"].auc)


def test_a_case_that_was_not_scored_is_never_right_and_is_counted():
    cases = [
        Case("e1", "x", None, "Fremdsprache", {"incivility": False}),
        Case("e2", "x", None, "unreadable", {"incivility": False}),
    ]
    report = run(cases, WordScorer({}))
    assert report.labels["incivility"].all == wilson(0, 2)
    assert (report.abstained, report.errors) == ({"language": 1}, {"empty": 1})


def test_too_few_scores_are_an_error():
    with pytest.raises(ValueError, match="1 scores for 5 cases"):
        judge(CASES, [Scores(None)])


def test_a_case_is_read_with_its_truth(tmp_path):
    (case,) = read(write(tmp_path, row(labels={"incivility": 1, "threat": 0})))
    assert case == Case(
        id="one",
        family="names",
        group="g",
        text="What a clown.",
        labels={"incivility": True, "threat": False},
        target="person",
        spans=(Span(7, 12, "insult", 1.0),),
    )


def test_a_case_need_not_tell_target_and_carriers(tmp_path):
    told = row()
    del told["target"], told["carriers"]
    (case,) = read(write(tmp_path, told))
    assert (case.target, case.spans) == (None, None)
    (civil,) = read(write(tmp_path, row(carriers={})))
    assert civil.spans == ()


def test_spans_and_targets_are_judged_by_what_the_cases_tell():
    cases = [
        Case("a", "x", None, "you clown", {"incivility": True}, "commenter", (CLOWN,)),
        Case("b", "x", None, "that clown of a man", {"incivility": True}, "person", ()),
        Case("c", "x", None, "a good day", {"incivility": False}, "none", ()),
        Case("d", "x", None, "not told", {"incivility": True}),
    ]
    scorer = HeadScorer({"clown": 0.9}, {"you": Target("commenter", 0.7), "that": AUTHOR})
    report = run(cases, scorer)
    assert report.spans is not None
    assert report.target is not None
    assert (report.spans.n, report.spans.with_spans) == (3, 1)
    assert report.spans.figures["f1"].value == pytest.approx(2 / 3)  # b is marked, c is not
    assert report.target.coarse == wilson(2, 2)
    assert report.target.finer == wilson(1, 2)


def test_a_scorer_without_heads_leaves_spans_and_targets_unmeasured():
    report = run(suites.suites()["situations"][:5], WordScorer({}))
    assert (report.spans, report.target) == (None, None)


def test_a_soft_label_counts_by_its_side_of_a_half_and_a_half_itself_is_not_judged(tmp_path):
    file = write(tmp_path, row(labels={"incivility": 0.7, "insult": 0.3, "profanity": 0.5}))
    assert read(file)[0].labels == {"incivility": True, "insult": False}


def test_blank_lines_are_passed_over_and_counted(tmp_path):
    file = tmp_path / "cases.jsonl"
    file.write_text("\n" + json.dumps(row()) + "\n\n{\n", "utf-8")
    with pytest.raises(TrainingError, match="line 4: is not JSON"):
        read(file)


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"id": ""}, "field 'id'"),
        ({"text": None}, "field 'text'"),
        ({"family": 3}, "field 'family'"),
        ({"group": 3}, "field 'group'"),
        ({"labels": {}}, "field 'labels': is missing"),
        ({"labels": {"rudeness": 1}}, "'rudeness' is none of incivility, insult"),
        ({"labels": {"insult": 1.4}}, "'insult' is not a number from 0 to 1"),
        ({"target": "everybody"}, "field 'target': is none of none, person"),
        ({"carriers": ["clown"]}, "field 'carriers': is not an object"),
        ({"carriers": {"insult": ["moron"]}}, "field 'carriers': 'insult' number 1 is not in"),
        ({"labels": {"insult": "yes"}}, "'insult' is not a number from 0 to 1"),
    ],
)
def test_a_case_that_cannot_be_judged_is_named_by_line_and_field(tmp_path, changed, named):
    with pytest.raises(TrainingError, match=f"cases.jsonl, line 2.*{named}"):
        read(write(tmp_path, row(), row(id="two") | changed))


def test_an_error_never_repeats_the_text(tmp_path):
    with pytest.raises(TrainingError) as refused:
        read(write(tmp_path, row(labels={"insult": "What a clown."})))
    assert "clown" not in str(refused.value)


def test_an_id_that_stands_twice_is_refused(tmp_path):
    with pytest.raises(TrainingError, match="line 2, field 'id': one stands twice"):
        read(write(tmp_path, row(), row()))


def test_a_suite_is_named_by_its_file(tmp_path):
    write(tmp_path, row())
    assert {name: len(cases) for name, cases in suites.suites(tmp_path).items()} == {"cases": 1}


def test_every_suite_that_ships_can_be_read():
    for name, cases in suites.suites().items():
        assert cases, name
