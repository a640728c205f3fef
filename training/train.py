"""``comity train``: corpora in, a bundle out. Each stage is a function; this file is their order."""

import hashlib
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from transformers import set_seed

from model.records import Example
from training import augment, finish, fit, going_on, joined, mix, schedule, soft_targets
from training.errors import TrainingError
from training.recipe import TOP, Recipe, while_training
from training.report import Report
from training.rows import Soft, nobody

log = logging.getLogger(__name__)

BEGUN: Final = "run.json"


def train(recipe: Recipe, folder: Path, out: Path, run: fit.Run) -> Report:
    """Make the bundle ``out`` from the corpora in ``folder`` by ``recipe``, and return its report.

    Raises ``TrainingError`` where a corpus, the base, ``out`` or an older run in the work folder
    stands in the way, before any training. ``training.stages`` trains what a recipe comes after.
    """
    finish.refuse_filled(out)
    begins = going_on.start(recipe)
    recipe, tokenizer = begins.recipe, begins.tokenizer
    gathered = mix.gather(recipe, folder)
    teacher = teacher_of(recipe)
    learnt = lesson(gathered.parts["train"], teacher, recipe)
    parts = {**gathered.parts, "train": learnt.rows}
    begun = begin(run, recipe, learnt.rows, learnt.soft)
    set_seed(recipe.seed)  # what is fresh in the heads too is the seed's
    net = fit.fine_tune(begins.network(), tokenizer, parts, recipe, run, soft=learnt.soft)
    lineage = {
        "kind": "trained",
        "commit": begun["commit"],
        **schedule.told(begun),
        **gathered.account,
        "lesson": learnt.account,
        "teacher": dict(teacher.lineage) if teacher else None,
        **begins.lineage,
    }
    trained = finish.Trained(net, tokenizer, recipe, lineage)
    return finish.finish(trained, parts, out, corpora=folder, base=begins.bundle)


@dataclass(frozen=True, slots=True)
class Lesson:
    """The training rows, copies and joins, what the teacher says of each, and their count."""

    rows: Sequence[Example]
    soft: Soft
    account: Mapping[str, int]


def teacher_of(recipe: Recipe) -> soft_targets.SoftTargets | None:
    """Return the soft targets that a recipe names, or None.

    Under permissive licences there is none: the teacher read corpora that state no licence.
    """
    if recipe.soft_targets and recipe.licences == "permissive":
        log.info("permissive: without the soft targets, whose teacher read all corpora")
        return None
    return soft_targets.read(TOP / recipe.soft_targets) if recipe.soft_targets else None


def lesson(
    rows: Sequence[Example], teacher: soft_targets.SoftTargets | None, recipe: Recipe
) -> Lesson:
    """Return what a run learns from: rows that an annotator or the teacher speaks of, copies and joins.

    A disguised copy has its original's soft target: the teacher too reads what was meant. Of a join it
    is not asked.
    """
    said = {row.id: said for row in rows if teacher and (said := teacher.of(row)) is not None}
    spoken_of = [row for row in rows if row.labels or row.id in said]
    copies = augment.disguised(spoken_of, share=recipe.disguised_share, seed=recipe.draw_seed)
    joins = joined.joined(spoken_of, share=recipe.joined_share, seed=recipe.draw_seed)
    account = {
        "rows": len(spoken_of),
        "disguised_copies": len(copies),
        "joined": len(joins),
        "soft_targets": len(said),
    }
    log.info("lesson: %s", account)
    every = [*spoken_of, *copies, *joins]
    order = np.random.default_rng(recipe.seed).permutation(len(every))
    return Lesson(
        [every[i] for i in order],
        lambda row: said.get(row.id.removesuffix(augment.SUFFIX)),
        account,
    )


def begin(
    run: fit.Run, recipe: Recipe, rows: Sequence[Example], soft: Soft = nobody
) -> dict[str, Any]:
    """Return what this run is: recipe, commit at its start, digest of its rows; kept in the work folder.

    A run that is taken up must be the one that began there: other rows or another recipe under old
    checkpoints would make a bundle whose lineage is not true. What is asked once training is done may
    change: a run that is done can be finished anew. So may ``epochs``, and the record keeps each change
    (``training.schedule``). Raises ``TrainingError``.
    """
    here = {"recipe": recipe.as_json(), "rows": digest(rows, soft), "commit": finish.commit()}
    kept = run.work / BEGUN
    if run.resume and any(run.work.glob("checkpoint-*")):
        if not kept.exists():
            raise TrainingError(f"{run.work}: its checkpoints have no {BEGUN}; name another --work")
        before: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8"))
        for name in ("recipe", "rows"):
            if _but_epochs(before[name]) != _but_epochs(json.loads(json.dumps(here[name]))):
                raise TrainingError(
                    f"{run.work}: its checkpoints are of another {name}; name another --work"
                )
        record = _on_schedule(before, recipe, run, steps_an_epoch=fit.steps_an_epoch(rows, recipe))
        if record != before:
            _write(kept, record)
        return record
    refuse_taken(run.work)
    run.work.mkdir(parents=True, exist_ok=True)
    _write(kept, here)
    return here


def refuse_taken(work: Path) -> None:
    """Raise ``TrainingError`` where ``work`` holds the checkpoints of a run that is not taken up."""
    if any(work.glob("checkpoint-*")):
        raise TrainingError(
            f"{work}: holds the checkpoints of a run; --resume takes it up, another --work begins anew"
        )


def _but_epochs(said: Any) -> Any:
    told = while_training(said)
    return {**told, "epochs": None} if isinstance(told, Mapping) else told


def _on_schedule(
    before: Mapping[str, Any], recipe: Recipe, run: fit.Run, *, steps_an_epoch: int
) -> dict[str, Any]:
    """Return a run's record with what taking it up by ``recipe`` changes of its schedule."""
    stands = schedule.at(fit.last_whole(run.work, averaged=recipe.average_decay > 0))
    begun, changes = float(before["recipe"]["epochs"]), before.get(schedule.RECORDED, [])
    if stands is None:  # it begins anew, and none of its steps is of the code of before
        before, begun, changes = {**before, "commit": finish.commit()}, recipe.epochs, []
    else:
        begun, changes = schedule.taken_up(
            begun, changes, stands, epochs=recipe.epochs, steps_an_epoch=steps_an_epoch
        )
    record = {**before, "recipe": {**before["recipe"], "epochs": begun}}
    record.pop(schedule.RECORDED, None)
    return {**record, **({schedule.RECORDED: changes} if changes else {})}


def _write(kept: Path, record: Mapping[str, Any]) -> None:
    kept.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


def digest(rows: Sequence[Example], soft: Soft = nobody) -> str:
    """Return the sha256 of all that rows teach, in their order, a teacher's logits among it.

    Who labelled a row decides what its target may mean and what its marks weigh (``training.rows``).
    """
    total = hashlib.sha256()
    for row in rows:
        spans = [(span.begin, span.end, span.label, span.score) for span in row.spans or ()]
        said_by = [row.source, row.by]
        known = [row.text, dict(row.labels), row.weight, row.target, row.spans is None, spans]
        total.update(json.dumps([*known, *said_by]).encode())
        said = soft(row)
        total.update(b"" if said is None else said.tobytes())
    return total.hexdigest()
