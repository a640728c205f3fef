"""A recipe that comes after another: the stage before it is trained first, in the work folder."""

import json
import logging
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from training import finish, fit, going_on, mix
from training.errors import TrainingError
from training.recipe import TOP, Recipe, read
from training.train import train

log = logging.getLogger(__name__)

FOLDER: Final = "stage-one"
# What is said of a run holds for its first stage too; rates and lengths are each stage's own.
SHARED: Final = ("seed", "bf16", "licences")


def train_all(recipe: Recipe, folder: Path, out: Path, run: fit.Run) -> None:
    """Make the bundle ``out`` by ``recipe``, and before it the bundle of the stage it comes after.

    That stage stands in ``stage-one`` in the work folder; one that is done there is not trained
    again where ``run.resume``. Where ``recipe.base`` is a bundle it is what the run goes on from, and
    no stage comes before it. Raises ``TrainingError`` as ``train`` does, for this recipe's files
    before an hour goes to the stage before.
    """
    if recipe.after and not going_on.is_bundle(recipe.base):
        finish.refuse_filled(out)
        mix.chosen(recipe)
        mix.readings_of(recipe)
        recipe = replace(recipe, base=str(_before(recipe, folder, run)))
    train(recipe, folder, out, run)


def first_of(recipe: Recipe) -> Recipe:
    """Return the recipe of the stage before ``recipe``, with its base and what holds for both."""
    shared: Mapping[str, Any] = {name: getattr(recipe, name) for name in SHARED}
    first = read(TOP / recipe.after, base=recipe.base, **shared)
    if first.after:
        raise TrainingError(f"{recipe.after}: comes after another stage; two stages are enough")
    return first


def _before(recipe: Recipe, folder: Path, run: fit.Run) -> Path:
    """Return the bundle of the stage before ``recipe``, trained if it is not there yet."""
    first, stage = first_of(recipe), run.work / FOLDER
    made = stage / "bundle"
    if run.resume and going_on.is_bundle(str(made)):
        if _recipe_in(made) != json.loads(json.dumps(first.as_json())):
            raise TrainingError(f"{made}: is of another recipe; name another --work")
        log.info("the stage before is done: %s", made)
    else:
        log.info("training the stage before: %s", recipe.after)
        train(first, folder, made, replace(run, work=stage / "work"))
    return made


def _recipe_in(bundle: Path) -> Any:
    manifest = json.loads((bundle / going_on.MANIFEST).read_text(encoding="utf-8"))
    return manifest["lineage"].get("recipe")
