"""One comment's scores as a person reads them on a terminal."""

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from model.labels import NAMES
from service.api.schemas import Result

CUT_OFF = "not to its end: the comment is longer than the model reads"


def print_verdict(text: str, result: Result, *, model: str, thresholds: dict[str, float]) -> None:
    """Print labels, action, words and target; coloured on a terminal only."""
    console = Console(highlight=False)
    if result.scores is None:
        console.print(Text(f"not judged: {result.abstained}"))
    else:
        console.print(_table(result, thresholds))
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
            console.print(Text.assemble((f"{name:<9}", "bold"), value), soft_wrap=True)


def _table(result: Result, thresholds: dict[str, float]) -> Table:
    table = Table(box=SIMPLE_HEAD)
    table.add_column("label")
    table.add_column("score", justify="right")
    table.add_column("threshold", justify="right")
    table.add_column("given")
    scores = result.scores or {}
    for name in NAMES:
        given = name in result.labels
        cells = (f"{scores[name]:.3f}", f"{thresholds[name]:.3f}", "yes" if given else "")
        table.add_row(name, *cells, style="bold red" if given else None)
    return table


def _words(text: str, result: Result) -> str:
    """The words that carry a label; ``repr`` keeps control characters from the terminal."""
    return ", ".join(
        f"{text[span.begin : span.end]!r} ({span.label} {span.score:.2f})"
        for span in result.spans or ()
    )
