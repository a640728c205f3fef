"""``python -m bench.score_map FILE``: what a threshold holds by Perspective's own scores, and by ours.

FILE is gn.csv of context_toxicity: a comment a row, with people's judgement and Perspective's score.
TOXICITY is answered by ``incivility``, so that is what is mapped.
"""

import csv
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click

from model.records import Comment
from model.scorer import Scorer, load_scorer
from service.doors.perspective.score_map import SHIPPED
from service.sites import mapped

LABEL: Final = "incivility"
THRESHOLDS: Final = (0.5, 0.7, 0.8, 0.9)
_Z: Final = 1.959964


@dataclass(frozen=True, slots=True)
class Row:
    """A comment's judgement, Perspective's score, and our probability (0 where it is not judged)."""

    toxic: bool
    theirs: float
    ours: float


def rows_of(file: Path, scorer: Scorer) -> list[Row]:
    """The rows of ``file`` that have Perspective's score."""
    with file.open(newline="", encoding="utf-8") as opened:
        read = [row for row in csv.DictReader(opened) if row["api"]]
    scores = scorer.score([Comment(row["text"], language="en") for row in read])
    return [
        Row(
            float(row["label"]) > 0, float(row["api"]), one.by_label[LABEL] if one.by_label else 0.0
        )
        for row, one in zip(read, scores, strict=True)
    ]


def interval(held: int, count: int) -> tuple[float, float]:
    """Wilson's 95% interval of the share ``held`` of ``count``."""
    share, square = held / count, _Z**2
    middle = (share + square / (2 * count)) / (1 + square / count)
    half = (
        _Z * math.sqrt(share * (1 - share) / count + square / (4 * count**2)) / (1 + square / count)
    )
    return max(0.0, middle - half), min(1.0, middle + half)


def table(rows: Sequence[Row]) -> Iterator[str]:
    """A Markdown table: the share of civil and toxic comments over each threshold, three ways."""
    yield "| over | scores | of civil | of toxic | of all |"
    yield "|---|---|---|---|---|"
    ways = {
        "Perspective's": [row.theirs for row in rows],
        "ours, shipped map": [mapped(row.ours, SHIPPED) for row in rows],
        "ours, no map": [row.ours for row in rows],
    }
    for threshold in THRESHOLDS:
        for name, scores in ways.items():
            cells = (_cell(rows, scores, threshold, kind) for kind in (False, True, None))
            yield f"| {threshold} | {name} | {' | '.join(cells)} |"


def _cell(rows: Sequence[Row], scores: Sequence[float], threshold: float, kind: bool | None) -> str:
    asked = [s for row, s in zip(rows, scores, strict=True) if kind in (None, row.toxic)]
    held = sum(score > threshold for score in asked)
    low, high = interval(held, len(asked))
    share = f"{held / len(asked):.2%} ({low:.2%} to {high:.2%})"
    return f"{held} of {len(asked)}: {share}"


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--threads", type=click.IntRange(min=1), help="Default: all processor cores.")
def main(file: Path, threads: int | None) -> None:
    """Print what a threshold holds by Perspective's own scores, and by ours."""
    scorer = load_scorer(threads=threads)
    click.echo(f"bundle {scorer.version}")
    for line in table(rows_of(file, scorer)):
        click.echo(line)


if __name__ == "__main__":
    main()
