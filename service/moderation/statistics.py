"""All figures of a site over a period, each defined in docs/statistics.md."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy.orm import Session

from service.moderation import outcomes, samples, volumes
from service.moderation.agreement import Agreements, agreements
from service.moderation.outcomes import Rates, Wait
from service.moderation.periods import Period
from service.moderation.spreads import Spread, spreads
from service.moderation.volumes import Day, Worker


@dataclass(frozen=True, slots=True)
class Statistics:
    """The figures. Those of scores or decisions are of samples where ``…_sampled`` says so."""

    period: Period
    days: tuple[Day, ...]
    comments: int
    comments_before: int
    spreads: tuple[Spread, ...]
    scores_sampled: bool
    overall: Rates
    by_label: tuple[Rates, ...]
    by_section: tuple[Rates, ...]
    over_time: tuple[Rates, ...]
    decisions: int
    decisions_sampled: bool
    wait: Wait | None
    agreements: Agreements
    workers: tuple[Worker, ...]

    @property
    def by_state(self) -> Counter[str]:
        """How many of the period's comments are in each state now."""
        return sum((Counter(day.by_state) for day in self.days), Counter())


def statistics(session: Session, site: str, period: Period) -> Statistics:
    """The site's figures over the period."""
    days = volumes.by_day(session, site, period)
    comments = sum(day.total for day in days)
    before = volumes.count_comments(session, site, period.before)
    workers = volumes.by_worker(session, site, period)
    decisions = sum(worker.total for worker in workers)
    decided = outcomes.outcomes(session, site, period, count=decisions)
    return Statistics(
        period=period,
        days=days,
        comments=comments,
        comments_before=before,
        spreads=spreads(session, site, period, count=comments, count_before=before),
        scores_sampled=max(comments, before) > samples.MOST,
        overall=outcomes.rates("all", decided),
        by_label=outcomes.by_label(decided),
        by_section=outcomes.by_section(decided),
        over_time=outcomes.over_time(decided, period),
        decisions=decisions,
        decisions_sampled=decisions > samples.MOST,
        wait=outcomes.wait(decided),
        agreements=agreements(session, site, since=period.since),
        workers=workers,
    )
