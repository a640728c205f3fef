"""Decisions: what people make of comments. Each is a row that stays; an undo is one more.

    approve, reject, defer   set the state
    highlight                sets the mark and leaves the state; a rejection takes the mark away
    undo                     restores what was before the last decision that still stands

A decision ends the claim on its comment. Who decides many comments at once makes a batch. What
webhooks are told of a decision is written with it (service/webhooks/outbox.py).
"""

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session, aliased

from service.errors import Claimed, Conflict, Erased, NotFound, NothingToUndo
from service.moderation import claims, records, second
from service.moderation.queue import Wanted, matching
from service.moderation.reasons import Reason
from service.store.tables import BatchRow, CommentScores, DecisionRow, KeptComment
from service.webhooks import outbox

Verb = Literal["approve", "reject", "defer", "highlight", "undo"]
STATES: Final = ("pending", "approved", "rejected", "deferred")
# One transaction holds the store's write lock; a larger batch is asked for in several calls.
MOST_AT_ONCE: Final = 2000
_CHUNK: Final = 500
_STATE_AFTER: Final = {"approve": "approved", "reject": "rejected", "defer": "deferred"}


@dataclass(frozen=True, slots=True)
class Ruling:
    """What somebody decides: who, what, why, and which labels they would give instead.

    ``second_share`` is the share of such decisions that somebody else is asked about as well.
    """

    action: Verb
    by: str
    reason: Reason | None = None
    labels: Mapping[str, float] | None = None
    second_share: float = 0.0


@dataclass(slots=True)
class Batch:
    """What became of a decision about many comments.

    ``skipped`` are the comments left alone, by their site's id, each with the reason; ``more`` says
    that the range holds more comments than one call decides.
    """

    name: str
    decided: list[DecisionRow] = field(default_factory=list)
    skipped: dict[str, Conflict | NotFound] = field(default_factory=dict)
    more: bool = False


def decide_one(
    session: Session, site: str, external_id: str, ruling: Ruling, *, now: datetime
) -> tuple[KeptComment, DecisionRow]:
    """The comment after the decision, and the decision.

    Raises ``NotFound``, ``Erased``, ``Claimed`` or ``NothingToUndo``; then nothing is changed.
    """
    comment = records.find(session, site, external_id, for_update=True)
    if comment is None:
        raise NotFound("there is no comment of that id")
    return comment, decide_found(session, comment, ruling, now=now)


def decide_found(
    session: Session, comment: KeptComment, ruling: Ruling, *, now: datetime
) -> DecisionRow:
    """The decision about a comment that was read for update; raises as ``decide_one`` does."""
    ((_, outcome),) = _rule(session, [comment], ruling, now=now, batch=None)
    if not isinstance(outcome, DecisionRow):
        raise outcome
    session.flush()
    return outcome


def decide_each(
    session: Session, site: str, ids: Sequence[str], ruling: Ruling, *, now: datetime
) -> Batch:
    """Decide the comments of those ids, as one batch; an id that is named twice counts once."""
    wanted = list(dict.fromkeys(ids))
    batch = Batch(str(uuid.uuid4()))
    found: list[int] = []
    for start in range(0, len(wanted), _CHUNK):
        named = wanted[start : start + _CHUNK]
        query = select(KeptComment.id, KeptComment.external_id).where(
            KeptComment.site == site, KeptComment.external_id.in_(named)
        )
        rows = session.execute(query).all()
        found += [row.id for row in rows]
        missing = set(named) - {row.external_id for row in rows}
        batch.skipped |= {i: NotFound("there is no comment of that id") for i in sorted(missing)}
    decide_numbers(session, found, ruling, batch, now=now)
    _note(session, batch, ruling, Wanted(site), now=now)
    return batch


def decide_range(session: Session, wanted: Wanted, ruling: Ruling, *, now: datetime) -> Batch:
    """Decide up to ``MOST_AT_ONCE`` of the comments that are wanted, as one batch."""
    query = matching(wanted).with_only_columns(KeptComment.id).order_by(KeptComment.id)
    numbers = list(session.scalars(query.limit(MOST_AT_ONCE + 1)))
    batch = Batch(str(uuid.uuid4()), more=len(numbers) > MOST_AT_ONCE)
    decide_numbers(session, numbers[:MOST_AT_ONCE], ruling, batch, now=now, state=wanted.state)
    _note(session, batch, ruling, wanted, now=now)
    return batch


def undo_batch(session: Session, site: str, name: str, ruling: Ruling, *, now: datetime) -> Batch:
    """Undo the decisions of the batch ``name`` that still stand and that nothing has followed.

    The undoing is a batch itself. Raises ``NotFound`` where the site has no batch of that name.
    """
    query = select(DecisionRow.comment_id).where(
        DecisionRow.site == site, DecisionRow.batch == name
    )
    numbers = sorted(session.scalars(query))
    if not numbers:
        raise NotFound("there is no batch of that name")
    return decide_numbers(session, numbers, ruling, Batch(str(uuid.uuid4())), now=now, only=name)


def _note(session: Session, batch: Batch, ruling: Ruling, wanted: Wanted, *, now: datetime) -> None:
    """Add the batch to those that the site has made, so that it can be found and undone."""
    if not batch.decided or ruling.action == "undo":
        return
    row = BatchRow(
        name=batch.name,
        site=wanted.site,
        by=ruling.by,
        at=now,
        action=ruling.action,
        reason=ruling.reason,
        label=wanted.label,
        minimum=wanted.minimum if wanted.label else None,
        maximum=wanted.maximum if wanted.label else None,
        section=wanted.section,
        wanted=len(batch.decided) + len(batch.skipped),
        decided=len(batch.decided),
        skipped=len(batch.skipped),
        ended_at=now,
    )
    session.add(row)


def decide_numbers(  # noqa: PLR0913 - all but four by keyword
    session: Session,
    numbers: Sequence[int],
    ruling: Ruling,
    batch: Batch,
    *,
    now: datetime,
    only: str | None = None,
    state: str | None = None,
    as_of: datetime | None = None,
) -> Batch:
    """``batch`` with what became of the comments of those numbers.

    With ``only``, an undo takes back decisions of that batch and no others. With ``state``, a comment
    that has another by now is passed over; with ``as_of``, one that was sent or edited since.
    """
    for start in range(0, len(numbers), _CHUNK):
        query = select(KeptComment).where(KeptComment.id.in_(numbers[start : start + _CHUNK]))
        if state is not None:
            query = query.where(KeptComment.state == state)
        if as_of is not None:
            query = query.where(KeptComment.received_at <= as_of)
        query = query.order_by(KeptComment.id).with_for_update()
        # What was read before the lock was got may be out of date.
        comments = list(session.scalars(query, execution_options={"populate_existing": True}))
        ruled = _rule(session, comments, ruling, now=now, batch=batch.name, only=only)
        for comment, outcome in ruled:
            if isinstance(outcome, DecisionRow):
                batch.decided.append(outcome)
            else:
                batch.skipped[comment.external_id] = outcome
        session.flush()
    return batch


def _rule(  # noqa: PLR0913 - all but three by keyword
    session: Session,
    comments: Sequence[KeptComment],
    ruling: Ruling,
    *,
    now: datetime,
    batch: str | None,
    only: str | None = None,
) -> list[tuple[KeptComment, DecisionRow | Conflict]]:
    """Each comment with its decision, or with why there is none."""
    numbers = [comment.id for comment in comments]
    held = claims.held_by_others(session, numbers, ruling.by, now=now)
    seen = records.latest_scores(session, comments)
    last = standing(session, numbers) if ruling.action == "undo" else {}
    ruled: list[tuple[KeptComment, DecisionRow | Conflict]] = []
    for comment in comments:
        undone = last.get(comment.id)
        refused = _refusal(comment, ruling, undone, held=comment.id in held, only=only)
        if refused is not None:
            ruled.append((comment, refused))
            continue
        row = _row(comment, ruling, seen[comment.id], now=now, batch=batch)
        _move(comment, row, undone)
        session.add(row)
        ruled.append((comment, row))
    decided = outbox.decided_of(ruled)
    claims.release(session, [comment.id for comment, _ in decided])
    second.ask(session, [row for _, row in decided], ruling.second_share, now=now)
    _count_undone(session, [last[comment.id] for comment, _ in decided if last])
    if decided:
        outbox.tell_of_decisions(session, decided[0][0].site, decided, now=now)
    return ruled


def _count_undone(session: Session, undone: Sequence[DecisionRow]) -> None:
    """Count, at the batches they were part of, the decisions that were taken back."""
    for name, count in Counter(row.batch for row in undone if row.batch).items():
        query = update(BatchRow).where(BatchRow.name == name)
        session.execute(query.values(undone=BatchRow.undone + count))


def standing(session: Session, numbers: Sequence[int]) -> dict[int, DecisionRow]:
    """The last decision about each comment that is neither an undo nor undone."""
    undo = aliased(DecisionRow)
    query = select(DecisionRow).where(
        DecisionRow.comment_id.in_(numbers),
        DecisionRow.action != "undo",
        ~exists().where(undo.undoes == DecisionRow.id),
    )
    return {row.comment_id: row for row in session.scalars(query.order_by(DecisionRow.id))}


def _refusal(
    comment: KeptComment,
    ruling: Ruling,
    undone: DecisionRow | None,
    *,
    held: bool,
    only: str | None,
) -> Conflict | None:
    """Why ``ruling`` cannot be made about the comment, or None where it can."""
    if comment.erased_at is not None:
        return Erased("the comment was erased")
    if held:
        return Claimed("somebody else has claimed the comment")
    return _undo_refusal(comment, undone, only=only) if ruling.action == "undo" else None


def _undo_refusal(
    comment: KeptComment, undone: DecisionRow | None, *, only: str | None
) -> NothingToUndo | None:
    if undone is None:
        return NothingToUndo("the comment has no decision that could be undone")
    if undone.revision != comment.revision:
        return NothingToUndo("the comment was edited since it was decided")
    if only is not None and undone.batch != only:
        return NothingToUndo("the comment was decided again since, or its decision is undone")
    return None


def _row(
    comment: KeptComment,
    ruling: Ruling,
    seen: CommentScores,
    *,
    now: datetime,
    batch: str | None,
) -> DecisionRow:
    """The decision, so far without a change of the comment."""
    scores = seen.result.get("scores")
    return DecisionRow(
        site=comment.site,
        comment_id=comment.id,
        revision=comment.revision,
        at=now,
        by=ruling.by,
        action=ruling.action,
        reason=ruling.reason,
        labels=dict(ruling.labels) if ruling.labels else None,
        batch=batch,
        state_before=comment.state,
        state_after=comment.state,
        highlighted_before=comment.highlighted,
        highlighted_after=comment.highlighted,
        model=seen.model,
        scores=scores if isinstance(scores, dict) else None,
    )


def _move(comment: KeptComment, row: DecisionRow, undone: DecisionRow | None) -> None:
    """Change the comment as the decision says, and write that down in ``row``."""
    row.state_after = _STATE_AFTER.get(row.action, comment.state)
    if row.action == "highlight":
        row.highlighted_after = True
    elif row.action == "reject":
        row.highlighted_after = False
    elif undone is not None:
        row.undoes = undone.id
        row.highlighted_after = undone.highlighted_before
        # A report may have called the comment back meanwhile; then it stays with the moderators.
        if comment.state == undone.state_after:
            row.state_after = undone.state_before
    comment.state = row.state_after
    comment.highlighted = row.highlighted_after
