"""What is in order before the service listens."""

import os
from pathlib import Path

import pytest
from sqlalchemy import text

from service import keys
from service.opening import FIRST_LOGIN, open_store, write_secret
from service.people import accounts, passwords
from service.settings import Settings, SettingsError, load_settings
from service.store import schema
from service.store.session import Store, StoreError

LONG_KEY = "a-key-from-the-environment-0123456789"


def settings_in(folder: Path, **more: str) -> Settings:
    return load_settings({"COMITY_STATE_DIR": str(folder / "var")} | more)


def valid_keys(settings: Settings) -> int:
    store = Store(settings.store_url)
    with store.reading() as session:
        count = keys.count_valid(session)
    store.close()
    return count


def works(settings: Settings, key: str) -> bool:
    store = Store(settings.store_url)
    with store.reading() as session:
        caller = keys.find(session, key)
    store.close()
    return caller is not None


def test_a_first_start_makes_store_and_key_and_writes_the_key_down(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    opening = open_store(settings)
    assert opening.fresh_key is not None
    assert works(settings, opening.fresh_key)
    written = tmp_path / "var" / FIRST_LOGIN
    assert opening.first_login == written
    assert written.read_text() == (
        f"Sign in: admin\nPassword: {opening.fresh_password}\nAPI key: {opening.fresh_key}\n"
    )
    assert written.stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "var").stat().st_mode & 0o777 == 0o700


def test_a_later_start_makes_no_key_and_points_to_the_file(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    open_store(settings)
    opening = open_store(settings)
    assert opening.fresh_key is None
    assert opening.first_login == tmp_path / "var" / FIRST_LOGIN
    assert valid_keys(settings) == 1


def people_of(settings: Settings) -> list[tuple[str, str]]:
    store = Store(settings.store_url)
    with store.reading() as session:
        found = [(user.name, user.role) for user in accounts.every(session)]
    store.close()
    return found


def test_a_first_start_makes_an_admin_who_can_sign_in_and_a_later_one_makes_nobody(
    tmp_path: Path,
) -> None:
    settings = settings_in(tmp_path)
    password = open_store(settings).fresh_password
    assert open_store(settings).fresh_password is None
    assert people_of(settings) == [("admin", "admin")]
    store = Store(settings.store_url)
    with store.reading() as session:
        user = accounts.named(session, "admin")
        assert user is not None
        assert passwords.fits(str(password), user.password)
    store.close()


def test_a_store_from_before_there_were_people_gets_its_admin_and_its_file_keeps_the_key(
    tmp_path: Path,
) -> None:
    settings = settings_in(tmp_path)
    written = tmp_path / "var" / FIRST_LOGIN
    open_store(settings)
    store = Store(settings.store_url)
    with store.writing() as session:
        session.execute(text("DELETE FROM users"))
    store.close()
    written.write_text("API key: cmt_old\n")
    opening = open_store(settings)
    assert opening.fresh_key is None
    assert written.read_text() == (
        f"Sign in: admin\nPassword: {opening.fresh_password}\nAPI key: cmt_old\n"
    )


@pytest.mark.parametrize("more", [{"COMITY_KEYLESS": "true"}, {"COMITY_HOST": "0.0.0.0"}])
def test_without_keys_or_beyond_loopback_no_admin_is_made(tmp_path: Path, more) -> None:
    settings = settings_in(tmp_path, COMITY_BOOTSTRAP_KEY=LONG_KEY, **more)
    assert open_store(settings).fresh_password is None
    assert people_of(settings) == []


def test_the_first_key_may_only_score(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    key = open_store(settings).fresh_key
    store = Store(settings.store_url)
    with store.reading() as session:
        caller = keys.find(session, str(key))
    store.close()
    assert caller is not None
    assert caller.scopes == {"score"}


def test_a_file_of_an_earlier_store_is_replaced(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    open_store(settings)
    for file in (tmp_path / "var").glob("comity.db*"):
        file.unlink()
    opening = open_store(settings)
    assert str(opening.fresh_key) in (tmp_path / "var" / FIRST_LOGIN).read_text()


def test_where_the_key_cannot_be_written_down_none_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_in(tmp_path)

    def full(path: Path, content: str) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("service.opening.write_secret", full)
    with pytest.raises(OSError, match="No space"):
        open_store(settings)
    assert valid_keys(settings) == 0


def test_all_keys_revoked_makes_no_new_one(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    key = str(open_store(settings).fresh_key)
    store = Store(settings.store_url)
    with store.writing() as session:
        keys.revoke(session, key[: keys.PREFIX_CHARS])
    store.close()
    assert open_store(settings).fresh_key is None
    assert valid_keys(settings) == 0


def test_a_keyless_start_makes_the_store_but_no_key(tmp_path: Path) -> None:
    settings = settings_in(tmp_path, COMITY_KEYLESS="true")
    opening = open_store(settings)
    assert (opening.fresh_key, opening.first_login) == (None, None)
    assert valid_keys(settings) == 0


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1"])
def test_beyond_loopback_a_key_must_exist(tmp_path: Path, host: str) -> None:
    settings = settings_in(tmp_path, COMITY_HOST=host)
    with pytest.raises(SettingsError, match="COMITY_BOOTSTRAP_KEY"):
        open_store(settings)
    assert valid_keys(settings) == 0
    store = Store(settings.store_url)
    with store.writing() as session:
        keys.create(session, name="cms")
    store.close()
    assert open_store(settings).fresh_key is None


def test_the_bootstrap_key_opens_the_door_and_is_not_repeated(tmp_path: Path) -> None:
    more = {"COMITY_HOST": "0.0.0.0", "COMITY_BOOTSTRAP_KEY": LONG_KEY}
    settings = settings_in(tmp_path, **more)
    opening = open_store(settings)
    assert (opening.fresh_key, opening.first_login) == (None, None)
    assert works(settings, LONG_KEY)


def test_on_loopback_a_bootstrap_key_is_the_only_one(tmp_path: Path) -> None:
    settings = settings_in(tmp_path, COMITY_BOOTSTRAP_KEY=LONG_KEY)
    assert open_store(settings).fresh_key is None
    assert valid_keys(settings) == 1


def test_a_revoked_bootstrap_key_stops_the_start(tmp_path: Path) -> None:
    settings = settings_in(tmp_path, COMITY_BOOTSTRAP_KEY=LONG_KEY)
    open_store(settings)
    store = Store(settings.store_url)
    with store.writing() as session:
        keys.revoke(session, LONG_KEY[: keys.PREFIX_CHARS])
    store.close()
    with pytest.raises(SettingsError, match="was revoked"):
        open_store(settings)


def test_a_store_that_is_behind_stops_the_start_and_says_what_to_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_in(tmp_path)
    open_store(settings)
    monkeypatch.setattr(schema, "state_of", lambda store: "behind")
    with pytest.raises(StoreError, match="the store is behind: run `comity db upgrade`"):
        open_store(settings)


@pytest.mark.slow
def test_it_opens_in_postgresql_too(tmp_path: Path, postgres_url: str) -> None:
    settings = settings_in(tmp_path, COMITY_DATABASE_URL=postgres_url)
    store = Store(postgres_url)
    with store.writing() as session:
        session.execute(text("DROP SCHEMA public CASCADE"))
        session.execute(text("CREATE SCHEMA public"))
    store.close()
    key = open_store(settings).fresh_key
    assert key is not None
    assert works(settings, key)


def test_a_secret_file_is_never_readable_by_others(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        write_secret(tmp_path / "new" / "secret", "x")
    finally:
        os.umask(before)
    assert (tmp_path / "new" / "secret").stat().st_mode & 0o777 == 0o600
    assert [file.name for file in (tmp_path / "new").iterdir()] == ["secret"]
