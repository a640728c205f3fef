"""What other rules would have made of the comments of the last days, before they are saved.

Rules of scores and sections are counted by the store. Words and targets must be read, so of a large
store the newest comments stand for all; ``Preview.read`` says how many were looked at.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session, aliased

from model.labels import NAMES
from model.records import Scores, Target
from service.moderation import records
from service.moderation.policies import DECIDES_AS
from service.moderation.policy import Action, Rule, rules_for, weigh
from service.moderation.policy_sql import action_of, can_be_counted
from service.moderation.shares import Share, wilson
from service.moderation.words import as_read
from service.store.tables import NOT_JUDGED, DecisionRow, KeptComment

DAYS: Final = 30
MOST_READ: Final = 2000
# A hundred thousand take about a second of one core, and leave no doubt about a share.
MOST_COUNTED: Final = 100_000
_CHUNK: Final = 500
_THEIR_COMMENT: Final = (KeptComment, KeptComment.id == DecisionRow.comment_id)
_Pair = tuple[Action, Action]


@dataclass(frozen=True, slots=True)
class Move:
    """How many comments of a section the present rules give ``before`` and the others ``after``."""

    section: str | None
    before: Action
    after: Action
    comments: int


@dataclass(frozen=True, slots=True)
class Preview:
    """The effect of other rules on the comments since ``since``, of which ``comments`` came, erased ones
    included.

    ``moves`` has a cell for each pair of actions that occurs in a section, also where nothing moves;
    they count the ``read`` newest comments that are not erased. ``present`` and ``proposed`` say how
    often moderators, in the newest decisions that stand about these comments as they read now, approved
    what the rules hold or reject, or rejected what they approve.
    """

    since: datetime
    comments: int
    read: int
    moves: tuple[Move, ...]
    present: Share
    proposed: Share


def preview(
    session: Session, site: str, present: Sequence[Rule], proposed: Sequence[Rule], *, now: datetime
) -> Preview:
    """The effect of ``proposed`` in place of ``present`` on the last ``DAYS`` days, changing nothing."""
    since = now - timedelta(days=DAYS)
    rules = (present, proposed)
    counting = all(can_be_counted(one) for one in rules)
    cells = (_counted if counting else _read_moves)(session, site, since, rules)
    decided = (_counted_decisions if counting else _read_decisions)(session, site, since, rules)
    # Without a look at what was erased, which is no part of the index: a million are counted at once.
    came = (KeptComment.site == site, KeptComment.received_at >= since)
    total = session.scalar(select(func.count()).where(*came)) or 0
    moves = [Move(section, *pair, count) for (section, pair), count in cells.items()]
    moves.sort(key=lambda move: (move.section or "", move.before, move.after))
    return Preview(
        since=since,
        comments=total,
        read=sum(cells.values()),
        moves=tuple(moves),
        present=_overruled(((d, before), n) for (d, (before, _)), n in decided.items()),
        proposed=_overruled(((d, after), n) for (d, (_, after)), n in decided.items()),
    )


def _overruled(decided: Iterable[tuple[tuple[str, Action], int]]) -> Share:
    wrong = whole = 0
    for (decision, action), count in decided:
        withheld = action in ("hold", "reject")
        whole += count
        if (decision == "approve" and withheld) or (decision == "reject" and action == "approve"):
            wrong += count
    return wilson(wrong, whole)


_Rules = tuple[Sequence[Rule], Sequence[Rule]]


def _counted(
    session: Session, site: str, since: datetime, rules: _Rules
) -> Counter[tuple[str | None, _Pair]]:
    query = select(KeptComment.section, *_actions(rules)).where(*_recent(site, since))
    newest = query.order_by(KeptComment.received_at.desc()).limit(MOST_COUNTED).subquery()
    columns = (newest.c.section, newest.c.before, newest.c.after)
    rows = session.execute(select(*columns, func.count()).group_by(*columns))
    return Counter({(section, (before, after)): count for section, before, after, count in rows})


def _counted_decisions(
    session: Session, site: str, since: datetime, rules: _Rules
) -> Counter[tuple[str, _Pair]]:
    query = select(DecisionRow.action, *_actions(rules)).join(*_THEIR_COMMENT)
    query = query.where(*_decided(site, since)).order_by(DecisionRow.at.desc())
    newest = query.limit(MOST_COUNTED).subquery()
    columns = (newest.c.action, newest.c.before, newest.c.after)
    rows = session.execute(select(*columns, func.count()).group_by(*columns))
    return Counter({(decision, (before, after)): count for decision, before, after, count in rows})


def _read_moves(
    session: Session, site: str, since: datetime, rules: _Rules
) -> Counter[tuple[str | None, _Pair]]:
    query = select(KeptComment).where(*_recent(site, since))
    newest = query.order_by(KeptComment.received_at.desc()).limit(MOST_READ)
    comments = list(session.scalars(newest))
    pairs = _judged(session, comments, rules)
    return Counter((row.section, pair) for row, pair in zip(comments, pairs, strict=True))


def _read_decisions(
    session: Session, site: str, since: datetime, rules: _Rules
) -> Counter[tuple[str, _Pair]]:
    query = select(DecisionRow.action, KeptComment).join(*_THEIR_COMMENT)
    query = query.where(*_decided(site, since)).order_by(DecisionRow.at.desc())
    rows = session.execute(query.limit(MOST_READ)).all()
    pairs = _judged(session, [row.KeptComment for row in rows], rules)
    return Counter((row.action, pair) for row, pair in zip(rows, pairs, strict=True))


def _actions(rules: _Rules) -> tuple[ColumnElement[str], ColumnElement[str]]:
    return action_of(rules[0]).label("before"), action_of(rules[1]).label("after")


def _recent(site: str, since: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        KeptComment.site == site,
        KeptComment.received_at >= since,
        KeptComment.erased_at.is_(None),
    )


def _decided(site: str, since: datetime) -> tuple[ColumnElement[bool], ...]:
    """That a decision is the last one that a person made of a recent comment as it reads now."""
    later, undo, undone = (aliased(DecisionRow) for _ in range(3))
    followed = exists().where(
        later.comment_id == DecisionRow.comment_id,
        later.id > DecisionRow.id,
        later.action.in_(("approve", "reject")),
        ~exists().where(undone.undoes == later.id),
    )
    return (
        DecisionRow.site == site,
        DecisionRow.at >= since,
        DecisionRow.action.in_(("approve", "reject")),
        ~DecisionRow.by.startswith(DECIDES_AS),
        DecisionRow.revision == KeptComment.revision,
        ~exists().where(undo.undoes == DecisionRow.id),
        ~followed,
        *_recent(site, since),
    )


def _judged(session: Session, comments: Sequence[KeptComment], rules: _Rules) -> Iterator[_Pair]:
    """What each of the two policies makes of each comment, in order."""
    needs_words, needs_target = (
        any(getattr(rule, name) for one in rules for rule in one) for name in ("words", "targets")
    )
    spoken: dict[str | None, _Rules] = {}
    for start in range(0, len(comments), _CHUNK):
        chunk = comments[start : start + _CHUNK]
        kinds = _targets(session, chunk) if needs_target else {}
        for row in chunk:
            if row.section not in spoken:
                spoken[row.section] = (
                    rules_for(rules[0], row.section),
                    rules_for(rules[1], row.section),
                )
            scores, read = (
                _scores(row, kinds.get(row.id)),
                as_read(row.text or "") if needs_words else (),
            )
            before, after = (weigh(scores, one, read).action for one in spoken[row.section])
            yield before, after


def _scores(row: KeptComment, kind: str | None) -> Scores:
    target = Target(kind, 1.0) if kind else None
    if row.incivility == NOT_JUDGED:
        return Scores(None, target=target, abstained="kept without scores")
    return Scores({name: getattr(row, name) for name in NAMES}, target=target)


def _targets(session: Session, comments: Sequence[KeptComment]) -> dict[int, str]:
    found: dict[int, str] = {}
    for number, row in records.latest_scores(session, comments).items():
        target: object = row.result.get("target")
        if isinstance(target, Mapping):
            found[number] = str(target["kind"])
    return found
