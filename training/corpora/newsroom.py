"""The cases that this project wrote itself: newsroom situations in contrast groups."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from model.labels import LABELS, NAMES, TARGET_KINDS
from model.records import Span
from training.corpora.corpus import Corpus, CorpusExample, without_gone
from training.corpora.rows import CorpusError

OWN: Final = "newsroom"
FOLDER: Final = Path(__file__).resolve().parents[1] / "newsroom"
TONE: Final = tuple(label.name for label in LABELS if label.kind == "tone")
# A comment under this is civil, so it neither condescends to anybody nor brushes anybody off.
CIVIL_BELOW: Final = 0.1


def _error(where: str, field: str, wrong: str) -> CorpusError:
    return CorpusError(f"{where}, field '{field}': {wrong}")


def _rows(file: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    with file.open("rb") as stream:
        for number, line in enumerate(stream, 1):
            if line.strip():
                where = f"{file}, line {number}"
                yield where, _parsed(line, where)


def _parsed(line: bytes, where: str) -> Mapping[str, Any]:
    try:
        row = json.loads(line)
    except ValueError:  # also what is not UTF-8; without the cause, which carries the line
        raise CorpusError(f"{where}: is not JSON in UTF-8") from None
    if not isinstance(row, dict):
        raise CorpusError(f"{where}: is not a JSON object")
    for field in ("id", "text"):
        if not isinstance(row.get(field), str) or not row[field].strip():
            raise _error(where, field, "is missing or blank")
    for field in ("labels", "carriers"):
        if not isinstance(row.get(field, {}), dict):
            raise _error(where, field, "is not an object")
    return row


def _labels(row: Mapping[str, Any], where: str) -> Mapping[str, float]:
    labels = row.get("labels", {})
    for label, value in labels.items():
        if label not in NAMES:
            raise _error(where, "labels", f"'{label}' is none of {', '.join(NAMES)}")
        if not isinstance(value, int | float) or not 0 <= value <= 1:
            raise _error(where, "labels", f"'{label}' is not a number from 0 to 1")
    return {**{label: float(value) for label, value in labels.items()}, **_untold(labels, where)}


def _untold(labels: Mapping[str, float], where: str) -> Mapping[str, float]:
    """Return what a row's silence about tone means.

    The older files were written before the table had labels of tone, and all but one name neither
    in any row: there a civil row has none, and of an uncivil one it is unknown. A row names both or
    neither, so that nobody need guess what one without the other would mean.
    """
    told = [name for name in TONE if name in labels]
    if told and len(told) < len(TONE):
        raise _error(where, "labels", f"names '{told[0]}', so it must name {', '.join(TONE)}")
    if told or labels.get("incivility", 1.0) >= CIVIL_BELOW:
        return {}
    return dict.fromkeys(TONE, 0.0)


def _places(text: str, carrier: str) -> list[tuple[int, int]]:
    """Return where the carrier stands as whole words, else its first place within a word."""
    before = r"(?<!\w)" if carrier[:1].isalnum() else ""
    after = r"(?!\w)" if carrier[-1:].isalnum() else ""
    whole = [found.span() for found in re.finditer(before + re.escape(carrier) + after, text)]
    at = text.find(carrier)
    return whole or ([(at, at + len(carrier))] if at >= 0 else [])


def carried_spans(row: Mapping[str, Any], where: str) -> tuple[Span, ...] | None:
    """Return the row's ``carriers`` as spans, None without; ``CorpusError`` naming what is wrong."""
    if "carriers" not in row:
        return None
    spans = set()
    for label, carriers in row["carriers"].items():
        if label not in NAMES:
            raise _error(where, "carriers", f"'{label}' is none of {', '.join(NAMES)}")
        if not isinstance(carriers, list) or not all(isinstance(one, str) for one in carriers):
            raise _error(where, "carriers", f"'{label}' is not a list of strings")
        for number, carrier in enumerate(carriers, 1):
            places = _places(row["text"], carrier) if carrier else []
            if not places:
                raise _error(where, "carriers", f"'{label}' number {number} is not in the text")
            spans |= {Span(begin, end, label, 1.0) for begin, end in places}
    return tuple(sorted(spans, key=lambda span: (span.begin, span.end, span.label)))


def told_target(row: Mapping[str, Any], where: str) -> str | None:
    """Return the row's ``target``, None without; raises ``CorpusError`` where it is no known kind."""
    target = row.get("target")
    if target is not None and target not in TARGET_KINDS:
        raise _error(where, "target", f"is none of {', '.join(TARGET_KINDS)}")
    return target


@without_gone
def read(path: Path) -> Iterator[CorpusExample]:
    """Yield the cases of every .jsonl file in the folder, or of one file."""
    files = [path] if path.is_file() else sorted(path.glob("*.jsonl"))
    if not files:
        raise CorpusError(
            f"{path}: holds no .jsonl; Comity's own comments come with a checkout, not with an"
            " installed package: pip install -e '.[train]' in one"
        )
    for file in files:
        for where, row in _rows(file):
            yield CorpusExample(
                row["text"],
                _labels(row, where),
                id=f"newsroom:{row['id']}",
                source=OWN,
                target=told_target(row, where),
                spans=carried_spans(row, where),
                key=f"newsroom:{row.get('group') or row['id']}",
                raw=row["text"],
            )


CORPUS: Final = Corpus(
    name=OWN,
    title="Comity's own newsroom cases",
    address="training/newsroom in this repository",
    cite="Comity",
    licence="Apache-2.0",
    permissive=True,
    use="train",
    mapping=(
        "Written under the house line, so all labels are taken as they are. A contrast group "
        "shares a key, so that no split parts it. Carriers are spans wherever they stand as whole "
        "words. A civil row that says nothing of condescension and dismissal has neither; of an "
        "uncivil one that says nothing they are unknown."
    ),
    read=read,
    folder=str(FOLDER),
)
