"""A recipe that comes after another: the stages before it are trained first, in the work folder."""

import json
import logging
from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from training import finish, fit, going_on, mix, network
from training.errors import TrainingError
from training.recipe import TOP, Recipe, leaves_the_same_weights, read
from training.report import Report
from training.train import refuse_taken, train

log = logging.getLogger(__name__)

FOLDER: Final = "stage-before"
# What is said of a run holds for the stages before it too; rates and lengths are each stage's own.
SHARED: Final = ("seed", "bf16", "licences")


def train_all(recipe: Recipe, folder: Path, out: Path, run: fit.Run) -> Report:
    """Make the bundle ``out`` by ``recipe``, and before it the bundle of the stage it comes after.

    That stage stands in ``stage-before`` in the work folder, the one before it in that stage's work
    folder, and so on; one that is done is not trained again where ``run.resume``. Where
    ``recipe.base`` is a bundle it is what the run goes on from, and no stage comes before it. Returns
    the report of ``out``. Raises ``TrainingError`` as ``train`` does, for files and poolings of every
    stage before an hour goes to any; for their work folders too, where the run is not taken up.
    """
    if recipe.after and not going_on.is_bundle(recipe.base):
        finish.refuse_filled(out)
        every = chain(recipe)
        for stage, earlier in pairwise(every):
            _refuse_pooling(stage, earlier)
        if not run.resume:
            for work in _work_folders(run.work, len(every)):
                refuse_taken(work)
        for stage in every:
            mix.in_folder(stage, folder)
            mix.readings_of(stage)
        recipe = replace(recipe, base=str(_before(recipe, folder, run)))
    return train(recipe, folder, out, run)


def _work_folders(last: Path, stages: int) -> list[Path]:
    """Return the work folders of a chain of so many stages, that of the last stage first."""
    return [last.joinpath(*(FOLDER, "work") * before) for before in range(stages)]


def chain(recipe: Recipe) -> tuple[Recipe, ...]:
    """Return ``recipe`` and the stages it comes after, the last stage first.

    Raises ``TrainingError`` where a recipe comes after itself.
    """
    found, names = [recipe], [recipe.after]
    while found[-1].after:
        found.append(before(found[-1]))
        if found[-1].after in names:
            raise TrainingError(f"{found[-1].after}: comes after itself")
        names.append(found[-1].after)
    return tuple(found)


def before(recipe: Recipe) -> Recipe:
    """Return the recipe of the stage before ``recipe``, with its base and what holds for both."""
    shared: Mapping[str, Any] = {name: getattr(recipe, name) for name in SHARED}
    return read(TOP / recipe.after, base=recipe.base, **shared)


def _refuse_pooling(recipe: Recipe, earlier: Recipe) -> None:
    """Raise ``TrainingError`` where ``recipe`` cannot go on from the pooling of the stage before it."""
    if not network.can_become(earlier.pooling, recipe.pooling):
        raise TrainingError(
            f"{recipe.after}: its pooling is {earlier.pooling}, which cannot become {recipe.pooling} in the "
            f"stage after it; leave --pooling away, or change the pooling of both recipes"
        )


def _before(recipe: Recipe, folder: Path, run: fit.Run) -> Path:
    """Return the bundle of the stage before ``recipe``, trained if it is not there yet."""
    earlier, stage = before(recipe), run.work / FOLDER
    made = stage / "bundle"
    if run.resume and going_on.is_bundle(str(made)):
        if not _is_of(made, earlier):
            raise TrainingError(f"{made}: is of another recipe; name another --work")
        log.info("the stage before is done: %s", made)
    else:
        log.info("training the stage before: %s", recipe.after)
        train_all(earlier, folder, made, replace(run, work=stage / "work"))
    return made


def _is_of(bundle: Path, recipe: Recipe) -> bool:
    """Tell whether a bundle is one of ``recipe``; the manifest of a later stage names its own base."""
    found = _recipe_in(bundle)
    if isinstance(found, dict) and recipe.after:
        found = {**found, "base": recipe.base}
    return leaves_the_same_weights(found, recipe)


def _recipe_in(bundle: Path) -> Any:
    manifest = json.loads((bundle / going_on.MANIFEST).read_text(encoding="utf-8"))
    return manifest["lineage"].get("recipe")
