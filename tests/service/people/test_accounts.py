"""Adding people, and what ends their sessions."""

import threading
from datetime import UTC, datetime

import pytest

from service.errors import InvalidField, NotFound
from service.people import accounts, audit, sessions
from service.people.accounts import LastAdmin, NameTaken
from service.store.tables import AuditEntry, User

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def user(session, number: int) -> User:
    return session.get_one(User, number)


def test_a_person_is_found_however_the_name_is_capitalised(either, add) -> None:
    number = add("Ada Östlund")
    with either.reading() as session:
        for name in ("ada östlund", " ADA ÖSTLUND ", "Ada O\u0308stlund"):
            assert accounts.named(session, name).id == number
        assert accounts.named(session, "ada\0") is None


def test_a_name_is_one_for_all_sites_whatever_its_case(either, add) -> None:
    add("Ada", site="north")
    with pytest.raises(NameTaken):
        add("ADA", site="south")


@pytest.mark.parametrize(
    "name",
    [
        *("", "  ", "a\0b", "x\u202ey", "n" * 101, "ß" * 60),
        *("Key 3", "site north", "command line", "policy:3", "ＰＯＬＩＣＹ：3", "Comity"),
    ],
)
def test_a_name_that_cannot_be_one_is_refused(either, add, name: str) -> None:
    with pytest.raises(InvalidField) as refused:
        add(name)
    assert refused.value.field == "name"


@pytest.mark.parametrize(
    "change",
    [
        lambda s, u: accounts.set_role(s, u, "viewer", by="test", now=NOW),
        lambda s, u: accounts.set_password(s, u, "another password", by="test", now=NOW),
        lambda s, u: accounts.disable(s, u, by="test", now=NOW),
    ],
    ids=["role", "password", "disabled"],
)
def test_a_change_ends_the_sessions_of_the_person_everywhere_and_of_nobody_else(
    either, add, change
) -> None:
    ada, bea = add("Ada", "editor"), add("Bea", "editor")
    with either.writing() as session:
        own = [sessions.begin(session, ada, now=NOW) for _ in range(2)]
        other = sessions.begin(session, bea, now=NOW)
        change(session, user(session, ada))
    with either.reading() as session:
        assert [sessions.find(session, token, now=NOW) for token in own] == [None, None]
        assert sessions.find(session, other, now=NOW) is not None


def test_every_change_is_audited_without_a_secret(either, add) -> None:
    add("Root")
    number = add("Ada", "viewer")
    with either.writing() as session:
        ada = user(session, number)
        accounts.set_role(session, ada, "editor", by="Root", now=NOW)
        accounts.set_password(session, ada, "another password", by="Root", now=NOW)
        accounts.disable(session, ada, by="Root", now=NOW)
        accounts.enable(session, ada, by="Root", now=NOW)
    with either.reading() as session:
        entries = [e for e in audit.page(session, "default").entries if e.subject == "Ada"]
    assert [(e.what, e.detail) for e in entries] == [
        ("person enabled", None),
        ("person disabled", None),
        ("password changed", None),
        ("role changed", {"from": "viewer", "to": "editor"}),
        ("person added", {"role": "viewer"}),
    ]
    assert {e.by for e in entries[:-1]} == {"Root"}


def test_a_change_to_the_same_changes_nothing(either, add) -> None:
    number = add()
    with either.writing() as session:
        accounts.set_role(session, user(session, number), "admin", by="x", now=NOW)
        accounts.enable(session, user(session, number), by="x", now=NOW)
    with either.reading() as session:
        assert session.query(AuditEntry).count() == 1


def test_the_last_admin_of_a_site_stays(either, add) -> None:
    ada = add("Ada")
    add("Bea", "editor")
    add("Cleo", site="elsewhere")
    for change in (
        lambda s, u: accounts.set_role(s, u, "editor", by="x", now=NOW),
        lambda s, u: accounts.disable(s, u, by="x", now=NOW),
    ):
        with pytest.raises(LastAdmin, match="Ada is the last admin"), either.writing() as session:
            change(session, user(session, ada))
    dot = add("Dot")
    with either.writing() as session:
        accounts.disable(session, user(session, ada), by="x", now=NOW)
    with pytest.raises(LastAdmin), either.writing() as session:
        accounts.disable(session, user(session, dot), by="x", now=NOW)


def test_two_admins_who_demote_each_other_at_once_leave_one(either, add) -> None:
    numbers = [add("Ada"), add("Bea")]
    start, refused = threading.Barrier(2), []

    def demote(number: int) -> None:
        start.wait()
        try:
            with either.writing() as session:
                accounts.set_role(session, user(session, number), "viewer", by="x", now=NOW)
        except LastAdmin:
            refused.append(number)

    threads = [threading.Thread(target=demote, args=(number,)) for number in numbers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    with either.reading() as session:
        assert [u.role for u in accounts.every(session)].count("admin") == 1


@pytest.mark.parametrize("number", [0, 2**31, 2**70])
def test_a_person_of_another_site_or_of_no_number_is_not_there(either, add, number: int) -> None:
    ada = add(site="north")
    with either.reading() as session:
        assert accounts.of_site(session, "north", ada).id == ada
        for site, asked in (("south", ada), ("north", number)):
            with pytest.raises(NotFound):
                accounts.of_site(session, site, asked)
