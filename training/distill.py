"""``comity teach``: a teacher too slow to serve, and what it says of a student's comments.

The teacher is fine-tuned once; its logits go to a file of keys and numbers, small enough to stay in
the repository, and ``comity train`` reads it wherever a recipe names it (``training.soft_targets``).
"""

import json
import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from transformers import PreTrainedTokenizerBase, set_seed

from model.records import Example
from training import encoders, examples, finish, fit, mix, network, schedule, soft_targets, train
from training.errors import TrainingError
from training.recipe import Recipe, leaves_the_same_weights

log = logging.getLogger(__name__)

WEIGHTS: Final = "teacher.safetensors"


def teach(recipe: Recipe, student: Recipe, folder: Path, out: Path, run: fit.Run) -> int:
    """Fine-tune a teacher by ``recipe`` and write what it says of the student's rows to ``out``.

    Of the student's training rows it is asked about as many of each corpus as ``recipe.asked`` says.
    Its weights stay in the work folder: with ``run.resume`` a teacher of this recipe that is done there
    is asked again, not trained again. Returns the number of soft targets. Raises ``TrainingError``
    where the recipe asks about nothing, the teacher there is another's, or a corpus to ask about is
    none of the student's.
    """
    if not recipe.asked:
        raise TrainingError("recipe: asked names no corpus to ask the teacher about")
    read, absent = mix.in_folder(student, folder)
    for name in sorted(set(recipe.asked) - set(read)):
        wrong = f"not in {folder}" if name in absent else "no corpus of the student"
        raise TrainingError(f"recipe: asked.{name} is {wrong}")
    own = replace(recipe, asked={})  # what it is asked does not change what it learnt
    base = encoders.locate(own.base)
    tokenizer = network.tokenizer_of(base)
    set_seed(own.seed)  # the fresh heads too are the seed's
    net = network.build(base, pooling=own.pooling, dropout=own.dropout)
    kept = run.work / WEIGHTS
    if run.resume and kept.exists():
        lineage = lineage_of(kept, own)
        log.info("asking the teacher in %s", kept)
        net.load_state_dict(load_file(kept))
    else:
        net, lineage = trained(net, tokenizer, own, folder, run)
    rows = asked(mix.gather(student, folder).parts["train"], recipe)
    log.info("asking the teacher about %d comments", len(rows))
    with torch.autocast("cpu", torch.bfloat16, enabled=fit.use_bf16(own.bf16)):
        logits = fit.logits_of(
            net.eval(), tokenizer, [row.text for row in rows], max_length=own.max_length
        )
    counts = dict(Counter(row.source for row in rows))
    return soft_targets.write(out, rows, logits, {**lineage, "asked": counts})


def lineage_of(kept: Path, recipe: Recipe) -> dict[str, Any]:
    """Return the lineage of the teacher in a file, refused where its recipe is another."""
    with safe_open(kept, framework="numpy") as file:
        lineage: dict[str, Any] = json.loads(file.metadata()["lineage"])
    before = {**lineage["recipe"], "asked": {}}
    if not leaves_the_same_weights(before, recipe):
        raise TrainingError(f"{kept}: is the teacher of another recipe; name another --work")
    return lineage


def trained(
    net: network.CommentClassifier,
    tokenizer: PreTrainedTokenizerBase,
    recipe: Recipe,
    folder: Path,
    run: fit.Run,
) -> tuple[network.CommentClassifier, dict[str, Any]]:
    """Return the teacher, fine-tuned, and its lineage; both are kept in the work folder."""
    gathered = mix.gather(recipe, folder)
    learnt = train.lesson(gathered.parts["train"], None, recipe)
    begun = train.begin(run, recipe, learnt.rows)
    net = fit.fine_tune(net, tokenizer, {**gathered.parts, "train": learnt.rows}, recipe, run)
    lineage = {**finish.provenance(recipe), "commit": begun["commit"]}
    lineage |= {**schedule.told(begun), **gathered.account, "lesson": learnt.account}
    weights = {name: value.contiguous() for name, value in net.state_dict().items()}
    save_file(weights, run.work / WEIGHTS, {"lineage": json.dumps(lineage)})
    return net, lineage


def asked(rows: Sequence[Example], recipe: Recipe) -> list[Example]:
    """Return the rows that the teacher is asked about, ``recipe.asked[corpus]`` of each corpus."""
    return [
        row
        for corpus, most in recipe.asked.items()
        for row in examples.draw([r for r in rows if r.source == corpus], most, seed=recipe.seed)
    ]
