"""report.json: stable keys, plain values, and the flat names that the gate compares."""

import json
import math
from dataclasses import replace

import pytest

from training.bias import Bias, TermBias
from training.bootstrap import Figure
from training.metrics import wilson
from training.report import (
    AbstentionReport,
    Beside,
    DisguiseReport,
    DisguiseShares,
    FamilyOfAbstentions,
    LabelShares,
    PairReport,
    Report,
    SetReport,
    SourceReport,
    SpanReport,
    SuiteReport,
    TargetReport,
)

NOWHERE = Figure(math.nan, math.nan, math.nan)
TERM = TermBias("religion", 4, 0.9, 0.8, 0.95, wilson(1, 10), 0.05)


def report() -> Report:
    pair = PairReport(
        truth="toxic",
        label="incivility",
        n=4,
        positives=2,
        threshold=0.5,
        figures={"auc": Figure(0.75, 0.5, 1.0), "ece": NOWHERE},
        beside={"api": Beside({"auc": Figure(0.5, 0.2, 0.7)}, {"auc": Figure(0.25, 0.1, 0.3)})},
    )
    families = {"names": wilson(2, 4), "quotes": wilson(3, 4)}
    shares = LabelShares(wilson(3, 4), families, wilson(0, 0), ("n-2",))
    return Report(
        bundle="v2",
        against="v1",
        seed=17,
        sets={"gn": SetReport(5, {"language": 1}, {}, {"toxic:incivility": pair})},
        held_out=SetReport(4, {}, {}, {"insult": pair}),
        suites={"situations": SuiteReport(4, {}, {}, {"insult": shares})},
        suites_against={},
        base_rates={"insult": 0.3},
    )


def test_the_keys_of_a_report_are_stable():
    form = report().as_json()
    assert set(form) == {
        "format",
        "resamples",
        "confidence",
        "abstained_rule",
        "bundle",
        "against",
        "seed",
        "sets",
        "held_out",
        "suites",
        "suites_against",
        "base_rates",
        "disguised",
        "bias",
        "abstention",
        "skipped",
        "goals",
    }
    assert set(form["sets"]["gn"]) == {"n", "abstained", "errors", "pairs", "spans", "target"}
    assert set(form["sets"]["gn"]["pairs"]["toxic:incivility"]) == {
        "truth",
        "label",
        "n",
        "positives",
        "threshold",
        "figures",
        "beside",
        "sources",
    }
    assert set(form["suites"]["situations"]["labels"]["insult"]) == {
        "all",
        "families",
        "groups",
        "wrong",
        "auc",
        "figures",
        "difference",
    }


def test_a_report_is_plain_json_without_nan():
    form = report().as_json()
    again = json.loads(json.dumps(form, allow_nan=False))
    pair = again["sets"]["gn"]["pairs"]["toxic:incivility"]
    assert pair["figures"]["auc"] == {"value": 0.75, "low": 0.5, "high": 1.0}
    assert pair["figures"]["ece"]["value"] is None
    assert pair["beside"]["api"]["difference"]["auc"]["low"] == 0.1
    assert again["suites"]["situations"]["labels"]["insult"]["wrong"] == ["n-2"]


def test_a_report_says_how_unscored_rows_were_counted():
    assert "score 0" in report().as_json()["abstained_rule"]


def test_the_gate_finds_each_figure_by_a_flat_name_and_none_that_is_missing():
    assert report().flat() == {
        "gn.toxic:incivility.auc": 0.75,
        "held_out.insult.auc": 0.75,
        "suites.situations.insult": 0.75,
        "suites.situations.insult.lowest": 0.5,
    }


def test_the_heads_disguises_and_bias_have_flat_names_too():
    target = TargetReport(4, wilson(3, 4), 0.5, {}, wilson(2, 4), {}, {})
    spans = SpanReport(4, 2, {"f1": Figure(0.6, 0.4, 0.7)})
    disguised = DisguiseShares(
        wilson(4, 4), wilson(6, 8), Figure(0.75, 0.5, 1.0), Figure(0.8, 0.6, 1.0), {}
    )
    bias = Bias(0.5, 60, {}, 0.9, wilson(6, 60), wilson(3, 60), 0.05, {"sikh": TERM}, None)
    full = replace(
        report(),
        sets={"tsd": SetReport(4, {}, {}, {}, spans, replace(target, finer=None))},
        held_out=None,
        suites={"situations": SuiteReport(4, {}, {}, {}, None, target)},
        disguised=DisguiseReport(4, 10, 2, {"insult": disguised}),
        bias=bias,
        abstention=AbstentionReport(
            4, wilson(3, 4), {"emoji": FamilyOfAbstentions("no_words", wilson(1, 2))}, ("e-1",)
        ),
    )
    assert full.flat() == {
        "tsd.spans.f1": 0.6,
        "tsd.target": 0.75,
        "suites.situations.target": 0.75,
        "suites.situations.target.finer": 0.5,
        "disguised.insult": 0.75,
        "disguised.insult.all_tricks": 0.8,
        "bias.auc": 0.9,
        "bias.false_alarm_gap": pytest.approx(0.05),
        "abstention": 0.75,
        "abstention.emoji": 0.5,
    }
    form = json.loads(json.dumps(full.as_json(), allow_nan=False))
    assert (form["disguised"]["copies"], form["disguised"]["undone"]) == (10, 2)
    assert [one["value"] for one in form["goals"] if one["figure"].startswith("disguised")] == [
        0.75
    ]
    assert form["bias"]["largest_gap"] == {"term": "sikh", "value": 0.05}
    assert form["sets"]["tsd"]["spans"]["figures"]["f1"]["low"] == 0.4
    assert form["suites"]["situations"]["target"]["finer"]["right"] == 2


def test_the_intervals_of_aucs_and_of_the_identity_gap_are_those_that_were_measured():
    auc, gap = Figure(0.9, 0.8, 0.95), Figure(0.05, -0.01, 0.1)
    shares = LabelShares(wilson(3, 4), {"a": wilson(3, 4)}, wilson(0, 0), (), 0.9, {"auc": auc})
    bias = Bias(0.5, 60, {}, 0.9, wilson(6, 60), wilson(3, 60), 0.05, {"sikh": TERM}, None)
    measured = replace(bias, figures={"auc": auc, "false_alarm_gap": gap})
    suites = {"threads": SuiteReport(4, {}, {}, {"insult": shares})}
    named = dict(replace(report(), suites=suites, bias=measured).named())
    assert named["suites.threads.insult.auc"] == named["bias.auc"] == auc
    assert named["bias.false_alarm_gap"] == gap


def test_what_was_compared_case_by_case_is_told_of_suites_too():
    share, auc, f1 = Figure(0.25, 0, 0.5), Figure(0.1, 0.05, 0.2), Figure(-0.1, -0.2, 0.05)
    shares = LabelShares(wilson(3, 4), {}, wilson(0, 0), ("b",))
    ours = replace(shares, difference={"all": share, "auc": auc})
    spans = SpanReport(4, 2, {}, {"against": Beside({}, {"f1": f1})})
    told = replace(
        report(),
        sets={},
        held_out=None,
        suites={"threads": SuiteReport(4, {}, {}, {"insult": ours}, spans)},
    )
    assert dict(told.against_paired()) == {
        "suites.threads.insult": share,
        "suites.threads.insult.auc": auc,
        "suites.threads.spans.f1": f1,
    }


def test_the_worst_source_is_found_but_for_small_ones_and_those_without_correction():
    given = report()
    held_out = given.held_out
    assert held_out is not None
    sources = {
        name: SourceReport(n, 0.5, NOWHERE, Figure(ece, ece, ece) if ece else None)
        for name, n, ece in (("a", 900, 0.02), ("b", 150, 0.09), ("c", 900, None), ("d", 149, 0.3))
    }
    pair = replace(held_out.pairs["insult"], sources=sources)
    named = dict(replace(given, held_out=replace(held_out, pairs={"insult": pair})).named())
    assert named["held_out.insult.worst_source_ece"] == Figure(0.09, 0.09, 0.09)


def test_goals_stand_in_the_report_those_not_reached_first():
    named = {"kaggle_insults_test.insult.auc", "suites.situations.incivility"}
    pair = report().sets["gn"].pairs["toxic:incivility"]
    shares = LabelShares(wilson(96, 100), {"names": wilson(96, 100)}, wilson(0, 0), ())
    full = replace(
        report(),
        sets={"kaggle_insults_test": SetReport(5, {}, {}, {"insult": pair})},
        suites={"situations": SuiteReport(100, {}, {}, {"incivility": shares})},
    )
    goals = full.as_json()["goals"]
    assert {one["figure"] for one in goals} >= named
    assert [one["reached"] for one in goals] == sorted(one["reached"] for one in goals)
    assert goals[0]["figure"] == "kaggle_insults_test.insult.auc"
    assert (goals[0]["bound"], goals[0]["value"], goals[0]["for_sure"]) == (0.945, 0.75, False)
