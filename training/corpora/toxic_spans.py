"""Toxic Spans: reader comments of some 50 news sites with typed character spans."""

import logging
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from model.records import Span
from model.spans import CARRIES
from training.corpora.corpus import Corpus, CorpusExample, without_gone
from training.corpora.offsets import runs
from training.corpora.rows import CorpusError, Row, csv_rows, file_in

log = logging.getLogger(__name__)

_OURS: Final[Mapping[str, str | None]] = {
    "Insult": "insult",
    "Profane/Obscene": "profanity",
    "Identity based Attack": "identity_attack",
    "Threat": "threat",
    "Other Toxicity": None,
}
# Under this share a mark is one annotator's slip of the mouse.
_FEWEST: Final = 0.25
_LABELS: Final = tuple(label for label in _OURS.values() if label)
_AIMED: Final = ("insult", "identity_attack", "threat")
_FILES: Final = {
    "comments.csv": "a73d11a910fbcf06db40b9ca411d9d00f7a9697e109bc18d245f9c3dc86b8c5a",
    "annotations.csv": "b636c1441b505c4d368a7c9e365a0fee808f670ea51bb1f9389d3d7d775b038f",
    "spans.csv": "9a83605886365fc3e64dcb08fdf1ffaf6a27e94c2eae6457276001cae1aa3da5",
}


@dataclass(frozen=True, slots=True)
class Mark:
    """What one annotator marked: characters ``begin`` to ``end``, our label or None for other."""

    begin: int
    end: int
    label: str | None


Annotator = Sequence[Mark]


def _marks(file: Path) -> Mapping[str, Annotator]:
    """Return each annotation's marks; malformed types are dropped by name and counted."""
    marks: dict[str, list[Mark]] = defaultdict(list)
    malformed: Counter[str] = Counter()
    for row in csv_rows(file, ("annotation", "type", "start", "end")):
        if row.text("type") in _OURS:
            begin, end = _offset(row, "start"), _offset(row, "end")
            marks[row.text("annotation")].append(Mark(begin, end, _OURS[row.text("type")]))
        else:
            malformed[row.text("type")] += 1
    if malformed:
        log.warning("%s: %d spans of unknown type dropped: %s", file, malformed.total(), malformed)
    return marks


def _offset(row: Row, column: str) -> int:
    return int(row.number_of(column, high=1e6))


def _annotators(file: Path, marks: Mapping[str, Annotator]) -> Mapping[str, Sequence[Annotator]]:
    annotators: dict[str, list[Annotator]] = defaultdict(list)
    for row in csv_rows(file, ("annotation", "comment_id")):
        annotators[row.text("comment_id")].append(marks.get(row.text("annotation"), ()))
    return annotators


def voices(annotators: Sequence[Annotator]) -> float:
    """Return how many annotators count: each who marked something is 1, each who did not a half.

    Who marked nothing chose "all toxic" or "not toxic", and the file's flags do not say which.
    """
    return sum(1.0 if marks else 0.5 for marks in annotators)


def shares(annotators: Sequence[Annotator]) -> Mapping[str, float]:
    """Return, for each label, the share of annotators who marked it at least once."""
    total = voices(annotators)
    typed = Counter(label for marks in annotators for label in {mark.label for mark in marks})
    return {label: typed[label] / total for label in _LABELS}


def shared_spans(annotators: Sequence[Annotator], length: int) -> tuple[Span, ...]:
    """Return, for each label and for any type at all, the runs of characters that enough marked.

    ``score`` is the share of annotators who marked the run, at least ``_FEWEST``; a half or more is
    what the shared task calls toxic. Marks of other toxicity count towards ``carries`` alone.
    """
    total = voices(annotators)
    return tuple(
        sorted(
            (
                Span(begin, end, label, count / total)
                for label in (*_LABELS, CARRIES)
                for count, begin, end in _runs_of_votes(annotators, label, length)
                if count >= _FEWEST * total
            ),
            key=lambda span: (span.begin, span.end, span.label),
        )
    )


def _runs_of_votes(
    annotators: Sequence[Annotator], label: str, length: int
) -> Iterator[tuple[int, int, int]]:
    """Give ``(votes, begin, end)`` for each run of characters that as many annotators marked."""
    votes: Counter[int] = Counter()
    for marks in annotators:
        votes.update(
            {
                at
                for mark in marks
                if label in (mark.label, CARRIES)
                for at in range(mark.begin, min(mark.end, length))
            }
        )
    for count in sorted(set(votes.values())):
        for begin, end in runs(sorted(at for at in votes if votes[at] == count)):
            yield count, begin, end


def labels_of(annotators: Sequence[Annotator]) -> Mapping[str, float]:
    """Return the typed shares, and incivility unless only profanity was marked."""
    if not any(annotators):
        return {"incivility": 0.75}
    typed = shares(annotators)
    aimed = max(typed[label] for label in _AIMED)
    if typed["profanity"] and not aimed:
        return typed
    return {**typed, "incivility": max(0.7 + 0.3 * aimed, aimed)}


@without_gone
def read(path: Path) -> Iterator[CorpusExample]:
    """Yield the comments with shares as labels and agreed spans."""
    if not path.is_dir():
        raise CorpusError(f"{path}: is not a folder that holds {', '.join(_FILES)}")
    marks = _marks(file_in(path, "spans.csv"))
    annotators = _annotators(file_in(path, "annotations.csv"), marks)
    for row in csv_rows(file_in(path, "comments.csv"), ("comment_id", "comment_text")):
        text, said = row.text("comment_text"), annotators.get(row.text("comment_id"), ())
        yield CorpusExample(
            text,
            labels_of(said),
            id=f"toxic_spans:{row.number}",
            source="toxic_spans",
            spans=shared_spans(said, len(text)) if any(said) else None,
            raw=text,
        )


CORPUS: Final = Corpus(
    name="toxic_spans",
    title="Toxic Spans, all annotations",
    address="https://github.com/ipavlopoulos/toxic_spans",
    cite="Pavlopoulos et al., SemEval-2021 task 5; ACL 2022",
    licence="CC0",
    permissive=True,
    use="train",
    mapping=(
        "insult, profanity, identity_attack and threat are the share of a comment's annotators "
        "who marked a span of that type; an annotator who marked nothing counts half, because the "
        "flags do not tell 'all toxic' from 'not toxic'. Where nobody marked anything the four "
        "are unknown. incivility rises from 0.7 to 1 with them, for all were judged toxic; unknown where "
        "only profanity was marked. Spans are the characters that at least a quarter marked with one "
        "type, or with any, and their score is that share."
    ),
    read=read,
    files=_FILES,
)
