"""``comity train``: corpora in, a bundle out. Each stage is a function; this file is their order."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from transformers import AutoTokenizer, set_seed

from model.records import Example
from training import encoders, finish, fit, mix, network
from training.errors import TrainingError
from training.recipe import Recipe

BEGUN: Final = "run.json"


def train(recipe: Recipe, folder: Path, out: Path, run: fit.Run) -> None:
    """Make the bundle ``out`` from the corpora in ``folder`` by ``recipe``.

    Raises ``TrainingError`` where a corpus, the encoder, ``out`` or an older run in the work folder
    stands in the way, before any training.
    """
    finish.refuse_filled(out)
    base = encoders.locate(recipe.base)
    tokenizer = AutoTokenizer.from_pretrained(base)
    gathered = mix.gather(recipe, folder)
    begun = begin(run, recipe, gathered.parts["train"])
    set_seed(recipe.seed)  # the fresh head too is the seed's
    net = network.build(base, pooling=recipe.pooling, dropout=recipe.dropout)
    net = fit.fine_tune(net, tokenizer, gathered.parts, recipe, run)
    lineage = {"kind": "trained", "commit": begun["commit"], **gathered.account}
    trained = finish.Trained(net, tokenizer, recipe, lineage)
    finish.finish(trained, gathered.parts, out, corpora=folder)


def begin(run: fit.Run, recipe: Recipe, rows: Sequence[Example]) -> dict[str, Any]:
    """Return what this run is: recipe, commit at its start, digest of its rows; kept in the work folder.

    A run that is taken up must be the one that began there: other rows or another recipe under old
    checkpoints would make a bundle whose lineage is not true. Raises ``TrainingError``.
    """
    here = {"recipe": recipe.as_json(), "rows": digest(rows), "commit": finish.commit()}
    kept = run.work / BEGUN
    if run.resume and any(run.work.glob("checkpoint-*")):
        if not kept.exists():
            raise TrainingError(f"{run.work}: its checkpoints have no {BEGUN}; name another --work")
        before: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8"))
        for name in ("recipe", "rows"):
            if before[name] != json.loads(json.dumps(here[name])):
                raise TrainingError(
                    f"{run.work}: its checkpoints are of another {name}; name another --work"
                )
        return before
    run.work.mkdir(parents=True, exist_ok=True)
    kept.write_text(json.dumps(here, indent=1) + "\n", encoding="utf-8")
    return here


def digest(rows: Sequence[Example]) -> str:
    """Return the sha256 of rows' texts, labels and weights in their order."""
    total = hashlib.sha256()
    for row in rows:
        total.update(json.dumps([row.text, dict(row.labels), row.weight]).encode())
    return total.hexdigest()
