"""Comments into the store: the first time, again, edited, and under another model version."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from model.labels import NAMES
from service.moderation.policy import Action
from service.moderation.pseudonyms import pseudonym
from service.moderation.wordless import wordless
from service.store.tables import NOT_JUDGED, CommentScores, DecisionRow, KeptComment, Section
from service.webhooks import outbox
from service.webhooks.outbox import Decided

_AT_ONCE: Final = 500
# Any number will do: with the site's it names the lock under which comments are kept in PostgreSQL.
_LOCK: Final = 5


@dataclass(frozen=True, slots=True)
class Arrival:
    """A comment as its site sent it. ``author`` is the site's own id for whoever wrote it."""

    external_id: str
    text: str
    context: dict[str, object] | None = None
    section: str | None = None
    url: str | None = None
    author: str | None = None
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """How it reads to ``model`` and what the policy makes of it; ``result`` is kept as it is.

    ``by`` is the name under which the policy's own decisions (a rejection, a mark) are kept, and
    ``why`` the rule behind the action.
    """

    model: str
    action: Action
    by_label: Mapping[str, float] | None
    uncertainty: float
    result: dict[str, object]
    why: str | None = None
    highlight: bool = False
    by: str = "policy"


def keep(
    session: Session, site: str, arrivals: Sequence[tuple[Arrival, Judged]], *, now: datetime
) -> list[KeptComment | None]:
    """The kept comments, in the order of ``arrivals``; each id of a site has one, however often sent.

    A new comment is approved or rejected where the policy says so, else pending. Another text is an
    edit: the comment is pending again, or rejected where the policy says so. A rejection and a mark by
    the policy are decisions, made by ``Judged.by``, that can be undone and that webhooks are told of.
    Another context adds scores and leaves the state, and so does another version of the model. A
    comment that was erased stays as it is: see its ``erased_at``. One that was erased where labels were
    all that was known of it is not kept either: there is None in its place.
    """
    one_writer(session, site)
    _note_sections(session, site, {a.section for a, _ in arrivals if a.section is not None})
    ids = [arrival.external_id for arrival, _ in arrivals]
    known = _known(session, site, ids)
    gone = wordless(session, site, [name for name in ids if name not in known])
    kept: list[KeptComment | None] = []
    decided: list[Decided] = []
    for arrival, judged in arrivals:
        if arrival.external_id in gone:
            kept.append(None)
            continue
        row = known.get(arrival.external_id)
        speaks = row is None
        if row is None:
            row = known[arrival.external_id] = _new(session, site, arrival, judged, now=now)
        elif row.erased_at is None:
            speaks = _again(session, row, arrival, judged, now=now)
        decision = _by_rule(row, judged, now=now) if speaks else None
        if decision is not None:
            session.add(decision)
            decided.append((row, decision))
        kept.append(row)
    session.flush()
    outbox.tell_of_decisions(session, site, decided, now=now)
    return kept


def storable(text: str) -> str:
    """``text`` with another character for NUL, which PostgreSQL cannot keep; offsets stay."""
    return text.replace("\0", "\ufffd")


def one_writer(session: Session, site: str) -> None:
    """Keep other processes from keeping or erasing the same comment at once, until the session ends.

    SQLite has one writer anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_LOCK, func.hashtext(site))))


def _note_sections(session: Session, site: str, names: set[str]) -> None:
    """Add the sections that the site has sent nothing of before; its one writer is us."""
    query = select(Section.name).where(Section.site == site, Section.name.in_(sorted(names)))
    for name in sorted(names - set(session.scalars(query))) if names else ():
        session.add(Section(site=site, name=name))


def _known(session: Session, site: str, ids: Sequence[str]) -> dict[str, KeptComment]:
    found: dict[str, KeptComment] = {}
    for start in range(0, len(ids), _AT_ONCE):
        query = select(KeptComment).where(
            KeptComment.site == site,
            KeptComment.external_id.in_(ids[start : start + _AT_ONCE]),
        )
        rows = session.scalars(query.order_by(KeptComment.id).with_for_update())
        found |= {row.external_id: row for row in rows}
    return found


def _new(
    session: Session, site: str, arrival: Arrival, judged: Judged, *, now: datetime
) -> KeptComment:
    row = KeptComment(
        site=site,
        external_id=arrival.external_id,
        revision=1,
        created_at=arrival.created_at or now,
        received_at=now,
        state="approved" if judged.action == "approve" else "pending",
        highlighted=False,
        reports=0,
    )
    _write(session, row, arrival)
    _rank(row, judged)
    session.add(row)
    session.flush()
    _add_scores(session, row, judged, now=now)
    return row


def _again(
    session: Session, row: KeptComment, arrival: Arrival, judged: Judged, *, now: datetime
) -> bool:
    """Whether the text is another one, so that the policy speaks anew."""
    before = (row.text, row.context)
    _write(session, row, arrival)
    row.created_at = arrival.created_at or row.created_at
    edited = row.text != before[0]
    if edited:
        row.state = "pending"
        row.received_at = now
    if (row.text, row.context) != before:
        row.revision += 1
    elif _has_scores(session, row, judged.model):
        return False
    _rank(row, judged)
    _add_scores(session, row, judged, now=now)
    return edited


def _by_rule(row: KeptComment, judged: Judged, *, now: datetime) -> DecisionRow | None:
    """Reject or mark the comment where a rule says so, as a decision that history shows."""
    rejects = judged.action == "reject"
    if not rejects and (not judged.highlight or row.highlighted):
        return None
    decision = DecisionRow(
        site=row.site,
        comment_id=row.id,
        revision=row.revision,
        at=now,
        by=judged.by,
        action="reject" if rejects else "highlight",
        state_before=row.state,
        state_after="rejected" if rejects else row.state,
        highlighted_before=row.highlighted,
        highlighted_after=not rejects,
        model=judged.model,
        scores=dict(judged.by_label) if judged.by_label else None,
    )
    row.state, row.highlighted = decision.state_after, decision.highlighted_after
    return decision


def _write(session: Session, row: KeptComment, arrival: Arrival) -> None:
    """Set what the site says of the comment; what it leaves out is gone, as in the call itself."""
    row.text = storable(arrival.text)
    row.context = arrival.context
    row.section = arrival.section
    row.url = arrival.url
    row.author = pseudonym(session, row.site, arrival.author) if arrival.author else None


def _rank(row: KeptComment, judged: Judged) -> None:
    """Set what the queue is sorted by."""
    row.uncertainty = judged.uncertainty
    row.action = judged.action
    for label in NAMES:
        setattr(row, label, judged.by_label[label] if judged.by_label else NOT_JUDGED)


def _has_scores(session: Session, row: KeptComment, model: str) -> bool:
    query = select(
        exists().where(
            CommentScores.comment_id == row.id,
            CommentScores.revision == row.revision,
            CommentScores.model == model,
        )
    )
    return bool(session.scalar(query))


def _add_scores(session: Session, row: KeptComment, judged: Judged, *, now: datetime) -> None:
    session.add(
        CommentScores(
            comment_id=row.id,
            revision=row.revision,
            model=judged.model,
            action=judged.action,
            why=judged.why,
            result=judged.result,
            at=now,
        )
    )
