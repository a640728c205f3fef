"""API keys, in SQLite and in PostgreSQL."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from service import keys
from service.keys import Caller
from service.store import schema
from service.store.session import Store
from service.store.tables import ApiKey


@pytest.fixture
def both(either_url: str) -> Iterator[Store]:
    store = Store(either_url)
    schema.upgrade(store)
    yield store
    store.close()


def find(store: Store, key: str) -> Caller | None:
    with store.reading() as session:
        return keys.find(session, key)


def test_a_key_has_the_secret_bits_and_a_part_to_know_it_by() -> None:
    made = {keys.new_key() for _ in range(50)}
    assert len(made) == 50
    for key in made:
        name, prefix, secret = key.split("_")
        assert (name, len(prefix), len(secret)) == ("cmt", 8, 48)
        assert len(f"cmt_{prefix}") == keys.PREFIX_CHARS


def test_a_key_made_is_found_with_site_and_scopes(both: Store) -> None:
    with both.writing() as session:
        key = keys.create(session, name="cms", site="north", scopes=("score", "moderate"))
    caller = find(both, key)
    assert caller is not None
    assert (caller.site, caller.scopes) == ("north", {"score", "moderate"})
    assert caller.key_id is not None


def test_by_default_a_key_may_only_score_for_the_default_site(both: Store) -> None:
    with both.writing() as session:
        key = keys.create(session, name="cms")
    caller = find(both, key)
    assert caller is not None
    assert (caller.site, caller.scopes) == ("default", {"score"})


def test_the_key_itself_is_not_kept(both: Store) -> None:
    with both.writing() as session:
        key = keys.create(session, name="cms")
    with both.reading() as session:
        (row,) = keys.every(session)
        kept = " ".join(str(getattr(row, column.key)) for column in ApiKey.__table__.columns)
    assert key not in kept
    assert key.split("_")[2] not in kept
    assert key.startswith(row.prefix)


@pytest.mark.parametrize("wrong", ["", "cmt_", "x\x00y", "né", "cmt_00000000_" + "0" * 48])
def test_a_wrong_key_is_nobodys(both: Store, wrong: str) -> None:
    assert find(both, wrong) is None


def test_of_two_keys_that_begin_alike_the_right_one_is_found(both: Store) -> None:
    first, second = "same-beginning-" + "a" * 30, "same-beginning-" + "b" * 30
    with both.writing() as session:
        keys.create(session, name="a", site="a", key=first)
        keys.create(session, name="b", site="b", key=second)
    found = find(both, second)
    assert found is not None
    assert found.site == "b"
    assert find(both, "same-beginning-" + "c" * 30) is None


def test_the_same_key_cannot_be_kept_twice(both: Store) -> None:
    with both.writing() as session:
        key = keys.create(session, name="a")
    with pytest.raises(IntegrityError), both.writing() as session:
        keys.create(session, name="b", key=key)


def test_a_revoked_key_is_nobodys_and_stays_on_the_list(both: Store) -> None:
    with both.writing() as session:
        key = keys.create(session, name="a")
        other = keys.create(session, name="b")
        assert len(keys.revoke(session, key[: keys.PREFIX_CHARS])) == 1
        assert len(keys.revoke(session, key[: keys.PREFIX_CHARS])) == 0
    assert find(both, key) is None
    assert find(both, other) is not None
    with both.reading() as session:
        assert keys.count_valid(session) == 1
        rows = keys.every(session)
    assert [row.name for row in rows] == ["a", "b"]
    assert rows[0].revoked_at is not None
    assert rows[0].revoked_at.tzinfo is not None
    assert rows[0].revoked_at >= rows[0].created_at


def test_the_bootstrap_key_is_made_once_and_follows_its_scopes(both: Store) -> None:
    key = "b" * 40
    for scopes in (("score",), ("score", "admin")):
        with both.writing() as session:
            keys.bootstrap(session, key, scopes=scopes)
    with both.reading() as session:
        assert len(keys.every(session)) == 1
    caller = find(both, key)
    assert caller is not None
    assert caller.scopes == {"score", "admin"}


def test_a_new_bootstrap_key_revokes_the_old_one_and_no_other(both: Store) -> None:
    with both.writing() as session:
        other = keys.create(session, name="cms")
        keys.bootstrap(session, "old" + "o" * 37, scopes=("score",))
        keys.bootstrap(session, "new" + "n" * 37, scopes=("score",))
    assert find(both, "old" + "o" * 37) is None
    assert find(both, "new" + "n" * 37) is not None
    assert find(both, other) is not None


def test_a_revoked_bootstrap_key_does_not_come_back(both: Store) -> None:
    key = "b" * 40
    with both.writing() as session:
        keys.bootstrap(session, key, scopes=("score",))
        keys.revoke(session, key[: keys.PREFIX_CHARS])
    with pytest.raises(keys.KeyRevoked, match="COMITY_BOOTSTRAP_KEY"), both.writing() as session:
        keys.bootstrap(session, key, scopes=("score",))
    assert find(both, key) is None


def test_a_digest_is_sha_256() -> None:
    # FIPS 180-2, appendix B.1
    expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert keys.digest_of("abc") == expected


def test_a_change_that_fails_leaves_nothing(both: Store) -> None:
    with pytest.raises(ZeroDivisionError), both.writing() as session:
        keys.create(session, name="a")
        raise ZeroDivisionError
    with both.reading() as session:
        assert session.scalars(select(ApiKey)).all() == []
