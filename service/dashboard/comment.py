"""/comments/NUMBER: one comment with all that is known of it; and the decisions about it."""

from datetime import UTC, datetime
from typing import Final, cast

from flask import Blueprint, flash, jsonify, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from model.labels import LABELS, NAMES
from service.dashboard import choices
from service.dashboard.access import TOKEN, accepts_json_only, needs, person
from service.dashboard.cards import card, marks_of, title_of
from service.dashboard.filters import read_filters
from service.dashboard.history import history_of
from service.dashboard.queue import WAITING, as_seen
from service.dashboard.showing import Mark, Shown, shown
from service.dashboard.signing_in import local
from service.errors import InvalidField, NothingToUndo
from service.moderation import claims, desk, queue, records, second
from service.moderation.decisions import Ruling, Verb
from service.moderation.reasons import REASONS
from service.parts import parts
from service.people import sessions
from service.store.tables import CommentScores, DecisionRow, KeptComment

bp = Blueprint("comment", __name__)
_MEANINGS: Final = {label.name: label.meaning for label in LABELS}


@bp.get("/comments/<int:number>")
@needs("viewer")
def comment_page(number: int) -> ResponseReturnValue:
    """The comment in its context, with scores, reports and history, and its neighbours in the queue."""
    filters, now, who = read_filters(request.args), datetime.now(UTC), person()
    taken = _take(number, now=now) if who.may("moderator") else False
    with parts().store.reading() as reading:
        row = desk.find(reading, who.site, number)
        known = records.history(reading, row)
        before, after = queue.neighbours(reading, filters.wanted(who.site), row)
        by_state = _same_author(reading, row)
        latest = known.scores[-1]
        return render_template(
            "comment.html",
            card=card(row, latest, now=now, disputed=bool(second.in_dispute(reading, [row.id]))),
            row=row,
            result=latest.result,
            marked=_marked(row, latest),
            context=context_of(row),
            history=history_of(known, now=now),
            before=before,
            after=after,
            by_state=by_state,
            meanings=_MEANINGS,
            filters=filters,
            choices=choices,
            taken=taken,
            decides=who.may("moderator") and not taken and row.erased_at is None,
        )


@bp.post("/comments/<int:number>/decide")
@needs("moderator")
def decide(number: int) -> ResponseReturnValue:
    """Decide about the comment as it was seen; a script is told how it is now, a form goes back."""
    now, who = datetime.now(UTC), person()
    seen = as_seen(f"{number}:{request.form.get('state', '')}:{request.form.get('revision', '')}")
    with parts().store.writing() as writing:
        comment, row = desk.decide(writing, who.site, seen, _ruling(who.name), now=now)
        told = _told(comment, row)
    return _answer(told)


@bp.post("/undo")
@needs("moderator")
def undo() -> ResponseReturnValue:
    """Take back the decision of that number, else the person's last one in this session."""
    now, who = datetime.now(UTC), person()
    with parts().store.writing() as writing:
        number = _decision_number() or _last(writing)
        if number is None:
            raise NothingToUndo("you have decided nothing in this session that is not undone")
        comment, row = desk.undo(writing, who.site, number, who.name, now=now)
        told = _told(comment, row)
    return _answer(told)


def _take(number: int, *, now: datetime) -> bool:
    """Claim the comment if it waits for a decision; return whether somebody else has it."""
    who = person()
    with parts().store.writing() as writing:
        row = desk.find(writing, who.site, number)
        if row.state not in WAITING or row.erased_at is not None:
            return False
        return not claims.claim(writing, [row.id], who.name, now=now)


def _ruling(by: str) -> Ruling:
    form = request.form
    action, reason = form.get("action", ""), form.get("reason", "")
    if action not in {choice.name for choice in choices.ACTIONS}:
        raise InvalidField("action must be approve, reject, defer or highlight", field="action")
    if reason and reason not in REASONS:
        raise InvalidField("reason is not one of the codes", field="reason")
    return Ruling(
        cast(Verb, action),
        by,
        reason=reason or None,
        labels=read_labels(),
        second_share=parts().settings.site(person().site).second_review_share,
    )


def read_labels() -> dict[str, float] | None:
    """The labels as corrected: each as a field ``label-NAME`` of 0 or 1, or empty for as scored."""
    sent = {name: request.form.get(f"label-{name}", "") for name in NAMES}
    for name, value in sent.items():
        if value not in ("", "0", "1"):
            raise InvalidField("a label is 0, 1 or empty", field=f"label-{name}")
    return {name: float(value) for name, value in sent.items() if value} or None


def _decision_number() -> int | None:
    written = request.form.get("decision", "")
    if not written:
        return None
    if not (written.isascii() and written.isdecimal() and len(written) <= 18):
        raise InvalidField("decision must be a number", field="decision")
    return int(written)


def _last(reading: Session) -> int | None:
    since = sessions.begun_at(reading, str(session.get(TOKEN, "")))
    who = person()
    if since is None:
        return None
    return desk.last_decision(reading, who.site, who.name, since=since)


def _told(comment: KeptComment, row: DecisionRow) -> dict[str, object]:
    return {
        "number": comment.id,
        "state": comment.state,
        "revision": comment.revision,
        "highlighted": comment.highlighted,
        "decision": row.id,
        "said": choices.DONE[row.action],
    }


def _answer(told: dict[str, object]) -> ResponseReturnValue:
    if accepts_json_only():
        return jsonify(told)
    flash(f"{told['said']}: comment {told['number']}.")
    return redirect(local(request.form.get("back", "/")), 303)


def _same_author(reading: Session, row: KeptComment) -> dict[str, int] | None:
    """How many of the author's other comments are in each state; None where no author is known."""
    if row.author is None:
        return None
    query = select(KeptComment.state, func.count()).where(
        KeptComment.site == row.site, KeptComment.author == row.author, KeptComment.id != row.id
    )
    found = {state: count for state, count in reading.execute(query.group_by(KeptComment.state))}
    return {choice.name: found.get(choice.name, 0) for choice in choices.STATE_CHOICES}


def _marked(row: KeptComment, scores: CommentScores) -> list[tuple[Shown, Mark]]:
    """The words that carry a label, in the order of the text, each with what it carries."""
    text = row.text or ""
    marks = sorted(marks_of(scores.result), key=lambda mark: mark.begin)
    return [(shown(text[mark.begin : mark.end]), mark) for mark in marks if mark.end <= len(text)]


def context_of(row: KeptComment) -> dict[str, Shown | list[Shown] | None]:
    """What the comment answers, each part to be shown as hostile a text as the comment itself."""
    context = row.context or {}
    article = context.get("article")
    found = article if isinstance(article, dict) else {}
    parent, text, authors = context.get("parent"), found.get("text"), found.get("authors")
    title = title_of(row.context)
    return {
        "title": shown(title) if title else None,
        "text": shown(str(text)) if text else None,
        "authors": [shown(str(name)) for name in authors] if isinstance(authors, list) else [],
        "parent": shown(str(parent)) if parent else None,
    }
