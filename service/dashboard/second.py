"""/second: comments that somebody has decided about, for a second person who is not told how."""

from datetime import UTC, datetime
from typing import Final, cast

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from service.dashboard import choices
from service.dashboard.access import needs, person
from service.dashboard.cards import card
from service.dashboard.comment import context_of, read_labels
from service.dashboard.showing import shown
from service.errors import Claimed, Conflict, InvalidField, NotFound
from service.moderation import records, second
from service.moderation.second import ANSWERS, Answer
from service.parts import parts

bp = Blueprint("second", __name__)
_MOST_COUNTED: Final = 100
_LISTED: Final = 50


@bp.get("/second")
@needs("moderator")
def second_page() -> ResponseReturnValue:
    """The next comment with what the first person saw of it, and nothing of what they made of it."""
    now, who = datetime.now(UTC), person()
    with parts().store.writing() as session:
        found = second.take(session, who.site, who.name, now=now)
        waiting = second.count_waiting(
            session, who.site, who.name, now=now, limit=_MOST_COUNTED + 1
        )
        if found is None:
            return render_template("second.html", review=None, choices=choices)
        review, row = found
        latest = records.latest_scores(session, [row])[row.id]
        return render_template(
            "second.html",
            review=review.id,
            card=card(row, latest, now=now),
            context=context_of(row),
            left=f"{_MOST_COUNTED}+" if waiting > _MOST_COUNTED else str(waiting),
            choices=choices,
        )


@bp.post("/second/<int:number>")
@needs("moderator")
def answer(number: int) -> ResponseReturnValue:
    """Keep the answer, or leave the comment to others, and go on with the next."""
    now, who, action = datetime.now(UTC), person(), request.form.get("action", "")
    if action not in (*ANSWERS, "skip"):
        raise InvalidField("action must be approve, reject or skip", field="action")
    labels = read_labels()
    try:
        with parts().store.writing() as session:
            if action == "skip":
                second.skip(session, who.site, number, who.name, now=now)
                said = "Left to others."
            else:
                counts = second.answer(
                    session,
                    who.site,
                    number,
                    who.name,
                    action=cast(Answer, action),
                    labels=labels,
                    now=now,
                )
                said = "Noted." if counts else "No longer needed: something changed meanwhile."
    except (NotFound, Conflict) as refusal:
        # The next comment is of more use than a page that says so alone.
        said = _why_not(refusal)
    flash(said)
    return redirect("/second", 303)


@bp.get("/second/disagreements")
@needs("editor")
def disagreements_page() -> ResponseReturnValue:
    """Where the second answer disagreed, with both, the newest first."""
    before = _number(request.args.get("before"))
    with parts().store.reading() as session:
        rows = second.disagreements(session, person().site, before=before, limit=_LISTED + 1)
        listed = rows[:_LISTED]
        return render_template(
            "disagreements.html",
            rows=[(one, shown(one.comment.text) if one.comment.text else None) for one in listed],
            older=listed[-1].review.id if len(rows) > _LISTED else None,
            before=before,
            choices=choices,
        )


def _why_not(refusal: NotFound | Conflict) -> str:
    if isinstance(refusal, Claimed):
        return "Not kept: somebody else has that comment before them by now."
    return "Not kept: that comment is answered already, or no longer asked about."


def _number(text: str | None) -> int | None:
    if text is None:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise InvalidField("before must be the number of a second review", field="before")
    return int(text)
