"""Rows of a period: all of them where they are few, else a random sample that is quick to read.

The numbers of rows rise with time, so a sample draws numbers between the first and the last row of the
period. What was sent again long after its first arrival can lie outside and is then left out.
"""

import random
from dataclasses import dataclass
from statistics import median_low
from typing import Any, Final

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from service.moderation.periods import Period
from service.store.tables import DecisionRow, KeptComment

MOST: Final = 5_000
# Numbers drawn for each row wanted where a site shares the numbers with others.
_MOST_DRAWN: Final = 6 * MOST
_AT_ONCE: Final = 5_000
# One row at an end of a period may be an old comment that was just edited; most of so many are not.
_AT_AN_END: Final = 21
# The draw is the same each time, so that a page that is loaded again says the same.
_SEED: Final = 5


@dataclass(frozen=True, slots=True)
class Place:
    """Where rows of a site lie: their table's number, site and time."""

    number: InstrumentedAttribute[int]
    site: InstrumentedAttribute[str]
    at: "InstrumentedAttribute[object]"


COMMENTS: Final = Place(KeptComment.id, KeptComment.site, KeptComment.received_at)
DECISIONS: Final = Place(DecisionRow.id, DecisionRow.site, DecisionRow.at)


def rows_of(  # noqa: PLR0913 - all but two by keyword
    session: Session,
    query: "Select[*tuple[Any, ...]]",
    place: Place,
    *,
    site: str,
    period: Period,
    count: int,
) -> "list[Row[*tuple[Any, ...]]]":
    """What ``query`` finds in the period, which has ``count`` rows: of all, or of about ``MOST``."""
    within = (place.site == site, place.at >= period.since, place.at < period.until)
    if count <= MOST:
        return list(session.execute(query.where(*within)))
    ends = select(place.number).where(*within).limit(_AT_AN_END)
    first = median_low(session.scalars(ends.order_by(place.at, place.number)))
    last = median_low(session.scalars(ends.order_by(place.at.desc(), place.number.desc())))
    low, high = min(first, last), max(first, last)
    span = high - low + 1
    drawn = min(span, _MOST_DRAWN, round(MOST * span / count))
    numbers = sorted(random.Random(_SEED).sample(range(low, high + 1), drawn))
    # Nothing added to the site keeps SQLite from reading the whole period by the site's index instead.
    query = query.where(place.site + "" == site, *within[1:])
    found: list[Row[*tuple[Any, ...]]] = []
    for start in range(0, len(numbers), _AT_ONCE):
        chunk = numbers[start : start + _AT_ONCE]
        found += session.execute(query.where(place.number.in_(chunk)))
    return found
