"""/batch: how a label's scores are spread, a look into a range of them, and one decision about it all."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, cast

from flask import Blueprint, flash, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from model.labels import NAMES
from service.dashboard import choices
from service.dashboard.access import accepts_json_only, needs, person
from service.dashboard.cards import age, cards
from service.dashboard.filters import Filters, read_filters
from service.dashboard.queue import sections_of
from service.errors import InvalidField
from service.moderation import batches, histogram
from service.moderation.decisions import Ruling, Verb
from service.moderation.histogram import Bar
from service.moderation.reasons import REASONS, Reason
from service.parts import parts
from service.store.tables import BatchRow

bp = Blueprint("batch", __name__)
SAMPLE: Final = 20
_LISTED: Final = 10
# Of one request; steps go on until then, each in a transaction of its own.
_STRETCH_S: Final = 0.8
_ACTIONS: Final = tuple(c for c in choices.ACTIONS if c.name != "highlight")
WIDTH: Final = 640
HEIGHT: Final = 160


@dataclass(frozen=True, slots=True)
class Column:
    """A bar as it is drawn, and whether it lies in the range that is chosen."""

    bar: Bar
    x: float
    y: float
    width: float
    height: float
    chosen: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """A batch and how far it has come."""

    row: BatchRow
    age: str
    action: str
    range: str
    left: int
    undone: bool
    undoing: bool


@bp.get("/batch")
@needs("editor")
def batch_page() -> ResponseReturnValue:
    """The histogram of a label; with a range, how many comments are in it and a sample of them."""
    now, filters = datetime.now(UTC), _filters()
    chosen = bool(request.args.get("min") or request.args.get("max"))
    wanted, everything = filters.wanted(person().site), _whole(filters).wanted(person().site)
    with parts().store.reading() as session:
        bars = histogram.histogram(session, everything)
        rows = histogram.sample(session, wanted, limit=SAMPLE) if chosen else []
        return render_template(
            "batch.html",
            filters=filters,
            chosen=chosen,
            columns=columns(bars, filters if chosen else None),
            total=sum(bar.count for bar in bars),
            most=max(bar.count for bar in bars),
            count=histogram.count(session, wanted) if chosen else 0,
            sample=cards(session, rows, now=now),
            sections=sections_of(session),
            batches=[_standing(row, now=now) for row in _last(session)],
            actions=_ACTIONS,
            choices=choices,
            width=WIDTH,
            height=HEIGHT,
        )


@bp.get("/batch/confirm")
@needs("editor")
def confirm_page() -> ResponseReturnValue:
    """How many comments the decision is about, before it is made."""
    filters = _filters()
    action, reason = _asked(request.args.get("action", ""), request.args.get("reason", ""))
    with parts().store.reading() as session:
        count = histogram.count(session, filters.wanted(person().site))
    return render_template(
        "batch_confirm.html",
        filters=filters,
        action=action,
        reason=reason,
        count=count,
        choices=choices,
    )


@bp.post("/batch/begin")
@needs("editor")
def begin() -> ResponseReturnValue:
    """Begin the batch; its page decides it in steps."""
    filters, who = _filters(), person()
    action, reason = _asked(request.form.get("action", ""), request.form.get("reason", ""))
    ruling = Ruling(action, who.name, reason=reason)
    with parts().store.writing() as session:
        wanted = filters.wanted(who.site)
        name = batches.begin(session, wanted, ruling, now=datetime.now(UTC)).name
    _stretch(batches.step, name)
    return redirect(f"/batch/{name}", 303)


@bp.get("/batch/<name>")
@needs("editor")
def one_batch(name: str) -> ResponseReturnValue:
    """How far the batch has come, and what can be done with it."""
    with parts().store.reading() as session:
        row = batches.find(session, person().site, name)
        return render_template("batch_one.html", batch=_standing(row, now=datetime.now(UTC)))


@bp.post("/batch/<name>/step")
@needs("editor")
def step(name: str) -> ResponseReturnValue:
    """Decide some more of the batch."""
    return _answer(_stretch(batches.step, name))


@bp.post("/batch/<name>/undo")
@needs("editor")
def undo(name: str) -> ResponseReturnValue:
    """Undo some more of the batch."""
    return _answer(_stretch(batches.undo_step, name))


def columns(bars: tuple[Bar, ...], chosen: Filters | None) -> list[Column]:
    """Where the bars are drawn; one with few comments is still to be seen."""
    most = max(1, *(bar.count for bar in bars))
    wide = WIDTH / len(bars)
    drawn = []
    for place, bar in enumerate(bars):
        tall = max(3.0, HEIGHT * bar.count / most) if bar.count else 0.0
        inside = chosen is not None and _overlaps(bar, chosen)
        x, y = round(place * wide + 1, 1), round(HEIGHT - tall, 1)
        drawn.append(Column(bar, x, y, round(wide - 2, 1), round(tall, 1), inside))
    return drawn


def _overlaps(bar: Bar, chosen: Filters) -> bool:
    return bar.minimum < chosen.maximum and chosen.minimum < bar.maximum


def _filters() -> Filters:
    """The range that is asked for; of the first label where none is named."""
    asked = request.values.copy()
    asked["label"] = asked.get("label") or NAMES[0]
    found = read_filters(asked)
    return Filters(
        section=found.section, label=found.label, minimum=found.minimum, maximum=found.maximum
    )


def _whole(filters: Filters) -> Filters:
    return Filters(section=filters.section, label=filters.label)


def _asked(action: str, reason: str) -> tuple[Verb, Reason | None]:
    if action not in {choice.name for choice in _ACTIONS}:
        raise InvalidField("choose what to decide: approve, reject or defer", field="action")
    if reason and reason not in REASONS:
        raise InvalidField("reason is not one of the codes", field="reason")
    return cast(Verb, action), reason or None


def _stretch(does: Callable[..., BatchRow], name: str) -> dict[str, object]:
    """Steps of the batch, one after the other, until it is done or a request has taken long enough."""
    who, end = person(), time.monotonic() + _STRETCH_S
    while True:
        now = datetime.now(UTC)
        with parts().store.writing() as session:
            told = _told(does(session, who.site, name, who.name, now=now), does)
        if told["done"] or time.monotonic() > end:
            return told


def _told(row: BatchRow, does: Callable[..., BatchRow]) -> dict[str, object]:
    undoing = does is batches.undo_step
    return {
        "name": row.name,
        "wanted": row.wanted,
        "decided": row.decided,
        "skipped": row.skipped,
        "undone": row.undone,
        "undoing": undoing,
        "done": batches.undo_is_done(row) if undoing else row.ended_at is not None,
    }


def _answer(told: dict[str, object]) -> ResponseReturnValue:
    if accepts_json_only():
        return jsonify(told)
    if told["done"] and told["undoing"]:
        flash(f"Undone: {told['undone']:,} of {told['decided']:,} decisions.")
    return redirect(f"/batch/{told['name']}", 303)


def _last(session: Session) -> list[BatchRow]:
    return batches.last(session, person().site, limit=_LISTED)


def _standing(row: BatchRow, *, now: datetime) -> Standing:
    return Standing(
        row=row,
        age=age(now - row.at),
        action=choices.DONE[row.action],
        range=_range(row),
        left=max(1, row.wanted - row.decided - row.skipped) if row.ended_at is None else 0,
        undone=batches.undo_is_done(row),
        undoing=row.undo_place is not None and not batches.undo_is_done(row),
    )


def _range(row: BatchRow) -> str:
    """What the batch is about, in words."""
    if row.label is None:
        about = "comments by their ids" if row.section is None else "all pending"
    else:
        label = row.label.replace("_", " ")
        about = f"{label} {row.minimum or 0:.2f} to {1 if row.maximum is None else row.maximum:.2f}"
    return about + (f", section {row.section}" if row.section else "")
