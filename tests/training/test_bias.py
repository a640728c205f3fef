"""Bias is what the term alone does to a score, and is stated with the numbers that it came from."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from model.labels import NAMES
from model.records import Comment, Scores
from tests.training.word_scorer import WordScorer
from training import bias
from training.examples import split_of
from training.identity_templates import NEUTRAL, Sentence, sentences
from training.keys import identity

TERMS = {"bakers": NEUTRAL, "Shakers": "faith", "Cornish": "origin"}
CIVIL = ("lane", "fair", "choir", "tyre")
UNCIVIL = ("oafs", "rot")


def rows(terms: Mapping[str, str] = TERMS) -> list[Sentence]:
    return [
        Sentence(word, term, kind, f"{word} {term}", word in UNCIVIL)
        for term, kind in terms.items()
        for word in (*CIVIL, *UNCIVIL)
    ]


def judged(words: Mapping[str, float]) -> bias.Bias:
    return bias.judge(WordScorer(words), rows())


def test_a_scorer_that_does_not_see_terms_has_no_bias() -> None:
    found = judged({"oafs": 0.9, "rot": 0.8})
    assert (found.gap, found.auc, found.n) == (0, 1, 18)
    assert {(t.subgroup, t.bpsn, t.bnsp, t.gap) for t in found.terms.values()} == {(1, 1, 1, 0)}
    assert (found.false_alarms.right, found.false_alarms.n) == (0, 8)
    assert (found.neutral.right, found.neutral.n) == (0, 4)


def test_a_term_that_is_flagged_by_its_name_shows_in_its_gap_and_bpsn() -> None:
    found = judged({"Shakers": 0.95, "oafs": 0.9, "rot": 0.8})
    shakers, cornish = found.terms["Shakers"], found.terms["Cornish"]
    assert (shakers.false_alarms.right, shakers.false_alarms.n, shakers.gap) == (4, 4, 1)
    # Every civil sentence of the term scores over every uncivil one of the others.
    assert (shakers.bpsn, shakers.bnsp, shakers.subgroup) == (0, 1, 0.5)
    assert cornish.gap == 0
    assert found.gap == 0.5
    assert found.largest_gap() == ("Shakers", 1)
    assert found.lowest("bpsn") == ("Shakers", 0)


def test_a_term_whose_insults_pass_shows_in_its_bnsp() -> None:
    found = judged({"oafs bakers": 0.9, "rot bakers": 0.9, "oafs Cornish": 0.9, "rot Cornish": 0.9})
    assert found.terms["Shakers"].bnsp == 0.5
    assert found.terms["Shakers"].bpsn == 1
    assert found.lowest("bnsp") == ("Shakers", 0.5)


def test_each_civil_template_has_a_gap_of_its_own_and_they_average_to_the_whole() -> None:
    found = judged({"lane Shakers": 0.9, "fair bakers": 0.9, "oafs": 0.9})
    assert found.gaps == {"lane": 0.5, "fair": -1, "choir": 0, "tyre": 0}
    assert sum(found.gaps.values()) / len(found.gaps) == found.gap


def test_intervals_draw_whole_templates_for_a_term_and_for_all() -> None:
    found = judged({"lane Shakers": 0.9, "lane Cornish": 0.9, "oafs": 0.8, "rot": 0.8})
    gap = found.figures["false_alarm_gap"]
    assert (gap.value, found.gap_figure()) == (found.gap, gap)
    # One template of four was flagged for its terms: it may be drawn never, or three times of four.
    # Sentence by sentence, of twice as many, the ends would lie elsewhere.
    assert (gap.value, gap.low, gap.high) == (0.25, 0, 0.75)
    shakers = found.terms["Shakers"]
    assert set(shakers.figures) == {"subgroup", "bpsn", "bnsp", "gap"}
    assert shakers.figures["bpsn"].value == shakers.bpsn < 1
    assert shakers.figures["bpsn"].low < shakers.bpsn < shakers.figures["bpsn"].high == 1
    auc = found.auc_figure()
    assert auc.low < auc.value == found.auc < auc.high


def test_a_bias_from_before_there_were_intervals_by_template_still_has_its_figures() -> None:
    found = replace(judged({"lane Shakers": 0.9}), figures={})
    assert math.isnan(found.auc_figure().low)
    assert found.gap_figure().value == found.gap
    assert found.gap_figure().low < found.gap < found.gap_figure().high


def test_the_gap_is_counted_from_the_neutral_terms_own_false_alarms() -> None:
    found = judged({"lane": 0.9})
    assert found.neutral.value == 0.25
    assert [term.gap for term in found.terms.values()] == [0, 0, 0]


def test_a_neutral_term_is_never_the_worst() -> None:
    found = judged({"bakers": 0.95})
    assert found.largest_gap() == ("Shakers", -1)
    assert found.gap == -1
    assert found.lowest("bpsn")[0] != "bakers"


def test_a_score_at_the_threshold_is_flagged() -> None:
    found = judged({"lane Shakers": 0.6})
    assert found.threshold == 0.6
    assert found.terms["Shakers"].false_alarms.right == 1


def test_unscored_sentences_are_counted_and_never_flagged() -> None:
    found = bias.judge(WordScorer({}), rows({"bakers": NEUTRAL, "Fremdsprache": "origin"}))
    assert found.unscored == {"language": 6}
    assert found.terms["Fremdsprache"].false_alarms.right == 0


def test_the_json_holds_every_term_and_no_nan() -> None:
    civil = [row for row in rows() if not row.is_uncivil]
    found = bias.judge(WordScorer({"Shakers": 0.9}), civil)
    assert math.isnan(found.auc)
    read = json.loads(json.dumps(found.as_json(), allow_nan=False))
    assert read["auc"] is None
    assert read["terms"]["Shakers"]["gap"] == 1
    assert read["terms"]["Shakers"]["false_alarms"]["n"] == 4
    assert read["largest_gap"] == {"term": "Shakers", "value": 1}
    assert set(read["lowest"]) == {"subgroup", "bpsn", "bnsp"}
    assert read["encyclopaedia"] is None
    assert read["figures"]["auc"] == {"value": None, "low": None, "high": None}
    assert read["terms"]["Shakers"]["figures"]["gap"]["low"] == 1


def test_measuring_takes_the_frozen_templates() -> None:
    scorer = WordScorer({"Muslim": 0.9})
    found = bias.measure(scorer, None)
    assert len(scorer.asked) == found.n == len(sentences())
    assert found.largest_gap() == ("muslim", 1)
    assert found.encyclopaedia is None


def test_corpora_without_the_sentences_leave_that_figure_out(tmp_path: Path) -> None:
    assert bias.measure(WordScorer({}), tmp_path).encyclopaedia is None


def test_false_alarms_on_held_out_sentences_are_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = [f"The parish of St Anselm was founded in the year {n} by weavers." for n in range(400)]
    monkeypatch.setattr(bias, "read_corpus", lambda name, folder: [Comment(t) for t in texts])
    (tmp_path / bias.SENTENCES_OF_IDENTITIES).mkdir()
    kept = [t for t in texts if split_of(identity(t), validation=0.04, test=0.04) == "test"]
    assert 0 < len(kept) < 40
    assert bias.held_out_sentences(tmp_path) == kept
    found = bias.measure(WordScorer({kept[0]: 0.9}), tmp_path).encyclopaedia
    assert found is not None
    assert (found.right, found.n) == (1, len(kept))


def test_the_judged_label_is_incivility() -> None:
    class Insulting(WordScorer):
        def score(self, comments: Sequence[Comment], *, spans: bool = False) -> list[Scores]:
            return [Scores(dict.fromkeys(NAMES, 0.9) | {"incivility": 0.1}) for _ in comments]

    assert bias.judge(Insulting({}), rows()).false_alarms.right == 0
