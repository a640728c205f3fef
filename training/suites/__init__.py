"""Functional cases that this project wrote, and how often a scorer is right about them.

A suite is a .jsonl file in this folder, one case a line: ``id``, ``family``, ``group`` (cases that
differ in what decides: a group is right only when all of it is), ``text`` and ``labels`` (0 to 1,
on which side of 0.5 counts; a label of exactly 0.5 or absent is not judged); ``target`` and
``carriers``, the pieces of text that carry a label, where the case tells them. ``abstention.jsonl`` is
of another form. No case is ever trained on. README.md beside this file says how the cases were written.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from model.labels import NAMES
from model.records import Comment, Scores, Span
from model.scorer import Scorer
from training import clustered, span_metrics, target_metrics
from training.bootstrap import turned
from training.corpora.newsroom import carried_spans, told_target
from training.errors import TrainingError
from training.metrics import Share, wilson
from training.report import LabelShares, SuiteReport

FOLDER: Final = Path(__file__).parent
# Says whether a comment is judged, not how: training.abstention reads it.
ABSTENTION: Final = "abstention"
LINE: Final = 0.5
SEED: Final = 17


@dataclass(frozen=True, slots=True)
class Case:
    """One functional case: the text, and which of the judged labels it has.

    ``target`` is at whom it is aimed and ``spans`` what carries the labels, None where it is untold.
    """

    id: str
    family: str
    group: str | None
    text: str
    labels: dict[str, bool]
    target: str | None = None
    spans: tuple[Span, ...] | None = None


def suites(folder: Path = FOLDER) -> dict[str, tuple[Case, ...]]:
    """Return the cases of every suite by its file's name; ``TrainingError`` as ``read`` raises.

    ``ABSTENTION``, whose cases have no labels, is left out.
    """
    files = sorted(folder.glob("*.jsonl"))
    return {file.stem: read(file) for file in files if file.stem != ABSTENTION}


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


def run(cases: Sequence[Case], scorer: Scorer, *, seed: int = SEED) -> SuiteReport:
    """Return how often ``scorer`` is right about the cases; ``seed`` is of the bootstrap."""
    return judge(cases, answers(cases, scorer), seed=seed)


def answers(cases: Sequence[Case], scorer: Scorer) -> Sequence[Scores]:
    """Return what ``scorer`` says of each case, spans too."""
    return scorer.score([Comment(case.text, case.id) for case in cases], spans=True)


def judge(
    cases: Sequence[Case],
    scored: Sequence[Scores],
    *,
    seed: int = SEED,
    against: Sequence[Scores] | None = None,
) -> SuiteReport:
    """Return, for each label that a case speaks of, the share on the right side of 0.5.

    Beside it how well spans and targets agree with the case's own, where it tells them and the
    scorer has such heads. A case that was not scored (abstained, refused) is never right. ``against``
    is what another scorer says of the same cases: AUCs and spans are then compared with its own.
    """
    if len(cases) != len(scored):
        raise ValueError(f"{len(scored)} scores for {len(cases)} cases")
    return SuiteReport(
        n=len(cases),
        abstained=dict(Counter(s.abstained for s in scored if s.abstained)),
        errors=dict(Counter(s.error for s in scored if s.error)),
        labels={
            label: _shares(label, cases, scored, seed=seed, against=against)
            for label in NAMES
            if any(label in case.labels for case in cases)
        },
        spans=span_metrics.judge(
            [case.spans for case in cases], scored, seed=seed, against=against
        ),
        target=target_metrics.judge(
            [case.target for case in cases],
            [case.labels.get("incivility", False) for case in cases],
            scored,
            finer=True,
        ),
    )


def _shares(
    label: str,
    cases: Sequence[Case],
    scored: Sequence[Scores],
    *,
    seed: int,
    against: Sequence[Scores] | None,
) -> LabelShares:
    numbers = [number for number, case in enumerate(cases) if label in case.labels]
    judged, ours = [cases[number] for number in numbers], [scored[number] for number in numbers]
    wrong = _wrong(label, judged, ours)
    families: dict[str, list[bool]] = defaultdict(list)
    groups: dict[str, list[bool]] = defaultdict(list)
    for case in judged:
        families[case.family].append(case.id not in wrong)
        if case.group is not None:
            groups[case.group].append(case.id not in wrong)
    truth = [case.labels[label] for case in judged]
    drawn = clustered.cluster(map(_group, judged), seed=seed)
    ranked = clustered.auc(truth, _given(label, ours), drawn)
    difference = {}
    if against is not None:
        theirs = [against[number] for number in numbers]
        before = _wrong(label, judged, theirs)
        given = _given(label, ours), _given(label, theirs)
        difference = {
            "all": turned(before, wrong, len(judged), seed=seed),
            "auc": clustered.auc_difference(truth, *given, drawn),
        }
    return LabelShares(
        all=wilson(len(judged) - len(wrong), len(judged)),
        families={family: _share(of) for family, of in sorted(families.items())},
        # A case alone in its group contrasts with nothing.
        groups=_share(all(of) for of in groups.values() if len(of) > 1),
        wrong=tuple(wrong),
        auc=ranked.value,
        figures={"auc": ranked},
        difference=difference,
    )


def _wrong(label: str, cases: Sequence[Case], scored: Sequence[Scores]) -> dict[str, None]:
    """Return the ids of the cases that are not on the right side, in order."""
    return {
        case.id: None
        for case, scores in zip(cases, scored, strict=True)
        if not _is_right(case.labels[label], label, scores)
    }


def _group(case: Case) -> tuple[bool, str]:
    """Return what a case is drawn with: the cases of one contrast or of one article are alike.

    A case without a group is one of its own.
    """
    return case.group is None, case.group or case.id


def _given(label: str, scored: Sequence[Scores]) -> list[float]:
    """Return each case's score; an unscored case counts as 0."""
    return [scores.by_label[label] if scores.by_label else 0.0 for scores in scored]


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
    if not isinstance(row.get("carriers", {}), dict):
        raise TrainingError(f"{where}, field 'carriers': is not an object")
    labels = _labels(row.get("labels"), where)
    return Case(
        id=row["id"],
        family=row["family"],
        group=row.get("group"),
        text=row["text"],
        labels=labels,
        target=told_target(row, where),
        spans=carried_spans(row, where),
    )


def _labels(given: Any, where: str) -> dict[str, bool]:
    if not isinstance(given, dict) or not given:
        raise TrainingError(f"{where}, field 'labels': is missing or empty")
    for label, value in given.items():
        if label not in NAMES:
            raise TrainingError(f"{where}, field 'labels': '{label}' is none of {', '.join(NAMES)}")
        if not isinstance(value, int | float) or not 0 <= value <= 1:
            raise TrainingError(f"{where}, field 'labels': '{label}' is not a number from 0 to 1")
    return {label: value > LINE for label, value in given.items() if value != LINE}
