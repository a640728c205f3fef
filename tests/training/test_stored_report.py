"""The floor's figures come from the bundle's own report where it measured the same rows."""

import json
import math
from dataclasses import replace

import pytest
from desk_rows import ASKED, OURS, ROWS, WORDS
from word_scorer import WordScorer

from training import stored_report
from training.bias import Bias, TermBias
from training.card_figures import figures
from training.errors import TrainingError
from training.evaluate import Terms, evaluate_sets
from training.metrics import wilson
from training.report import LabelShares, SuiteReport
from training.stored_report import with_stored_floor

PAIR = "toxic:incivility"
TERMS = Terms(WordScorer(WORDS))


def stored(rows=ROWS, scores=tuple(OURS)):
    """Return report.json as training wrote it, with a floor beside, through JSON and back."""
    terms = replace(TERMS, floor={"desk": {"incivility": scores}})
    return json.loads(json.dumps(evaluate_sets(terms, [(ASKED, rows)]).as_json()))


def test_the_floor_of_the_same_rows_is_put_beside_the_bundle():
    fresh = evaluate_sets(TERMS, [(ASKED, ROWS)])
    pair = with_stored_floor(fresh, stored()).sets["desk"].pairs[PAIR]
    assert list(pair.beside) == ["floor", "api"]
    assert pair.beside["floor"].figures["auc"] == pair.figures["auc"]  # the same scores
    assert pair.beside["floor"].difference == {}
    assert pair.figures == fresh.sets["desk"].pairs[PAIR].figures


def test_the_floor_of_other_rows_is_left_out():
    fresh = evaluate_sets(TERMS, [(ASKED, ROWS)])
    other = stored(ROWS[:5], tuple(OURS[:5]))
    assert with_stored_floor(fresh, other) == fresh


def test_a_figure_that_was_null_is_not_a_number():
    rows, scores = ROWS[:2], tuple(OURS[:2])
    pair = with_stored_floor(evaluate_sets(TERMS, [(ASKED, rows)]), stored(rows, scores))
    assert math.isnan(pair.sets["desk"].pairs[PAIR].beside["floor"].figures["auc"].value)


def test_a_report_without_floor_or_without_sets_changes_nothing():
    fresh = evaluate_sets(TERMS, [(ASKED, ROWS)])
    assert with_stored_floor(fresh, fresh.as_json()) == fresh
    assert with_stored_floor(fresh, {}) == fresh


def test_a_report_from_before_the_intervals_of_suites_and_terms_is_still_read(tmp_path):
    shares = LabelShares(wilson(3, 4), {"a": wilson(3, 4)}, wilson(0, 0), (), 0.9)
    term = TermBias("faith", 4, 0.9, 0.8, 0.95, wilson(1, 10), 0.05)
    bias = Bias(0.5, 60, {}, 0.9, wilson(6, 60), wilson(3, 60), 0.05, {"shaker": term}, None)
    suites = {"situations": SuiteReport(4, {}, {}, {"insult": shares})}
    terms = replace(TERMS, floor={"desk": {"incivility": OURS}})
    form = replace(evaluate_sets(terms, [(ASKED, ROWS)]), suites=suites, bias=bias).as_json()
    for newer in (
        form["suites"]["situations"]["labels"]["insult"],
        form["bias"],
        form["bias"]["terms"]["shaker"],
    ):
        del newer["figures"]
    file = tmp_path / "report.json"
    file.write_text(json.dumps(form))
    older = stored_report.read(file)
    fresh = evaluate_sets(TERMS, [(ASKED, ROWS)])
    assert "floor" in with_stored_floor(fresh, older).sets["desk"].pairs[PAIR].beside
    assert any("| AUC | 0.900 |" in block for block in figures(older))


def test_a_floor_fitted_now_is_not_replaced():
    terms = replace(TERMS, floor={"desk": {"incivility": [0.5] * len(ROWS)}})
    fresh = evaluate_sets(terms, [(ASKED, ROWS)])
    assert with_stored_floor(fresh, stored()) == fresh


def test_a_report_of_another_format_holds_nothing_for_us(tmp_path):
    file = tmp_path / "report.json"
    file.write_text('{"format": 99, "sets": {"desk": 1}}')
    assert stored_report.read(file) == {}
    file.write_text("{}")
    assert stored_report.read(file) == {}


@pytest.mark.parametrize("content", [b"{", b"\xff", b"[1]"])
def test_a_report_that_is_no_json_object_is_named(tmp_path, content):
    file = tmp_path / "report.json"
    file.write_bytes(content)
    with pytest.raises(TrainingError, match=r"report\.json: is not"):
        stored_report.read(file)
