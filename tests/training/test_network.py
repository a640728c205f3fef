"""The network: what is unknown costs nothing, and padding changes nothing."""

import math
from pathlib import Path

import pytest
import torch

from model.labels import NAMES
from training.network import POOLINGS, build, masked_bce, pool

NAN = math.nan


def test_an_unknown_label_has_no_gradient() -> None:
    logits = torch.zeros(2, 3, requires_grad=True)
    targets = torch.tensor([[1.0, NAN, 0.0], [NAN, NAN, 1.0]])
    masked_bce(logits, targets, torch.ones(2)).backward()  # type: ignore[no-untyped-call]
    assert logits.grad is not None
    assert (logits.grad == 0).tolist() == [[False, True, False], [True, True, False]]


def test_the_loss_is_the_weighted_mean_over_known_labels() -> None:
    logits = torch.tensor([[0.0, 2.0]])
    known = masked_bce(logits, torch.tensor([[1.0, NAN]]), torch.tensor([3.0]))
    assert known.item() == pytest.approx(math.log(2))
    two = torch.tensor([[0.0], [2.0]])
    loss = masked_bce(two, torch.tensor([[1.0], [1.0]]), torch.tensor([3.0, 1.0]))
    expected = (3 * math.log(2) + math.log1p(math.exp(-2))) / 4
    assert loss.item() == pytest.approx(expected)


def test_a_batch_that_knows_nothing_costs_nothing() -> None:
    assert masked_bce(torch.ones(1, 2), torch.full((1, 2), NAN), torch.ones(1)).item() == 0


def test_a_soft_label_is_cheapest_at_its_own_share() -> None:
    at = [math.log(p / (1 - p)) for p in (0.2, 0.3, 0.4)]
    losses = [
        masked_bce(torch.tensor([[z]]), torch.tensor([[0.3]]), torch.ones(1)).item() for z in at
    ]
    assert min(losses) == losses[1]


@pytest.mark.parametrize("how", POOLINGS)
def test_padding_changes_no_pooled_vector(how: str) -> None:
    hidden = torch.randn(1, 4, 6)
    padded = torch.cat([hidden, torch.full((1, 3, 6), 99.0)], dim=1)
    mask = torch.tensor([[1, 1, 1, 1, 0, 0, 0]])
    alone = pool(hidden, mask[:, :4], how)  # type: ignore[arg-type]
    assert torch.allclose(alone, pool(padded, mask, how))  # type: ignore[arg-type]


@pytest.mark.parametrize("how", POOLINGS)
def test_there_is_one_logit_a_label(tiny_encoder: Path, how: str) -> None:
    network = build(tiny_encoder, pooling=how).eval()  # type: ignore[arg-type]
    ids = torch.tensor([[2, 6, 7, 3], [2, 8, 3, 0]])
    logits = network(ids, (ids != 0).long())
    assert logits.shape == (2, len(NAMES))
    assert logits.dtype == torch.float32
