"""``comity train``: corpora in, a bundle out. Each stage is a function; this file is their order."""

from pathlib import Path

from transformers import AutoTokenizer

from training import encoders, finish, fit, mix, network
from training.errors import TrainingError
from training.recipe import Recipe


def train(recipe: Recipe, folder: Path, out: Path, run: fit.Run) -> None:
    """Make the bundle ``out`` from the corpora in ``folder`` by ``recipe``.

    Raises ``TrainingError`` where a corpus, the encoder or ``out`` stands in the way, before any training.
    """
    if out.exists() and any(out.iterdir()):
        raise TrainingError(f"{out} is not empty; choose a new folder for the bundle")
    base = encoders.locate(recipe.base)
    tokenizer = AutoTokenizer.from_pretrained(base)
    gathered = mix.gather(recipe, folder)
    net = network.build(base, pooling=recipe.pooling, dropout=recipe.dropout)
    net = fit.fine_tune(net, tokenizer, gathered.parts, recipe, run)
    trained = finish.Trained(net, tokenizer, recipe, {"kind": "trained", **gathered.account})
    finish.finish(trained, gathered.parts, out, corpora=folder)
