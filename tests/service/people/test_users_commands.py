"""``comity users``."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from service.cli import main
from service.people import accounts, audit, passwords
from service.store.session import Store


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)

    def call(*words: str, typed: str | None = None) -> Result:
        return CliRunner().invoke(main, ["users", *words], input=typed)

    return call


@pytest.fixture
def kept(tmp_path: Path):
    def look(name: str) -> tuple[str, str, str]:
        store = Store(f"sqlite:///{tmp_path / 'var' / 'comity.db'}")
        with store.reading() as session:
            user = accounts.named(session, name)
            assert user is not None
            found = (user.role, user.site, user.password)
        store.close()
        return found

    return look


def test_a_made_password_is_alone_on_the_last_line_and_good(run, kept) -> None:
    done = run("create", "--name", "Ada", "--role", "editor", "--site", "north", "--generate")
    assert done.exit_code == 0, done.output
    role, site, password = kept("ada")
    assert (role, site) == ("editor", "north")
    assert passwords.fits(done.output.splitlines()[-1], password)


def test_a_typed_password_is_asked_for_twice_and_not_shown(run, kept) -> None:
    done = run("create", "--name", "Ada", "--role", "admin", typed="long enough\nlong enough\n")
    assert done.exit_code == 0, done.output
    assert "long enough" not in done.output
    assert passwords.fits("long enough", kept("Ada")[2])


@pytest.mark.parametrize(
    ("words", "typed", "says"),
    [
        (["--name", "Ada", "--role", "king", "--generate"], None, "viewer"),
        (["--name", "key 3", "--role", "admin", "--generate"], None, "is not like that of a key"),
        (["--name", "Ada", "--role", "admin"], "short\nshort\n", "10 to 256 characters"),
    ],
)
def test_wrong_use_says_what_is_wrong(run, words, typed, says: str) -> None:
    done = run("create", *words, typed=typed)
    assert done.exit_code == 2
    assert says in done.stderr
    assert "Traceback" not in done.output


def test_a_name_that_is_taken_is_wrong_use(run) -> None:
    words = ("create", "--name", "Ada", "--role", "admin", "--generate")
    assert run(*words).exit_code == 0
    again = run(*words)
    assert again.exit_code == 2
    assert "is there already" in again.stderr


def test_people_are_listed_disabled_and_given_passwords(run, kept, tmp_path: Path) -> None:
    for name, role in (("Ada", "admin"), ("Bea", "viewer")):
        run("create", "--name", name, "--role", role, "--generate")
    assert run("disable", "bea").output == "Bea cannot sign in any more.\n"
    heading, ada, bea = run("list").output.splitlines()
    assert heading.split() == ["name", "site", "role", "added", "disabled"]
    assert ada.split()[:3] == ["Ada", "default", "admin"]
    assert len(bea.split()) == 7
    last = run("disable", "Ada")
    assert (last.exit_code, "last admin" in last.stderr) == (2, True)
    done = run("set-password", "ADA", "--generate")
    assert passwords.fits(done.output.splitlines()[-1], kept("Ada")[2])
    assert run("set-password", "Eve", "--generate").exit_code == 2
    store = Store(f"sqlite:///{tmp_path / 'var' / 'comity.db'}")
    with store.reading() as session:
        assert {e.by for e in audit.page(session, "default").entries} == {"command line"}
    store.close()
