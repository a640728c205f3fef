"""One comment's scores as a person reads them on a terminal."""

import os
from collections.abc import Iterator
from typing import Final

import click

from model.labels import NAMES
from service.api.schemas import Result

CUT_OFF: Final = "not to its end: the comment is longer than the model reads"
LABEL_WIDTH: Final = max(map(len, NAMES))


def print_verdict(text: str, result: Result, *, model: str, thresholds: dict[str, float]) -> None:
    """Print labels, action, words and target; coloured on a terminal only."""
    color = False if os.environ.get("NO_COLOR") else None  # None: click looks for a terminal
    for line in _lines(text, result, model=model, thresholds=thresholds):
        click.echo(line, color=color)


def _lines(text: str, result: Result, *, model: str, thresholds: dict[str, float]) -> Iterator[str]:
    if result.scores is None:
        yield f"not judged: {result.abstained}"
    else:
        yield from _table(result, result.scores, thresholds)
        yield ""
    target = result.target
    lines = {
        "action": result.action,
        "words": _words(text, result),
        "target": f"{target.kind} ({target.score:.2f})" if target else None,
        "language": result.language,
        "read": CUT_OFF if result.truncated else None,
        "model": model,
    }
    for name, value in lines.items():
        if value:
            yield click.style(f"{name:<9}", bold=True) + value


def _table(result: Result, scores: dict[str, float], thresholds: dict[str, float]) -> Iterator[str]:
    """Give a heading and a line a label; the labels that are given stand out."""
    yield click.style(_row("label", "score", "threshold", "given"), bold=True)
    for name in NAMES:
        given = name in result.labels
        numbers = (f"{scores[name]:.3f}", f"{thresholds[name]:.3f}")
        row = _row(name, *numbers, "yes" if given else "")
        yield click.style(row, fg="red", bold=True) if given else row


def _row(label: str, score: str, threshold: str, given: str) -> str:
    return f"{label:<{LABEL_WIDTH}}  {score:>5}  {threshold:>9}  {given}".rstrip()


def _words(text: str, result: Result) -> str:
    """The words that carry a label; ``repr`` keeps control characters from the terminal."""
    return ", ".join(
        f"{text[span.begin : span.end]!r} ({span.label} {span.score:.2f})"
        for span in result.spans or ()
    )
