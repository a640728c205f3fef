"""The network: what is unknown costs nothing, and padding changes nothing."""

import math
from pathlib import Path

import pytest
import torch

from model.labels import NAMES, TARGET_KINDS
from model.spans import TOKEN_OUTPUTS
from training.network import (
    POOLINGS,
    build,
    disagreement,
    distilled,
    masked_bce,
    pool,
    smoothed,
    target_loss,
    token_bce,
)
from training.rows import allowed_kinds

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
def test_every_head_has_its_shape_in_float32(tiny_encoder: Path, how: str) -> None:
    network = build(tiny_encoder, pooling=how).eval()  # type: ignore[arg-type]
    ids = torch.tensor([[2, 6, 7, 3], [2, 8, 3, 0]])
    said = network(ids, (ids != 0).long())
    assert said.labels.shape == (2, len(NAMES))
    assert said.token_labels.shape == (2, 4, len(TOKEN_OUTPUTS))
    assert said.target.shape == (2, len(TARGET_KINDS))
    assert {logits.dtype for logits in said} == {torch.float32}


def test_teacher_and_annotator_share_a_label_and_each_speaks_alone_where_the_other_is_silent() -> (
    None
):
    nan = float("nan")
    hard, soft = torch.tensor([[1.0, 1.0, nan, nan]]), torch.tensor([[0.2, nan, 0.2, nan]])
    learnt = distilled(hard, soft, 0.25)
    assert learnt[0, :3].tolist() == pytest.approx([0.8, 1.0, 0.2])
    assert learnt[0, 3].isnan()


def test_smoothing_moves_known_labels_towards_a_half() -> None:
    moved = smoothed(torch.tensor([[1.0, 0.0, 0.5, NAN]]), 0.1)
    assert moved[0, :3].tolist() == pytest.approx([0.95, 0.05, 0.5])
    assert math.isnan(moved[0, 3])


def test_two_readings_that_agree_are_not_apart_and_others_are_by_the_weight_of_their_row() -> None:
    one, other = torch.tensor([[2.0], [0.0]]), torch.tensor([[-2.0], [0.0]])
    assert disagreement(one, one, torch.ones(2)).item() == pytest.approx(0.0, abs=1e-6)
    p = 1 / (1 + math.exp(-2))
    expected = (2 * p - 1) * 2 * 2  # (p - q) times the difference of the logits, halved twice
    alone = disagreement(one[:1], other[:1], torch.ones(1)).item()
    assert alone == pytest.approx(expected / 2)
    weighted = disagreement(one, other, torch.tensor([1.0, 3.0])).item()
    assert weighted == pytest.approx(alone / 4)


def test_a_long_comment_counts_no_more_than_a_short_one_for_its_words() -> None:
    outputs = len(TOKEN_OUTPUTS)
    targets = torch.full((2, 6, outputs), float("nan"))
    targets[0] = 0.0
    targets[1, :2] = 0.0
    logits = torch.zeros(2, 6, outputs)
    logits[0] = 2.0
    by_row = [torch.nn.functional.softplus(torch.tensor(z)).item() for z in (2.0, 0.0)]
    loss = token_bce(logits, targets, torch.ones(2))
    assert loss.item() == pytest.approx(sum(by_row) / 2)


def test_tokens_that_nobody_marked_or_cleared_have_no_gradient() -> None:
    targets = torch.full((1, 3, len(TOKEN_OUTPUTS)), float("nan"))
    targets[0, 1] = 1.0
    logits = torch.zeros(1, 3, len(TOKEN_OUTPUTS), requires_grad=True)
    token_bce(logits, targets, torch.ones(1)).backward()  # type: ignore[no-untyped-call]
    assert logits.grad is not None
    assert logits.grad[0, 1].abs().min() > 0
    assert logits.grad[0, [0, 2]].abs().max() == 0
    nothing = torch.full_like(targets, float("nan"))
    assert token_bce(logits, nothing, torch.ones(1)).item() == 0


def test_a_person_may_be_any_person() -> None:
    author, person = TARGET_KINDS.index("author"), TARGET_KINDS.index("person")
    logits = torch.zeros(1, len(TARGET_KINDS))
    logits[0, author] = 9.0
    exact = torch.tensor([allowed_kinds("person")])
    assert exact[0, [author, person]].tolist() == [1.0, 1.0]
    assert target_loss(logits, exact, torch.ones(1)).item() < 0.01
    assert target_loss(logits, torch.tensor([allowed_kinds("group")]), torch.ones(1)).item() > 5
    silent = torch.tensor([allowed_kinds(None)])
    assert target_loss(logits, silent, torch.ones(1)).item() == 0
