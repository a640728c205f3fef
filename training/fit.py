"""Fine-tuning with the Hugging Face Trainer: rows in, a trained network out."""

import logging
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from datasets import Dataset
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score
from torch import Tensor, nn
from transformers import EvalPrediction, PreTrainedTokenizerBase, Trainer, TrainingArguments
from transformers.trainer_utils import get_last_checkpoint

from model.labels import NAMES
from model.records import Example
from model.text import clean
from training.network import CommentClassifier, masked_bce
from training.recipe import Recipe

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Run:
    """Where a run works and what it reports to; apart from the recipe since neither changes the weights."""

    work: Path
    report_to: str = "none"
    resume: bool = False
    quiet: bool = False


def as_rows(
    examples: Sequence[Example], tokenizer: PreTrainedTokenizerBase, *, max_length: int
) -> Dataset:
    """Return the tokenised rows: ``input_ids``, ``labels`` (NaN where unknown), ``weight``, ``length``.

    A comment longer than ``max_length`` tokens is cut to its first window.
    """
    texts = [clean(example.text).text for example in examples]
    ids = tokenizer(texts, truncation=True, max_length=max_length)["input_ids"]
    return Dataset.from_dict(
        {
            "input_ids": ids,
            "labels": [[float(e.labels.get(name, math.nan)) for name in NAMES] for e in examples],
            "weight": [float(example.weight) for example in examples],
            "length": [len(row) for row in ids],
        }
    )


class Padded:
    """Collates rows to one batch, padded to its own longest row."""

    def __init__(self, pad_id: int) -> None:
        self.pad_id = pad_id

    def __call__(self, rows: Sequence[Mapping[str, Any]]) -> dict[str, Tensor]:
        """Return ``input_ids`` and ``attention_mask`` (n, t), ``labels`` (n, L), ``weight`` (n,)."""
        ids = [torch.tensor(row["input_ids"]) for row in rows]
        padded = nn.utils.rnn.pad_sequence(ids, batch_first=True, padding_value=self.pad_id)
        lengths = torch.tensor([len(row) for row in ids])
        return {
            "input_ids": padded,
            "attention_mask": (torch.arange(padded.shape[1]) < lengths.unsqueeze(1)).long(),
            "labels": torch.tensor([row["labels"] for row in rows], dtype=torch.float32),
            "weight": torch.tensor([row["weight"] for row in rows], dtype=torch.float32),
        }


class MaskedTrainer(Trainer):
    """The Trainer with the loss of known labels only, and a faster rate for the fresh head."""

    head_learning_rate: float = 1e-3

    def compute_loss(
        self,
        model: nn.Module,
        inputs: dict[str, Any],
        return_outputs: bool = False,
        num_items_in_batch: Tensor | int | None = None,
    ) -> Any:
        """Return the masked loss, with the logits where the Trainer evaluates."""
        logits = model(input_ids=inputs["input_ids"], attention_mask=inputs["attention_mask"])
        loss = masked_bce(logits, inputs["labels"], inputs["weight"])
        return (loss, {"logits": logits}) if return_outputs else loss

    def create_optimizer(self, model: nn.Module | None = None) -> torch.optim.Optimizer:
        """Return AdamW with the head in a group of its own; biases and norms do not decay."""
        if self.optimizer is None:
            rate, decay = self.args.learning_rate, self.args.weight_decay
            groups: dict[tuple[float, float], list[nn.Parameter]] = {}
            for name, parameter in (model or self.model).named_parameters():  # type: ignore[union-attr]
                if parameter.requires_grad:
                    speed = self.head_learning_rate if name.startswith("head") else rate
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


def fine_tune(
    network: CommentClassifier,
    tokenizer: PreTrainedTokenizerBase,
    parts: Mapping[str, Sequence[Example]],
    recipe: Recipe,
    run: Run,
) -> CommentClassifier:
    """Train ``network`` on ``parts['train']``, watch ``parts['validation']``; return it ready to evaluate.

    With ``run.resume`` the last checkpoint in ``run.work`` is taken up where it stopped.
    """
    train = as_rows(parts["train"], tokenizer, max_length=recipe.max_length)
    validation = as_rows(parts["validation"], tokenizer, max_length=recipe.max_length)
    trainer = MaskedTrainer(
        model=network,
        args=arguments(recipe, run, steps=math.ceil(len(train) / recipe.batch_size)),
        train_dataset=train,
        eval_dataset=validation,
        data_collator=Padded(tokenizer.pad_token_id),
        compute_metrics=aucs,
    )
    trainer.head_learning_rate = recipe.head_learning_rate
    last = None
    if run.resume and run.work.is_dir():
        last = get_last_checkpoint(str(run.work))  # type: ignore[no-untyped-call]
    log.info("%s", f"taking up {last}" if last else f"training on {len(train)} comments")
    trainer.train(resume_from_checkpoint=last)
    # The Trainer leaves its bfloat16 wrapper around forward; what is exported and compared is float32.
    trained = trainer.accelerator.unwrap_model(network, keep_fp32_wrapper=False)
    assert isinstance(trained, CommentClassifier)
    return trained.float().cpu().eval()


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
        train_sampling_strategy="group_by_length",
        length_column_name="length",
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
        batch = collate([{"input_ids": ids[i], "labels": [0.0], "weight": 1.0} for i in chosen])
        logits[chosen] = network(batch["input_ids"], batch["attention_mask"]).numpy()
    return logits
