"""The days that figures are about: whole days of UTC, today included."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

LENGTHS: Final = (7, 30, 90)


@dataclass(frozen=True, slots=True)
class Period:
    """``days`` whole days, the last of which is ``last``."""

    days: int
    last: date

    @property
    def first(self) -> date:
        """The first of the days."""
        return self.last - timedelta(days=self.days - 1)

    @property
    def since(self) -> datetime:
        """When it begins."""
        return datetime.combine(self.first, time(), UTC)

    @property
    def until(self) -> datetime:
        """When it is over."""
        return datetime.combine(self.last + timedelta(days=1), time(), UTC)

    @property
    def before(self) -> "Period":
        """As many days before it."""
        return Period(self.days, self.first - timedelta(days=1))

    def each_day(self) -> tuple[date, ...]:
        """The days, from the first to the last."""
        return tuple(self.first + timedelta(days=i) for i in range(self.days))


def up_to(now: datetime, days: int) -> Period:
    """The period of that length that ends with the day of ``now``."""
    return Period(days, now.astimezone(UTC).date())
