"""Second reviews: a share of decisions is asked of somebody else, who is not told of the first.

Which decisions are asked about nobody can foresee: an HMAC of the decision's number under a secret of
the store says. The request is dropped when somebody is about to read it and it no longer holds: the
decision was undone, the comment decided otherwise, edited, reported or erased since, or ``LASTS`` is
over. The second answer is no decision. Where it disagrees with the first the comment is pending again,
as after a reader's report, and somebody decides anew.
"""

import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from sqlalchemy import ColumnElement, Select, and_, delete, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from service.errors import Changed, Claimed, NotFound
from service.store import own_secrets
from service.store.tables import DecisionRow, KeptComment, SecondReview, SecondReviewSkip

Answer = Literal["approve", "reject"]
ANSWERS: Final[tuple[Answer, ...]] = ("approve", "reject")
LASTS: Final = timedelta(days=30)
# For how long somebody has a comment before them that nobody else is asked about meanwhile.
LEASE: Final = timedelta(minutes=10)
DISAGREE: Final = "two moderators disagree"
_SECRET: Final = "second_reviews"
_AT_ONCE: Final = 20


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A second review that disagrees with the first decision, with the comment as it is now."""

    review: SecondReview
    comment: KeptComment
    open: bool


def ask(session: Session, ruled: Iterable[object], share: float, *, now: datetime) -> None:
    """Ask for a second review of that share of the single approvals and rejections in ``ruled``."""
    rows = [
        row
        for row in ruled
        if isinstance(row, DecisionRow) and row.batch is None and row.action in ANSWERS
    ]
    if not rows or not share:
        return
    session.flush()
    secret = own_secrets.secret(session, _SECRET)
    for row in rows:
        if is_chosen(row.id, share, secret):
            session.add(
                SecondReview(
                    site=row.site,
                    comment_id=row.comment_id,
                    decision_id=row.id,
                    asked_at=now,
                    first_by=row.by,
                    first_action=row.action,
                )
            )


def is_chosen(decision_id: int, share: float, secret: bytes) -> bool:
    """Whether the decision of that number is among the ``share`` that is asked about."""
    digest = hmac.new(secret, str(decision_id).encode(), hashlib.sha256).digest()
    return int.from_bytes(digest[:7]) / 2**56 < share


def take(
    session: Session, site: str, by: str, *, now: datetime
) -> tuple[SecondReview, KeptComment] | None:
    """The next review for ``by``, theirs for as long as ``LEASE``, with its comment; None without any.

    First comes what they have before them already, then the oldest. Nobody is asked about a comment
    that they have decided or reviewed themselves, nor again about one that they skipped.
    """
    # At once: where nobody has looked for a year they are many, and all other writers wait meanwhile.
    over = delete(SecondReview).where(
        SecondReview.site == site,
        SecondReview.second_by.is_(None),
        SecondReview.asked_at <= now - LASTS,
    )
    session.execute(over, execution_options={"synchronize_session": False})
    mine = (SecondReview.leased_by == by) & (SecondReview.leased_until > now)
    while True:
        query = _waiting(site, by, now=now).order_by(mine.desc(), SecondReview.id).limit(_AT_ONCE)
        # Whoever asks at the same time waits, and then finds these leased.
        rows = session.execute(query.with_for_update(of=SecondReview)).all()
        for review, comment, decision in rows:
            if not _holds(session, review, comment, decision, now=now):
                session.delete(review)
                continue
            review.leased_by, review.leased_until = by, now + LEASE
            session.flush()
            return review, comment
        session.flush()
        if not rows:
            return None


def count_waiting(session: Session, site: str, by: str, *, now: datetime, limit: int) -> int:
    """How many reviews wait for ``by``, counted no further than ``limit``; some may be dropped yet."""
    found = _waiting(site, by, now=now).with_only_columns(SecondReview.id).limit(limit)
    return session.scalar(select(func.count()).select_from(found.subquery())) or 0


def answer(  # noqa: PLR0913 - all but four by keyword
    session: Session,
    site: str,
    number: int,
    by: str,
    *,
    action: Answer,
    labels: Mapping[str, float] | None = None,
    now: datetime,
) -> bool:
    """Keep what ``by`` would have decided; return whether it counts: a request may be dropped by now.

    The comment keeps its state where the two agree, and is pending again where they do not. Raises
    ``NotFound``, ``Claimed`` where somebody else has it before them, ``Changed`` where it is answered.
    """
    review, comment, decision = _find(session, site, number, by, now=now)
    if not _holds(session, review, comment, decision, now=now):
        session.delete(review)
        return False
    review.second_by, review.second_action, review.second_at = by, action, now
    review.second_labels = dict(labels) if labels else None
    review.agrees = action == review.first_action
    review.leased_by = review.leased_until = None
    if not review.agrees:
        comment.state = "pending"
    return True


def skip(session: Session, site: str, number: int, by: str, *, now: datetime) -> None:
    """Leave the review to others; raises as ``answer`` does."""
    review, _, _ = _find(session, site, number, by, now=now)
    review.leased_by = review.leased_until = None
    session.merge(SecondReviewSkip(review_id=review.id, by=by))


def disagreements(
    session: Session, site: str, *, before: int | None = None, limit: int
) -> list[Disagreement]:
    """The site's disagreements, the newest first, or those before the review of that number."""
    query = (
        select(SecondReview, KeptComment)
        .join(KeptComment, KeptComment.id == SecondReview.comment_id)
        .where(SecondReview.site == site, SecondReview.agrees.is_(False))
        .order_by(SecondReview.id.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(SecondReview.id < before)
    rows = session.execute(query).all()
    waiting = in_dispute(session, [comment.id for _, comment in rows])
    return [Disagreement(review, row, row.id in waiting) for review, row in rows]


def in_dispute(session: Session, numbers: Sequence[int]) -> set[int]:
    """Which of the comments are pending because two moderators disagree about them."""
    later = aliased(DecisionRow)
    query = (
        select(SecondReview.comment_id)
        .join(KeptComment, KeptComment.id == SecondReview.comment_id)
        .join(DecisionRow, DecisionRow.id == SecondReview.decision_id)
        .where(
            SecondReview.comment_id.in_(numbers),
            SecondReview.agrees.is_(False),
            KeptComment.state == "pending",
            KeptComment.erased_at.is_(None),
            KeptComment.revision == DecisionRow.revision,
            ~exists().where(
                later.comment_id == SecondReview.comment_id,
                later.id > SecondReview.decision_id,
                later.action != "highlight",
            ),
        )
    )
    return set(session.scalars(query))


def of_decisions(session: Session, numbers: Sequence[int]) -> dict[int, SecondReview]:
    """The answered reviews of the decisions of those numbers, by decision, as exports need them."""
    query = select(SecondReview).where(
        SecondReview.decision_id.in_(numbers), SecondReview.second_by.is_not(None)
    )
    return {row.decision_id: row for row in session.scalars(query)}


def _waiting(
    site: str, by: str, *, now: datetime
) -> Select[SecondReview, KeptComment, DecisionRow]:
    """The reviews that ``by`` may be asked for, of those that nobody has answered."""
    return _joined(site).where(SecondReview.second_by.is_(None), _is_free(by, now=now), *_fits(by))


def _joined(site: str) -> Select[SecondReview, KeptComment, DecisionRow]:
    return (
        select(SecondReview, KeptComment, DecisionRow)
        .join(KeptComment, KeptComment.id == SecondReview.comment_id)
        .join(DecisionRow, DecisionRow.id == SecondReview.decision_id)
        .where(SecondReview.site == site)
    )


def _is_free(by: str, *, now: datetime) -> ColumnElement[bool]:
    leased = and_(SecondReview.leased_by != by, SecondReview.leased_until > now)
    return or_(SecondReview.leased_until.is_(None), ~leased)


def _fits(by: str) -> tuple[ColumnElement[bool], ...]:
    """That ``by`` has had no say about the comment, and has not skipped it."""
    own, other = aliased(DecisionRow), aliased(SecondReview)
    return (
        SecondReview.first_by != by,
        ~exists().where(own.comment_id == SecondReview.comment_id, own.by == by),
        ~exists().where(other.comment_id == SecondReview.comment_id, other.second_by == by),
        ~exists().where(SecondReviewSkip.review_id == SecondReview.id, SecondReviewSkip.by == by),
    )


def _find(
    session: Session, site: str, number: int, by: str, *, now: datetime
) -> tuple[SecondReview, KeptComment, DecisionRow]:
    query = _joined(site).where(SecondReview.id == number, *_fits(by))
    locked = query.with_for_update(of=(SecondReview, KeptComment))
    known = number < 2**31  # the databases would refuse a larger one in the query
    anew = {"populate_existing": True}
    found = session.execute(locked, execution_options=anew).one_or_none() if known else None
    if found is None:
        raise NotFound("there is no second review of that number for you; it may be dropped by now")
    review, comment, decision = found
    if review.second_by is not None:
        raise Changed("somebody else has given the second review meanwhile")
    if review.leased_by not in (None, by) and review.leased_until and review.leased_until > now:
        raise Claimed("somebody else has the comment before them")
    return review, comment, decision


def _holds(
    session: Session,
    review: SecondReview,
    comment: KeptComment,
    decision: DecisionRow,
    *,
    now: datetime,
) -> bool:
    """Whether the comment is still as it was decided, so that a second answer is about the same."""
    undone = select(exists().where(DecisionRow.undoes == decision.id))
    return (
        comment.erased_at is None
        and comment.revision == decision.revision
        and comment.state == decision.state_after
        and review.asked_at > now - LASTS
        and not session.scalar(undone)
    )
