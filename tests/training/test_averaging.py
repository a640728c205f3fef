"""A running average of weights: what it holds after each step, and after a run is taken up."""

from pathlib import Path

import pytest
import torch
from torch import nn
from transformers import TrainerControl, TrainerState, TrainingArguments

from training.averaging import FILE, RunningAverage, keep_of, weights_of
from training.errors import TrainingError


def layer(value: float) -> nn.Linear:
    made = nn.Linear(1, 1, bias=False)
    set_to(made, value)
    return made


def set_to(network: nn.Linear, value: float) -> None:
    with torch.no_grad():
        network.weight.fill_(value)


@pytest.fixture
def arguments(tmp_path: Path) -> TrainingArguments:
    return TrainingArguments(output_dir=str(tmp_path), use_cpu=True, report_to="none")


def begin(average: RunningAverage, arguments: TrainingArguments, step: int = 0) -> None:
    average.on_train_begin(arguments, TrainerState(global_step=step), TrainerControl())


def test_the_average_moves_towards_the_weights_faster_at_first(
    arguments: TrainingArguments,
) -> None:
    network = layer(0.0)
    average = RunningAverage(network, 0.5)
    begin(average, arguments)
    set_to(network, 1.0)
    expected = 0.0
    for step, decay in ((1, 2 / 11), (2, 3 / 12), (100, 0.5)):
        average.on_step_end(arguments, TrainerState(global_step=step), TrainerControl())
        expected = decay * expected + (1 - decay)
        assert average.average["weight"].item() == pytest.approx(expected)
    assert network.weight.item() == 1.0
    average.settle()
    assert network.weight.item() == pytest.approx(expected)


def test_a_run_that_is_taken_up_has_the_average_of_its_checkpoint(
    arguments: TrainingArguments, tmp_path: Path
) -> None:
    (tmp_path / "checkpoint-7").mkdir()
    first = RunningAverage(layer(3.0), 0.9)
    begin(first, arguments)
    first.on_save(arguments, TrainerState(global_step=7), TrainerControl())
    assert (tmp_path / "checkpoint-7" / FILE).exists()
    again = RunningAverage(layer(5.0), 0.9)
    begin(again, arguments, step=7)
    assert again.average["weight"].item() == 3.0


def test_a_checkpoint_without_its_average_is_refused_and_no_average_begun_anew(
    arguments: TrainingArguments,
) -> None:
    average = RunningAverage(layer(5.0), 0.9)
    with pytest.raises(TrainingError, match=rf"checkpoint-7/{FILE}: is not there"):
        begin(average, arguments, step=7)


def test_a_network_keeps_a_share_of_what_it_began_with() -> None:
    network = layer(1.0)
    began = weights_of(network)
    set_to(network, 3.0)
    keep_of(network, began, 0.25)
    assert network.weight.item() == pytest.approx(2.5)
    assert began["weight"].item() == 1.0
