"""``comity retrain``: a desk's labels in, a candidate out, with what got better and what got worse."""

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from model import bundle
from model.calibration import Calibration, Platt, highest_logits
from model.labels import NAMES
from model.manifest import Manifest
from model.records import Comment, Example
from model.scorer import load_scorer
from training import finish, mix
from training import rehearsal as rehearsal_file
from training.bias import Bias
from training.bootstrap import Figure
from training.calibrate import Floats, fit_calibration, fit_platt, truth_table
from training.commands import commands
from training.corpora import CorpusError
from training.encoders import sha256_of
from training.errors import TrainingError
from training.gate_figures import BARS, differences
from training.metrics import wilson
from training.recipe import CorpusUse, Recipe
from training.report import (
    Beside,
    DisguiseReport,
    DisguiseShares,
    LabelShares,
    PairReport,
    Report,
    SetReport,
    SpanReport,
    SuiteReport,
)
from training.retrain import (
    MOST_REHEARSED,
    Plan,
    changes,
    digests,
    fitted_anew,
    gate_on,
    held_shares,
    mixed,
    recipe_for,
    rehearsal,
    retrain,
    summary,
    write_candidate,
)

# The Trainer, torch.onnx and NNCF warn of each other's old names; their warnings are not ours to mend.
pytestmark = pytest.mark.filterwarnings("default")


SUBJECTS = ("tram", "bridge", "library", "market", "harbour", "school", "museum", "park")


def desk_labels(path: Path, copies: int) -> Path:
    """Write a desk whose own rule no public corpus knows: comments on parking are uncivil there."""
    lines = []
    for i in range(copies):
        for subject in SUBJECTS:
            lines.append(
                {
                    "text": f"Parking at the {subject} again, number {i}.",
                    "labels": {"incivility": 1},
                }
            )
            lines.append(
                {
                    "text": f"The {subject} opens at nine, says letter {i}.",
                    "labels": {"incivility": 0},
                }
            )
    path.write_text("\n".join(json.dumps(line) for line in lines))
    return path


def run(*arguments: str) -> Any:
    return CliRunner().invoke(commands["retrain"], arguments)


@pytest.mark.slow
def test_the_shipped_bundle_learns_a_desks_own_rule(tmp_path: Path) -> None:
    out = tmp_path / "candidate"
    labels = desk_labels(tmp_path / "labels.jsonl", copies=12)
    result = run("--labels", str(labels), "--out", str(out), "--epochs", "1")
    assert result.exit_code == 0, result.output
    shipped = bundle.load(bundle.default_bundle())
    report = json.loads((out / "report.json").read_text())
    assert report["against"] == shipped.version
    assert {"better", "worse", "unsure"} == set(report["changes"])
    told = {one["figure"] for found in report["changes"].values() for one in found}
    assert {"suites.situations.incivility", "disguised.insult", "bias.false_alarm_gap"} <= told
    assert isinstance(report["gate"]["reasons"], list)
    scorer = load_scorer(out, threads=2)
    parking, opening = scorer.score(
        [Comment("Parking at the theatre again."), Comment("The theatre opens at noon.")]
    )
    assert parking.by_label is not None
    assert opening.by_label is not None
    assert parking.by_label["incivility"] > opening.by_label["incivility"]
    lineage = bundle.load(out).manifest.lineage
    assert lineage["from"] == report["against"]
    assert lineage["from_manifest_sha256"] == sha256_of(shipped.folder / "manifest.json")
    assert lineage["labels_sha256"] == sha256_of(labels)
    assert lineage["unlabelled_sha256"] is None
    compared = report["int8_against_torch_fp32"]
    # The desk's few held-out comments may all be of one side, which no AUC can tell apart.
    desk = report["held_out"]["pairs"]["incivility"]
    both = {"held_out.incivility"} if 0 < desk["positives"] < desk["n"] else set()
    assert set(compared) == {"newsroom.incivility"} | both
    assert compared["newsroom.incivility"]["n"] > 900
    assert "incivility" in result.output


def test_too_few_labels_are_refused_with_the_number_needed(tmp_path: Path) -> None:
    labels = desk_labels(tmp_path / "labels.jsonl", copies=1)
    result = run("--labels", str(labels), "--out", str(tmp_path / "out"))
    assert result.exit_code == 2
    assert "16 distinct comments" in result.output
    assert "30" in result.output


def test_a_wrong_line_is_named_and_nothing_is_written(tmp_path: Path) -> None:
    labels = tmp_path / "labels.jsonl"
    labels.write_text('{"text": "fine", "labels": {"rude": 1}}\n')
    result = run("--labels", str(labels), "--out", str(tmp_path / "out"))
    assert result.exit_code == 2
    assert "line 1" in result.output
    assert not (tmp_path / "out").exists()


def report_with(difference: Figure, name: str = "auc") -> Report:
    beside = {"against": Beside({}, {name: difference})}
    figures = {name: Figure(0.8, 0.7, 0.9)}
    pair = PairReport("insult", "insult", 40, 20, 0.5, figures, beside, {})
    return Report("b", "a", 1, {}, SetReport(40, {}, {}, {"insult": pair}), {}, {})


def changes_of(report: Report) -> dict[str, list[dict[str, Any]]]:
    return changes(report, differences(report, report, seed=1))


@pytest.mark.parametrize(
    ("name", "difference", "kind"),
    [
        ("auc", Figure(0.05, 0.01, 0.09), "better"),
        ("auc", Figure(-0.05, -0.09, -0.01), "worse"),
        ("auc", Figure(0.05, -0.01, 0.11), "unsure"),
        ("ece", Figure(-0.05, -0.09, -0.01), "better"),
        ("ece", Figure(0.05, 0.01, 0.09), "worse"),
    ],
)
def test_a_change_is_sure_only_when_its_interval_leaves_out_nought(
    name: str, difference: Figure, kind: str
) -> None:
    sorted_out = changes_of(report_with(difference, name))
    assert [k for k, found in sorted_out.items() if found] == [kind]


def suite_of(wrong: int) -> dict[str, SuiteReport]:
    share = wilson(160 - wrong, 160)
    ids = tuple(str(number) for number in range(wrong))
    shares = LabelShares(share, {"all": share}, wilson(0, 0), ids)
    return {"situations": SuiteReport(160, {}, {}, {"incivility": shares})}


def test_what_changed_in_suites_spans_disguises_and_the_identity_gap_is_told_by_its_name() -> None:
    def measured(wrong: int, recall: float, gap: float, f1: Figure) -> Report:
        found = DisguiseShares(
            wilson(9, 10), wilson(9, 10), Figure(recall, recall - 0.02, recall + 0.02), f1, {}
        )
        spans = SpanReport(30, 20, {"f1": f1})
        suites = {"threads": SuiteReport(30, {}, {}, {}, spans), **suite_of(wrong)}
        by_template = {f"t{number}": gap for number in range(16)}
        share = wilson(0, 16)
        bias = Bias(0.5, 32, {}, math.nan, share, share, gap, {}, None, by_template)
        return Report(
            "b",
            "a",
            1,
            {},
            None,
            suites,
            {},
            disguised=DisguiseReport(10, 40, 5, {"insult": found}),
            bias=bias,
        )

    before = measured(20, 0.95, 0.0, Figure(0.5, 0.45, 0.55))
    after = measured(40, 0.85, 0.1, Figure(0.7, 0.65, 0.75))
    found = changes(after, differences(before, after, seed=1))
    assert {one["figure"]: one["n"] for one in found["worse"]} == {
        "suites.situations.incivility": 160,
        "suites.situations.incivility.lowest": 160,
        "disguised.insult": 10,
        "bias.false_alarm_gap": 32,  # it rose, which is worse
    }
    assert [one["figure"] for one in found["better"]] == [
        "suites.threads.spans.f1",
        "disguised.insult.all_tricks",
    ]
    lines = list(
        summary({"changes": found, "gate": {"open": True, "reasons": [], "unmeasured": []}})
    )
    assert lines[0] == "better: 2"
    assert any(line.strip().startswith("bias.false_alarm_gap ") for line in lines)


def test_the_summary_names_the_gates_reasons() -> None:
    found = changes_of(report_with(Figure(-0.05, -0.09, -0.01)))
    gate = {"open": False, "reasons": ["auc fell"], "unmeasured": []}
    lines = list(summary({"changes": found, "gate": gate}))
    assert any("held_out.insult.auc" in line and "n = 40" in line for line in lines)
    assert lines[-2:] == ["gate: closed", "  auc fell"]


def test_the_lineage_knows_the_labels_file_and_the_parents_manifest_by_checksum(
    tmp_path: Path,
) -> None:
    parent = bundle.load(bundle.default_bundle())
    labels = desk_labels(tmp_path / "labels.jsonl", copies=1)
    told = digests(Plan(labels=labels, out=tmp_path / "out"), parent)
    assert told == {
        "from_manifest_sha256": sha256_of(parent.folder / "manifest.json"),
        "labels_sha256": sha256_of(labels),
        "unlabelled_sha256": None,
    }
    more = digests(Plan(labels=labels, out=tmp_path / "out", unlabelled=labels), parent)
    assert more["unlabelled_sha256"] == told["labels_sha256"]


def test_which_bundle_it_starts_from_is_said_first(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    labels = desk_labels(tmp_path / "labels.jsonl", copies=1)
    with caplog.at_level("INFO"), pytest.raises(TrainingError, match="16 distinct comments"):
        retrain(Plan(labels=labels, out=tmp_path / "out"))
    parent = bundle.load(bundle.default_bundle())
    assert caplog.messages[0] == f"starting from bundle {parent.version} in {parent.folder}"


def test_the_summary_says_which_figures_the_gate_could_not_ask_of() -> None:
    found = changes_of(report_with(Figure(0.05, 0.01, 0.09)))
    gate = {"open": True, "reasons": [], "unmeasured": ["held_out.threat.auc: was not measured"]}
    assert list(summary({"changes": found, "gate": gate}))[-3:] == [
        "gate: open",
        "the gate could not ask of 1 figures:",
        "  held_out.threat.auc: was not measured",
    ]


def test_a_report_that_has_none_of_the_figures_opens_the_gate_and_says_so() -> None:
    bare = Report("b", "a", 1, {}, None, {}, {})
    verdict = gate_on(bare, bare, differences(bare, bare, seed=1))
    assert verdict["open"] is True
    assert len(verdict["unmeasured"]) == len(BARS)


KEPT = Calibration(tuple(Platt(0.5, 0.1 * i) for i in range(len(NAMES))), Platt(0.9, 0.3))
# What a desk's own labels speak of: incivility, and profanity here and there.
OWN = dict.fromkeys(NAMES, False) | {"incivility": True}


def validation(n: int = 400) -> list[Example]:
    """Return comments that all know incivility, a tenth of them profanity, the others nothing else."""
    rng = np.random.default_rng(5)
    return [
        Example(
            f"Comment {i}.",
            {"incivility": float(rng.random() < 0.4)}
            | ({} if i % 10 else {"profanity": i % 20 / 10}),
        )
        for i in range(n)
    ]


def logits_on(rows: list[Example]) -> Floats:
    """Return logits in which incivility is told by the truth, and insult is far too sure of itself."""
    logits = np.random.default_rng(7).normal(0, 2, (len(rows), len(NAMES)))
    logits[:, 0] += 3 * truth_table(rows)[:, 0] - 1.5
    logits[:, NAMES.index("insult")] *= 3
    return logits


def test_the_raised_map_is_fitted_on_the_scores_of_the_very_maps_that_serve() -> None:
    rows = validation()
    logits, truth = logits_on(rows), truth_table(rows)
    made = mixed(logits, truth, KEPT, OWN)
    fitted = fit_calibration(logits, truth)
    assert made.by_label == (fitted.by_label[0], *KEPT.by_label[1:])
    highest = highest_logits(made.calibrated_logits(logits))
    assert made.raised == fit_platt(highest, truth[:, 0])
    assert abs(made.raised.slope - fitted.raised.slope) > 0.1  # the other maps' raise is another


def test_every_map_is_the_desks_own_or_none_is_where_its_labels_are_many_or_few() -> None:
    rows = validation()
    logits, truth = logits_on(rows), truth_table(rows)
    assert mixed(logits, truth, KEPT, dict.fromkeys(NAMES, True)) == fit_calibration(logits, truth)
    assert mixed(logits, truth, KEPT, dict.fromkeys(NAMES, False)) == KEPT


def test_without_a_map_of_incivility_the_raised_one_stays_too() -> None:
    rows = validation()
    logits, truth = logits_on(rows), truth_table(rows)
    own = dict.fromkeys(NAMES, False) | {"profanity": True}
    made = mixed(logits, truth, KEPT, own)
    assert made.raised == KEPT.raised
    assert made.by_label[0] == KEPT.by_label[0]
    profanity = NAMES.index("profanity")
    assert made.by_label[profanity] != KEPT.by_label[profanity]


def test_a_label_is_fitted_anew_where_enough_comments_of_both_sides_know_it() -> None:
    truth = truth_table(validation())
    assert fitted_anew(truth) == OWN
    assert not any(fitted_anew(truth[:299]).values())
    truth[:, NAMES.index("threat")] = 0.0  # known of all, and never seen: no threshold can be told
    assert fitted_anew(truth) == OWN


class Answering:
    """A scorer that gives the logits it was made with, whatever it is asked."""

    def __init__(self, logits: Floats) -> None:
        self.said = logits

    def logits(self, comments: list[Comment]) -> Floats:
        assert len(comments) == len(self.said)
        return self.said


def test_a_candidate_with_few_labels_serves_thresholds_told_on_the_scores_it_serves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = validation()
    logits = logits_on(rows)
    logits[0] = np.nan  # one comment that the bundle does not judge
    champion = replace(bundle.load(bundle.default_bundle()).manifest, calibration=KEPT)

    def write_files(net: Any, tokenizer: Any, out: Path, texts: Any, *, max_length: int) -> None:
        for name in (champion.graph, champion.tokenizer, champion.encoder_config):
            (out / name).write_text("{}")

    monkeypatch.setattr("training.export.write_files", write_files)
    monkeypatch.setattr("training.retrain.load_scorer", lambda folder: Answering(logits))
    trained: Any = finish.Trained(None, None, Recipe(), {})  # type: ignore[arg-type]
    made = write_candidate(trained, champion, {"train": rows, "validation": rows}, tmp_path)
    served = mixed(logits[1:], truth_table(rows)[1:], KEPT, OWN)
    assert made.calibration == served
    points = finish.points_of(served, logits[1:], truth_table(rows)[1:], Recipe())
    assert made.thresholds == {**champion.thresholds, "incivility": points["incivility"].threshold}
    assert made.lineage["calibrated_anew"] == ["incivility"]
    assert made.threshold_rule == champion.threshold_rule
    assert bundle.load(tmp_path).manifest.calibration == served


def champion_of(lineage: Mapping[str, Any]) -> Manifest:
    return replace(bundle.load(bundle.default_bundle()).manifest, lineage=lineage)


@pytest.mark.parametrize(
    ("lineage", "weight"),
    [
        ({"recipe": {"own_marks_weight": 0.25}}, 0.25),
        ({"recipe": {"epochs": 2.0}}, 1.0),
        ({}, 1.0),
    ],
)
def test_own_marks_count_what_they_counted_for_the_champion(
    tmp_path: Path, lineage: Mapping[str, Any], weight: float
) -> None:
    plan = Plan(labels=tmp_path, out=tmp_path)
    assert recipe_for(plan, champion_of(lineage)).own_marks_weight == weight


def test_the_shares_held_out_are_those_of_the_run_that_read_the_corpora() -> None:
    ancestor = {"kind": "trained", "recipe": {"validation_share": 0.06, "test_share": 0.05}}
    again = {"kind": "retrained", "recipe": {"test_share": 0.15}, "ancestor": ancestor}
    told = {"validation": 0.06, "test": 0.05}
    assert held_shares(champion_of(ancestor)) == held_shares(champion_of(again)) == told
    assert held_shares(champion_of({})) == {"validation": 0.04, "test": 0.04}


def test_no_comment_is_rehearsed_that_the_champions_run_held_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = [
        Example(
            f"Our remark number {i // 2} on this and on that{'!' * (i % 2)}",
            {"incivility": 0.0},
            source="newsroom",
            key=f"newsroom:{i // 4}",
        )
        for i in range(400)
    ]
    monkeypatch.setattr("training.corpora.read_corpus", lambda name, folder: iter(written))
    run = Recipe(validation_share=0.2, test_share=0.2, corpora={"newsroom": CorpusUse()})
    parts = mix.gather(run, tmp_path).parts
    assert all(parts.values())
    desk = [replace(parts["train"][0], source="desk")]
    monkeypatch.setattr("training.rehearsal.FILE", tmp_path / "packed.jsonl.gz")
    rehearsal_file.main()
    rehearsed = rehearsal(None, besides=desk, validation=0.2, test=0.2)
    texts = {row.text for row in rehearsed}
    assert texts == {row.text for row in parts["train"]} - {desk[0].text}
    assert {row.weight for row in rehearsed} == {0.5}


def test_a_retraining_rehearses_as_many_where_the_newsrooms_comments_are_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def not_there(name: str, folder: Path) -> Iterator[Example]:
        raise CorpusError("an install has none")

    monkeypatch.setattr("training.corpora.read_corpus", not_there)
    monkeypatch.setattr("training.corpora.catalogue.read_corpus", not_there)
    shares = held_shares(bundle.load(bundle.default_bundle()).manifest)
    rehearsed = rehearsal(None, besides=[], **shares)
    assert len(rehearsed) == MOST_REHEARSED
    assert {row.source for row in rehearsed} == {"newsroom"}
