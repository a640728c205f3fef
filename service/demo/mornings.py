"""What the two invented moderators did: each morning they decided what had come in.

They decide as the comments are written down (``Written.breaks``), make a mistake that one of them takes
back, and put a few aside. After days on which nobody was there they reject a whole range at once. The
last days are left to whoever looks around.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.demo.written import Written
from service.moderation import batches, decisions, records, second
from service.moderation.decisions import Ruling
from service.moderation.queue import Wanted
from service.moderation.second import Answer
from service.store.tables import CommentScores, KeptComment

MODERATOR: Final = "milo"
EDITOR: Final = "edda"
# The day before the filling on which a whole range is rejected, and the days before it without anybody.
BATCH_DAY: Final = 12
_ABSENT: Final = range(BATCH_DAY + 1, BATCH_DAY + 6)
_BATCH: Final = ("incivility", 0.85, 1.0)
_EVERY_DEFERRED: Final = 17
_SECOND_SHARE: Final = 0.3
# From this day on second reviews wait for whoever looks around.
_UNANSWERED_DAY: Final = 6
_EVERY_DISAGREED: Final = 8


class Desk:
    """The two at their desk in ``site``; it counts their decisions, to make the odd one differ."""

    def __init__(self, site: str, known: Mapping[str, Written]) -> None:
        self._site, self._known = site, known
        self._made = self._answered = 0

    def morning(self, session: Session, now: datetime, *, day: int) -> None:
        """Decide what is pending, the oldest first, from ``now`` on; ``day`` counts back to the filling."""
        if day in _ABSENT:
            return
        if day == BATCH_DAY:
            self._range(session, now)
        query = select(KeptComment).where(
            KeptComment.site == self._site, KeptComment.state == "pending"
        )
        pending = session.scalars(query.order_by(KeptComment.created_at)).all()
        for place, comment in enumerate(pending):
            by = MODERATOR if self._made % 5 < 3 else EDITOR
            self._decide(session, comment, by, now=now + timedelta(seconds=25 * place))
        self._mark(session, now)
        for by in (MODERATOR, EDITOR) if day > _UNANSWERED_DAY else ():
            self._review(session, by, now=now + timedelta(hours=3))

    def _decide(self, session: Session, comment: KeptComment, by: str, *, now: datetime) -> None:
        written = self._known[comment.external_id]
        self._made += 1
        if self._made % _EVERY_DEFERRED == 0:
            decisions.decide_found(session, comment, Ruling("defer", by), now=now)
            return
        if self._made == _EVERY_DEFERRED + 1:
            # A slip of the finger, taken back at once.
            wrong = Ruling("reject" if written.breaks is None else "approve", by)
            decisions.decide_found(session, comment, wrong, now=now)
            now += timedelta(seconds=4)
            decisions.decide_found(session, comment, Ruling("undo", by), now=now)
            now += timedelta(seconds=8)
        ruling = _ruling(session, comment, written, by)
        decisions.decide_found(session, comment, ruling, now=now)

    def _review(self, session: Session, by: str, *, now: datetime) -> None:
        """Answer what is asked of ``by`` about the other one's decisions; mostly they agree."""
        while (found := second.take(session, self._site, by, now=now)) is not None:
            review, comment = found
            self._answered += 1
            breaks = self._known[comment.external_id].breaks is not None
            slips = self._answered % _EVERY_DISAGREED == 0
            action: Answer = "reject" if breaks != slips else "approve"
            second.answer(session, self._site, review.id, by, action=action, now=now)

    def _range(self, session: Session, now: datetime) -> None:
        label, minimum, maximum = _BATCH
        wanted = Wanted(self._site, label=label, minimum=minimum, maximum=maximum, sort=label)
        row = batches.begin(session, wanted, Ruling("reject", EDITOR, reason="abusive"), now=now)
        while row.ended_at is None:
            row = batches.step(session, self._site, row.name, EDITOR, now=now)

    def _mark(self, session: Session, now: datetime) -> None:
        """Highlight what shines, once it is approved."""
        shining = [one.id for one in self._known.values() if one.shines]
        query = select(KeptComment).where(
            KeptComment.site == self._site,
            KeptComment.external_id.in_(shining),
            KeptComment.state == "approved",
            ~KeptComment.highlighted,
        )
        for comment in session.scalars(query.order_by(KeptComment.id)).all():
            decisions.decide_found(session, comment, Ruling("highlight", EDITOR), now=now)


def _ruling(session: Session, comment: KeptComment, written: Written, by: str) -> Ruling:
    """What they make of it, with the labels that the model got wrong where they say so."""
    seen: CommentScores = records.latest_scores(session, [comment])[comment.id]
    given = seen.result.get("labels")
    labels = [str(name) for name in given] if isinstance(given, list) else []
    if written.breaks is None:
        return Ruling(
            "approve", by, labels=dict.fromkeys(labels, 0.0) or None, second_share=_SECOND_SHARE
        )
    missed = {"incivility": 1.0} if "incivility" not in labels else None
    return Ruling("reject", by, reason=written.breaks, labels=missed, second_share=_SECOND_SHARE)
