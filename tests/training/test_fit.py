"""Rows for the Trainer, and a fine-tune that learns and can be taken up again."""

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import AutoTokenizer

from model.labels import NAMES, TARGET_KINDS
from model.records import Example, Span
from model.spans import TOKEN_OUTPUTS
from training import fit, network
from training.averaging import FILE
from training.recipe import Recipe
from training.rows import Padded, as_rows

# The Trainer, torch.onnx and NNCF warn of each other's old names; their warnings are not ours to mend.
pytestmark = pytest.mark.filterwarnings("default")


RUDE = ["you are a fool", "a clown you are", "fool fool fool", "you clown and fool"]
KIND = ["you are kind", "a good one is the best", "kind and good", "the good is good"]


def rows(copies: int = 8) -> list[Example]:
    rude = [
        Example(f"{t} {i}", {"insult": 1.0, "incivility": 1.0}) for t in RUDE for i in range(copies)
    ]
    kind = [Example(f"{t} {i}", {"insult": 0.0}) for t in KIND for i in range(copies)]
    return [row for pair in zip(rude, kind, strict=True) for row in pair]


def recipe(**changes: object) -> Recipe:
    settled = {
        "epochs": 12.0,
        "batch_size": 8,
        "learning_rate": 1e-3,
        "head_learning_rate": 1e-2,
        "bf16": "off",
        "max_length": 32,
    }
    return Recipe(stride=8, **{**settled, **changes})  # type: ignore[arg-type]


def test_a_row_knows_what_is_unknown(tiny_encoder: Path) -> None:
    tokenizer = AutoTokenizer.from_pretrained(tiny_encoder)
    examples = [Example("you are kind", {"insult": 0.25}, weight=2.0), Example("a " * 99, {})]
    made = as_rows(examples, tokenizer, max_length=16)
    assert [math.isnan(value) for value in made[0]["labels"]] == [n != "insult" for n in NAMES]
    assert made[0]["labels"][NAMES.index("insult")] == 0.25
    assert made[0]["weight"] == 2.0
    assert made[1]["length"] == len(made[1]["input_ids"]) == 16


def test_a_batch_is_padded_to_its_own_longest_row() -> None:
    batch = Padded(0)(
        [
            {"input_ids": [5, 6, 7], "labels": [0.0], "weight": 1.0},
            {"input_ids": [5], "labels": [1.0], "weight": 0.5},
        ]
    )
    assert batch["input_ids"].tolist() == [[5, 6, 7], [5, 0, 0]]
    assert batch["attention_mask"].tolist() == [[1, 1, 1], [1, 0, 0]]


def test_fine_tuning_learns_the_labels_it_is_given(tiny_encoder: Path, tmp_path: Path) -> None:
    tokenizer = AutoTokenizer.from_pretrained(tiny_encoder)
    torch.manual_seed(1)
    net = network.build(tiny_encoder)
    parts = {"train": rows(), "validation": rows(1)}
    fit.fine_tune(net, tokenizer, parts, recipe(), fit.Run(tmp_path, quiet=True))
    logits = fit.logits_of(net, tokenizer, RUDE + KIND, max_length=32)
    insult = logits[:, NAMES.index("insult")]
    assert insult[: len(RUDE)].min() > insult[len(RUDE) :].max()


@pytest.mark.parametrize("changed", [{"r_drop": 1.0}, {"label_smoothing": 0.1}])
def test_it_learns_as_well_with_what_steadies_it(
    tiny_encoder: Path, tmp_path: Path, changed: dict[str, float]
) -> None:
    tokenizer = AutoTokenizer.from_pretrained(tiny_encoder)
    torch.manual_seed(1)
    net, parts = network.build(tiny_encoder), {"train": rows(), "validation": rows(1)}
    fit.fine_tune(net, tokenizer, parts, recipe(**changed), fit.Run(tmp_path, quiet=True))
    insult = fit.logits_of(net, tokenizer, RUDE + KIND, max_length=32)[:, NAMES.index("insult")]
    assert insult[: len(RUDE)].min() > insult[len(RUDE) :].max()


def test_after_bfloat16_the_network_computes_in_float32_again(
    tiny_encoder: Path, tmp_path: Path
) -> None:
    tokenizer = AutoTokenizer.from_pretrained(tiny_encoder)
    parts = {"train": rows(2), "validation": rows(1)}
    settled = recipe(bf16="on", epochs=1.0)
    run = fit.Run(tmp_path, quiet=True)
    net = fit.fine_tune(network.build(tiny_encoder), tokenizer, parts, settled, run)
    double = fit.logits_of(net.double(), tokenizer, RUDE, max_length=32)
    single = fit.logits_of(net.float(), tokenizer, RUDE, max_length=32)
    assert np.abs(single - double).max() < 1e-4


def test_a_run_that_was_stopped_is_taken_up_at_its_checkpoint(
    tiny_encoder: Path, tmp_path: Path
) -> None:
    tokenizer = AutoTokenizer.from_pretrained(tiny_encoder)
    parts = {"train": rows(), "validation": rows(1)}
    first = network.build(tiny_encoder)
    fit.fine_tune(first, tokenizer, parts, recipe(epochs=1.0), fit.Run(tmp_path, quiet=True))
    again = network.build(tiny_encoder)
    run = fit.Run(tmp_path, quiet=True, resume=True)
    fit.fine_tune(again, tokenizer, parts, recipe(epochs=1.0), run)
    assert np.array_equal(
        fit.logits_of(first, tokenizer, RUDE, max_length=32),
        fit.logits_of(again, tokenizer, RUDE, max_length=32),
    )


@pytest.mark.parametrize("decay", [0.0, 0.9])
def test_a_run_taken_up_in_its_second_epoch_ends_where_it_would_have(
    tiny_encoder: Path, tmp_path: Path, decay: float
) -> None:
    tokenizer = AutoTokenizer.from_pretrained(tiny_encoder)
    parts = {"train": rows(), "validation": rows(1)}
    chosen = recipe(epochs=2.0, average_decay=decay)
    torch.manual_seed(chosen.seed)
    whole = fit.fine_tune(
        network.build(tiny_encoder), tokenizer, parts, chosen, fit.Run(tmp_path, quiet=True)
    )
    last = fit.last_whole(tmp_path)
    assert last is not None
    # As if it had been killed while writing its last checkpoint.
    (Path(last) / "trainer_state.json").unlink()
    before = fit.last_whole(tmp_path)
    assert before is not None
    taken_up = json.loads((Path(before) / "trainer_state.json").read_text())
    assert 1 < taken_up["epoch"] < 2
    run = fit.Run(tmp_path, quiet=True, resume=True)
    again = fit.fine_tune(network.build(tiny_encoder), tokenizer, parts, chosen, run)
    for one, other in zip(whole.parameters(), again.parameters(), strict=True):
        assert torch.allclose(one, other, atol=1e-6)


def test_each_epoch_has_its_own_order_and_always_the_same() -> None:
    sampler = fit.SeededByEpoch(4, [5, 3, 8, 1, 9, 2, 7, 7, 4, 6], seed=17)
    orders = []
    for epoch in (0, 1, 0):
        sampler.set_epoch(epoch)
        orders.append(list(sampler))
    assert orders[0] == orders[2] != orders[1]
    assert sorted(orders[0]) == list(range(10))


def test_logits_do_not_depend_on_the_neighbours_of_a_comment(tiny_encoder: Path) -> None:
    tokenizer = AutoTokenizer.from_pretrained(tiny_encoder)
    net = network.build(tiny_encoder).eval()
    alone = [fit.logits_of(net, tokenizer, [text], max_length=32)[0] for text in RUDE + KIND]
    together = fit.logits_of(net, tokenizer, RUDE + KIND, max_length=32)
    assert np.abs(np.array(alone) - together).max() < 1e-5


def test_a_run_that_averages_ends_with_the_average_and_not_the_last_weights(
    tiny_encoder: Path, tmp_path: Path
) -> None:
    tokenizer = AutoTokenizer.from_pretrained(tiny_encoder)
    parts = {"train": rows(), "validation": rows(1)}
    ended = []
    for decay in (0.0, 0.5):
        torch.manual_seed(1)
        chosen, run = (
            recipe(epochs=1.0, average_decay=decay),
            fit.Run(tmp_path / str(decay), quiet=True),
        )
        net = fit.fine_tune(network.build(tiny_encoder), tokenizer, parts, chosen, run)
        ended.append(net.head.bias.detach())
    assert not torch.allclose(ended[0], ended[1])


def test_a_run_keeps_the_share_of_its_base_that_the_recipe_names(
    tiny_encoder: Path, tmp_path: Path
) -> None:
    tokenizer = AutoTokenizer.from_pretrained(tiny_encoder)
    parts = {"train": rows(), "validation": rows(1)}
    began = network.build(tiny_encoder)
    first = began.head.weight.detach().clone()
    ended = {}
    for share in (0.0, 0.5, 1.0):
        net = network.build(tiny_encoder)
        net.load_state_dict(began.state_dict())
        chosen, run = (
            recipe(epochs=1.0, base_share=share),
            fit.Run(tmp_path / str(share), quiet=True),
        )
        ended[share] = fit.fine_tune(net, tokenizer, parts, chosen, run).head.weight.detach()
    assert torch.allclose(ended[1.0], first)
    assert not torch.allclose(ended[0.0], first)
    assert torch.allclose(ended[0.5], (ended[0.0] + first) / 2, atol=1e-5)


def test_the_word_loss_weighs_by_the_weight_of_marks_alone() -> None:
    def loss_by(*marks_weight: float) -> float:
        said = network.Logits(
            torch.zeros(2, len(NAMES)),
            torch.tensor([2.0, -1.0]).reshape(2, 1, 1).expand(2, 3, len(TOKEN_OUTPUTS)),
            torch.zeros(2, len(TARGET_KINDS)),
        )
        inputs = {
            "labels": torch.ones(2, len(NAMES)),
            "soft": torch.full((2, len(NAMES)), math.nan),
            "marks": torch.zeros(2, 3, len(TOKEN_OUTPUTS)),
            "target": torch.ones(2, len(TARGET_KINDS)),
            "weight": torch.ones(2),
            "marks_weight": torch.tensor(marks_weight),
        }
        trainer = fit.MaskedTrainer.__new__(fit.MaskedTrainer)
        return float(trainer._loss_of(said, inputs))

    def word_loss(logit: float) -> float:
        return math.log1p(math.exp(logit))

    # Only the two rows' word losses differ, so all of the change is their weighted mean's.
    change = loss_by(0.25, 1.0) - loss_by(1.0, 1.0)
    wanted = (0.25 * word_loss(2) + word_loss(-1)) / 1.25 - (word_loss(2) + word_loss(-1)) / 2
    assert change == pytest.approx(wanted, abs=1e-5)


def test_fine_tuning_weighs_our_own_marks_as_the_recipe_says(
    tiny_encoder: Path, tmp_path: Path
) -> None:
    tokenizer = AutoTokenizer.from_pretrained(tiny_encoder)
    sources = ("newsroom", "olid")
    marked = [
        replace(row, source=sources[n % 2], spans=(Span(0, 3, "insult", float(n % 2)),))
        for n, row in enumerate(rows(4))
    ]
    ended = []
    for weight in (1.0, 0.1):
        torch.manual_seed(1)
        chosen, run = (
            recipe(epochs=1.0, own_marks_weight=weight),
            fit.Run(tmp_path / str(weight), quiet=True),
        )
        parts = {"train": marked, "validation": rows(1)}
        net = fit.fine_tune(network.build(tiny_encoder), tokenizer, parts, chosen, run)
        ended.append(net.token_head.bias.detach())
    assert not torch.allclose(ended[0], ended[1])


def test_a_checkpoint_without_its_running_average_is_not_whole_and_an_older_one_is_taken_up(
    tiny_encoder: Path, tmp_path: Path
) -> None:
    tokenizer = AutoTokenizer.from_pretrained(tiny_encoder)
    parts, chosen = {"train": rows(), "validation": rows(1)}, recipe(epochs=1.0, average_decay=0.9)
    torch.manual_seed(chosen.seed)
    whole = fit.fine_tune(
        network.build(tiny_encoder), tokenizer, parts, chosen, fit.Run(tmp_path, quiet=True)
    )
    last = fit.last_whole(tmp_path, averaged=True)
    assert last is not None
    # As if it had been killed after the Trainer's state and before the average.
    (Path(last) / FILE).unlink()
    assert fit.last_whole(tmp_path) == last
    before = fit.last_whole(tmp_path, averaged=True)
    assert before not in (None, last)
    run = fit.Run(tmp_path, quiet=True, resume=True)
    again = fit.fine_tune(network.build(tiny_encoder), tokenizer, parts, chosen, run)
    for one, other in zip(whole.parameters(), again.parameters(), strict=True):
        assert torch.allclose(one, other, atol=1e-6)
