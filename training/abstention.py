"""Does a bundle judge what it should and leave the rest to a person? ``suites/abstention.jsonl``."""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from model.language import LANGUAGE, NO_WORDS
from model.records import Comment, Scores
from model.scorer import Scorer
from training.errors import TrainingError
from training.metrics import wilson
from training.report import AbstentionReport, FamilyOfAbstentions
from training.suites import ABSTENTION, FOLDER

FILE: Final = FOLDER / f"{ABSTENTION}.jsonl"
JUDGED: Final = "judged"
EXPECTED: Final = (JUDGED, LANGUAGE, NO_WORDS)
FIELDS: Final = ("id", "family", "text", "expected")


@dataclass(frozen=True, slots=True)
class Case:
    """One comment, and what must come of it: ``judged``, or the reason not to judge it."""

    id: str
    family: str
    text: str
    expected: str


def read(file: Path = FILE) -> tuple[Case, ...]:
    """Return the cases in order; raises ``TrainingError`` naming file, line and field."""
    lines = enumerate(file.read_bytes().splitlines(), 1)
    return tuple(_case(line, f"{file}, line {number}") for number, line in lines if line.strip())


def measure(scorer: Scorer, cases: Sequence[Case]) -> AbstentionReport:
    """Return how often ``scorer`` judged a case, or abstained for the reason, as the case expects."""
    scored = scorer.score([Comment(case.text, case.id) for case in cases])
    right: dict[str, list[bool]] = defaultdict(list)
    expected: dict[str, str] = {}
    wrong = []
    for case, scores in zip(cases, scored, strict=True):
        is_right = _outcome(scores) == case.expected
        right[case.family].append(is_right)
        expected[case.family] = case.expected
        if not is_right:
            wrong.append(case.id)
    return AbstentionReport(
        n=len(cases),
        all=wilson(len(cases) - len(wrong), len(cases)),
        families={
            family: FamilyOfAbstentions(expected[family], wilson(sum(of), len(of)))
            for family, of in right.items()
        },
        wrong=tuple(wrong),
    )


def _outcome(scores: Scores) -> str | None:
    return JUDGED if scores.by_label is not None else scores.abstained


def _case(line: bytes, where: str) -> Case:
    try:
        row: Any = json.loads(line)
    except ValueError:  # also what is not UTF-8; without the cause, which carries the line
        raise TrainingError(f"{where}: is not JSON in UTF-8") from None
    if not isinstance(row, dict):
        raise TrainingError(f"{where}: is not a JSON object")
    for field in FIELDS:
        if not isinstance(row.get(field), str) or not row[field].strip():
            raise TrainingError(f"{where}, field '{field}': is missing or blank")
    if row["expected"] not in EXPECTED:
        raise TrainingError(f"{where}, field 'expected': is none of {', '.join(EXPECTED)}")
    return Case(*(row[field] for field in FIELDS))
