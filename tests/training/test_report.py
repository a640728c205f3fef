"""report.json: stable keys, plain values, and the flat names that the gate compares."""

import json
import math

from training.bootstrap import Figure
from training.metrics import wilson
from training.report import (
    Beside,
    LabelShares,
    PairReport,
    Report,
    SetReport,
    SuiteReport,
)

NOWHERE = Figure(math.nan, math.nan, math.nan)


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
    shares = LabelShares(wilson(3, 4), {"names": wilson(3, 4)}, wilson(0, 0), ("n-2",))
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
    }
    assert set(form["sets"]["gn"]) == {"n", "abstained", "errors", "pairs"}
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
    }
