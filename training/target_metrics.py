"""How often a scorer tells rightly at whom an uncivil comment is aimed."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from model.records import Scores, Target
from training.metrics import Share, wilson
from training.report import TargetReport

NOT_JUDGED: Final = "not judged"
# Whoever may be reading the answers: the writer of the article counts, a minister does not.
IN_CONVERSATION: Final = frozenset({"commenter", "author", "person"})
_SPARES: Final = frozenset({"none", "group"})


def coarse(kind: str) -> str:
    """Return ``none``, ``group`` or ``person``; author, commenter and public figure are persons."""
    return kind if kind in _SPARES or kind == NOT_JUDGED else "person"


def in_conversation(target: Target) -> float:
    """Return the most that one answer lets a target in the conversation be likely.

    The probability of the named kind where that kind takes part. Else what it leaves, yet no more
    than itself: a kind that is named is the likeliest, so no other is likelier than it.
    """
    if target.kind in IN_CONVERSATION:
        return target.score
    return min(target.score, 1 - target.score)


def tells_targets(scored: Iterable[Scores]) -> bool:
    """Tell whether the scorer has a target head, from what it answered."""
    return any(scores.target is not None for scores in scored)


def judge(
    truth: Sequence[str | None],
    uncivil: Sequence[bool],
    scored: Sequence[Scores],
    *,
    finer: bool = False,
) -> TargetReport | None:
    """Return how often the kind of target is right on the uncivil rows whose target is known.

    With ``finer`` the named kinds count as well, not only none, person and group. A row that was
    not judged is never right. None where no row can be asked about or no row has an answer.
    """
    asked = [
        (kind, scores)
        for kind, rude, scores in zip(truth, uncivil, scored, strict=True)
        if rude and kind is not None
    ]
    if not tells_targets(scores for _, scores in asked):
        return None
    pairs = [(kind, _said(scores)) for kind, scores in asked]
    rough = [(coarse(kind), coarse(said)) for kind, said in pairs]
    commonest = Counter(kind for kind, _ in rough).most_common(1)[0][1]
    return TargetReport(
        n=len(pairs),
        coarse=_right(rough),
        majority=commonest / len(pairs),
        coarse_kinds=_by_kind(rough),
        finer=_right(pairs) if finer else None,
        finer_kinds=_by_kind(pairs) if finer else {},
        said=_counted(pairs),
    )


def _said(scores: Scores) -> str:
    return scores.target.kind if scores.target is not None else NOT_JUDGED


def _right(pairs: Sequence[tuple[str, str]]) -> Share:
    return wilson(sum(kind == said for kind, said in pairs), len(pairs))


def _by_kind(pairs: Sequence[tuple[str, str]]) -> dict[str, Share]:
    kinds = sorted({kind for kind, _ in pairs})
    return {kind: _right([pair for pair in pairs if pair[0] == kind]) for kind in kinds}


def _counted(pairs: Sequence[tuple[str, str]]) -> Mapping[str, Mapping[str, int]]:
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for kind, said in pairs:
        counted[kind][said] += 1
    return {kind: dict(sorted(counted[kind].items())) for kind in sorted(counted)}
