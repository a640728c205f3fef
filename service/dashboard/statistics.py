"""/statistics: what came, how it reads, what people made of it and how far they agree."""

from datetime import UTC, datetime, timedelta
from typing import Final

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from service.dashboard import charts
from service.dashboard.access import needs, person
from service.errors import InvalidField
from service.moderation import periods, samples
from service.moderation.agreement import FEWEST
from service.moderation.statistics import statistics
from service.moderation.volumes import ACTIONS, STATES, VERBS
from service.parts import parts

bp = Blueprint("statistics", __name__)
_USUAL: Final = 30
# With fewer a share's interval covers most of what there is.
_FEWEST_DECISIONS: Final = 10


@bp.get("/statistics")
@needs("viewer")
def statistics_page() -> ResponseReturnValue:
    """The figures of the last 7, 30 or 90 days; those about single people are for editors."""
    period = periods.up_to(datetime.now(UTC), _days())
    with parts().store.reading() as session:
        found = statistics(session, person().site, period)
    return render_template(
        "statistics.html",
        found=found,
        period=period,
        lengths=periods.LENGTHS,
        states=STATES,
        actions=ACTIONS,
        verbs=VERBS,
        by_state=charts.stacked(found.days, STATES, by="state"),
        by_action=charts.stacked(found.days, ACTIONS, by="action"),
        outlines=[(spread, charts.outline(spread)) for spread in found.spreads],
        approved=charts.spots(found.over_time, of="approved"),
        overridden=charts.spots(found.over_time, of="overridden"),
        fewest=FEWEST,
        fewest_decisions=_FEWEST_DECISIONS,
        most_sampled=samples.MOST,
        duration=duration,
        names_people=person().may("editor"),
    )


def duration(length: timedelta) -> str:
    """A length of time in its two largest units; seconds count for less than ten minutes only."""
    minutes, seconds = divmod(round(length.total_seconds()), 60)
    if minutes >= 10:
        seconds = 0
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parted = [(days, "d"), (hours, "h"), (minutes, "min"), (seconds, "s")]
    first = next((at for at, (count, _) in enumerate(parted) if count), 3)
    return " ".join(
        f"{count} {unit}" for count, unit in parted[first : first + 2] if count or first == 3
    )


def _days() -> int:
    asked = request.args.get("days", str(_USUAL))
    if asked not in {str(one) for one in periods.LENGTHS}:
        lengths = ", ".join(str(one) for one in periods.LENGTHS)
        raise InvalidField(f"days must be one of {lengths}", field="days")
    return int(asked)
