"""``comity experiment``: train by several recipes on the same rows, and print them side by side.

An experiment stops at the torch network: no calibration, no int8, no bundle. Its figures are AUCs of
raw logits, good for choosing between recipes and for nothing else.
"""

import json
import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score
from transformers import PreTrainedTokenizerBase, set_seed

from model.labels import NAMES
from model.records import Example
from training import corpora, examples, fit, going_on, mix, network, suites
from training.calibrate import truth_table
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


@dataclass(frozen=True, slots=True)
class Outcome:
    """One experiment: which recipe, how long it took in seconds, and AUC by set and truth column."""

    name: str
    rows: int
    seconds: float
    auc: Mapping[str, float]


def run_all(
    recipes: Mapping[str, Recipe], folder: Path, work: Path, *, rows: int | None, seed: int = 17
) -> Iterator[Outcome]:
    """Yield one outcome a recipe; ``rows`` caps the training rows, the same draw for all of them."""
    for name, recipe in recipes.items():
        started = time.monotonic()
        gathered = mix.gather(recipe, folder)
        drawn = examples.draw(gathered.parts["train"], rows, seed=seed)
        learnt = lesson(drawn, teacher_of(recipe), recipe)
        parts = {**gathered.parts, "train": learnt.rows}
        begins = going_on.start(recipe)
        tokenizer = begins.tokenizer
        set_seed(recipe.seed)  # the same fresh heads for all
        run = fit.Run(work / name, quiet=True)
        net = fit.fine_tune(begins.network(), tokenizer, parts, recipe, run, soft=learnt.soft)
        auc = measure(net, tokenizer, parts["test"], folder, max_length=recipe.max_length)
        outcome = Outcome(name, len(learnt.rows), time.monotonic() - started, auc)
        append(work / "outcomes.jsonl", outcome, recipe)
        yield outcome


def measure(
    net: network.CommentClassifier,
    tokenizer: PreTrainedTokenizerBase,
    test: Sequence[Example],
    folder: Path,
    *,
    max_length: int,
) -> dict[str, float]:
    """Return AUC by ``set.column`` on the development sets, ``test.label`` on the run's test split.

    ``situations.incivility`` and ``beside_plain.incivility`` are of Comity's own suites.
    """
    found: dict[str, float] = {}
    logits = fit.logits_of(net, tokenizer, [e.text for e in test], max_length=max_length)
    truth = truth_table(test)
    for column, name in enumerate(NAMES):
        known = ~np.isnan(truth[:, column])
        found[f"test.{name}"] = float(
            roc_auc_score(truth[known, column] >= 0.5, logits[known, column])
        )
    scored: dict[str, tuple[list[Example], NDArray[np.float32]]] = {}
    for name, column_name, label in PAIRS:
        if name not in scored:
            rows = list(corpora.read_corpus(name, folder))
            texts = [e.text for e in rows]
            scored[name] = rows, fit.logits_of(net, tokenizer, texts, max_length=max_length)
        rows, set_logits = scored[name]
        positive = [e.labels[column_name] >= 0.5 for e in rows]
        scores = set_logits[:, NAMES.index(label)]
        found[f"{name}.{column_name}"] = float(roc_auc_score(positive, scores))
    for suite, every in suites.suites().items():
        cases = [case for case in every if "incivility" in case.labels]
        texts = [case.text for case in cases]
        suite_logits = fit.logits_of(net, tokenizer, texts, max_length=max_length)
        truths = [case.labels["incivility"] for case in cases]
        said = suite_logits[:, NAMES.index("incivility")]
        found[f"{suite}.incivility"] = float(roc_auc_score(truths, said))
    return found


def append(path: Path, outcome: Outcome, recipe: Recipe) -> None:
    """Add one line to the log of experiments, so that a killed run loses at most the one under way."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps({**asdict(outcome), "recipe": recipe.as_json()}) + "\n")
