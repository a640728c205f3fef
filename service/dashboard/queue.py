"""/: the queue, claimed for whoever decides, and what its script asks for while it is open."""

from datetime import UTC, datetime, timedelta
from typing import Final

from flask import Blueprint, Response, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.dashboard import choices
from service.dashboard.access import needs, person
from service.dashboard.cards import cards
from service.dashboard.filters import Filters, read_filters
from service.dashboard.forgery import csrf_token
from service.errors import InvalidField
from service.moderation import claims, desk, histogram, queue
from service.moderation.desk import Seen
from service.moderation.queue import Page
from service.parts import parts
from service.store.tables import Section

bp = Blueprint("queue", __name__)
PAGE: Final = 25
_MOST_COUNTED: Final = 1000
# What one page can hold before it is loaded anew.
_MOST_SEEN: Final = 1000
# In these states a comment waits for somebody, and is claimed for them.
WAITING: Final = ("pending", "deferred")
_LONGEST_CURSOR: Final = 400


@bp.get("/")
@needs("viewer")
def queue_page() -> ResponseReturnValue:
    """Comments in the order that is asked for; those who decide get some that nobody else has."""
    filters, now = read_filters(request.args), datetime.now(UTC)
    page = _page(filters, now=now)
    with parts().store.reading() as session:
        shown = cards(session, page.comments, now=now)
        counts = _counts(session)
        sections = sections_of(session)
    return render_template(
        "queue.html",
        cards=shown,
        after=page.next,
        counts=counts,
        sections=sections,
        filters=filters,
        choices=choices,
        until=_until(now).isoformat(),
        decides=person().may("moderator"),
    )


@bp.post("/queue/more")
@needs("moderator")
def more() -> ResponseReturnValue:
    """The next cards besides those that the page has, as a part of a page."""
    filters, now = read_filters(request.args), datetime.now(UTC)
    have = [one.number for one in read_seen()]
    with parts().store.writing() as session:
        rows = queue.take(
            session,
            filters.wanted(person().site),
            by=person().name,
            limit=PAGE,
            now=now,
            seconds=claims.DEFAULT_S,
            besides=have,
        )
        shown = cards(session, rows, now=now)
    return render_template(
        "cards.html", cards=shown, filters=filters, choices=choices, decides=True
    )


@bp.post("/claims/keep")
@needs("moderator")
def keep() -> ResponseReturnValue:
    """Which of the page's comments are still as they were seen, claimed for longer."""
    now, who = datetime.now(UTC), person()
    with parts().store.writing() as session:
        kept = desk.keep(session, who.site, read_seen(), who.name, now=now)
    return jsonify(kept=sorted(kept), until=_until(now).isoformat())


@bp.post("/claims/leave")
@needs("moderator")
def leave() -> ResponseReturnValue:
    """Give the page's comments back to the queue."""
    try:
        until = datetime.fromisoformat(request.form.get("until", ""))
        if until.tzinfo is None:
            raise InvalidField("until must have a time zone", field="until")
        until = until.astimezone(UTC)
    except (ValueError, OverflowError):
        raise InvalidField("until must be a time", field="until") from None
    with parts().store.writing() as session:
        desk.leave(session, [one.number for one in read_seen()], person().name, until=until)
    return Response(status=204)


@bp.get("/form-token")
@needs("viewer")
def form_token() -> ResponseReturnValue:
    """The token of forms, for a page that was open while somebody signed in again elsewhere."""
    return jsonify(token=csrf_token())


def read_seen() -> list[Seen]:
    """The comments that the page says it shows, each as NUMBER:STATE:REVISION in a field ``seen``."""
    sent = request.form.getlist("seen")
    if len(sent) > _MOST_SEEN:
        raise InvalidField(f"a page has no more than {_MOST_SEEN} comments", field="seen")
    return [as_seen(one) for one in sent]


def as_seen(written: str) -> Seen:
    """A comment as a page says it; raises ``InvalidField``."""
    number, _, rest = written.partition(":")
    state, _, revision = rest.partition(":")
    digits = number + revision
    sound = digits.isascii() and digits.isdecimal() and number and revision
    short = len(number) <= 18 and len(revision) <= 9 and len(state) <= 16
    if not sound or not short or int(number) > desk.LARGEST:
        raise InvalidField("seen must be NUMBER:STATE:REVISION", field="seen")
    return Seen(int(number), state, int(revision))


def sections_of(session: Session) -> list[str]:
    """The sections of the person's site, by name."""
    query = select(Section.name).where(Section.site == person().site)
    return list(session.scalars(query.order_by(Section.name)))


def _page(filters: Filters, *, now: datetime) -> Page:
    """The page of the queue; what waits for a decision is claimed for those who may decide."""
    wanted = filters.wanted(person().site)
    cursor = request.args.get("cursor") or None
    if cursor and len(cursor) > _LONGEST_CURSOR:
        raise InvalidField("cursor is not one that a page gave", field="cursor")
    if not person().may("moderator") or filters.state not in WAITING:
        with parts().store.reading() as session:
            return queue.page(session, wanted, limit=PAGE, cursor=cursor)
    with parts().store.writing() as session:
        rows = queue.take(
            session,
            wanted,
            by=person().name,
            limit=PAGE,
            now=now,
            seconds=claims.DEFAULT_S,
            cursor=cursor,
        )
        session.expunge_all()
    after = queue.cursor_after(rows[-1], wanted.sort) if len(rows) == PAGE else None
    return Page(rows, after)


def _counts(session: Session) -> dict[str, str]:
    """How many comments wait, counted no further than is quick."""
    site = person().site
    found = {}
    for state in WAITING:
        wanted = Filters(state=state).wanted(site)
        number = histogram.count(session, wanted, limit=_MOST_COUNTED + 1)
        found[state] = f"{_MOST_COUNTED:,}+" if number > _MOST_COUNTED else f"{number:,}"
    return found


def _until(now: datetime) -> datetime:
    return now + timedelta(seconds=claims.DEFAULT_S)
