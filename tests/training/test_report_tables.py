"""What a person reads of a report: counts, values with intervals, and a dash where there is none."""

import io
import math
from collections.abc import Iterable
from dataclasses import replace

import pytest
from desk_rows import ASKED, OURS, ROWS, WORDS, example
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text
from word_scorer import HeadScorer, WordScorer

from model.records import Span, Target
from training.evaluate import Terms, evaluate_sets
from training.evaluation_sets import EvaluationSet
from training.metrics import wilson
from training.report import (
    AbstentionReport,
    FamilyOfAbstentions,
    LabelShares,
    Report,
    SuiteReport,
)
from training.report_tables import details, summary

TERMS = Terms(WordScorer(WORDS))


def shown(parts: Iterable[RenderableType]) -> str:
    console = Console(width=200, file=io.StringIO())
    with console.capture() as capture:
        for one in parts:
            console.print(one)
    return capture.get()


def printed(report: Report) -> str:
    """Return all that can be printed of a report."""
    return shown((*summary(report), *details(report)))


def row(text: str, begin: str) -> list[str]:
    """Return the cells of the first row that begins with ``begin``."""
    line = next(line for line in text.splitlines() if line.strip().startswith(begin + "  "))
    return [cell.strip() for cell in line.split("  ") if cell.strip()]


def test_a_value_stands_with_its_interval_and_a_difference_with_its_sign():
    terms = replace(TERMS, floor={"desk": {"incivility": OURS}})
    report = evaluate_sets(terms, [(ASKED, ROWS)])
    pair = report.sets["desk"].pairs["toxic:incivility"]
    auc = pair.figures["auc"]
    change = pair.beside["api"].difference["auc"]
    cells = row(printed(report), "auc")
    assert cells[1] == f"{auc.value:.3f} ({auc.low:.3f} to {auc.high:.3f})"
    assert cells[2:4] == [cells[1], "+0.000 (+0.000 to +0.000)"]  # the floor has the same scores
    assert cells[5] == f"{change.value:+.3f} ({change.low:+.3f} to {change.high:+.3f})"


def test_the_heading_counts_comments_positives_and_what_was_not_judged():
    rows = [*ROWS, example("Fremdsprache", toxic=0, api=0.1)]
    text = printed(evaluate_sets(TERMS, [(ASKED, rows)]))
    assert "desk: 7 comments, not judged: language 1" in text
    assert "incivility against toxic: 3 of 7, threshold 0.600" in text


def test_a_figure_that_the_rows_cannot_give_is_a_dash():
    text = printed(evaluate_sets(TERMS, [(ASKED, ROWS[:2])]))
    assert row(text, "auc")[1] == "-"
    assert row(text, "recall at threshold")[1].startswith("1.000")


def test_a_floor_without_paired_draws_has_no_column_of_differences():
    report = evaluate_sets(replace(TERMS, floor={"desk": {"incivility": OURS}}), [(ASKED, ROWS)])
    found = report.sets["desk"]
    pair = found.pairs["toxic:incivility"]
    kept = {"floor": replace(pair.beside["floor"], difference={})}
    sets = {"desk": replace(found, pairs={"toxic:incivility": replace(pair, beside=kept)})}
    text = printed(replace(report, sets=sets))
    assert "floor" in text
    assert "minus floor" not in text


def test_calibration_by_source_follows_the_held_out_label():
    rows = [
        *(example(r.text, source="loud", insult=r.labels["toxic"]) for r in ROWS),
        example("thanks", source="silent", insult=0.0),
    ]
    text = printed(evaluate_sets(TERMS, [], held_out=rows))
    assert "held_out: 7 comments" in text
    assert row(text, "loud")[1:3] == ["6", "0.500"]
    assert row(text, "silent")[-1] == "-"


@pytest.fixture
def suites():
    shares = LabelShares(wilson(3, 4), {"names": wilson(3, 4)}, wilson(0, 0), ("n-2",))
    return {"situations": SuiteReport(4, {"language": 1}, {}, {"insult": shares})}


def test_a_suite_stands_by_family_with_how_many_were_right(suites):
    report = replace(evaluate_sets(TERMS, []), suites=suites)
    text = printed(report)
    assert "situations, words-1: 4 comments, not judged: language 1; right at 0.5" in text
    share = wilson(3, 4)
    assert row(text, "names")[1] == f"! 3/4 {100 * share.low:.0f}–{100 * share.high:.0f}%"
    assert row(text, "whole groups")[1] == "-"
    assert math.isnan(suites["situations"].labels["insult"].groups.value)


def test_the_other_bundles_suite_stands_under_its_own_name(suites):
    report = evaluate_sets(replace(TERMS, against=WordScorer({}, version="older")), [])
    text = printed(replace(report, suites=suites, suites_against=suites))
    assert "bundle words-1, beside bundle older" in text
    assert "situations, older: 4 comments" in text


def test_a_family_over_the_line_has_no_mark(suites):
    shares = LabelShares(wilson(9, 10), {"names": wilson(9, 10)}, wilson(0, 0), ())
    suite = replace(suites["situations"], labels={"insult": shares})
    text = printed(replace(evaluate_sets(TERMS, []), suites={"situations": suite}))
    assert row(text, "names")[1].startswith("9/10")
    assert "! under 85%" in text


def test_every_figure_of_a_report_stands_in_one_table_by_its_name():
    scorer = HeadScorer(WORDS, {"you": Target("commenter", 0.9)})
    report = evaluate_sets(Terms(scorer), [(ASKED, ROWS)], suites=True)
    (table,) = (one for one in summary(report) if isinstance(one, Table))
    text = shown(summary(report))
    assert [cell.plain if isinstance(cell, Text) else cell for cell in table.columns[0].cells] == [
        name for name, _ in report.named()
    ]
    auc = report.sets["desk"].pairs["toxic:incivility"].figures["auc"]
    assert row(text, "desk.toxic:incivility.auc")[1:] == [
        f"{auc.value:.3f}",
        f"{auc.low:.3f} to {auc.high:.3f}",
        "6",
    ]
    share = report.suites["situations"].labels["incivility"].all
    cells = row(text, "suites.situations.incivility")
    assert cells[1:5] == [
        f"{share.value:.3f}",
        f"{share.low:.3f} to {share.high:.3f}",
        "526",
        "at least 0.95",
    ]
    assert cells[5] == "no"
    assert "situations: 526 comments" in text


def test_a_figure_with_two_goals_says_of_each_whether_it_is_reached():
    tsd = EvaluationSet("tsd_trial", (), spans=True)
    marked = [replace(one, spans=()) for one in ROWS]
    report = evaluate_sets(Terms(HeadScorer({"fool": 0.9, "slow": 0.9}, {})), [(tsd, marked)])
    cells = row(shown(summary(report)), "tsd_trial.spans.f1")
    assert cells[-2:] == [
        "at least 0.68; at least 0.64",  # the furthest first
        "no, within the interval; no, within the interval",
    ]


def test_a_figure_that_the_rows_cannot_give_keeps_its_row():
    text = shown(summary(evaluate_sets(TERMS, [(ASKED, ROWS[:2])])))
    assert row(text, "desk.toxic:incivility.auc")[1:] == ["-", "-", "2"]


def test_beside_another_bundle_the_table_says_by_how_much_each_figure_differs():
    other = WordScorer({}, version="older")
    text = shown(summary(evaluate_sets(replace(TERMS, against=other), [(ASKED, ROWS)])))
    change = evaluate_sets(replace(TERMS, against=other), [(ASKED, ROWS)])
    found = change.sets["desk"].pairs["toxic:incivility"].beside["against"].difference["auc"]
    expected = f"{found.value:+.3f} ({found.low:+.3f} to {found.high:+.3f})"
    assert row(text, "desk.toxic:incivility.auc")[4] == expected
    assert "minus against" not in shown(summary(evaluate_sets(TERMS, [(ASKED, ROWS)])))


def test_beside_another_bundle_suites_too_are_compared_case_by_case():
    other = WordScorer({}, version="older")
    report = evaluate_sets(replace(TERMS, against=other), [], suites=True)
    text, apart = shown(summary(report)), dict(report.against_paired())
    for name in ("suites.threads.incivility", "suites.threads.incivility.auc"):
        found = apart[name]
        expected = f"{found.value:+.3f} ({found.low:+.3f} to {found.high:+.3f})"
        assert row(text, name)[4] == expected
    assert row(text, "suites.threads.incivility.groups")[4:] == ["-"]


def test_all_of_the_suites_stands_in_one_family_of_tables():
    scorer = HeadScorer(WORDS, {"you": Target("commenter", 0.9)})
    tsd = EvaluationSet("tsd_trial", (), spans=True)
    marked = [replace(one, spans=(Span(0, 4, "insult", 1.0),)) for one in ROWS]
    report = evaluate_sets(Terms(scorer), [(tsd, marked)], suites=True)
    text = printed(report)
    parts = [
        "goals: ",
        "tsd_trial, spans: characters of 6 posts, 6 with any",
        "situations, heads-1: 526 comments",
        "situations, heads-1, spans: ",
        "situations, heads-1, target of ",
        "disguised insults: ",
        "identity terms: ",
    ]
    places = [text.index(part) for part in parts]
    assert places == sorted(places)
    f1 = report.sets["tsd_trial"].spans.figures["f1"]
    assert row(text, "f1")[1] == f"{f1.value:.3f} ({f1.low:.3f} to {f1.high:.3f})"
    of_situations = text[text.index("situations, heads-1: ") :]
    assert row(of_situations, "named author")[1].split("/")[1].startswith("24 ")
    assert row(text, "ratio")[1].count(".") == 3
    assert report.disguised is not None
    every = report.disguised.labels["insult"].ratio_of_all_tricks
    assert row(text, "ratio of all tricks")[1].startswith(f"{every.value:.3f} (")
    assert f"without {report.disguised.undone:,} copies by tricks that the reading undoes" in text
    goal = row(shown(details(report)), "disguised.insult")
    assert goal[2] == "at least 0.95"
    assert goal[3] in ("no", "no, within the interval")
    assert "head" not in text.replace("heads-1", "")


def test_what_the_bundle_has_no_head_for_is_said_in_words():
    text = printed(evaluate_sets(TERMS, [(EvaluationSet("tsd_trial", (), spans=True), ROWS)]))
    assert text.count("not measured") == 1
    assert "spans were not measured: bundle words-1 has no token head" in text
    assert "target" not in text
    assert "head" not in printed(evaluate_sets(TERMS, [(ASKED, ROWS)]))


def test_what_is_judged_or_not_stands_by_family_with_what_was_expected():
    share = FamilyOfAbstentions("no_words", wilson(1, 4))
    found = AbstentionReport(9, wilson(6, 9), {"emoji": share}, ("emoji-0001",))
    text = printed(replace(evaluate_sets(TERMS, []), abstention=found))
    assert "abstention: 9 comments of our own" in text
    assert row(text, "emoji")[1:] == ["no words", "! 1/4 5–70%"]
    assert "abstention:" not in printed(evaluate_sets(TERMS, []))
