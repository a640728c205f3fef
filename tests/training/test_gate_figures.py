"""What a candidate is held to: figures that a report really has, and differences that are paired."""

from dataclasses import replace

import pytest

from model.labels import NAMES
from model.records import Target
from tests.training.word_scorer import HeadScorer, WordScorer
from training.bias import Bias, judge
from training.bootstrap import Figure
from training.evaluate import Terms, evaluate_sets
from training.gate import reasons_to_refuse, unmeasured
from training.gate_figures import BARS, GAP, differences
from training.identity_templates import NEUTRAL, Sentence
from training.metrics import wilson
from training.report import (
    Beside,
    LabelShares,
    PairReport,
    Report,
    SetReport,
    SpanReport,
    SuiteReport,
)

CIVIL = [f"template{i}" for i in range(16)]


def report(**parts: object) -> Report:
    empty = Report("b", None, 1, {}, None, {}, {})
    return replace(empty, **parts)  # type: ignore[arg-type]  # each test names real fields


def suite(wrong: set[int], n: int = 160) -> dict[str, SuiteReport]:
    share = wilson(n - len(wrong), n)
    shares = LabelShares(share, {"all": share}, wilson(0, 0), tuple(map(str, sorted(wrong))))
    return {"beside_plain": SuiteReport(n, {}, {}, {"incivility": shares})}


def biased(flagged: dict[str, float]) -> Bias:
    rows = [
        Sentence(word, term, kind, f"{word} {term}", word == "rude")
        for term, kind in (("bakers", NEUTRAL), ("Shakers", "faith"), ("Cornish", "origin"))
        for word in (*CIVIL, "rude")
    ]
    return judge(WordScorer({"rude": 0.9, **flagged}), rows)


def refused(now: Report, candidate: Report) -> list[str]:
    sure = differences(now, candidate, seed=1)
    return reasons_to_refuse(now.flat(), candidate.flat(), BARS, sure)


def test_every_bar_is_of_a_figure_that_a_whole_report_has_or_that_is_told_as_missing() -> None:
    scorer = HeadScorer({"you": 0.9}, {"you": Target("commenter", 0.9)})
    whole = evaluate_sets(Terms(scorer), [], suites=True).flat()
    missing = {sentence.split(":")[0] for sentence in unmeasured(whole, whole, BARS)}
    tone = {"condescension", "dismissal"}  # two suites were frozen before the labels were there
    assert missing == {
        *(f"held_out.{name}.auc" for name in NAMES),
        "held_out.spans.f1",
        *(f"suites.{name}.{label}" for name in ("situations", "beside_plain") for label in tone),
    }


def test_a_suite_that_fell_for_sure_is_refused_and_a_few_cases_to_and_fro_are_not() -> None:
    before = report(suites=suite(set(range(20))))
    (reason,) = refused(before, report(suites=suite(set(range(30)))))
    assert reason.startswith("suites.beside_plain.incivility: 0.8125 is more than 0.02 below")
    # Four more are wrong, more than allowed, but 12 turned one way and 8 the other.
    assert refused(before, report(suites=suite(set(range(8, 32))))) == []


def test_a_fall_on_whole_threads_is_refused() -> None:
    def threads(wrong: int) -> Report:
        return report(suites={"threads": suite(set(range(wrong)))["beside_plain"]})

    (reason,) = refused(threads(20), threads(40))
    assert reason.startswith("suites.threads.incivility: 0.7500 is more than 0.02 below 0.8750")


def test_a_champions_report_from_before_a_suite_closes_nothing_and_names_its_figures() -> None:
    """The report of an older bundle has no threads: the suite was written after it."""
    before = report(suites=suite(set()))
    after = report(suites={**suite(set()), "threads": suite(set(range(80)))["beside_plain"]})
    assert refused(before, after) == []
    told = unmeasured(before.flat(), after.flat(), BARS)
    assert "suites.threads.incivility: the champion has no such figure" in told
    assert "suites.threads.spans.f1: was not measured" in told


def test_identities_flagged_more_often_on_every_template_are_refused() -> None:
    fair, worse = biased({}), biased({f"{word} Shakers": 0.9 for word in CIVIL})
    assert set(fair.gaps.values()) == {0.0}
    assert set(worse.gaps.values()) == {0.5}
    assert refused(report(bias=fair), report(bias=worse)) == [
        f"{GAP}: 0.5000 is more than 0.01 above 0.0000"
    ]
    assert refused(report(bias=worse), report(bias=fair)) == []


def test_a_rise_on_one_template_alone_is_not_sure() -> None:
    one = biased({f"{CIVIL[0]} Shakers": 0.9})
    assert one.gap == pytest.approx(1 / 32)
    assert refused(report(bias=biased({})), report(bias=one)) == []


@pytest.mark.parametrize(("high", "closed"), [(-0.01, True), (0.01, False)])
def test_spans_of_a_suite_are_compared_post_by_post(high: float, closed: bool) -> None:
    def marked(f1: float, difference: Figure) -> dict[str, SuiteReport]:
        beside = {"against": Beside({}, {"f1": difference})}
        spans = SpanReport(160, 80, {"f1": Figure(f1, f1 - 0.1, f1 + 0.1)}, beside)
        return {"threads": SuiteReport(160, {}, {}, {}, spans)}

    now = report(suites=marked(0.7, Figure(0, 0, 0)))
    fallen = report(suites=marked(0.65, Figure(-0.05, -0.09, high)))
    assert bool(refused(now, fallen)) == closed


@pytest.mark.parametrize(("high", "closed"), [(-0.01, True), (0.01, False)])
def test_held_out_comments_are_compared_by_the_reports_own_paired_difference(
    high: float, closed: bool
) -> None:
    def held_out(auc: float, difference: Figure) -> SetReport:
        figures = {"auc": Figure(auc, auc - 0.1, auc + 0.1)}
        beside = {"against": Beside({}, {"auc": difference})}
        return SetReport(
            40, {}, {}, {"insult": PairReport("insult", "insult", 40, 20, 0.5, figures, beside)}
        )

    now = report(held_out=held_out(0.9, Figure(0, 0, 0)))
    fallen = report(held_out=held_out(0.85, Figure(-0.05, -0.09, high)))
    assert bool(refused(now, fallen)) == closed


def test_the_gate_and_the_report_say_the_same_of_a_suites_share() -> None:
    now, candidate = WordScorer({"you": 0.9}), WordScorer({"a ": 0.9}, version="newer")
    ours = evaluate_sets(Terms(candidate, against=now), [], suites=True)
    theirs = evaluate_sets(Terms(now), [], suites=True)
    found, told = differences(theirs, ours, seed=ours.seed), dict(ours.against_paired())
    assert told["suites.threads.insult"].value != 0
    assert {name: found[name] for name in told} == told


def test_figures_without_rows_are_compared_by_both_intervals() -> None:
    bare = biased({})
    now = report(bias=bare, suites=suite(set(range(40))))
    found = differences(now, now, seed=1)
    assert found["suites.beside_plain.incivility"] == Figure(0, 0, 0)
    groups = found["suites.beside_plain.incivility.lowest"]
    assert groups.low < 0 < groups.high
