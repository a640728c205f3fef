"""From labelled comments to the numbers that a network learns from, and their batches."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import numpy as np
import torch
from datasets import Dataset
from numpy.typing import NDArray
from torch import Tensor, nn
from transformers import PreTrainedTokenizerBase

from model.labels import NAMES, SPAN_NAMES, TARGET_KINDS
from model.reading import Reading
from model.records import Example
from model.spans import CARRIES, TOKEN_OUTPUTS
from model.target import PERSONS
from model.text import clean
from training.corpora.newsroom import OWN
from training.house_readings import HOUSE

Floats = NDArray[np.float32]
Soft = Callable[[Example], Floats | None]
"""A teacher's logits (labels,) for an example, or None where it was not asked."""

# A comment in which nobody saw any of these has no word to mark.
_CLEAR_BELOW: Final = 0.06
# From here on a comment is uncivil, whoever it is by.
_UNCIVIL_FROM: Final = 0.5
_UNKNOWN: Final[list[float]] = []
_CLEAR: Final = [0.0]


def nobody(_: Example) -> None:
    """Be the teacher that says nothing."""


def as_rows(
    examples: Sequence[Example],
    tokenizer: PreTrainedTokenizerBase,
    *,
    max_length: int,
    soft: Soft = nobody,
    own_marks_weight: float = 1.0,
) -> Dataset:
    """Return the tokenised rows.

    Columns: ``input_ids``, ``labels`` and the teacher's probabilities ``soft`` (NaN where unknown),
    ``marks`` (see ``token_marks``), ``target`` (1 for each kind that it may be), ``weight``,
    ``marks_weight`` (the same, ``own_marks_weight`` times that for every one of Comity's own comments,
    a civil one with nothing marked included) and ``length``. A comment longer than ``max_length`` tokens
    is cut to its first window.
    """
    read = [clean(example.text) for example in examples]
    encoded = tokenizer(
        [reading.text for reading in read],
        truncation=True,
        max_length=max_length,
        return_offsets_mapping=True,
    )
    ids = encoded["input_ids"]
    pairs = zip(examples, read, encoded["offset_mapping"], strict=True)
    return Dataset.from_dict(
        {
            "input_ids": ids,
            "labels": [[float(e.labels.get(name, math.nan)) for name in NAMES] for e in examples],
            "soft": [_probabilities(soft(example)) for example in examples],
            "marks": [token_marks(*pair) for pair in pairs],
            "target": [allowed_kinds(e.target, exact=tells_persons_apart(e)) for e in examples],
            "weight": [float(example.weight) for example in examples],
            "marks_weight": [
                example.weight * (own_marks_weight if example.source == OWN else 1.0)
                for example in examples
            ],
            "length": [len(row) for row in ids],
        }
    )


def _probabilities(logits: Floats | None) -> list[float]:
    if logits is None:
        return [math.nan] * len(NAMES)
    said: list[float] = (1.0 / (1.0 + np.exp(-logits.astype(np.float64)))).tolist()
    return said


def token_marks(
    example: Example, reading: Reading, offsets: Sequence[tuple[int, int]]
) -> list[float]:
    """Return each token's share of marks, flat (t * outputs); one 0 where all are; none if unknown.

    A token has the largest share of its characters, a span's ``score`` being the share of annotators
    who marked it. Unknown is a comment that nobody marked up, unless its labels say that it holds
    nothing to mark; so is one of Comity's own that is uncivil and has no mark: its writer found no
    words to point at, which does not make them clean.
    """
    unmarked = not example.spans and example.source == OWN
    if example.spans is None or (
        unmarked and example.labels.get("incivility", 0.0) >= _UNCIVIL_FROM
    ):
        # A comment that is uncivil by none of the four still has words that make it so.
        judged = [example.labels.get(name, 1.0) for name in ("incivility", *SPAN_NAMES)]
        return _CLEAR if max(judged) < _CLEAR_BELOW else _UNKNOWN
    if not example.spans:
        return _CLEAR
    shares = np.zeros((len(example.text) + 1, len(TOKEN_OUTPUTS)), dtype=np.float32)
    for span in example.spans:
        place = slice(span.begin, span.end)
        # A label that is of the whole comment, such as incivility, still says that the words carry it.
        known = [name for name in (CARRIES, span.label) if name in TOKEN_OUTPUTS]
        for column in map(TOKEN_OUTPUTS.index, known):
            np.maximum(shares[place, column], span.score, out=shares[place, column])
    marks = np.zeros((len(offsets), len(TOKEN_OUTPUTS)), dtype=np.float32)
    for token, (first, last) in enumerate(offsets):
        begin, end = reading.to_original(first, last)
        if end > begin:  # the two special tokens stand nowhere
            marks[token] = shares[begin:end].max(0)
    flat: list[float] = marks.ravel().tolist()
    return flat


def tells_persons_apart(example: Example) -> bool:
    """Tell whether whoever labelled an example would have said if the person were an author or the like.

    Comity's own comments and readings would; a public corpus says *person* of a senator too.
    """
    return example.source == OWN or example.by == HOUSE


def allowed_kinds(target: str | None, *, exact: bool = False) -> list[float]:
    """Return 1 for each of ``TARGET_KINDS`` that an annotation may mean; ``person`` may be any person.

    Where the annotation is ``exact`` a person is one of whom nothing finer can be told.
    """
    meant = {None: ()} | ({} if exact else {"person": PERSONS})
    return [float(kind in meant.get(target, (target,))) for kind in TARGET_KINDS]


class Padded:
    """Collates rows to one batch, padded to its own longest row."""

    def __init__(self, pad_id: int) -> None:
        self.pad_id = pad_id

    def __call__(self, rows: Sequence[Mapping[str, Any]]) -> dict[str, Tensor]:
        """Return ``input_ids`` and ``attention_mask`` (n, t), and the columns of ``as_rows`` stacked.

        ``marks`` come as (n, t, outputs), NaN where unknown and in padding.
        """
        ids = [torch.tensor(row["input_ids"]) for row in rows]
        padded = nn.utils.rnn.pad_sequence(ids, batch_first=True, padding_value=self.pad_id)
        lengths = torch.tensor([len(row) for row in ids])
        batch = {
            "input_ids": padded,
            "attention_mask": (torch.arange(padded.shape[1]) < lengths.unsqueeze(1)).long(),
        }
        for name in ("labels", "soft", "target", "weight", "marks_weight"):
            if name in rows[0]:
                batch[name] = torch.tensor([row[name] for row in rows], dtype=torch.float32)
        if "marks" in rows[0]:
            batch["marks"] = torch.stack([self._marks(row, padded.shape[1]) for row in rows])
        return batch

    @staticmethod
    def _marks(row: Mapping[str, Any], longest: int) -> Tensor:
        marks = torch.full((longest, len(TOKEN_OUTPUTS)), math.nan)
        given, tokens = row["marks"], len(row["input_ids"])
        if given:
            marks[:tokens] = torch.tensor(given).reshape(
                -1, 1 if given == _CLEAR else marks.shape[1]
            )
        return marks
