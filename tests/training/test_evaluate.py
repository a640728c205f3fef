"""A scorer is judged on every row, beside others on the same rows, with figures that can be traced."""

import math
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from desk_rows import ASKED, OURS, ROOT, ROWS, THEIRS, TRUTH, WORDS, example, write_corpora
from word_scorer import HeadScorer, WordScorer

from model.records import Context, Example, Span, Target
from model.scorer import load_scorer
from tests.model.tiny import write_bundle
from tests.training.measures import auc, ece, recall_at_false_alarms
from training import evaluate as judging
from training.corpora import CATALOGUE, CorpusError
from training.evaluate import Terms, answers, evaluate, evaluate_sets, judge
from training.evaluation_sets import OF_THE_MIX, SETS, EvaluationSet
from training.goals import GOALS
from training.metrics import prior_corrected, wilson


def test_figures_are_those_of_the_label_on_the_truth_column():
    pair = judge(Terms(WordScorer(WORDS)), ASKED, ROWS).pairs["toxic:incivility"]
    assert (pair.n, pair.positives, pair.threshold) == (6, 3, 0.6)
    assert pair.figures["auc"].value == pytest.approx(auc(TRUTH, OURS))
    assert pair.figures["ece"].value == pytest.approx(ece(TRUTH, OURS))
    assert pair.figures["recall_at_false_alarms_0.5"].value == pytest.approx(
        recall_at_false_alarms(TRUTH, OURS, 0.5)
    )
    assert pair.figures["recall_at_threshold"].value == pytest.approx(2 / 3)
    assert pair.figures["precision_at_threshold"].value == 1
    assert all(f.low <= f.high for f in pair.figures.values())


def test_another_models_column_is_scored_in_the_same_way_beside_ours():
    pair = judge(Terms(WordScorer(WORDS)), ASKED, ROWS).pairs["toxic:incivility"]
    api = pair.beside["api"]
    assert api.figures["auc"].value == pytest.approx(auc(TRUTH, THEIRS))
    assert api.difference["auc"].value == pytest.approx(auc(TRUTH, OURS) - auc(TRUTH, THEIRS))
    assert "recall_at_threshold" not in api.figures  # it has no threshold of ours


def test_another_bundle_is_measured_at_its_own_thresholds():
    other = WordScorer({"moron": 0.5}, version="older")
    other.thresholds = dict.fromkeys(other.thresholds, 0.4)
    report = evaluate_sets(Terms(WordScorer(WORDS), against=other), [(ASKED, ROWS)])
    beside = report.sets["desk"].pairs["toxic:incivility"].beside["against"]
    assert report.against == "older"
    assert beside.figures["recall_at_threshold"].value == pytest.approx(1 / 3)
    assert beside.difference["recall_at_threshold"].value == pytest.approx(1 / 3)


def test_a_bundle_beside_itself_differs_by_nothing():
    same = WordScorer(WORDS)
    pair = judge(Terms(same, against=same), ASKED, ROWS).pairs["toxic:incivility"]
    assert {(d.value, d.low, d.high) for d in pair.beside["against"].difference.values()} == {
        (0.0, 0.0, 0.0)
    }


def test_the_floor_stands_beside_the_label_that_it_was_fitted_for():
    floor = {"desk": {"incivility": THEIRS, "insult": OURS}}
    pair = judge(Terms(WordScorer(WORDS), floor=floor), ASKED, ROWS).pairs["toxic:incivility"]
    assert pair.beside["floor"].figures["auc"].value == pytest.approx(auc(TRUTH, THEIRS))


def test_a_floor_of_other_rows_is_refused():
    floor = {"desk": {"incivility": [0.1]}}
    with pytest.raises(ValueError, match="desk: the floor has 1 scores of incivility for 6 rows"):
        judge(Terms(WordScorer(WORDS), floor=floor), ASKED, ROWS)


def test_rows_that_were_not_scored_count_as_nought_and_are_counted():
    rows = [
        *ROWS,
        example("Fremdsprache, moron", toxic=1, api=0.9),
        example("unreadable", toxic=0, api=0.1),
    ]
    found = judge(Terms(WordScorer(WORDS)), ASKED, rows)
    pair = found.pairs["toxic:incivility"]
    assert (found.n, pair.n, pair.positives) == (8, 8, 4)
    assert (found.abstained, found.errors) == ({"language": 1}, {"empty": 1})
    assert pair.figures["auc"].value == pytest.approx(auc([*TRUTH, 1, 0], [*OURS, 0, 0]))


def test_a_row_that_does_not_state_the_truth_is_unknown_not_civil():
    rows = [*ROWS, example("moron, moron", api=0.9)]
    floor = {"desk": {"incivility": [*THEIRS, 0.99]}}
    found = judge(Terms(WordScorer(WORDS), floor=floor), ASKED, rows)
    pair = found.pairs["toxic:incivility"]
    assert (found.n, pair.n) == (7, 6)
    assert pair.figures["auc"].value == pytest.approx(auc(TRUTH, OURS))
    assert pair.beside["floor"].figures["auc"].value == pytest.approx(auc(TRUTH, THEIRS))


def test_a_truth_that_no_row_states_has_no_pair():
    asked = EvaluationSet("desk", (("toxic", "incivility"), ("hostile", "incivility")))
    assert list(judge(Terms(WordScorer(WORDS)), asked, ROWS).pairs) == ["toxic:incivility"]


def test_the_context_and_id_reach_the_scorer():
    scorer = WordScorer(WORDS)
    row = Example("yes", {"insult": 0.0}, id="7", context=Context(parent="Is it?"))
    answers(scorer, [row])
    assert (scorer.asked[0].id, scorer.asked[0].context) == ("7", Context(parent="Is it?"))


def test_comments_are_scored_in_chunks_and_come_back_in_order(monkeypatch):
    monkeypatch.setattr(judging, "CHUNK", 4)
    assert answers(WordScorer(WORDS), ROWS).by_label["insult"] == pytest.approx(OURS)


def test_a_scorer_that_answers_too_few_comments_is_an_error(monkeypatch):
    scorer = WordScorer(WORDS)
    monkeypatch.setattr(scorer, "score", lambda comments, spans=False: [])
    with pytest.raises(ValueError, match="returned 0 scores for 6 comments"):
        answers(scorer, ROWS)


def test_with_base_rates_ece_is_given_after_prior_correction_too():
    terms = Terms(WordScorer(WORDS), base_rates={"incivility": 0.2})
    figures = judge(terms, ASKED, ROWS).pairs["toxic:incivility"].figures
    expected = ece(TRUTH, prior_corrected(OURS, pool_rate=0.2, source_rate=0.5))
    assert figures["ece_prior_corrected"].value == pytest.approx(expected)
    without = judge(Terms(WordScorer(WORDS)), ASKED, ROWS).pairs["toxic:incivility"].figures
    assert "ece_prior_corrected" not in without


def test_held_out_rows_are_calibrated_by_source_after_correction_from_their_pool():
    rows = [
        *(example(r.text, source="loud", insult=r.labels["toxic"]) for r in ROWS),
        *(example(t, source="quiet", insult=v) for t, v in (("moron", 1), ("a", 0), ("b", 0.4))),
        *(example(t, source="silent", insult=0.0) for t in ("c", "d")),
    ]
    pair = judge(Terms(WordScorer(WORDS)), OF_THE_MIX, rows).pairs["insult"]
    pool = (3 + 1.4) / 11
    quiet = pair.sources["quiet"]
    assert (quiet.n, quiet.base_rate) == (3, pytest.approx(1.4 / 3))
    corrected = prior_corrected([0.9, 0.1, 0.1], pool_rate=pool, source_rate=1.4 / 3)
    assert quiet.ece.value == pytest.approx(ece([1, 0, 0.4], [0.9, 0.1, 0.1]))
    assert quiet.ece_prior_corrected is not None
    assert quiet.ece_prior_corrected.value == pytest.approx(ece([1, 0, 0.4], corrected))
    assert pair.sources["silent"].ece_prior_corrected is None


def test_rows_of_one_source_are_not_split_by_source():
    assert judge(Terms(WordScorer(WORDS)), ASKED, ROWS).pairs["toxic:incivility"].sources == {}


def test_the_suites_are_run_when_asked_for_and_for_both_bundles():
    terms = Terms(WordScorer(WORDS), against=WordScorer({}, version="older"))
    report = evaluate_sets(terms, [], suites=True)
    assert report.suites["situations"].n == report.suites_against["situations"].n > 100
    assert report.suites["situations"] != report.suites_against["situations"]
    paired = dict(report.against_paired())
    ours, theirs = (of["threads"].labels["insult"] for of in (report.suites, report.suites_against))
    assert paired["suites.threads.insult"].value == pytest.approx(ours.all.value - theirs.all.value)
    assert paired["suites.threads.insult.auc"].value == pytest.approx(ours.auc - theirs.auc)
    assert theirs.difference == {}
    assert evaluate_sets(terms, []).suites == {}


def test_disguises_and_identity_terms_are_measured_with_the_suites_only():
    report = evaluate_sets(Terms(WordScorer(WORDS)), [], suites=True)
    assert report.disguised is not None
    assert report.bias is not None
    assert report.disguised.n > 50
    assert report.bias.n > 1000
    without = evaluate_sets(Terms(WordScorer(WORDS)), [(ASKED, ROWS)])
    assert (without.disguised, without.bias, without.skipped) == (None, None, ())


def test_spans_are_asked_for_and_measured_where_the_set_has_them(tmp_path):
    report = evaluate(HeadScorer(WORDS, {}), write_corpora(tmp_path))
    spans = report.sets["tsd_trial"].spans
    assert spans is not None
    assert (spans.n, spans.with_spans, spans.figures["f1"].value) == (20, 10, 1)
    assert report.sets["kaggle_insults_test"].spans is None
    # No set of these tells a target, which is nothing that the bundle lacks.
    assert all(found.target is None for found in report.sets.values())
    assert report.skipped == ()


def test_every_goal_on_the_development_sets_has_a_figure_of_that_name(tmp_path):
    named = dict(evaluate(HeadScorer(WORDS, {}), write_corpora(tmp_path)).named())
    sets = {asked.name for asked in SETS}
    of_sets = {goal.figures for goal in GOALS if goal.figures.split(".")[0] in sets}
    assert len(of_sets) == 11
    assert of_sets <= set(named)


@pytest.mark.parametrize("heads", [True, False])
def test_which_heads_a_bundle_has_is_read_from_its_manifest(tmp_path, heads):
    scorer = load_scorer(write_bundle(tmp_path / "tiny", heads=heads), threads=1)
    found = judging.heads_of(scorer)
    assert (found["token_labels"], found["target"]) == (heads, heads)
    asked = EvaluationSet("desk", (("toxic", "insult"),), in_conversation=("toxic",), spans=True)
    report = evaluate_sets(Terms(scorer), [(asked, ROWS)])  # these rows tell neither
    assert (report.sets["desk"].spans, report.sets["desk"].target) == (None, None)
    assert [sentence.split(" were ")[0] for sentence in report.skipped] == (
        [] if heads else ["spans", "targets"]
    )


def test_which_heads_another_scorer_has_is_seen_from_an_answer():
    assert judging.heads_of(WordScorer(WORDS)) == {"token_labels": False, "target": False}
    assert judging.heads_of(HeadScorer({}, {})) == {"token_labels": True, "target": True}


def test_only_what_half_of_the_annotators_marked_is_gold():
    spans = (
        Span(0, 4, "insult", 0.2),
        Span(7, 12, "insult", 0.5),
    )
    rows = [
        replace(ROWS[0], spans=spans),  # "what a moron"
        replace(ROWS[5], spans=(Span(0, 5, "insult", 0.4),)),  # "thank you"
        ROWS[1],
    ]
    found = judge(Terms(HeadScorer(WORDS, {})), OF_THE_MIX, rows).spans
    assert found is not None
    assert (found.n, found.with_spans) == (2, 1)
    assert {name: found.figures[name].value for name in ("f1", "precision", "recall")} == {
        "f1": 1,
        "precision": 1,
        "recall": 1,
    }


def test_another_bundles_spans_stand_beside():
    rows = [replace(ROWS[0], spans=(Span(7, 12, "insult", 1.0),)), replace(ROWS[5], spans=())]
    asked = EvaluationSet("tsd_trial", (), spans=True)
    terms = Terms(HeadScorer(WORDS, {}), against=HeadScorer({"what": 0.9}, {}, version="older"))
    spans = evaluate_sets(terms, [(asked, rows)]).sets["tsd_trial"].spans
    assert spans is not None
    assert spans.figures["f1"].value == 1
    assert spans.beside["against"].difference["f1"].value == 0.5


def test_targets_are_judged_on_uncivil_held_out_rows():
    rows = [
        replace(example("you moron", incivility=0.9), target="person"),
        replace(example("those fools", incivility=0.8), target="group"),
        replace(example("thanks", incivility=0.1), target="none"),
        example("clown", incivility=1),
    ]
    scorer = HeadScorer(WORDS, {"you": Target("commenter", 0.9)})
    report = evaluate_sets(Terms(scorer), [], held_out=rows)
    assert report.held_out is not None
    assert report.held_out.target is not None
    assert report.held_out.target.coarse == wilson(1, 2)
    assert report.held_out.target.finer is None


def test_an_insult_is_also_weighed_by_who_it_is_aimed_at():
    asked = EvaluationSet("kaggle", (("toxic", "insult"),), in_conversation=("toxic",))
    targets = {"you": Target("commenter", 0.9), "fool": Target("public_figure", 0.6)}
    pairs = judge(Terms(HeadScorer(WORDS, targets)), asked, ROWS).pairs
    assert list(pairs) == ["toxic:insult", "toxic:insult_in_conversation"]
    twin = pairs["toxic:insult_in_conversation"]
    aimed = [0.2, 0.9, 0.4, 0.2, 0.9, 0.2]  # what is aimed at nobody has 1 - 0.8
    weighed = [score * share for score, share in zip(OURS, aimed, strict=True)]
    assert (twin.label, twin.threshold) == ("insult_in_conversation", None)
    assert twin.figures["auc"].value == pytest.approx(auc(TRUTH, weighed))
    plain = twin.beside["target_untold"]
    assert plain.figures["auc"].value == pytest.approx(auc(TRUTH, OURS))
    assert plain.difference["auc"].value == pytest.approx(auc(TRUTH, weighed) - auc(TRUTH, OURS))


def test_without_a_target_head_an_insult_is_an_insult():
    asked = EvaluationSet("kaggle", (("toxic", "insult"),), in_conversation=("toxic",))
    assert list(judge(Terms(WordScorer(WORDS)), asked, ROWS).pairs) == ["toxic:insult"]


def test_the_report_is_that_of_the_seed():
    def once(seed: int) -> object:
        return evaluate_sets(Terms(WordScorer(WORDS), seed=seed), [(ASKED, ROWS)]).as_json()

    assert once(1) == once(1)
    assert once(1) != once(2)


def test_every_set_is_an_evaluation_set_of_the_catalogue():
    assert {CATALOGUE[asked.name].use for asked in SETS} == {"evaluate"}


def test_every_development_set_is_read_and_judged(tmp_path):
    report = evaluate(WordScorer(WORDS), write_corpora(tmp_path), seed=3)
    assert {name: found.n for name, found in report.sets.items()} == dict.fromkeys(
        (asked.name for asked in SETS), 20
    )
    for asked in SETS:
        pairs = report.sets[asked.name].pairs
        assert [(p.truth, p.label) for p in pairs.values()] == list(asked.pairs)
        assert all(pair.figures["auc"].value == 1 for pair in pairs.values())
    assert report.sets["tsd_trial"].spans is None
    assert report.skipped == (
        "spans were not measured: bundle words-1 has no token head",
        "targets were not measured: bundle words-1 has no target head",
    )
    gn = report.sets["context_toxicity_gn"].pairs["toxic:incivility"]
    assert gn.beside["api"].figures["auc"].value == 0.5
    assert gn.figures["recall_at_false_alarms_0.008"].value == 1
    assert report.held_out is None


def test_a_missing_corpus_is_named(tmp_path):
    write_corpora(tmp_path)
    (tmp_path / "context_toxicity" / "gn.csv").unlink()
    with pytest.raises(CorpusError, match=r"gn\.csv: there is no such file"):
        evaluate(WordScorer(WORDS), tmp_path)


def test_rows_of_one_kind_have_null_figures_in_the_file():
    report = evaluate_sets(Terms(WordScorer(WORDS)), [(ASKED, ROWS[:2])])
    figure = report.sets["desk"].pairs["toxic:incivility"].figures["auc"]
    assert math.isnan(figure.value)
    written = report.as_json()["sets"]["desk"]["pairs"]["toxic:incivility"]["figures"]
    assert written["auc"] == {"value": None, "low": None, "high": None}
    assert np.isfinite(written["ece"]["value"])


def test_evaluating_imports_neither_torch_nor_scikit_learn():
    heavy = "{'torch', 'sklearn', 'transformers', 'datasets'}"
    code = f"import sys, training.evaluate; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "[]"
