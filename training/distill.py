"""``comity teach``: a teacher too slow to serve, and what it says of a student's comments.

The teacher is fine-tuned once; its logits go to a file of keys and numbers, small enough to stay in
the repository, and ``comity train`` reads it wherever a recipe names it (``training.soft_targets``).
"""

import json
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from transformers import AutoTokenizer, PreTrainedTokenizerBase, set_seed

from model.records import Example
from training import encoders, examples, finish, fit, mix, network, soft_targets, train
from training.recipe import Recipe

log = logging.getLogger(__name__)

WEIGHTS: Final = "teacher.safetensors"


def teach(recipe: Recipe, student: Recipe, folder: Path, out: Path, run: fit.Run) -> int:
    """Fine-tune a teacher by ``recipe`` and write what it says of the student's rows to ``out``.

    Of the student's training rows it is asked about as many of each corpus as ``recipe.asked`` says.
    Its weights stay in the work folder: with ``run.resume`` a teacher that is done there is asked
    again, not trained again. Returns the number of soft targets.
    """
    base = encoders.locate(recipe.base)
    tokenizer = AutoTokenizer.from_pretrained(base)
    net = network.build(base, pooling=recipe.pooling, dropout=recipe.dropout)
    kept = run.work / WEIGHTS
    if run.resume and kept.exists():
        log.info("asking the teacher in %s", kept)
        net.load_state_dict(load_file(kept))
    else:
        net = trained(net, tokenizer, recipe, folder, run)
    with safe_open(kept, framework="numpy") as file:
        lineage = json.loads(file.metadata()["lineage"])
    rows = asked(mix.gather(student, folder).parts["train"], recipe)
    log.info("asking the teacher about %d comments", len(rows))
    with torch.autocast("cpu", torch.bfloat16, enabled=fit.use_bf16(recipe.bf16)):
        logits = fit.logits_of(
            net.eval(), tokenizer, [row.text for row in rows], max_length=recipe.max_length
        )
    return soft_targets.write(out, rows, logits, lineage)


def trained(
    net: network.CommentClassifier,
    tokenizer: PreTrainedTokenizerBase,
    recipe: Recipe,
    folder: Path,
    run: fit.Run,
) -> network.CommentClassifier:
    """Return the teacher, fine-tuned, its weights and lineage kept in the work folder."""
    gathered = mix.gather(recipe, folder)
    begun = train.begin(run, recipe, gathered.parts["train"])
    set_seed(recipe.seed)
    net = fit.fine_tune(net, tokenizer, gathered.parts, recipe, run)
    lineage = {**finish.provenance(recipe), "commit": begun["commit"], **gathered.account}
    weights = {name: value.contiguous() for name, value in net.state_dict().items()}
    save_file(weights, run.work / WEIGHTS, {"lineage": json.dumps(lineage)})
    return net


def asked(rows: Sequence[Example], recipe: Recipe) -> list[Example]:
    """Return the rows that the teacher is asked about, ``recipe.asked[corpus]`` of each corpus."""
    return [
        row
        for corpus, most in recipe.asked.items()
        for row in examples.draw([r for r in rows if r.source == corpus], most, seed=recipe.seed)
    ]
