"""Labelled comments of our own for the tests of evaluation, and development sets in small."""

import csv
from pathlib import Path

from model.records import Example
from training.evaluation_sets import EvaluationSet

ROOT = Path(__file__).parents[2]
WORDS = {"moron": 0.9, "clown": 0.7, "fool": 0.55, "slow": 0.3}
ASKED = EvaluationSet("desk", (("toxic", "incivility"),), ("api",), (0.5,))


def example(text: str, *, source: str = "desk", **labels: float) -> Example:
    return Example(text, labels, source=source)


ROWS = (
    example("what a moron", toxic=1, api=0.8),
    example("you clown", toxic=1, api=0.2),
    example("a fool and his money", toxic=0, api=0.4),
    example("the bus was slow", toxic=0, api=0.3),
    example("slow again, like you", toxic=1, api=0.5),
    example("thank you", toxic=0, api=0.1),
)
TRUTH = [1, 1, 0, 0, 1, 0]
OURS = [0.9, 0.7, 0.55, 0.3, 0.3, 0.1]
THEIRS = [0.8, 0.2, 0.4, 0.3, 0.5, 0.1]

FILES = {
    "kaggle_insults/test_with_solutions.csv": ("Insult", "Comment"),
    "unhealthy_conversations/val.csv": (
        "comment",
        "healthy",
        "hostile",
        "antagonize",
        "condescending",
        "dismissive",
        "sarcastic",
        "generalisation_unfair",
    ),
    "context_toxicity/gn.csv": ("text", "label", "api", "parent"),
    "context_toxicity/cat_small.csv": ("text", "parent_text", "label_oc", "label_ic"),
    "toxic_spans/tsd_trial.csv": ("spans", "text"),
}


def write_corpora(folder: Path) -> Path:
    """Write the five development sets with comments of our own, every other one uncivil."""
    for name, columns in FILES.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(columns)
            for number in range(20):
                rude = number % 2
                text = f"You are a moron, number {number}." if rude else f"Thank you, {number}."
                writer.writerow([_cell(column, text, rude) for column in columns])
    return folder


def _cell(column: str, text: str, rude: int) -> object:
    if column in ("text", "comment", "Comment"):
        return text
    if column.startswith("parent"):
        return "The council voted."
    if column == "spans":
        return list(range(10, 15)) if rude else []
    return {"api": 0.7, "healthy": 1 - rude}.get(column, rude)
