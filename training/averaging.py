"""Averages of weights: over a network's last steps, and of what it began and what it ended with."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from training.errors import TrainingError

FILE: Final = "average.safetensors"
# Early steps count less than ``decay`` says, or the average would hold on to the untrained start.
_BEGIN: Final = 10


def weights_of(network: nn.Module) -> dict[str, Tensor]:
    """Return a copy of each parameter by name."""
    return {name: value.detach().clone() for name, value in network.named_parameters()}


def keep_of(network: nn.Module, began: Mapping[str, Tensor], share: float) -> None:
    """Give the network ``share`` of the weights it began with and the rest of its own.

    Between a network and one fine-tuned from it the loss has no barrier, and the mean of both often
    reads what neither was trained on better than either does (Wortsman et al. 2022, Robust
    fine-tuning of zero-shot models).
    """
    with torch.no_grad():
        for name, value in network.named_parameters():
            value.lerp_(began[name].to(value), share)


class RunningAverage(TrainerCallback):
    """After step t the average is d times itself and 1 - d times the weights, d rising to ``decay``.

    It is written into each checkpoint and taken up from there, so that a run that was killed ends
    with the average that it would have had.
    """

    def __init__(self, network: nn.Module, decay: float) -> None:
        """Average the parameters of ``network``; ``decay`` is over 0 and under 1."""
        self.network = network
        self.decay = decay
        self.average: dict[str, Tensor] = {}

    def on_train_begin(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        **_: Any,
    ) -> None:
        """Begin with the weights as they are, or with the average in the checkpoint taken up.

        Raises ``TrainingError`` where that has none: an average begun anew would be another run's.
        """
        self.average = {name: value.clone() for name, value in self._weights().items()}
        kept = _file(args, state)
        if state.global_step and not kept.exists():
            raise TrainingError(f"{kept}: is not there, the run cannot be taken up at this step")
        if state.global_step:
            self.average = load_file(kept)

    def on_step_end(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        **_: Any,
    ) -> None:
        """Move the average towards the weights."""
        step = state.global_step
        part = 1 - min(self.decay, (1 + step) / (_BEGIN + step))
        for name, value in self._weights().items():
            self.average[name].lerp_(value, part)

    def on_save(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        **_: Any,
    ) -> None:
        """Write the average into the checkpoint."""
        save_file(self.average, _file(args, state))

    def settle(self) -> None:
        """Give the network the average for its weights."""
        with torch.no_grad():
            for name, value in self._weights().items():
                value.copy_(self.average[name])

    def _weights(self) -> dict[str, Tensor]:
        return {name: value.detach() for name, value in self.network.named_parameters()}


def _file(args: TrainingArguments, state: TrainerState) -> Path:
    return Path(str(args.output_dir)) / f"checkpoint-{state.global_step}" / FILE
