"""Signing in, and guessing."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from service.people import accounts, audit, guesses, passwords, signing_in
from service.people.guesses import Guesses
from service.store.tables import User

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
PASSWORD = "correct horse battery"


class Door:
    """Tries to sign in as Ada, from an address of its own each time unless one is given."""

    def __init__(self, store) -> None:
        self.store, self.guesses, self.tries = store, Guesses(now=lambda: 0.0), 0

    def __call__(self, password: str = PASSWORD, *, name="Ada", at=NOW, address=None):
        self.tries += 1
        return signing_in.sign_in(
            self.store,
            self.guesses,
            name=name,
            password=password,
            address=address or f"192.0.2.{self.tries}",
            now=at,
        )


@pytest.fixture
def door(either, add) -> Door:
    add("Ada")
    return Door(either)


def test_name_and_password_let_in(door) -> None:
    assert door() is not None
    assert door(name="aDA ") is not None


@pytest.mark.parametrize("name", ["Eve", "", "a\0", "x" * 10_000])
def test_an_unknown_name_is_compared_as_slowly_as_a_known_one(door, monkeypatch, name: str) -> None:
    seen = []
    monkeypatch.setattr(passwords, "fits", lambda p, kept: bool(seen.append(kept)))
    assert door(name=name) is None
    assert door("wrong") is None
    assert seen[0] is None
    assert seen[1] is not None


def test_the_sixth_try_finds_the_name_locked_even_with_the_right_password(door) -> None:
    for _ in range(5):
        assert door("wrong") is None
    assert door() is None
    assert door(at=NOW + timedelta(seconds=29)) is None
    assert door(at=NOW + timedelta(seconds=31)) is not None


def test_the_right_password_forgives_the_wrong_ones(door, either) -> None:
    for _ in range(4):
        door("wrong")
    assert door() is not None
    with either.reading() as session:
        ada = accounts.named(session, "Ada")
        assert (ada.failures, ada.locked_until) == (0, None)


def test_each_further_lock_is_twice_as_long_up_to_fifteen_minutes() -> None:
    seconds = [signing_in.lock_after(n).total_seconds() for n in (4, 5, 6, 7, 8, 9, 10, 10**9)]
    assert seconds == [0, 30, 60, 120, 240, 480, 900, 900]


def test_a_locked_try_is_not_counted_and_the_lock_is_audited(door, either) -> None:
    for _ in range(9):
        door("wrong")
    with either.reading() as session:
        assert accounts.named(session, "Ada").failures == 5
        entry = audit.page(session, "default").entries[0]
    assert (entry.what, entry.subject) == ("sign-in locked", "Ada")
    assert entry.detail == {"seconds": 30, "failures": 5}


def test_a_burst_of_guesses_at_once_gets_no_more_than_five(door, monkeypatch) -> None:
    looked_at = []
    monkeypatch.setattr(passwords, "fits", lambda p, kept: bool(kept and looked_at.append(p)))
    threads = [threading.Thread(target=door, args=(f"guess {n}",)) for n in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(looked_at) == 5


def test_whoever_is_disabled_is_not_let_in(door, either, add) -> None:
    add("Bea")
    with either.writing() as session:
        accounts.disable(session, accounts.named(session, "Ada"), by="Bea", now=NOW)
    assert door() is None
    with either.reading() as session:
        assert accounts.named(session, "Ada").failures == 0


def test_a_password_changed_while_the_old_one_is_looked_at_wins(door, either, monkeypatch) -> None:
    def change_meanwhile(_password: str, _kept: str) -> bool:
        with either.writing() as session:
            session.query(User).one().password = "of another"
        return True

    monkeypatch.setattr(passwords, "fits", change_meanwhile)
    assert door() is None


def test_an_address_that_fails_often_is_not_let_in_and_another_is(door) -> None:
    for n in range(guesses.MOST):
        assert door("wrong", name=f"name {n}", address="198.51.100.7") is None
    assert door(address="198.51.100.7") is None
    assert door(address="198.51.100.8") is not None


def test_an_address_may_try_again_after_its_failures_are_old() -> None:
    clock = [0.0]
    counted = Guesses(now=lambda: clock[0])
    for _ in range(guesses.MOST):
        counted.failed("a")
    assert counted.are_too_many("a")
    assert not counted.are_too_many("b")
    clock[0] = guesses.WINDOW_S
    assert not counted.are_too_many("a")


@pytest.mark.parametrize(
    ("other", "is_the_same"),
    [
        ("2001:db8:1:2:ffff::9", True),
        ("::1", False),
        ("2001:db8:1:3::1", False),
        ("192.0.2.1", False),
    ],
)
def test_an_ipv6_address_counts_as_its_network(other: str, is_the_same: bool) -> None:
    counted = Guesses(now=lambda: 0.0)
    for n in range(guesses.MOST):
        counted.failed(f"2001:db8:1:2::{n:x}")
    assert counted.are_too_many(other) is is_the_same


def test_addresses_of_ipv4_are_told_apart_in_either_dress() -> None:
    counted = Guesses(now=lambda: 0.0)
    for _ in range(guesses.MOST):
        counted.failed("::ffff:192.0.2.1")
    assert counted.are_too_many("::ffff:192.0.2.1")
    assert not counted.are_too_many("::ffff:192.0.2.2")


def test_an_old_hash_is_made_anew_at_the_next_sign_in(door, either, monkeypatch) -> None:
    monkeypatch.setattr(passwords, "is_outdated", lambda _kept: True)
    before = passwords.hashed
    monkeypatch.setattr(passwords, "fits", lambda _p, kept: kept is not None)
    monkeypatch.setattr(passwords, "hashed", lambda p: before(p) + "2")
    assert door() is not None
    with either.reading() as session:
        assert session.query(User).one().password.endswith("2")
