"""From a trained network to a bundle: export, agree, calibrate, set thresholds, evaluate, describe."""

import json
import logging
import platform
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from transformers import PreTrainedTokenizerBase

from model import bundle
from model.calibration import Calibration
from model.labels import NAMES
from model.manifest import Manifest
from model.records import Comment, Example
from model.scorer import BundleScorer, load_scorer
from training import (
    bootstrap,
    calibrate,
    card,
    encoders,
    evaluate,
    export,
    fit,
    span_threshold,
    sweep,
)
from training.calibrate import Floats
from training.errors import TrainingError
from training.evaluation_sets import OF_THE_MIX, EvaluationSet
from training.examples import draw
from training.floor import floor_scores
from training.goals import MOST_AUC_LOST, loses_too_much
from training.metrics import OperatingPoint
from training.network import CommentClassifier
from training.recipe import Recipe
from training.report import Report

log = logging.getLogger(__name__)

REPORT: Final = "report.json"
CARD: Final = "README.md"
PACKAGES: Final = (
    "torch",
    "transformers",
    "accelerate",
    "datasets",
    "tokenizers",
    "onnx",
    "nncf",
    "openvino",
)
UNMEASURED: Final = (
    "differences from the bundle gone on from were not measured: it cannot be served here"
)
AGREEMENT: Final = "int8_against_torch_fp32"
AGREEMENT_ROWS: Final = 2000
# Where a set is compared on another pair than its first: all labels would say much the same.
AGREE_ON: Final = {OF_THE_MIX.name: ("insult", "insult")}


@dataclass(frozen=True, slots=True)
class Trained:
    """What training leaves: the network, its tokenizer, the recipe and what the lineage will say."""

    network: CommentClassifier
    tokenizer: PreTrainedTokenizerBase
    recipe: Recipe
    lineage: Mapping[str, Any]


def finish(
    trained: Trained,
    parts: Mapping[str, Sequence[Example]],
    out: Path,
    *,
    corpora: Path | None,
    base: Path | None = None,
) -> Report:
    """Make the bundle ``out``, whole or not at all, and return its report.

    Ranges for int8 come from training comments, calibration and thresholds from ``parts['validation']``,
    figures from ``parts['test']``, the development sets in ``corpora`` and the suites. Beside them stand
    those of the bundle ``base`` that the run went on from, with paired differences.
    """
    with whole(out) as part:
        return _finish(trained, parts, part, corpora=corpora, base=base)


@contextmanager
def whole(out: Path) -> Iterator[Path]:
    """Give a folder beside ``out`` to build in; it becomes ``out`` at the end, and only then."""
    refuse_filled(out)
    part = out.with_name(out.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    yield part
    if out.exists():
        out.rmdir()
    part.replace(out)


def refuse_filled(out: Path) -> None:
    """Raise ``TrainingError`` where ``out`` is there and not an empty folder."""
    if out.exists() and any(out.iterdir()):
        raise TrainingError(f"{out} is not empty; choose a new folder for the bundle")


def _finish(
    trained: Trained,
    parts: Mapping[str, Sequence[Example]],
    out: Path,
    *,
    corpora: Path | None,
    base: Path | None,
) -> Report:
    recipe = trained.recipe
    texts = [e.text for e in draw(parts["train"], recipe.calibration_comments, seed=recipe.seed)]
    export.write_files(trained.network, trained.tokenizer, out, texts, max_length=recipe.max_length)
    (out / REPORT).write_text("{}\n")
    manifest = uncalibrated(trained, parts["train"])
    bundle.write_manifest(out, manifest)
    calibration, points = calibrated(load_scorer(out), parts["validation"], recipe)
    manifest = replace(
        manifest,
        calibration=calibration,
        thresholds={name: point.threshold for name, point in points.items()},
        span_threshold=span_threshold.choose(bundle.load(out), parts["validation"]),
    )
    bundle.write_manifest(out, manifest)

    scorer = load_scorer(out)
    against, unmeasured = scorer_of_base(base)
    sets = evaluate.development_sets(corpora, missing_ok=True) if corpora else []
    rates = base_rates(parts["validation"])
    terms = evaluate.Terms(
        scorer,
        against,
        floor=floor_scores(parts["train"], [*sets, (OF_THE_MIX, parts["test"])]),
        base_rates=rates,
        seed=recipe.seed,
    )
    report = evaluate.evaluate_sets(
        terms, sets, held_out=parts["test"], suites=True, corpora=corpora
    )
    report = replace(report, skipped=(*unmeasured, *report.skipped))
    beside = {
        "base_rates": rates,
        "operating_points": {name: asdict(point) for name, point in points.items()},
        AGREEMENT: agree(trained, scorer, [*sets, (OF_THE_MIX, parts["test"])]),
    }
    write_report(out, manifest, report, beside)
    return report


def scorer_of_base(base: Path | None) -> tuple[BundleScorer | None, tuple[str, ...]]:
    """Return the scorer of the bundle that a run went on from, or None and a sentence for the report.

    A run may go on from what cannot serve any more: a bundle of fewer labels, or one without its graph.
    """
    if base is None:
        return None, ()
    try:
        return load_scorer(base), ()
    except bundle.BundleError as error:
        # Only the log names the folder: a report goes from machine to machine.
        log.warning("not measured beside the bundle gone on from: %s", error)
        return None, (UNMEASURED,)


def write_report(out: Path, manifest: Manifest, report: Report, beside: Mapping[str, Any]) -> None:
    """Write report.json and the model card, then the manifest over all files of the bundle."""
    form = {**report.as_json(), **beside}
    (out / REPORT).write_text(json.dumps(form, indent=1, allow_nan=False) + "\n")
    (out / CARD).write_text(card.render(manifest, form))
    bundle.write_manifest(out, manifest)


def heads_learnt(rows: Sequence[Example], recipe: Recipe) -> dict[str, bool]:
    """Return which heads the training rows taught anything; an untaught head must not speak."""
    marked = any(row.spans is not None for row in rows)
    aimed = any(row.target is not None for row in rows)
    return {
        "labels": True,
        "token_labels": marked and recipe.token_weight > 0,
        "target": aimed and recipe.target_weight > 0,
    }


def uncalibrated(trained: Trained, rows: Sequence[Example]) -> Manifest:
    """Return the manifest of a bundle, trained on ``rows``, whose logits nobody has calibrated yet."""
    recipe, now = trained.recipe, datetime.now(UTC)
    return Manifest(
        version=f"{now:%Y%m%d.%H%M}",
        created=now.isoformat(timespec="seconds"),
        max_length=recipe.max_length,
        stride=recipe.stride,
        max_windows=recipe.max_windows,
        pooling=recipe.pooling,
        calibration=Calibration(),
        thresholds=dict.fromkeys(NAMES, 0.5),
        heads=heads_learnt(rows, recipe),
        threshold_rule=(
            f"Lowest score from which precision is {recipe.threshold_precision:g} where "
            f"{recipe.threshold_prevalence:.0%} of comments have the label, on the run's validation "
            "split; where no score finds ten positives so, the precision is lowered by tenths until one "
            "does; never under 0.5."
        ),
        # A bundle that went on from another tells that one's encoder as its base.
        lineage={**provenance(recipe), **trained.lineage},
    )


def provenance(recipe: Recipe) -> dict[str, Any]:
    """Return what a later reader needs to make the bundle again: recipe, code, packages, machine."""
    known = encoders.PACKAGED.get(recipe.base)
    return {
        "base": {
            "name": recipe.base,
            "licence": known.licence if known else "see its own card",
            "address": known.address if known else recipe.base,
            "sha256": known.sha256 if known else None,
        },
        "recipe": recipe.as_json(),
        "seed": recipe.seed,
        "packages": {name: metadata.version(name) for name in PACKAGES},
        "python": platform.python_version(),
        "machine": platform.machine(),
    }


def commit() -> str | None:
    """Return the commit of the code that runs, with ``+changes`` where files differ; None outside git."""
    here = Path(__file__).parent
    try:
        asked = subprocess.run(
            ["git", "describe", "--always", "--abbrev=40", "--dirty=+changes", "--exclude=*"],
            cwd=here,
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError:
        return None
    return asked.stdout.strip() or None


def calibrated(
    scorer: BundleScorer, rows: Sequence[Example], recipe: Recipe
) -> tuple[Calibration, dict[str, OperatingPoint]]:
    """Return calibration and operating points fitted on the served int8 logits of ``rows``.

    Rows that the scorer abstains from take no part.
    """
    logits, truth = judged(scorer, rows)
    fitted = calibrate.fit_calibration(logits, truth)
    return fitted, points_of(fitted, logits, truth, recipe)


def judged(scorer: BundleScorer, rows: Sequence[Example]) -> tuple[Floats, Floats]:
    """Return the served int8 logits and the truths, (n, labels) each, of the rows that the scorer judges.

    Raises ``TrainingError`` where it judges none.
    """
    logits = scorer.logits([Comment(row.text) for row in rows]).astype(np.float64)
    answered = ~np.isnan(logits).any(axis=1)
    if not answered.any():
        raise TrainingError("the bundle judged none of the validation comments")
    return logits[answered], calibrate.truth_table(rows)[answered]


def points_of(
    calibration: Calibration, logits: Floats, truth: Floats, recipe: Recipe
) -> dict[str, OperatingPoint]:
    """Return each label's operating point, as ``recipe`` states it, on the scores that will be served."""
    return calibrate.operating_points(
        truth,
        calibration.apply(logits),
        precision=recipe.threshold_precision,
        prevalence=recipe.threshold_prevalence,
    )


def agree(
    trained: Trained, scorer: BundleScorer, sets: Iterable[evaluate.LabelledSet]
) -> dict[str, Any]:
    """Return, by set and truth column, how far the served int8 logits stand from torch in float32.

    Compared are comments of one window (so that nothing but the numbers differs), up to
    ``AGREEMENT_ROWS`` of either class. ``auc_loss`` is torch's AUC minus ours, negative where int8 won.
    """
    found = {}
    for wanted, rows in sets:
        pair = _compared_on(wanted, rows)
        if pair is None:  # a set of spans alone has no comment labels to compare
            continue
        truth, label = pair
        chosen = _for_agreement(trained, [row for row in rows if truth in row.labels], truth)
        if not chosen:
            continue
        positive = np.array([row.labels[truth] >= 0.5 for row in chosen])
        compared = compare(trained, scorer, [row.text for row in chosen], positive, label)
        if compared:
            agrees = compared["auc_loss"] <= MOST_AUC_LOST
            found[f"{wanted.name}.{truth}"] = {"label": label, "agrees": agrees, **compared}
            level = logging.INFO if agrees else logging.WARNING
            log.log(level, "int8 against torch on %s: %s", wanted.name, compared)
    return found


def _compared_on(wanted: EvaluationSet, rows: Sequence[Example]) -> tuple[str, str] | None:
    """Return the first truth column, and its label, that any of the rows know."""
    known = {name for row in rows for name in row.labels}
    preferred = [AGREE_ON[wanted.name]] if wanted.name in AGREE_ON else []
    return next((pair for pair in (*preferred, *wanted.pairs) if pair[0] in known), None)


def disagreements(compared: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Return a sentence for each set of ``agree`` on which int8 lost too much AUC.

    A set of too few comments to tell is left out.
    """
    return [
        f"the bundle is there, but int8 does not agree with torch: on {name} its AUC is "
        f"{one['auc_int8']:.4f} instead of {one['auc_torch']:.4f}, and may be {MOST_AUC_LOST:g} lower at most"
        + (
            ""
            if one.get("auc_loss_low", np.inf) > MOST_AUC_LOST
            else ", though its interval holds that"
        )
        for name, one in compared.items()
        if loses_too_much(one)
    ]


def compare(
    trained: Trained,
    scorer: BundleScorer,
    texts: Sequence[str],
    positive: NDArray[np.bool_],
    label: str,
) -> dict[str, float]:
    """Return the AUCs of torch and of int8 on the same texts; empty where one class is missing.

    Beside what int8 loses stand the ends of its 95% interval, of a bootstrap that draws both together.
    """
    length, column = trained.recipe.max_length, NAMES.index(label)
    ours = scorer.logits([Comment(text) for text in texts], unmasked=False)[:, column]
    theirs = fit.logits_of(trained.network, trained.tokenizer, texts, max_length=length)[:, column]
    judged = ~np.isnan(ours)
    ours, theirs, positive = ours[judged], theirs[judged], positive[judged]
    if not 0 < positive.sum() < len(positive):
        return {}
    seed = trained.recipe.seed
    torchs, int8s = (
        bootstrap.estimate(positive, logits, {"auc": sweep.auc}, seed=seed)
        for logits in (theirs, ours)
    )
    loss = bootstrap.differences(torchs, int8s)["auc"]
    return {
        "n": len(positive),
        "positives": int(positive.sum()),
        "auc_torch": torchs.values["auc"],
        "auc_int8": int8s.values["auc"],
        "auc_loss": loss.value,
        "auc_loss_low": loss.low,
        "auc_loss_high": loss.high,
        "mean_logit_difference": float(np.abs(ours - theirs).mean()),
        "largest_logit_difference": float(np.abs(ours - theirs).max()),
    }


def _for_agreement(trained: Trained, rows: list[Example], truth: str) -> list[Example]:
    if not rows:
        return []
    limit = trained.recipe.max_length
    lengths = [len(ids) for ids in trained.tokenizer([row.text for row in rows])["input_ids"]]
    short = [row for row, length in zip(rows, lengths, strict=True) if length <= limit]
    positive = [row for row in short if row.labels[truth] >= 0.5]
    others = [row for row in short if row.labels[truth] < 0.5]
    return positive[:AGREEMENT_ROWS] + others[:AGREEMENT_ROWS]


def base_rates(rows: Sequence[Example]) -> dict[str, float]:
    """Return each label's share of positives where calibration was fitted."""
    truth = calibrate.truth_table(rows)
    known = {name: truth[~np.isnan(truth[:, i]), i] for i, name in enumerate(NAMES)}
    return {name: float(values.mean()) for name, values in known.items() if len(values)}
