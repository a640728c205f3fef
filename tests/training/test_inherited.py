"""Trained weights onto a network that has more labels or a wider pooling."""

import pytest
import torch
from torch import Tensor

from model.labels import NAMES, SPAN_NAMES, TARGET_KINDS
from model.spans import TOKEN_OUTPUTS
from training.errors import TrainingError
from training.inherited import onto

HEADS = {"labels": True, "token_labels": True, "target": True}
FEWER = ("threat", "insult")


def weights(width: int, labels: int, tokens: int, seed: float) -> dict[str, Tensor]:
    torch.manual_seed(int(seed))
    sizes = {
        "encoder.layer.weight": (4, 4),
        "head.weight": (labels, width),
        "head.bias": (labels,),
        "token_head.weight": (tokens, 4),
        "token_head.bias": (tokens,),
        "target_head.weight": (len(TARGET_KINDS), width),
        "target_head.bias": (len(TARGET_KINDS),),
    }
    return {name: torch.randn(size) for name, size in sizes.items()}


def fresh(width: int = 4) -> dict[str, Tensor]:
    return weights(width, len(NAMES), len(TOKEN_OUTPUTS), 1)


def test_all_is_taken_over_where_nothing_changed() -> None:
    trained = weights(4, len(NAMES), len(TOKEN_OUTPUTS), 2)
    half = {name: value.half() for name, value in trained.items()}
    taken = onto(fresh(), half, labels=NAMES, heads=HEADS, widened=False)
    assert {value.dtype for value in taken.values()} == {torch.float32}
    assert all(torch.equal(taken[name], half[name].float()) for name in trained)


def test_rows_are_matched_by_what_they_stand_for_and_a_new_label_has_a_fresh_one() -> None:
    trained = weights(4, len(FEWER), 1 + len(set(FEWER) & set(SPAN_NAMES)), 2)
    begun = fresh()
    taken = onto(begun, trained, labels=FEWER, heads=HEADS, widened=False)
    for part in ("weight", "bias"):
        for row, name in enumerate(NAMES):
            source = trained[f"head.{part}"][FEWER.index(name)] if name in FEWER else None
            expected = begun[f"head.{part}"][row] if source is None else source
            assert torch.equal(taken[f"head.{part}"][row], expected)
        tokens = dict(zip(("carries", *FEWER), trained[f"token_head.{part}"], strict=True))
        for row, name in enumerate(TOKEN_OUTPUTS):
            assert torch.equal(
                taken[f"token_head.{part}"][row], tokens.get(name, begun[f"token_head.{part}"][row])
            )


def test_a_wider_pooling_begins_at_what_was_said_before() -> None:
    trained = weights(4, len(NAMES), len(TOKEN_OUTPUTS), 2)
    taken = onto(fresh(8), trained, labels=NAMES, heads=HEADS, widened=True)
    for head in ("head", "target_head"):
        assert torch.equal(taken[f"{head}.weight"][:, :4], trained[f"{head}.weight"])
        assert taken[f"{head}.weight"][:, 4:].abs().max() == 0
    assert torch.equal(taken["token_head.weight"], trained["token_head.weight"])


def test_a_head_that_was_never_trained_stays_fresh() -> None:
    trained = weights(4, len(NAMES), len(TOKEN_OUTPUTS), 2)
    begun = fresh()
    taken = onto(begun, trained, labels=NAMES, heads={**HEADS, "target": False}, widened=False)
    assert torch.equal(taken["target_head.weight"], begun["target_head.weight"])
    assert torch.equal(taken["head.weight"], trained["head.weight"])


def test_what_does_not_fit_is_refused_by_name() -> None:
    trained = weights(4, len(NAMES), len(TOKEN_OUTPUTS), 2)

    def refused(changed: dict[str, Tensor], said: str, labels: tuple[str, ...] = NAMES) -> None:
        with pytest.raises(TrainingError, match=said):
            onto(fresh(), changed, labels=labels, heads=HEADS, widened=False)

    refused(trained, "label rudeness: is none of", ("rudeness",))
    refused({**trained, "pooler.bias": torch.ones(1)}, "pooler.bias: this network has no such")
    lacking = {name: value for name, value in trained.items() if name != "head.bias"}
    refused(lacking, "head.bias: the trained one has no such")
    wide = {**trained, "encoder.layer.weight": torch.ones(4, 6)}
    refused(wide, "encoder.layer.weight: is 4 x 6, this network has 4 x 4")
    refused(trained, "head.weight: is .* for insult", ("insult",))
