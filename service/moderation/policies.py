"""A site's policy: the version that holds, and the versions before it, which are never changed.

Versions are numbered from 1. Number 0 is the shipped policy: it holds until a site saves rules of its
own, and again after a roll-back to 0; its rules follow the bundle that speaks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from pydantic import TypeAdapter
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from service.errors import NotFound, PolicyChanged
from service.moderation.policy import Rule, shipped_rules
from service.moderation.rule_shape import Rules, written
from service.people import audit
from service.store.tables import PolicyVersion

SHIPPED: Final = 0
# With the number of a version: the name under which decisions of its rules are kept.
DECIDES_AS: Final = "policy:"
_RULES: Final[TypeAdapter[Rules]] = TypeAdapter(Rules)


@dataclass(frozen=True, slots=True)
class Policy:
    """The rules of a site and the number of their version."""

    number: int
    rules: tuple[Rule, ...]

    @property
    def decides_as(self) -> str:
        """The name under which a decision of these rules is kept."""
        return f"{DECIDES_AS}{self.number}"


@dataclass(frozen=True, slots=True)
class Change:
    """Rules to save over version ``based_on``: by whom, and what they say about it.

    None is over whichever version holds.
    """

    rules: tuple[Rule, ...]
    based_on: int | None
    by: str
    note: str | None = None


class Policies:
    """The policy that holds for each site; the rules of its last version are read once."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[int, tuple[Rule, ...]]] = {}

    def current(self, session: Session, site: str, thresholds: Mapping[str, float]) -> Policy:
        """The site's policy: its last version, or the shipped one for a bundle of ``thresholds``.

        One look at an index, as long as the version is the one that was read before.
        """
        found = _last(session, site)
        if found is None or found.restores == SHIPPED:
            return Policy(found.number if found else SHIPPED, shipped_rules(thresholds))
        kept = self._kept.get(site)
        if kept is None or kept[0] != found.id:
            query = select(PolicyVersion.rules).where(PolicyVersion.id == found.id)
            kept = self._kept[site] = (found.id, _read(session.scalars(query).one()))
        return Policy(found.number, kept[1])


def last_version(session: Session, site: str) -> PolicyVersion | None:
    """The version that holds, or None where the site has saved none."""
    found = _last(session, site)
    return None if found is None else session.get(PolicyVersion, found.id)


def find(session: Session, site: str, number: int) -> PolicyVersion | None:
    """The site's version of that number, or None."""
    if not SHIPPED < number < 2**31:  # the databases would refuse a larger one in the query
        return None
    query = select(PolicyVersion).where(PolicyVersion.site == site, PolicyVersion.number == number)
    return session.scalar(query)


def versions(
    session: Session, site: str, *, limit: int, before: int | None = None
) -> list[PolicyVersion]:
    """The site's versions, the newest first; with ``before``, those of a smaller number."""
    query = select(PolicyVersion).where(PolicyVersion.site == site)
    if before is not None:
        query = query.where(PolicyVersion.number < before)
    return list(session.scalars(query.order_by(PolicyVersion.number.desc()).limit(limit)))


def rules_of(row: PolicyVersion) -> tuple[Rule, ...]:
    """The rules of a version as they were saved; none where it restored the shipped policy."""
    return _read(row.rules)


def held(row: PolicyVersion | None, thresholds: Mapping[str, float]) -> tuple[Rule, ...]:
    """The rules of a version, or those that ship for None and for what restored them."""
    is_shipped = row is None or row.restores == SHIPPED
    return shipped_rules(thresholds) if row is None or is_shipped else rules_of(row)


def save(session: Session, site: str, change: Change, *, now: datetime) -> PolicyVersion:
    """The new version; raises ``PolicyChanged`` where ``change`` is not based on the last one."""
    rules = [written(rule) for rule in change.rules]
    row = PolicyVersion(note=change.note, restores=None, rules=rules)
    detail = {"rules": len(rules)} | ({"note": change.note} if change.note else {})
    return _add(
        session,
        site,
        row,
        change.based_on,
        by=change.by,
        what="policy saved",
        detail=detail,
        now=now,
    )


def roll_back(session: Session, site: str, number: int, *, by: str, now: datetime) -> PolicyVersion:
    """A new version with the rules of version ``number``; 0 brings back the shipped policy.

    Raises ``NotFound`` where the site has no such version, ``PolicyChanged`` where somebody saves one
    in the same moment.
    """
    last = _last(session, site)
    old = find(session, site, number)
    if old is None and number != SHIPPED:
        raise NotFound("the policy has no version of that number")
    shipped = old is None or old.restores == SHIPPED
    row = PolicyVersion(
        note=None, restores=SHIPPED if shipped else number, rules=old.rules if old else []
    )
    base = last.number if last else SHIPPED
    detail = {"restores": number}
    return _add(session, site, row, base, by=by, what="policy rolled back", detail=detail, now=now)


@dataclass(frozen=True, slots=True)
class _Last:
    id: int
    number: int
    restores: int | None


def _last(session: Session, site: str) -> _Last | None:
    query = select(PolicyVersion.id, PolicyVersion.number, PolicyVersion.restores)
    query = query.where(PolicyVersion.site == site).order_by(PolicyVersion.number.desc()).limit(1)
    row = session.execute(query).first()
    return None if row is None else _Last(row.id, row.number, row.restores)


def _add(  # noqa: PLR0913 - all but four by keyword
    session: Session,
    site: str,
    row: PolicyVersion,
    based_on: int | None,
    *,
    by: str,
    what: str,
    detail: Mapping[str, object],
    now: datetime,
) -> PolicyVersion:
    last = _last(session, site)
    number = last.number if last else SHIPPED
    if based_on is not None and number != based_on:
        raise PolicyChanged(
            f"number is {based_on}, and the policy is at version {number}: look at it again",
            field="number",
        )
    row.site, row.number, row.at, row.by = site, number + 1, now, by
    session.add(row)
    try:
        session.flush()
    except IntegrityError:  # two at once in PostgreSQL; the number is unique in its site
        raise PolicyChanged("somebody saved the policy in this moment", field="number") from None
    audit.note(session, site, by, what, f"version {row.number}", detail, now=now)
    return row


def _read(rules: Sequence[object]) -> tuple[Rule, ...]:
    return tuple(shape.as_rule() for shape in _RULES.validate_python(rules))
