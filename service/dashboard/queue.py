"""/: the queue; for now, how many comments are in each state."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select

from service.dashboard.access import needs, person
from service.moderation.decisions import STATES
from service.parts import parts
from service.store.tables import KeptComment

bp = Blueprint("queue", __name__)


@bp.get("/")
@needs("viewer")
def queue_page() -> ResponseReturnValue:
    """How many comments of the person's site are in each state."""
    query = (
        select(KeptComment.state, func.count())
        .where(KeptComment.site == person().site)
        .group_by(KeptComment.state)
    )
    with parts().store.reading() as session:
        found = {state: count for state, count in session.execute(query)}
    return render_template("queue.html", counts=[(state, found.get(state, 0)) for state in STATES])
