"""What the output says of a row: its columns, in their order, and how a cell is filled."""

from collections.abc import Callable
from typing import Final

from model.labels import NAMES
from model.records import Scores, Span
from model.scorer import EMPTY
from service.archive.parquet import ColumnKind
from service.archive.rows import Row

COLUMNS: Final[dict[str, ColumnKind]] = {
    "id": "text",
    **dict.fromkeys(NAMES, "number"),
    "spans": "text",
    "target": "text",
    "action": "text",
    "abstained": "text",
    "language": "text",
    "truncated": "flag",
    "model": "text",
    "error": "text",
}
DECIMALS: Final = 6
UNREADABLE: Final = "unreadable"
# In the words of POST /v1/score; a blank text is refused as such before it comes to a scorer.
_SAYS: Final = {EMPTY: "holds no visible text"}

# The action on a comment that reads as the scores, given its text for rules of words.
Judge = Callable[[Scores, str], str]
Cell = str | float | bool | list[list[int | str]] | None
Result = dict[str, Cell]


def failed(row_id: str | None, fault: str, *, judge: Judge, model: str) -> Result:
    """Return the output row of a comment that could not be scored: its id and the reason.

    The policy is asked about it too, because somebody has to look at what nothing could judge. A
    fault names the file, whose name may have bytes that no output can hold; they are shown escaped.
    """
    action = judge(Scores(None, error=UNREADABLE), "")
    shown = fault.encode("utf-8", "backslashreplace").decode()
    cells = {"id": row_id, "action": action, "model": model, "error": shown}
    return {name: cells.get(name) for name in COLUMNS}


def scored(row: Row, scores: Scores, *, judge: Judge, model: str) -> Result:
    """Return the output row of one comment's scores, the keys in the order of ``COLUMNS``."""
    if scores.error is not None:
        said = _SAYS.get(scores.error, f"is not scored: {scores.error}")
        return failed(row.id, f"{row.place}: {said}", judge=judge, model=model)
    by_label = scores.by_label or {}
    return {
        "id": row.id,
        **{name: _rounded(by_label.get(name)) for name in NAMES},
        "spans": None if scores.spans is None else [_listed(span) for span in scores.spans],
        "target": None if scores.target is None else scores.target.kind,
        "action": judge(scores, row.text or ""),
        "abstained": scores.abstained,
        "language": scores.language,
        "truncated": scores.truncated,
        "model": model,
        "error": None,
    }


def _rounded(score: float | None) -> float | None:
    return None if score is None else round(float(score), DECIMALS)


def _listed(span: Span) -> list[int | str]:
    return [span.begin, span.end, span.label]
