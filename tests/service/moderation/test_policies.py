"""Versions of a site's policy, in both databases."""

import pytest
from sqlalchemy import event, select

from model.labels import NAMES
from service.errors import NotFound, PolicyChanged
from service.moderation import policies
from service.moderation.policies import Change, Policies
from service.moderation.policy import Rule, shipped_rules
from service.store.tables import AuditEntry
from tests.service.moderation.desk import START, Desk

THRESHOLDS = dict.fromkeys(NAMES, 0.5)
HOLD = (Rule("insult", 0.8, 1.0, "hold"),)
WORDS = (Rule(words=("zebra", "gnu"), action="reject", section="sport"),)


def save(
    desk: Desk, rules, based_on: int | None, *, site: str = "daily", note: str | None = None
) -> int:
    with desk.store.writing() as session:
        change = Change(rules, based_on, "eve", note)
        return policies.save(session, site, change, now=START).number


def roll_back(desk: Desk, number: int) -> int:
    with desk.store.writing() as session:
        return policies.roll_back(session, "daily", number, by="eve", now=START).number


def current(desk: Desk, given: Policies | None = None, *, site: str = "daily") -> policies.Policy:
    with desk.store.reading() as session:
        return (given or Policies()).current(session, site, THRESHOLDS)


def test_without_a_saved_policy_the_shipped_one_holds(desk: Desk) -> None:
    assert current(desk) == policies.Policy(0, shipped_rules(THRESHOLDS))


def test_the_last_version_of_the_site_holds(desk: Desk) -> None:
    assert save(desk, HOLD, 0) == 1
    assert save(desk, WORDS, 1) == 2
    assert current(desk) == policies.Policy(2, WORDS)
    assert current(desk).decides_as == "policy:2"
    assert current(desk, site="weekly").number == 0


def test_a_change_must_be_based_on_the_last_version(desk: Desk) -> None:
    save(desk, HOLD, 0)
    for stale in (0, 2):
        with pytest.raises(PolicyChanged) as caught:
            save(desk, WORDS, stale)
        assert caught.value.message == (
            f"number is {stale}, and the policy is at version 1: look at it again"
        )
    assert current(desk).rules == HOLD


def test_a_change_that_is_based_on_no_version_replaces_whichever_holds(desk: Desk) -> None:
    assert [save(desk, rules, None) for rules in (HOLD, WORDS)] == [1, 2]
    assert current(desk).rules == WORDS


def test_a_roll_back_is_a_new_version_that_restores_an_old_one(desk: Desk) -> None:
    save(desk, HOLD, 0)
    save(desk, WORDS, 1)
    assert roll_back(desk, 1) == 3
    assert current(desk) == policies.Policy(3, HOLD)
    with desk.store.reading() as session:
        rows = policies.versions(session, "daily", limit=9)
        assert [(row.number, row.restores) for row in rows] == [(3, 1), (2, None), (1, None)]
        assert policies.rules_of(rows[1]) == WORDS
        assert [row.number for row in policies.versions(session, "daily", limit=1, before=3)] == [2]


def test_a_roll_back_to_0_brings_back_the_shipped_policy_which_follows_the_bundle(
    desk: Desk,
) -> None:
    save(desk, HOLD, 0)
    assert roll_back(desk, 0) == 2
    assert current(desk) == policies.Policy(2, shipped_rules(THRESHOLDS))
    save(desk, WORDS, 2)
    assert roll_back(desk, 2) == 4
    assert current(desk).rules == shipped_rules(THRESHOLDS)


def test_a_version_that_is_not_there_cannot_be_brought_back(desk: Desk) -> None:
    with pytest.raises(NotFound):
        roll_back(desk, 7)


def test_rules_are_read_once_and_a_change_is_seen_at_once(desk: Desk) -> None:
    save(desk, HOLD, 0)
    given, asked = Policies(), []

    def note(*of_the_call: object) -> None:
        if str(of_the_call[2]).startswith("SELECT policy"):
            asked.append(of_the_call[2])

    event.listen(desk.store.engine, "before_cursor_execute", note)
    assert current(desk, given).rules == HOLD
    first = len(asked)
    assert current(desk, given).rules == HOLD
    assert len(asked) - first == 1
    save(desk, WORDS, 1)
    assert current(desk, given) == policies.Policy(2, WORDS)


def test_every_change_is_in_the_audit(desk: Desk) -> None:
    save(desk, HOLD, 0, note="Calmer.")
    roll_back(desk, 0)
    with desk.store.reading() as session:
        rows = list(session.scalars(select(AuditEntry).order_by(AuditEntry.id)))
    assert [(row.site, row.by, row.what, row.subject, row.detail) for row in rows] == [
        ("daily", "eve", "policy saved", "version 1", {"rules": 1, "note": "Calmer."}),
        ("daily", "eve", "policy rolled back", "version 2", {"restores": 0}),
    ]
