"""The card says what the bundle is for, what it was made of, and figures with n and interval."""

import re
from dataclasses import replace

import pytest
from desk_rows import ASKED, OURS, ROWS, WORDS, example
from word_scorer import HeadScorer, WordScorer

from model.calibration import Calibration
from model.labels import NAMES
from model.manifest import Manifest
from model.records import Span, Target
from training.card import render
from training.card_cells import table
from training.evaluate import Terms, evaluate_sets
from training.evaluate_command import evaluate_command
from training.evaluation_sets import EvaluationSet
from training.report import ROWS_TO_JUDGE

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
LINEAGE = {
    "kind": "trained",
    "corpora": CORPORA,
    "rows": {"read": 1200, "train": 1000, "dropped_by_guard": {"edos": 3, "olid": 4}},
    "base": {"name": "tiny", "licence": "Apache-2.0", "address": "https://example.org/tiny"},
    "seed": 5,
    "commit": "abc",
    "packages": {"torch": "2.13.0"},
}
MANIFEST = Manifest(
    version="20261122.1000",
    created="2026-11-22T10:00:00+00:00",
    max_length=128,
    stride=32,
    max_windows=64,
    pooling="mean",
    calibration=Calibration(),
    thresholds={name: 0.1 * i for i, name in enumerate(NAMES, 1)},
    threshold_rule="Lowest score with precision 0.7 where 10% of comments have the label.",
    lineage=LINEAGE,
)
GN = replace(ASKED, name="context_toxicity_gn")


def report(**beside):
    held_out = [
        *(example(r.text, source="loud", insult=r.labels["toxic"]) for r in ROWS),
        example("Fremdsprache", source="quiet", insult=0.0),
        example("you clown", source="quiet", insult=1.0),
    ]
    terms = Terms(
        WordScorer(WORDS),
        floor={"context_toxicity_gn": {"incivility": OURS}, "held_out": {"insult": [0.5] * 8}},
        base_rates={"incivility": 0.314, "insult": 0.2},
    )
    made = evaluate_sets(terms, [(GN, ROWS)], held_out=held_out, suites=True)
    return {**made.as_json(), **beside}


@pytest.fixture(scope="module")
def card():
    return render(MANIFEST, report())


def section(card: str, title: str) -> str:
    return card.split(f"## {title}\n")[1].split("\n## ", maxsplit=1)[0]


def test_every_part_of_a_card_is_there(card):
    titles = re.findall(r"^## (.+)$", card, re.M)
    assert titles == [
        "Weaknesses",
        "Intended use",
        "Out of scope",
        "Labels",
        "How to read a score",
        "Limits",
        "Training",
        "Figures",
        "Ethics",
        "Provenance",
    ]
    assert card.startswith("# Comity bundle 20261122.1000\n")
    assert "$" not in card


def test_labels_thresholds_and_calibration_are_stated(card):
    reading = section(card, "How to read a score")
    assert "incivility 31%, insult 20%" in reading
    assert MANIFEST.threshold_rule in reading
    assert "| `threat` | 0.500 |" in reading
    assert all(f"| `{name}` |" in section(card, "Labels") for name in NAMES)


def test_thresholds_stand_with_the_precision_and_recall_that_they_were_chosen_for():
    points = {
        name: {"threshold": value, "precision": 0.71, "recall": 0.348}
        for name, value in MANIFEST.thresholds.items()
    }
    points["threat"] = {"threshold": 1.0, "precision": 0.0, "recall": 0.0}  # never reached
    points["insult"]["threshold"] += 0.1  # another threshold than the manifest's
    never = {**MANIFEST.thresholds, "threat": 1.0}
    made = render(replace(MANIFEST, thresholds=never), {"operating_points": points})
    reading = section(made, "How to read a score")
    assert "| label | threshold | precision | recall |" in reading
    assert "| `incivility` | 0.100 | 0.71 | 0.35 |" in reading
    assert "| `threat` | 1.000 | – | – |" in reading
    assert "| `insult` | 0.200 | – | – |" in reading
    assert "is ever under 0.5, whatever precision would allow" in reading.replace("\n", " ")


def test_a_report_without_operating_points_has_thresholds_alone(card):
    reading = section(card, "How to read a score")
    assert "| label | threshold |\n" in reading
    assert "| `threat` | 0.500 |\n" in reading


def test_training_and_provenance_stand_in_their_sections(card):
    assert "encoder tiny (licence: Apache-2.0)" in section(card, "Training")
    assert "- commit: abc" in section(card, "Provenance")
    assert "teacher" not in card


def test_the_teacher_stands_in_the_card(card):
    base = {**LINEAGE["base"], "name": "large", "address": "https://example.org/large"}
    teacher = {"base": {**base, "sha256": "5e5e"}, "commit": "def", "corpora": CORPORA[:1]}
    made = render(replace(MANIFEST, lineage={**LINEAGE, "teacher": teacher}), report())
    assert "encoder large (licence: Apache-2.0)" in section(made, "Training")
    provenance = section(made, "Provenance")
    assert "- encoder of the teacher: https://example.org/large" in provenance
    assert "- sha256 of the teacher's encoder: 5e5e" in provenance
    assert "- commit of the teacher: def" in provenance


def test_figures_stand_with_file_n_interval_and_command(card):
    found = section(card, "Figures")
    gn = report()["sets"]["context_toxicity_gn"]["pairs"]["toxic:incivility"]
    auc = gn["figures"]["auc"]
    assert "context_toxicity/gn.csv" in found
    assert "| `incivility` against toxic: 3 of 6 | value | floor | api |" in found
    value = f"{auc['value']:.3f} ({auc['low']:.3f} to {auc['high']:.3f})"
    assert f"| AUC | {value} | {value} |" in found
    assert "`comity evaluate BUNDLE --corpora DIR --details`" in found
    assert "seed 17" in found
    assert "counts with score 0" in found


def test_held_out_figures_stand_by_label_and_by_source(card):
    found = section(card, "Figures")
    assert "| `insult` | 4 of 8 |" in found
    assert "8 comments, not judged: language 1." in found
    assert re.search(r"\| `loud` \| 0\.\d{3} \(0\.\d{3} to 0\.\d{3}\) of 6 \|", found)


def test_sources_too_small_to_be_judged_are_counted_beside_their_table():
    rows = [example(r.text, source="loud", insult=r.labels["toxic"]) for r in ROWS]
    many = [replace(row, source="large") for row in rows * (ROWS_TO_JUDGE // len(rows))]
    one_kind = [example("you clown", source="quiet", insult=1.0)]
    form = evaluate_sets(Terms(WordScorer(WORDS)), [], held_out=[*rows, *many, *one_kind])
    found = section(render(MANIFEST, form.as_json()), "Figures")
    assert f"asked of sources with {ROWS_TO_JUDGE} rows or more alone" in found
    assert "of the sources with a figure: `insult` 1 of 2." in found  # quiet has no figure


def test_whose_labels_they_are_stands_in_training_in_the_limits_and_before_the_held_out_table():
    lineage = {
        **LINEAGE,
        "house_readings": {"readings": 9},
        "rows": {**LINEAGE["rows"], "labelled_by_language_models": 700},
    }
    made = render(replace(MANIFEST, lineage=lineage), report())
    assert "**Most labels come from language models" in section(made, "Training")
    assert "high agreement there is not agreement with people" in section(made, "Limits")
    held_out = section(made, "Figures").split("### Comments held out")[1]
    before = held_out.split("| label | positives of n |")[0]
    assert "high agreement is not agreement with people" in before


def test_the_card_of_a_bundle_that_people_alone_labelled_speaks_of_annotators(card):
    assert "were labelled by annotators whose line" in section(card, "Limits")
    assert "language model" not in card


def test_suites_stand_by_family_with_whole_groups(card):
    found = section(card, "Figures")
    assert "**situations**" in found
    assert re.search(r"\| whole groups \| \d", found)
    assert re.search(r"\| identity_plain \| (\*\*)?\d+\.\d% \(", found)


def test_the_auc_of_a_suite_stands_with_its_interval_and_in_an_older_report_alone(card):
    newer = report()
    auc = newer["suites"]["threads"]["labels"]["insult"]["figures"]["auc"]
    of_threads = section(card, "Figures").split("**threads**")[1]
    line = next(line for line in of_threads.splitlines() if line.startswith("| AUC |"))
    cells = line.split(" | ")
    assert cells[2] == f"{auc['value']:.3f} ({auc['low']:.3f} to {auc['high']:.3f})"
    assert "its interval draws whole groups" in of_threads
    for suite in newer["suites"].values():
        for of in suite["labels"].values():
            del of["figures"]
    older = section(render(MANIFEST, newer), "Figures").split("**threads**")[1]
    line = next(line for line in older.splitlines() if line.startswith("| AUC |"))
    assert line.split(" | ")[2] == f"{auc['value']:.3f}"
    assert "draws whole groups" not in older


def test_the_aucs_and_gap_of_an_identity_stand_with_intervals_and_in_an_older_report_alone(card):
    newer = report()
    bias = newer["bias"]
    found = section(card, "Figures").split("### Identity terms")[1]
    cells = row_of(found, "muslim")
    for cell, name in zip(cells[3:], ("subgroup", "bpsn", "bnsp"), strict=True):
        auc = bias["terms"]["muslim"]["figures"][name]
        assert cell == f"{auc['value']:.3f} ({auc['low']:.3f} to {auc['high']:.3f})"
    gap = bias["terms"]["muslim"]["figures"]["gap"]
    assert cells[2] == f"{gap['value']:+.3f} ({gap['low']:+.3f} to {gap['high']:+.3f})"
    auc = bias["figures"]["auc"]
    assert f"the AUC is {auc['value']:.3f} ({auc['low']:.3f} to {auc['high']:.3f}). " in found
    whole = bias["figures"]["false_alarm_gap"]
    assert row_of(found, "all identity terms")[2].startswith(f"{whole['value']:+.3f} (")
    assert "draw whole templates" in found
    for of in (bias, *bias["terms"].values()):
        del of["figures"]
    older = section(render(MANIFEST, newer), "Figures").split("### Identity terms")[1]
    assert row_of(older, "muslim")[2:4] == [f"{gap['value']:+.3f}", cells[3].split(" (")[0]]
    assert "the true intervals are wider than these" in older
    assert "draw whole templates" not in older


def row_of(found: str, begin: str) -> list[str]:
    line = next(line for line in found.splitlines() if line.startswith(f"| {begin} |"))
    return [cell.strip() for cell in line.strip("| ").split(" | ")]


def test_every_command_of_a_card_is_one_that_there_is_and_prints_tables(card):
    known = {opt for one in evaluate_command.params for opt in one.opts}
    commands = re.findall(r"`comity evaluate BUNDLE([^`]*)`", section(card, "Figures"))
    assert len(set(commands)) == 3  # sets, held out, suites
    for command in commands:
        asked = re.findall(r"--[a-z-]+", command)
        assert set(asked) <= known
        assert "--details" in asked
    for title in ("Functional cases", "Insults in disguise", "Identity terms"):
        below = card.split(f"### {title}")[1].split("\n\n")[1]
        assert below == "`comity evaluate BUNDLE --suites --details`", title


def test_the_bundle_that_stands_beside_is_named_with_the_option_that_prints_it(card):
    found = section(render(MANIFEST, report(against="20261101.0900")), "Figures")
    assert "the figures of bundle 20261101.0900, which this one went on from" in found
    assert "(`--against` with its folder prints them)" in found
    assert "called `against`" not in card


def test_the_encyclopaedias_sentences_need_the_corpora():
    newer = report()
    newer["bias"]["encyclopaedia"] = {"right": 1, "n": 213, "value": 0.005, "low": 0, "high": 0.026}
    found = section(render(MANIFEST, newer), "Figures").split("### Identity terms")[1]
    assert found.startswith("\n\n`comity evaluate BUNDLE --corpora DIR --suites --details`")


def test_the_weaknesses_come_first_with_intervals(card):
    found = section(card, "Weaknesses")
    assert card.index("## Weaknesses") < card.index("## Intended use")
    assert "measured goals are not reached:" in found
    assert re.search(r"\| `disguised\.insult` \| .* \| at least 0\.95 \|", found)
    weak = re.split("Situations of the suite|Reached:", found)[1]  # sorted suite by suite
    shares = [float(share) for share in re.findall(r"\| (\d+\.\d)% \(", weak)]
    assert shares == sorted(shares)
    assert shares
    assert max(shares) < 85


def test_a_share_under_the_line_is_bold_in_its_table(card):
    found = section(card, "Figures")
    bold = [float(share) for share in re.findall(r"\*\*(\d+\.\d)% \(", found)]
    assert bold
    assert max(bold) < 85


def test_a_head_that_is_missing_is_said_to_be_missing(card):
    found = section(card, "Weaknesses")
    assert "Spans were not measured: bundle words-1 has no token head." in found
    assert "spans: characters of" not in card


def test_what_is_judged_or_not_stands_by_family_and_an_older_report_has_no_such_table(card):
    found = section(card, "Figures").split("### Judged or not")[1]
    assert "| comments | to be | right |" in found
    assert re.search(r"\| emoji \| no words \| (\*\*)?\d+\.\d% \(", found)
    older = {name: value for name, value in report().items() if name != "abstention"}
    assert "Judged or not" not in render(MANIFEST, older)


def test_goals_that_are_all_reached_are_said_to_be():
    goal = {"figure": "a.b", "sense": "at least", "bound": 0.5, "for_sure": True}
    reached = {**goal, "value": 0.7, "low": 0.6, "high": 0.8, "reached": True}
    made = render(MANIFEST, {"goals": [reached]})
    assert "All 1 measured goals are reached." in section(made, "Weaknesses")
    missed = {**reached, "value": 0.45, "low": None, "high": None, "reached": False}
    made = section(render(MANIFEST, {"goals": [missed, reached]}), "Weaknesses")
    assert "1 of 2 measured goals are not reached:" in made
    assert made.index("| `a.b` | 0.450 |") < made.index("Reached:")


def test_spans_targets_disguises_and_identity_terms_stand_with_intervals():
    marked = [replace(row, spans=(Span(0, 4, "insult", 1.0),)) for row in ROWS]
    tsd = EvaluationSet("tsd_trial", (), spans=True)
    scorer = HeadScorer(WORDS, {"you": Target("commenter", 0.9)})
    made = evaluate_sets(Terms(scorer), [(tsd, marked)], suites=True).as_json()
    found = section(render(MANIFEST, made), "Figures")
    f1 = made["sets"]["tsd_trial"]["spans"]["figures"]["f1"]
    assert "toxic_spans/tsd_trial.csv" in found
    assert "| spans: characters of 6 posts, 6 with any | value |" in found
    assert f"| F1 | {f1['value']:.3f} ({f1['low']:.3f} to {f1['high']:.3f}) |" in found
    assert re.search(r"\| target of \d+ uncivil comments \| right \|", found)
    assert re.search(r"\| named public_figure \| \d+\.\d% \(", found)
    assert "Naming the commonest kind every time" in found
    assert re.search(r"\| ratio \| \d\.\d{3} \(", found)
    assert re.search(r"\| ratio of all tricks \| \d\.\d{3} \(", found)
    assert f"{made['disguised']['undone']:,} copies are written by tricks that the reading" in found
    assert "(full width, mixed case, zero width)" in found
    assert re.search(r"\| all identity terms \| \d+\.\d% \(.* \| [+-]\d\.\d{3} \([+-]", found)
    assert "not measured" not in render(MANIFEST, made)


def test_the_score_that_takes_the_target_into_account_is_explained_where_it_stands():
    asked = EvaluationSet("kaggle_insults_test", (("toxic", "insult"),), in_conversation=("toxic",))
    scorer = HeadScorer(WORDS, {"you": Target("commenter", 0.9)})
    form = evaluate_sets(Terms(scorer), [(asked, ROWS)]).as_json()
    made = render(MANIFEST, form)
    assert "| `insult_in_conversation` against toxic: 3 of 6 | value | target_untold |" in made
    assert "times that of such a target" in made
    assert "times that of such a target" not in render(MANIFEST, report())


def test_the_non_commercial_set_is_named_as_such():
    other = EvaluationSet("unhealthy_conversations", (("toxic", "incivility"),))
    terms = Terms(WordScorer(WORDS))
    form = evaluate_sets(terms, [(other, ROWS)]).as_json()
    assert "CC BY-NC-SA 4.0" in render(MANIFEST, form)
    assert "CC BY-NC-SA 4.0" not in render(MANIFEST, report())


def test_what_int8_costs_is_stated_where_it_was_measured():
    agreement = {
        "gn": {
            "n": 2059,
            "positives": 59,
            "auc_torch": 0.94123,
            "auc_int8": 0.94011,
            "auc_loss": 0.00112,
            "mean_logit_difference": 0.0214,
            "agrees": True,
        }
    }
    made = render(MANIFEST, report(int8_against_torch_fp32=agreement))
    assert "| gn | 2,059 | 0.9412 | 0.9401 | 0.0011 | 0.021 |" in made
    assert "int8 costs" not in render(MANIFEST, report())
    assert "that it may" not in made

    ends = {"auc_loss": 0.00312, "auc_loss_low": -0.0012, "auc_loss_high": 0.0061, "agrees": False}
    made = render(MANIFEST, report(int8_against_torch_fp32={"gn": {**agreement["gn"], **ends}}))
    assert "| gn | 2,059 | 0.9412 | 0.9401 | 0.0031 (-0.0012 to 0.0061) | 0.021 |" in made
    assert "over the 0.002 that it may: `gn` 0.0031 (-0.0012 to 0.0061)." in made
    few = {**agreement["gn"], **ends, "n": 60, "positives": 30}
    assert "that it may" not in render(MANIFEST, report(int8_against_torch_fp32={"gn": few}))


def test_a_retrained_bundle_says_where_it_came_from_and_what_changed():
    lineage = {"kind": "retrained", "from": "20261001.0900", "rows": {"train": 210}}
    change = {
        "figure": "held_out.insult.auc",
        "n": 40,
        "difference": 0.02,
        "low": 0.011,
        "high": 0.031,
    }
    changes = {"better": [change], "worse": [], "unsure": []}
    made = render(replace(MANIFEST, lineage=lineage), report(changes=changes))
    assert "Fine-tuned from bundle 20261001.0900" in made
    assert "| held_out.insult.auc | 40 | +0.020 (+0.011 to +0.031) |" in made
    assert "worse: nothing for sure." in made
    assert "Of many figures that did not change a few seem to for sure, by chance." in made
    assert "Do not compare" not in made


def test_a_bundle_without_a_report_has_a_card_without_figures():
    made = render(MANIFEST, {})
    assert "## Figures" in made
    assert "AUC" not in made


def test_a_null_figure_is_a_dash():
    form = evaluate_sets(Terms(WordScorer(WORDS)), [(GN, ROWS[:2])]).as_json()
    assert "| AUC | – | – |" in render(MANIFEST, form)


def test_a_cell_cannot_break_its_table():
    assert table(["a"], [["x|y\nz"]]) == "| a |\n| --- |\n| x\\|y z |"
