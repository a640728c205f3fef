"""How far two people agree who decide about the same comments, beyond what chance would make them.

Cohen's kappa: J. Cohen, "A coefficient of agreement for nominal scales", Educational and Psychological
Measurement 20 (1960). Its interval is the large-sample one, the estimate and 1.96 standard errors on
each side, with the variance of J. L. Fleiss, J. Cohen and B. S. Everitt, "Large sample standard errors
of kappa and weighted kappa", Psychological Bulletin 72 (1969).
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from math import sqrt
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.moderation.shares import Z_95, Share, wilson
from service.store.tables import SecondReview

# How often each pair of answers was given: (what the one said, what the other said).
Table = Mapping[tuple[str, str], int]
# With fewer the large-sample interval means nothing, and one answer moves kappa by a tenth.
FEWEST: Final = 30


@dataclass(frozen=True, slots=True)
class Kappa:
    """Cohen's kappa with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Agreement:
    """How two agree: ``share`` is the raw agreement.

    ``kappa`` is None where there are fewer than ``FEWEST`` answers, or where it is not defined because
    both gave the same single answer throughout.
    """

    who: tuple[str, str]
    share: Share
    kappa: Kappa | None

    @property
    def is_enough(self) -> bool:
        """Whether there are enough answers to say anything."""
        return self.share.whole >= FEWEST


@dataclass(frozen=True, slots=True)
class Agreements:
    """All second reviews of a time together, first against second, and by pair of people."""

    overall: Agreement
    pairs: tuple[Agreement, ...]


def cohen(table: Table) -> Kappa | None:
    """Kappa of the answers in ``table``; None of none, or where chance alone would agree always.

    The interval ends at -1 and 1 at the latest, and has no width where nobody ever disagreed.
    """
    whole = sum(table.values())
    if not whole:
        return None
    share = {pair: count / whole for pair, count in table.items()}
    answers = {answer for pair in table for answer in pair}
    ones = {a: sum(p for (one, _), p in share.items() if one == a) for a in answers}
    others = {a: sum(p for (_, other), p in share.items() if other == a) for a in answers}
    observed = sum(share.get((a, a), 0.0) for a in answers)
    by_chance = sum(ones[a] * others[a] for a in answers)
    if by_chance > 1 - 1e-12:
        return None
    kappa = (observed - by_chance) / (1 - by_chance)
    same = sum(
        share.get((a, a), 0.0) * (1 - (ones[a] + others[a]) * (1 - kappa)) ** 2 for a in answers
    )
    different = (1 - kappa) ** 2 * sum(
        p * (others[one] + ones[other]) ** 2 for (one, other), p in share.items() if one != other
    )
    rest = (kappa - by_chance * (1 - kappa)) ** 2
    # Rounding may leave a hair below zero where all agree.
    variance = max(0.0, same + different - rest) / ((1 - by_chance) ** 2 * whole)
    spread = Z_95 * sqrt(variance)
    return Kappa(kappa, max(-1.0, kappa - spread), min(1.0, kappa + spread))


def agreement(who: tuple[str, str], table: Table) -> Agreement:
    """How the two agree whose answers ``table`` counts."""
    whole = sum(table.values())
    same = sum(count for (one, other), count in table.items() if one == other)
    return Agreement(who, wilson(same, whole), cohen(table) if whole >= FEWEST else None)


def agreements(session: Session, site: str, *, since: datetime) -> Agreements:
    """How the people of the site agree in the second reviews that were given since then."""
    columns = (
        SecondReview.first_by,
        SecondReview.second_by,
        SecondReview.first_action,
        SecondReview.second_action,
    )
    query = (
        select(*columns, func.count())
        .where(SecondReview.site == site, SecondReview.second_at >= since)
        .group_by(*columns)
    )
    return from_counts(
        (first, second or "", said, then or "", count)
        for first, second, said, then, count in session.execute(query)
    )


def from_counts(rows: Iterable[tuple[str, str, str, str, int]]) -> Agreements:
    """From (first person, second, first answer, second, how often).

    A pair is the same whoever of the two came first; the pairs with the most answers come first.
    """
    overall: Counter[tuple[str, str]] = Counter()
    pairs: dict[tuple[str, str], Counter[tuple[str, str]]] = {}
    for first, second, said, then, count in rows:
        overall[said, then] += count
        swap = second < first
        who = (second, first) if swap else (first, second)
        pairs.setdefault(who, Counter())[(then, said) if swap else (said, then)] += count
    found = [agreement(who, table) for who, table in pairs.items()]
    found.sort(key=lambda one: (-one.share.whole, one.who))
    return Agreements(agreement(("first", "second"), overall), tuple(found))
