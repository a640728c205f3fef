"""How the scores of each label are spread, now and in the period before."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from model.labels import NAMES
from service.moderation import samples
from service.moderation.periods import Period
from service.moderation.queue import column_of
from service.moderation.stability import Stability, counts_within, stability

BARS: Final = 20
_EDGES: Final = tuple(bar / BARS for bar in range(1, BARS))


@dataclass(frozen=True, slots=True)
class Spread:
    """A label's scores: how many in each of ``BARS`` equal parts of 0 to 1, and how they shifted."""

    label: str
    now: tuple[int, ...]
    before: tuple[int, ...]
    stability: Stability


def spreads(
    session: Session, site: str, period: Period, *, count: int, count_before: int
) -> tuple[Spread, ...]:
    """Each label's spread; of samples where more than ``samples.MOST`` comments came.

    The scores are the latest on record; comments that could not be judged have none.
    """
    now = _scores(session, site, period, count)
    before = _scores(session, site, period.before, count_before)
    return tuple(_spread(label, before[label], now[label]) for label in NAMES)


def _spread(label: str, before: Sequence[float], now: Sequence[float]) -> Spread:
    bars, bars_before = (tuple(counts_within(scores, _EDGES)) for scores in (now, before))
    return Spread(label, bars, bars_before, stability(before, now))


def _scores(session: Session, site: str, period: Period, count: int) -> dict[str, list[float]]:
    query = select(*(column_of(label) for label in NAMES))
    place = samples.COMMENTS
    rows = samples.rows_of(session, query, place, site=site, period=period, count=count)
    # Below 0 stands for no score (service.store.tables.NOT_JUDGED).
    return {
        label: [float(row[at]) for row in rows if row[at] >= 0] for at, label in enumerate(NAMES)
    }
