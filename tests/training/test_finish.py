"""From a network to a bundle: on which figures int8 is compared with torch, and when it does not agree."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from model.bundle import default_bundle, manifest_of
from model.labels import NAMES
from model.records import Example
from training import finish
from training.evaluation_sets import OF_THE_MIX, EvaluationSet


def compared(
    agrees: bool, n: int, positives: int, *, low: float = 0.0021
) -> Mapping[str, Mapping[str, Any]]:
    one = {"agrees": agrees, "n": n, "positives": positives, "auc_torch": 0.8125, "auc_int8": 0.81}
    return {"held_out.insult": {**one, "auc_loss_low": low}}


def test_a_loss_over_the_most_is_said_in_a_sentence_with_both_figures() -> None:
    (sentence,) = finish.disagreements(compared(False, 900, 300))
    assert sentence == (
        "the bundle is there, but int8 does not agree with torch: on held_out.insult its AUC is "
        "0.8100 instead of 0.8125, and may be 0.002 lower at most"
    )


def test_a_loss_whose_interval_holds_the_most_is_said_to_be_so() -> None:
    (sentence,) = finish.disagreements(compared(False, 900, 300, low=0.0019))
    assert sentence.endswith("0.002 lower at most, though its interval holds that")


def test_what_agrees_and_what_is_too_few_to_tell_is_not_said() -> None:
    assert finish.disagreements(compared(True, 900, 300)) == []
    assert finish.disagreements(compared(False, 60, 30)) == []


@pytest.mark.parametrize(
    ("wanted", "labels", "pair"),
    [
        (OF_THE_MIX, dict.fromkeys(NAMES, 1.0), ("insult", "insult")),
        (OF_THE_MIX, {"incivility": 1.0}, ("incivility", "incivility")),
        (OF_THE_MIX, {}, None),
        (EvaluationSet("marks", (), spans=True), {"insult": 1.0}, None),
        (
            EvaluationSet("other", (("toxic", "incivility"),)),
            {"toxic": 1.0},
            ("toxic", "incivility"),
        ),
    ],
)
def test_a_set_is_compared_on_the_first_column_that_its_comments_know(
    wanted: EvaluationSet, labels: dict[str, float], pair: tuple[str, str] | None
) -> None:
    assert finish._compared_on(wanted, [Example("A comment.", labels)]) == pair


def test_a_bundle_gone_on_from_that_serves_is_measured_beside() -> None:
    scorer, unmeasured = finish.scorer_of_base(default_bundle())
    assert scorer is not None
    assert (scorer.version, unmeasured) == (manifest_of(default_bundle()).version, ())
    assert finish.scorer_of_base(None) == (None, ())


def test_a_bundle_gone_on_from_of_fewer_labels_is_not_measured_and_the_report_says_so(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    form = json.loads((default_bundle() / "manifest.json").read_text())
    fewer = {**form, "labels": list(NAMES[:5])}
    fewer.pop("sha256", None)
    (tmp_path / "manifest.json").write_text(json.dumps(fewer))
    scorer, (sentence,) = finish.scorer_of_base(tmp_path)
    assert scorer is None
    assert "differences from the bundle gone on from were not measured" in sentence
    assert str(tmp_path) not in sentence
    assert f"{tmp_path / 'manifest.json'}: labels" in caplog.text
