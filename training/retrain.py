"""``comity retrain``: a desk's own labels and the bundle that serves now, in; a candidate bundle, out.

Fine-tuning on a few hundred labels makes a network forget the rest. Three things hold it: what the
labels do not speak of is filled in by the bundle it came from (self-distillation), Comity's own
comments are rehearsed beside them, and so are the desk's unlabelled comments where there are any.
"""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
from transformers import PreTrainedTokenizerBase

from model import bundle
from model.calibration import Calibration, highest_logits, sigmoid
from model.labels import NAMES
from model.manifest import Manifest
from model.records import Example
from model.scorer import load_scorer
from training import (
    calibrate,
    encoders,
    evaluate,
    examples,
    export,
    finish,
    fit,
    gate,
    gate_figures,
    going_on,
    labels_file,
    network,
    stored_report,
)
from training.bootstrap import Figure
from training.calibrate import Floats
from training.errors import TrainingError
from training.evaluation_sets import OF_THE_MIX, EvaluationSet
from training.keys import identity
from training.recipe import Recipe
from training.rehearsal import own_comments
from training.report import Report

log = logging.getLogger(__name__)

MIN_COMMENTS: Final = 30
MIN_FOR_CALIBRATION: Final = 300
HELD_SHARE: Final = 0.15
REHEARSAL_WEIGHT: Final = 0.5
# Of Comity's own comments: enough to hold on to, few enough that a desk's retraining ends in minutes.
MOST_REHEARSED: Final = 3000
# A desk's held-out comments are few: int8 is compared with torch on some of Comity's own too.
OWN: Final = EvaluationSet("newsroom", (("incivility", "incivility"),))
MOST_COMPARED: Final = 1000


@dataclass(frozen=True, slots=True)
class Plan:
    """One retraining: which labels, from which bundle (the one that serves now if None), to where."""

    labels: Path
    out: Path
    source: Path | None = None
    unlabelled: Path | None = None
    epochs: float = 3.0
    learning_rate: float = 3e-5
    seed: int = 17


def retrain(plan: Plan) -> dict[str, Any]:
    """Write the candidate bundle ``plan.out`` and return its report.json.

    Raises ``TrainingError`` where the labels are too few or wrong, or the bundle cannot be retrained.
    """
    finish.refuse_filled(plan.out)
    parent = bundle.load(plan.source or bundle.default_bundle())
    log.info("starting from bundle %s in %s", parent.version, parent.folder)
    rows = labelled(plan.labels)
    came_from = digests(plan, parent)  # now, for a desk may go on writing to its files
    net = network.load(parent.folder)
    tokenizer = going_on.tokenizer_in(parent.folder, parent.tokenizer)
    recipe = recipe_for(plan, parent.manifest)
    parts = examples.split(rows, validation=HELD_SHARE, test=HELD_SHARE)
    for name, part in parts.items():
        if not part:
            raise TrainingError(
                f"{plan.labels}: {len(rows)} comments leave none for {name}; label more, or more varied ones"
            )
    held_on_to = rehearsal(plan.unlabelled, besides=rows, **held_shares(parent.manifest))
    train = filled_in([*parts["train"], *held_on_to], net, tokenizer, recipe.max_length)
    log.info(
        "%d labelled comments to train on, %d to rehearse", len(parts["train"]), len(held_on_to)
    )
    work = plan.out.with_name(plan.out.name + ".work")
    net = fit.fine_tune(net, tokenizer, {**parts, "train": train}, recipe, fit.Run(work))

    lineage = {
        "kind": going_on.RETRAINED,
        "commit": finish.commit(),
        "from": parent.version,
        **came_from,
        "rows": {name: len(part) for name, part in parts.items()} | {"rehearsed": len(held_on_to)},
    }
    trained = finish.Trained(net, tokenizer, recipe, lineage)
    with finish.whole(plan.out) as made:
        parts = {**parts, "train": train}
        manifest = write_candidate(trained, parent.manifest, parts, made)
        return report_on(trained, parent, manifest, parts, made)


def champion(serving: Callable[[], Path] | None) -> Path:
    """Return the folder of the champion: the link in COMITY_MODELS_DIR, else the bundle that ships.

    ``serving`` finds the one that the service would serve, which knows more settings; None where no
    service asks. Raises ``TrainingError`` where that is another bundle: no guess is right then.
    """
    ours = bundle.default_bundle()
    theirs = serving() if serving else ours
    if not _same_bundle(ours, theirs):
        raise TrainingError(
            f"the service's settings name {theirs.resolve()} as champion, but COMITY_MODELS_DIR alone "
            f"leads to {ours.resolve()}: name the one to start from with --from"
        )
    return ours


def digests(plan: Plan, parent: bundle.Bundle) -> dict[str, str | None]:
    """Return the sha256 of what a retraining is made from: the parent's manifest and the desk's files."""
    return {
        "from_manifest_sha256": encoders.sha256_of(parent.folder / bundle.MANIFEST),
        "labels_sha256": encoders.sha256_of(plan.labels),
        "unlabelled_sha256": encoders.sha256_of(plan.unlabelled) if plan.unlabelled else None,
    }


def _same_bundle(one: Path, other: Path) -> bool:
    if one.resolve() == other.resolve():
        return True
    manifests = [folder / bundle.MANIFEST for folder in (one, other)]
    return (
        all(file.is_file() for file in manifests)
        and len({encoders.sha256_of(file) for file in manifests}) == 1
    )


def labelled(path: Path) -> list[Example]:
    """Return a labels file's distinct comments that no public test set holds."""
    guarded = examples.guard(labels_file.read(path))
    if guarded.dropped:
        log.info("left out as comments of public test sets: %d", sum(guarded.dropped.values()))
    rows = [row for row in examples.merge_copies(guarded.examples) if row.labels]
    if len(rows) < MIN_COMMENTS:
        raise TrainingError(
            f"{path}: {len(rows)} distinct comments with labels, at least {MIN_COMMENTS} are needed"
        )
    return rows


def rehearsal(
    unlabelled: Path | None, *, besides: Sequence[Example], validation: float, test: float
) -> list[Example]:
    """Return some of Comity's own comments and the desk's unlabelled ones, at ``REHEARSAL_WEIGHT``.

    Comity's own are of the training part where the shares ``validation`` and ``test`` are held out, as
    the champion held them out. Copies of the labelled comments ``besides`` are left out: a desk that
    exports everything would else train on the comments that it is judged by.
    """
    own = own_comments(validation=validation, test=test)[:MOST_REHEARSED]
    more = list(labels_file.read_texts(unlabelled)) if unlabelled else []
    labelled_already = {identity(example.text) for example in besides}
    guarded = examples.guard([*own, *more])
    return [
        replace(example, weight=REHEARSAL_WEIGHT)
        for example in examples.merge_copies(guarded.examples)
        if identity(example.text) not in labelled_already
    ]


def filled_in(
    rows: Sequence[Example],
    net: network.CommentClassifier,
    tokenizer: PreTrainedTokenizerBase,
    max_length: int,
) -> list[Example]:
    """Return the rows with every unknown label set to what the network says now, before retraining."""
    texts = [row.text for row in rows]
    said = sigmoid(fit.logits_of(net, tokenizer, texts, max_length=max_length).astype(np.float64))
    return [
        replace(row, labels={**dict(zip(NAMES, map(float, own), strict=True)), **row.labels})
        for row, own in zip(rows, said, strict=True)
    ]


def held_shares(champion: Manifest) -> dict[str, float]:
    """Return the shares ``validation`` and ``test`` of Comity's own comments that a champion held out.

    A retrained champion's own recipe tells how its desk's labels were split, so its ancestor is asked.
    """
    of = f"bundle {champion.version}"
    told = _recipe_in(going_on.trained_lineage(champion.lineage, of=of))
    by_default = Recipe()
    return {
        "validation": float(told.get("validation_share", by_default.validation_share)),
        "test": float(told.get("test_share", by_default.test_share)),
    }


def _recipe_in(lineage: Mapping[str, Any]) -> Mapping[str, Any]:
    recipe = lineage.get("recipe")
    return recipe if isinstance(recipe, Mapping) else {}


def recipe_for(plan: Plan, champion: Manifest) -> Recipe:
    """Return the recipe of a retraining: the champion's shape, the plan's pace.

    Own marks count what they counted for the champion: the comments rehearsed bring whole phrases, and
    at their full weight they would pull back a word head that learnt to mark single words.
    """
    return Recipe(
        base=champion.version,
        pooling=champion.pooling,  # type: ignore[arg-type]  # the manifest checked it
        max_length=champion.max_length,
        stride=champion.stride,
        max_windows=champion.max_windows,
        epochs=plan.epochs,
        learning_rate=plan.learning_rate,
        head_learning_rate=10 * plan.learning_rate,
        # A head that the champion lacks is not begun here: it would move the encoder and then not speak.
        token_weight=1.0 if champion.heads["token_labels"] else 0.0,
        own_marks_weight=float(_recipe_in(champion.lineage).get("own_marks_weight", 1.0)),
        target_weight=0.2 if champion.heads["target"] else 0.0,
        seed=plan.seed,
        validation_share=HELD_SHARE,
        test_share=HELD_SHARE,
        calibration_comments=400,
    )


def write_candidate(
    trained: finish.Trained, champion: Manifest, parts: Mapping[str, Sequence[Example]], out: Path
) -> Manifest:
    """Write the candidate's files and return its manifest.

    A label's calibration and threshold stay the champion's unless the validation comments can fit
    others (``fitted_anew``). What is fitted anew is fitted on the scores that will be served.
    """
    texts = [row.text for row in parts["train"]][: trained.recipe.calibration_comments]
    export.write_files(
        trained.network, trained.tokenizer, out, texts, max_length=trained.recipe.max_length
    )
    (out / finish.REPORT).write_text("{}\n")
    draft = finish.uncalibrated(trained, parts["train"])
    bundle.write_manifest(out, draft)
    logits, truth = finish.judged(load_scorer(out), parts["validation"])
    own = fitted_anew(truth)
    calibration = mixed(logits, truth, champion.calibration, own)
    points = finish.points_of(calibration, logits, truth, trained.recipe)
    manifest = replace(
        draft,
        version=f"{datetime.now(UTC):%Y%m%d.%H%M%S}-retrained",
        calibration=calibration,
        thresholds={
            name: points[name].threshold if own[name] else champion.thresholds[name]
            for name in NAMES
        },
        threshold_rule=draft.threshold_rule if all(own.values()) else champion.threshold_rule,
        heads=champion.heads,
        span_threshold=champion.span_threshold,
        lineage={
            **draft.lineage,
            "calibrated_anew": [name for name in NAMES if own[name]],
            "ancestor": champion.lineage,
        },
    )
    bundle.write_manifest(out, manifest)
    return manifest


def fitted_anew(truth: Floats) -> dict[str, bool]:
    """Return which labels' map and threshold the comments (n, labels) of ``truth`` can fit.

    At least ``MIN_FOR_CALIBRATION`` of them know the label, for fewer would replace a measured map by
    noise, and they are of both sides, for one side alone gives neither a map nor a threshold.
    """
    known = (~np.isnan(truth)).sum(axis=0) >= MIN_FOR_CALIBRATION
    both = (truth >= 0.5).any(axis=0) & (truth < 0.5).any(axis=0)
    return dict(zip(NAMES, (known & both).tolist(), strict=True))


def mixed(logits: Floats, truth: Floats, kept: Calibration, own: Mapping[str, bool]) -> Calibration:
    """Return maps fitted on ``logits`` and ``truth`` for the labels in ``own``, the kept ones for others.

    Incivility once raised has a map fitted on the highest of these very maps' scores, else, where
    incivility is not in ``own``, the kept one.
    """
    fitted = calibrate.fit_calibration(logits, truth)
    maps = tuple(
        new if own[name] else old
        for name, new, old in zip(NAMES, fitted.by_label, kept.by_label, strict=True)
    )
    if not own["incivility"]:
        return Calibration(maps, kept.raised)
    # Not ``fitted.raised``: where one of the maps is kept, that was fitted on scores nobody serves.
    highest = highest_logits(Calibration(maps).calibrated_logits(logits))
    incivility = truth[:, NAMES.index("incivility")]
    known = ~np.isnan(incivility)
    return Calibration(maps, calibrate.fit_platt(highest[known], incivility[known]))


def report_on(
    trained: finish.Trained,
    parent: bundle.Bundle,
    manifest: Manifest,
    parts: Mapping[str, Sequence[Example]],
    out: Path,
) -> dict[str, Any]:
    """Write the candidate's report and card beside its parent's figures; return the report."""
    candidate, now = load_scorer(out), load_scorer(parent.folder)
    test, seed = parts["test"], trained.recipe.seed
    own = [row for row in parts["train"] if row.source == OWN.name]
    compared = [(OF_THE_MIX, test), (OWN, examples.draw(own, MOST_COMPARED, seed=seed))]
    ours = evaluate.evaluate(candidate, None, suites=True, against=now, held_out=test, seed=seed)
    theirs = evaluate.evaluate(now, None, suites=True, held_out=test, seed=seed)
    apart = gate_figures.differences(theirs, ours, seed=seed)
    beside = {
        "base_rates": stored_report.read(parent.report).get("base_rates", {}),
        "changes": changes(ours, apart),
        "gate": gate_on(theirs, ours, apart),
        finish.AGREEMENT: finish.agree(trained, candidate, compared),
    }
    finish.write_report(out, manifest, ours, beside)
    return {**ours.as_json(), **beside}


def gate_on(now: Report, candidate: Report, apart: Mapping[str, Figure]) -> Mapping[str, Any]:
    """Return the gate's verdict on a candidate's report that was measured against the champion.

    ``apart`` holds the differences of the two, as ``gate_figures.differences`` returns them.
    """
    before, after, bars = now.flat(), candidate.flat(), gate_figures.BARS
    return gate.verdict(
        gate.reasons_to_refuse(before, after, bars, apart), gate.unmeasured(before, after, bars)
    )


def changes(candidate: Report, apart: Mapping[str, Figure]) -> dict[str, list[dict[str, Any]]]:
    """Return the figures that got better, worse, or neither for sure, by their names in the report.

    ``apart`` is that of ``gate_on``. A change is sure when its 95% interval leaves out nought; in some
    figures a fall is an improvement (``gate_figures.falls_to_the_good``).
    """
    sorted_out: dict[str, list[dict[str, Any]]] = {"better": [], "worse": [], "unsure": []}
    for one in candidate.measured():
        change = apart.get(one.name)
        if change is None or np.isnan([change.value, change.low, change.high]).any():
            continue
        sign = -1.0 if gate_figures.falls_to_the_good(one.name) else 1.0
        sure = change.low > 0 or change.high < 0
        kind = "unsure" if not sure else "better" if sign * change.value > 0 else "worse"
        sorted_out[kind].append(
            {
                "figure": one.name,
                "n": one.n,
                "difference": change.value,
                "low": change.low,
                "high": change.high,
            }
        )
    return sorted_out


def summary(report: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a person reads at the end of a retraining, line by line."""
    for kind in ("better", "worse"):
        found = report["changes"][kind]
        yield f"{kind}: {len(found) or 'nothing for sure'}"
        for one in found:
            at = f"{one['difference']:+.4f} [{one['low']:+.4f}, {one['high']:+.4f}]"
            yield f"  {one['figure']:48s} {at}, n = {one['n']}"
    yield f"unsure: {len(report['changes']['unsure'])} figures"
    yield "gate: open" if report["gate"]["open"] else "gate: closed"
    yield from (f"  {reason}" for reason in report["gate"]["reasons"])
    if without := report["gate"]["unmeasured"]:
        yield f"the gate could not ask of {len(without)} figures:"
        yield from (f"  {sentence}" for sentence in without)
