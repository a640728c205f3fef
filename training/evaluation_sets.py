"""The development sets: which truth column each label is measured against. None is trained on."""

from dataclasses import dataclass
from typing import Final

from model.labels import NAMES

HELD_OUT: Final = "held_out"


@dataclass(frozen=True, slots=True)
class EvaluationSet:
    """A development set: which truth column each label is measured against.

    ``peers`` are columns that hold another model's score of the same rows; ``false_alarms`` are the
    shares of civil comments flagged at which recall is stated. ``in_conversation`` are the columns
    that are yes only where somebody who takes part is meant. ``spans`` says that rows have annotated
    spans to be measured against: the parts that at least half of the annotators marked.
    """

    name: str
    pairs: tuple[tuple[str, str], ...]
    peers: tuple[str, ...] = ()
    false_alarms: tuple[float, ...] = ()
    in_conversation: tuple[str, ...] = ()
    spans: bool = False


SETS: Final = (
    EvaluationSet("kaggle_insults_test", (("insult", "insult"),), in_conversation=("insult",)),
    EvaluationSet(
        "unhealthy_conversations",
        (
            *(
                (truth, "incivility")
                for truth in (
                    "hostile",
                    "antagonize",
                    "unhealthy",
                    "condescending",
                    "dismissive",
                    "generalisation_unfair",
                    "sarcastic",
                )
            ),
            ("condescending", "condescension"),
            ("dismissive", "dismissal"),
        ),
    ),
    EvaluationSet(
        "context_toxicity_gn",
        (("toxic", "incivility"),),
        peers=("api",),
        # Those of Perspective's published thresholds on this set, and 0.8% between them.
        false_alarms=(0.002, 0.005, 0.008, 0.019),
    ),
    EvaluationSet("context_toxicity_cat", (("toxic", "incivility"),)),
    EvaluationSet("tsd_trial", (), spans=True),
)
OF_THE_MIX: Final = EvaluationSet(HELD_OUT, tuple((name, name) for name in NAMES), spans=True)
