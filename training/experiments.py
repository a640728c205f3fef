"""``comity experiment``: train by several recipes on the same rows, and print them side by side.

An experiment stops at the torch network: no calibration, no int8, no bundle. Its figures are AUCs of
raw logits, good for choosing between recipes and for nothing else; the first recipe is the one that
the others are compared with, by a paired bootstrap of the rows (``training.bootstrap``).
"""

import json
import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from transformers import PreTrainedTokenizerBase, set_seed

from model.labels import NAMES
from model.records import Example
from training import bootstrap, corpora, examples, fit, going_on, mix, network, suites, sweep
from training.calibrate import truth_table
from training.errors import TrainingError
from training.recipe import Recipe
from training.train import lesson, teacher_of

log = logging.getLogger(__name__)

# (evaluation set, its truth column, our label). The unhealthy set is measured and never chosen by:
# its licence is non-commercial.
PAIRS: Final = (
    ("kaggle_insults_test", "insult", "insult"),
    ("context_toxicity_gn", "toxic", "incivility"),
    ("context_toxicity_cat", "toxic", "incivility"),
    ("unhealthy_conversations", "hostile", "incivility"),
    ("unhealthy_conversations", "antagonize", "incivility"),
    ("unhealthy_conversations", "unhealthy", "incivility"),
    ("unhealthy_conversations", "condescending", "condescension"),
    ("unhealthy_conversations", "dismissive", "dismissal"),
)
AUC: Final = "auc"


@dataclass(frozen=True, slots=True)
class Judged:
    """Rows of one question: whether each is positive (n,), and a recipe's raw logit of it (n,)."""

    positive: NDArray[np.bool_]
    logits: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One experiment: which recipe, how long it took in seconds, and AUC by set and truth column.

    ``beside`` is each AUC less that of the first recipe, with its paired interval; empty for the first.
    """

    name: str
    rows: int
    seconds: float
    auc: Mapping[str, float]
    beside: Mapping[str, bootstrap.Figure] = field(default_factory=dict)


def run_all(
    recipes: Mapping[str, Recipe], folder: Path, work: Path, *, rows: int | None, seed: int = 17
) -> Iterator[Outcome]:
    """Yield one outcome a recipe; ``rows`` caps the training rows, the same draw for all of them.

    The corpora are read again only for a recipe that takes other rows than the one before it. Raises
    ``TrainingError`` where a recipe comes after another or its base does not fit, before any training.
    """
    begun = {name: _start(name, recipe) for name, recipe in recipes.items()}
    first: Mapping[str, bootstrap.Estimate] = {}
    gathered, of = mix.Mix({}, {}), None
    for name, recipe in recipes.items():
        started = time.monotonic()
        if of is None or what_makes_the_mix(recipe) != what_makes_the_mix(of):
            gathered, of = mix.gather(recipe, folder), recipe
        drawn = examples.draw(gathered.parts["train"], rows, seed=seed)
        learnt = lesson(drawn, teacher_of(recipe), recipe)
        parts = {**gathered.parts, "train": learnt.rows}
        begins, tokenizer = begun[name], begun[name].tokenizer
        set_seed(recipe.seed)  # the same fresh heads for all
        run = fit.Run(work / name, quiet=True)
        net = fit.fine_tune(begins.network(), tokenizer, parts, recipe, run, soft=learnt.soft)
        judged = measure(net, tokenizer, parts["validation"], folder, max_length=recipe.max_length)
        found = {
            figure: bootstrap.estimate(one.positive, one.logits, {AUC: sweep.auc}, seed=seed)
            for figure, one in judged.items()
        }
        auc = {figure: one.values[AUC] for figure, one in found.items()}
        beside = compared(found, first)
        first = first or found
        outcome = Outcome(name, len(learnt.rows), time.monotonic() - started, auc, beside)
        append(work / "outcomes.jsonl", outcome, recipe)
        yield outcome


def _start(name: str, recipe: Recipe) -> going_on.Start:
    """Return what an experiment starts with: no stage is trained before it, so none may be asked for."""
    if recipe.after and not going_on.is_bundle(recipe.base):
        raise TrainingError(
            f"{name}: comes after {recipe.after}, which an experiment does not train: name --base BUNDLE, "
            "or give the recipe a bundle as its base"
        )
    try:
        return going_on.start(recipe)
    except TrainingError as error:
        raise TrainingError(f"{name}: {error}") from error


def what_makes_the_mix(recipe: Recipe) -> Recipe:
    """Return ``recipe`` with all that ``mix.gather`` does not ask at its default."""
    return replace(
        Recipe(),
        corpora=recipe.corpora,
        house_readings=recipe.house_readings,
        readings_weight=recipe.readings_weight,
        soft_targets="some" if recipe.soft_targets else "",
        licences=recipe.licences,
        validation_share=recipe.validation_share,
        test_share=recipe.test_share,
        seed=recipe.seed,
        redraw=recipe.redraw,
    )


def compared(
    found: Mapping[str, bootstrap.Estimate], first: Mapping[str, bootstrap.Estimate]
) -> dict[str, bootstrap.Figure]:
    """Return each AUC less the first recipe's; a figure on other rows than the first's is left out.

    Recipes of other corpora have another validation split, whose figures cannot be paired.
    """
    return {
        figure: bootstrap.differences(estimate, first[figure])[AUC]
        for figure, estimate in found.items()
        if figure in first and estimate.drawn_from == first[figure].drawn_from
    }


def measure(
    net: network.CommentClassifier,
    tokenizer: PreTrainedTokenizerBase,
    validation: Sequence[Example],
    folder: Path,
    *,
    max_length: int,
) -> dict[str, Judged]:
    """Return truths and logits by ``set.column`` of the development sets, ``validation.label`` of that split.

    The test split is left for the report, since what recipes are compared on is no longer unseen.
    ``situations.incivility`` and ``beside_plain.incivility`` are of Comity's own suites. A question
    whose known rows are not of both kinds has no AUC and is left out.
    """

    def logits(rows: Sequence[str]) -> NDArray[np.float32]:
        return fit.logits_of(net, tokenizer, rows, max_length=max_length)

    found: dict[str, Judged] = {}
    of_split = logits([e.text for e in validation])
    truth = truth_table(validation)
    for column, name in enumerate(NAMES):
        known = ~np.isnan(truth[:, column])
        found[f"validation.{name}"] = Judged(truth[known, column] >= 0.5, of_split[known, column])
    scored: dict[str, tuple[list[Example], NDArray[np.float32]]] = {}
    for name, column_name, label in PAIRS:
        if name not in scored:
            rows = list(corpora.read_corpus(name, folder))
            scored[name] = rows, logits([e.text for e in rows])
        rows, of_set = scored[name]
        positive = np.array([e.labels[column_name] >= 0.5 for e in rows])
        found[f"{name}.{column_name}"] = Judged(positive, of_set[:, NAMES.index(label)])
    for suite, every in suites.suites().items():
        cases = [case for case in every if case.labels.get("incivility", 0.5) != 0.5]
        positive = np.array([case.labels["incivility"] > 0.5 for case in cases])
        of_suite = logits([case.text for case in cases])
        found[f"{suite}.incivility"] = Judged(positive, of_suite[:, NAMES.index("incivility")])
    return of_both_kinds(found)


def of_both_kinds(found: Mapping[str, Judged]) -> dict[str, Judged]:
    """Return the questions that have a positive and a negative row; the others are named in the log."""
    kept = {
        figure: one
        for figure, one in found.items()
        if one.positive.any() and not one.positive.all()
    }
    if missing := [figure for figure in found if figure not in kept]:
        log.warning("left out, without known rows of both kinds: %s", ", ".join(missing))
    return kept


def append(path: Path, outcome: Outcome, recipe: Recipe) -> None:
    """Add one line to the log of experiments, so that a killed run loses at most the one under way."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps({**asdict(outcome), "recipe": recipe.as_json()}) + "\n")
