"""Fills an empty store: people, a key, comments as they came in over a month, and what became of them.

The comments are scored by the bundle and kept by the code behind ``POST /v1/comments``, and decided by
the code behind the desk's pages; only the clock is another.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from service import keys
from service.api.comment_schemas import ArrivingComment
from service.arriving import arrivals_of
from service.demo.mornings import EDITOR, MODERATOR, Desk
from service.demo.written import Written, as_sent, comments
from service.judging import judge_all
from service.moderation import keeping, policies, reports
from service.moderation.policies import Change
from service.moderation.policy import Rule, shipped_rules
from service.moderation.reports import Report
from service.parts import Parts
from service.people import accounts, audit, passwords
from service.people.roles import Role
from service.sites import DEFAULT_SITE
from service.store.tables import AuditEntry, KeptComment, User
from service.webhooks import hooks

FILLED: Final = "demo filled"
ADMIN: Final = "ada"
PEOPLE: Final[dict[str, Role]] = {
    "vera": "viewer",
    MODERATOR: "moderator",
    EDITOR: "editor",
    ADMIN: "admin",
}
SCOPES: Final = ("score", "feedback", "moderate", "admin")
# The days before the filling on which the policy was changed, and of which nothing is decided yet.
POLICY_DAY: Final = 9
UNDECIDED_DAYS: Final = 3
_FIRST_DAY: Final = 30
_AT_ONCE: Final = 32
_KEPT_AFTER: Final = timedelta(seconds=2)
_REPORTED_AFTER: Final = timedelta(minutes=20)
_HOOK: Final = "https://hooks.courier.example/comity"
_NOTE: Final = "Advertising has come in: a person looks before it is shown"
_SPAM: Final = Rule(action="hold", words=("followers", "from home"))


class NotEmpty(Exception):
    """The store holds people or comments that are not the demonstration's."""


@dataclass(frozen=True, slots=True)
class SignIns:
    """What is shown once: a password a person, by name, and an API key."""

    passwords: dict[str, str]
    key: str


def is_filled(session: Session) -> bool:
    """Whether a filling has come to its end in this store.

    Raises ``NotEmpty`` where the store holds something and was not filled, or only in part.
    """
    if session.scalar(select(exists().where(AuditEntry.what == FILLED))):
        return True
    if any(
        session.scalar(select(exists().where(row.id.is_not(None)))) for row in (KeptComment, User)
    ):
        raise NotEmpty("the store holds people or comments that no finished filling has made")
    return False


def fill(given: Parts, *, now: datetime, told: Callable[[int, int], None]) -> SignIns:
    """Fill the empty store of ``given``, as if the last month had passed in it.

    ``told`` hears how many comments of how many are kept. Raises ``NotReady`` without a bundle.
    """
    written = comments()
    with given.store.writing() as session:
        made = _people(session, now=now - timedelta(days=_FIRST_DAY))
        _webhook(session, now=now - timedelta(days=_FIRST_DAY - 1))
    desk = Desk(DEFAULT_SITE, {one.id: one for one in written})
    kept = 0
    for day, morning, arriving in _days(written, now):
        for start in range(0, len(arriving), _AT_ONCE):
            some = arriving[start : start + _AT_ONCE]
            _keep(given, some, now=now)
            kept += len(some)
            told(kept, len(written))
        with given.store.writing() as session:
            if day >= UNDECIDED_DAYS:
                desk.morning(session, morning, day=day)
            if day == POLICY_DAY:
                _policy(session, given, now=morning + timedelta(hours=1))
    with given.store.writing() as session:
        audit.note(session, DEFAULT_SITE, audit.COMMAND_LINE, FILLED, "demo", None, now)
    return made


def _keep(given: Parts, written: Sequence[Written], *, now: datetime) -> None:
    """Score the comments in one call and keep each at its time, with what readers report of it."""
    sent = [ArrivingComment.model_validate(as_sent(one, now)) for one in written]
    sections = [comment.section for comment in sent]
    judged = judge_all(sent, given, site=DEFAULT_SITE, sections=sections, spans=True)
    arrivals = {arrival.external_id: (arrival, read) for arrival, read in arrivals_of(sent, judged)}
    with given.store.writing() as session:
        for one in written:
            came = one.at(now) + _KEPT_AFTER
            keeping.keep(session, DEFAULT_SITE, [arrivals[one.id]], now=came)
            for number, reason in enumerate(one.reports):
                at = min(now, came + (number + 1) * _REPORTED_AFTER)
                report = Report(reason, reporter=f"reader-{number}-of-{one.id}")
                reports.report(session, DEFAULT_SITE, one.id, report, now=at)


def _people(session: Session, *, now: datetime) -> SignIns:
    made = {name: passwords.generated() for name in PEOPLE}
    for name, role in PEOPLE.items():
        accounts.add(
            session,
            name=name,
            role=role,
            password=made[name],
            site=DEFAULT_SITE,
            by=audit.COMMAND_LINE,
            now=now,
        )
    return SignIns(made, keys.create(session, name="article pages", scopes=SCOPES))


def _webhook(session: Session, *, now: datetime) -> None:
    """A webhook that is disabled before anything happens: nothing of a demonstration is sent out."""
    hook = hooks.add(session, DEFAULT_SITE, _HOOK, by=ADMIN, now=now)
    hooks.disable(session, DEFAULT_SITE, hook.id, by=ADMIN, now=now)


def _policy(session: Session, given: Parts, *, now: datetime) -> None:
    """The rules that ship and one of the desk's own."""
    rules = (*shipped_rules(given.ready_scorer().thresholds), _SPAM)
    change = Change(rules, based_on=policies.SHIPPED, by=ADMIN, note=_NOTE)
    policies.save(session, DEFAULT_SITE, change, now=now)


def _days(
    written: Sequence[Written], now: datetime
) -> Iterator[tuple[int, datetime, list[Written]]]:
    """Each day by its number, back from ``now``; its end; and what was written in it."""
    for day in range(_FIRST_DAY, -1, -1):
        end = now - timedelta(days=day)
        begin = end - timedelta(days=1)
        yield day, end, [one for one in written if begin < one.at(now) <= end]
