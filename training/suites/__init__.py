"""Functional cases that this project wrote, and how often a scorer is right about them.

A suite is a .jsonl file in this folder, one case a line: ``id``, ``family``, ``group`` (cases that
differ in what decides: a group is right only when all of it is), ``text`` and ``labels`` (0 to 1,
on which side of 0.5 counts; a label of exactly 0.5 or absent is not judged). No case is ever
trained on. README.md beside this file says how the cases were written.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from model.labels import NAMES
from model.records import Comment, Scores
from model.scorer import Scorer
from training.errors import TrainingError
from training.metrics import Share, wilson
from training.report import LabelShares, SuiteReport

FOLDER: Final = Path(__file__).parent
LINE: Final = 0.5


@dataclass(frozen=True, slots=True)
class Case:
    """One functional case: the text, and which of the judged labels it has."""

    id: str
    family: str
    group: str | None
    text: str
    labels: dict[str, bool]


def suites(folder: Path = FOLDER) -> dict[str, tuple[Case, ...]]:
    """Return the cases of every suite by its file's name; ``TrainingError`` as ``read`` raises."""
    return {file.stem: read(file) for file in sorted(folder.glob("*.jsonl"))}


def read(file: Path) -> tuple[Case, ...]:
    """Return a suite's cases in order; raises ``TrainingError`` naming file, line and field."""
    cases: dict[str, Case] = {}
    for number, line in enumerate(file.read_bytes().splitlines(), 1):
        if line.strip():
            case = _case(line, f"{file}, line {number}")
            if case.id in cases:
                raise TrainingError(f"{file}, line {number}, field 'id': {case.id} stands twice")
            cases[case.id] = case
    return tuple(cases.values())


def run(cases: Sequence[Case], scorer: Scorer) -> SuiteReport:
    """Return how often ``scorer`` is right about the cases."""
    return judge(cases, scorer.score([Comment(case.text, case.id) for case in cases]))


def judge(cases: Sequence[Case], scored: Sequence[Scores]) -> SuiteReport:
    """Return, for each label that a case speaks of, the share on the right side of 0.5.

    A case that was not scored (abstained, refused) is never right.
    """
    if len(cases) != len(scored):
        raise ValueError(f"{len(scored)} scores for {len(cases)} cases")
    return SuiteReport(
        n=len(cases),
        abstained=dict(Counter(s.abstained for s in scored if s.abstained)),
        errors=dict(Counter(s.error for s in scored if s.error)),
        labels={
            label: _shares(label, cases, scored)
            for label in NAMES
            if any(label in case.labels for case in cases)
        },
    )


def _shares(label: str, cases: Sequence[Case], scored: Sequence[Scores]) -> LabelShares:
    right = {
        case.id: _is_right(case.labels[label], label, scores)
        for case, scores in zip(cases, scored, strict=True)
        if label in case.labels
    }
    families: dict[str, list[bool]] = defaultdict(list)
    groups: dict[str, list[bool]] = defaultdict(list)
    for case in cases:
        if case.id in right:
            families[case.family].append(right[case.id])
            if case.group is not None:
                groups[case.group].append(right[case.id])
    return LabelShares(
        all=_share(right.values()),
        families={family: _share(of) for family, of in sorted(families.items())},
        # A case alone in its group contrasts with nothing.
        groups=_share(all(of) for of in groups.values() if len(of) > 1),
        wrong=tuple(id for id, was in right.items() if not was),
    )


def _is_right(truth: bool, label: str, scores: Scores) -> bool:
    if scores.by_label is None:
        return False
    return (scores.by_label[label] >= LINE) == truth


def _share(right: Iterable[bool]) -> Share:
    counted = list(right)
    return wilson(sum(counted), len(counted))


def _case(line: bytes, where: str) -> Case:
    try:
        row = json.loads(line)
    except ValueError:  # also what is not UTF-8; without the cause, which carries the line
        raise TrainingError(f"{where}: is not JSON in UTF-8") from None
    if not isinstance(row, dict):
        raise TrainingError(f"{where}: is not a JSON object")
    for field in ("id", "family", "text"):
        if not isinstance(row.get(field), str) or not row[field].strip():
            raise TrainingError(f"{where}, field '{field}': is missing or blank")
    if not isinstance(row.get("group"), str | None):
        raise TrainingError(f"{where}, field 'group': is not a string")
    labels = _labels(row.get("labels"), where)
    return Case(row["id"], row["family"], row.get("group"), row["text"], labels)


def _labels(given: Any, where: str) -> dict[str, bool]:
    if not isinstance(given, dict) or not given:
        raise TrainingError(f"{where}, field 'labels': is missing or empty")
    for label, value in given.items():
        if label not in NAMES:
            raise TrainingError(f"{where}, field 'labels': '{label}' is none of {', '.join(NAMES)}")
        if not isinstance(value, int | float) or not 0 <= value <= 1:
            raise TrainingError(f"{where}, field 'labels': '{label}' is not a number from 0 to 1")
    return {label: value > LINE for label, value in given.items() if value != LINE}
