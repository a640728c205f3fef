"""Fine-tuning with the Hugging Face Trainer: rows in, a trained network out."""

import logging
import math
from collections.abc import Mapping, Sequence, Sized
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score
from torch import Tensor, nn
from transformers import EvalPrediction, PreTrainedTokenizerBase, Trainer, TrainingArguments
from transformers.trainer_pt_utils import LengthGroupedSampler

from model.labels import NAMES
from model.records import Example
from model.text import clean
from training.averaging import FILE, RunningAverage, keep_of, weights_of
from training.network import (
    CommentClassifier,
    Logits,
    disagreement,
    distilled,
    masked_bce,
    smoothed,
    target_loss,
    token_bce,
)
from training.recipe import Recipe
from training.rows import Padded, Soft, as_rows, nobody

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Run:
    """Where a run works and what it reports to; apart from the recipe since neither changes the weights."""

    work: Path
    report_to: str = "none"
    resume: bool = False
    quiet: bool = False


class SeededByEpoch(LengthGroupedSampler):
    """Rows of like length in one batch, in an order that the seed and the epoch decide.

    The library's own draws from torch's global state, so a run taken up in its second epoch would see
    other batches than the run that was killed. The Trainer calls ``set_epoch`` before each epoch.
    """

    def __init__(self, batch_size: int, lengths: Sequence[int], *, seed: int) -> None:
        super().__init__(batch_size, lengths=list(lengths))
        self.seed = seed
        self.set_epoch(0)

    def set_epoch(self, epoch: int) -> None:
        """Begin the order of ``epoch`` anew."""
        self.generator = torch.Generator().manual_seed(self.seed + epoch)


class MaskedTrainer(Trainer):
    """The Trainer with the loss of what is known only, and a faster rate for the fresh heads."""

    recipe: Recipe = Recipe()

    def compute_loss(
        self,
        model: nn.Module,
        inputs: dict[str, Any],
        return_outputs: bool = False,
        num_items_in_batch: Tensor | int | None = None,
    ) -> Any:
        """Return the sum of the three heads' losses, with the label logits where it evaluates."""
        said = model(input_ids=inputs["input_ids"], attention_mask=inputs["attention_mask"])
        loss = self._loss_of(said, inputs)
        if self.recipe.r_drop and model.training:
            again = model(input_ids=inputs["input_ids"], attention_mask=inputs["attention_mask"])
            apart = disagreement(said.labels, again.labels, inputs["weight"])
            loss = 0.5 * (loss + self._loss_of(again, inputs)) + self.recipe.r_drop * apart
        return (loss, {"logits": said.labels}) if return_outputs else loss

    def _loss_of(self, said: Logits, inputs: Mapping[str, Any]) -> Tensor:
        weights, marks = inputs["weight"], inputs["marks"]
        wanted = distilled(inputs["labels"], inputs["soft"], self.recipe.teacher_share)
        return (
            masked_bce(said.labels, smoothed(wanted, self.recipe.label_smoothing), weights)
            + self.recipe.token_weight * token_bce(said.token_labels, marks, inputs["marks_weight"])
            + self.recipe.target_weight * target_loss(said.target, inputs["target"], weights)
        )

    def _get_train_sampler(self, train_dataset: Any = None) -> SeededByEpoch:
        rows = self.train_dataset if train_dataset is None else train_dataset
        return SeededByEpoch(
            self.args.train_batch_size,
            rows["length"],  # type: ignore[index]
            seed=self.args.seed,
        )

    def create_optimizer(self, model: nn.Module | None = None) -> torch.optim.Optimizer:
        """Return AdamW with the head in a group of its own; biases and norms do not decay."""
        if self.optimizer is None:
            rate, decay = self.args.learning_rate, self.args.weight_decay
            head_rate = self.recipe.head_learning_rate
            groups: dict[tuple[float, float], list[nn.Parameter]] = {}
            for name, parameter in (model or self.model).named_parameters():  # type: ignore[union-attr]
                if parameter.requires_grad:
                    speed = rate if name.startswith("encoder.") else head_rate
                    groups.setdefault((speed, decay if parameter.ndim > 1 else 0.0), []).append(
                        parameter
                    )
            self.optimizer = torch.optim.AdamW(
                [
                    {"params": parameters, "lr": speed, "weight_decay": decay_of}
                    for (speed, decay_of), parameters in groups.items()
                ],
                lr=rate,
                fused=True,
            )
        return self.optimizer


def fine_tune(  # noqa: PLR0913  # what is trained, on what, how and where; none of it optional but soft
    network: CommentClassifier,
    tokenizer: PreTrainedTokenizerBase,
    parts: Mapping[str, Sequence[Example]],
    recipe: Recipe,
    run: Run,
    *,
    soft: Soft = nobody,
) -> CommentClassifier:
    """Train ``network`` on ``parts['train']``, watch ``parts['validation']``; return it ready to evaluate.

    ``soft`` is the teacher, where there is one. With ``run.resume`` the last checkpoint in ``run.work``
    is taken up where it stopped.
    """
    train = as_rows(
        parts["train"],
        tokenizer,
        max_length=recipe.max_length,
        soft=soft,
        own_marks_weight=recipe.own_marks_weight,
    )
    validation = as_rows(parts["validation"], tokenizer, max_length=recipe.max_length)
    trainer = MaskedTrainer(
        model=network,
        args=arguments(recipe, run, steps=steps_an_epoch(train, recipe)),
        train_dataset=train,
        eval_dataset=validation,
        data_collator=Padded(tokenizer.pad_token_id),
        compute_metrics=aucs,
    )
    trainer.recipe = recipe
    average = RunningAverage(network, recipe.average_decay)
    if recipe.average_decay:
        trainer.add_callback(average)
    began = weights_of(network) if recipe.base_share else {}
    averaged = recipe.average_decay > 0
    last = last_whole(run.work, averaged=averaged) if run.resume else None
    log.info("%s", f"taking up {last}" if last else f"training on {len(train)} comments")
    trainer.train(resume_from_checkpoint=last)
    if recipe.average_decay:
        average.settle()
    if recipe.base_share:
        keep_of(network, began, recipe.base_share)
    # The Trainer leaves its bfloat16 wrapper around forward; what is exported and compared is float32.
    trained = trainer.accelerator.unwrap_model(network, keep_fp32_wrapper=False)
    assert isinstance(trained, CommentClassifier)
    return trained.float().cpu().eval()


def steps_an_epoch(rows: Sized, recipe: Recipe) -> int:
    """Return how many steps the Trainer makes of an epoch over ``rows``: one a batch on each GPU."""
    return math.ceil(len(rows) / (recipe.batch_size * max(torch.cuda.device_count(), 1)))


def last_whole(work: Path, *, averaged: bool = False) -> str | None:
    """Return the newest checkpoint that was written to its end, or None.

    A kill in the midst of writing leaves a folder without the Trainer's state, which comes last of what
    the Trainer writes, or without the running average, which comes after it where a run is ``averaged``.
    """
    written = [path.parent for path in work.glob("checkpoint-*/trainer_state.json")]
    whole = [folder for folder in written if not averaged or (folder / FILE).exists()]
    return str(max(whole, key=lambda path: int(path.name.split("-")[1]))) if whole else None


def arguments(recipe: Recipe, run: Run, *, steps: int) -> TrainingArguments:
    """Return the Trainer's settings; a checkpoint about every five minutes on two cores."""
    return TrainingArguments(
        output_dir=str(run.work),
        num_train_epochs=recipe.epochs,
        per_device_train_batch_size=recipe.batch_size,
        per_device_eval_batch_size=2 * recipe.batch_size,
        learning_rate=recipe.learning_rate,
        warmup_steps=recipe.warmup,  # under 1 the Trainer reads it as a share of all steps
        lr_scheduler_type="linear",
        weight_decay=recipe.weight_decay,
        bf16=use_bf16(recipe.bf16),
        use_cpu=not torch.cuda.is_available(),
        remove_unused_columns=False,
        label_names=["labels"],
        eval_strategy="epoch",
        save_strategy="steps",
        save_steps=min(1000, max(steps // 4, 1)),
        save_total_limit=2,
        logging_steps=50,
        report_to=run.report_to,
        seed=recipe.seed,
        disable_tqdm=run.quiet,
        dataloader_pin_memory=False,
    )


def use_bf16(wanted: str) -> bool:
    """Return whether to train in bfloat16: as asked, or where the CPU or GPU computes in it."""
    if wanted != "auto":
        return wanted == "on"
    if torch.cuda.is_available():
        return bool(torch.cuda.is_bf16_supported())
    return bool(torch.cpu.get_capabilities().get("avx512_bf16", False))


def aucs(prediction: EvalPrediction) -> dict[str, float]:
    """Return the AUC of each label over the rows that know it, and their mean."""
    truth = np.asarray(prediction.label_ids)
    scores = np.asarray(prediction.predictions)
    found = {}
    for column, name in enumerate(NAMES):
        known = ~np.isnan(truth[:, column])
        positive = truth[known, column] >= 0.5
        if 0 < positive.sum() < len(positive):
            found[f"auc_{name}"] = float(roc_auc_score(positive, scores[known, column]))
    return found | {"auc": float(np.mean(list(found.values())))} if found else {}


@torch.inference_mode()
def logits_of(
    network: CommentClassifier,
    tokenizer: PreTrainedTokenizerBase,
    texts: Sequence[str],
    *,
    max_length: int,
    batch_size: int = 32,
) -> NDArray[np.float32]:
    """Return the network's float32 logits (n, L) for cleaned texts cut to ``max_length`` tokens."""
    rows = tokenizer([clean(text).text for text in texts], truncation=True, max_length=max_length)
    ids = rows["input_ids"]
    collate = Padded(tokenizer.pad_token_id)
    logits = np.zeros((len(texts), len(NAMES)), dtype=np.float32)
    order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
    for start in range(0, len(order), batch_size):
        chosen = order[start : start + batch_size]
        batch = collate([{"input_ids": ids[i]} for i in chosen])
        said = network(batch["input_ids"], batch["attention_mask"])
        logits[chosen] = said.labels.float().numpy()
    return logits
