"""``comity keys``, ``comity db`` and the refusals of ``comity serve``."""

from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from service import keys
from service.cli import main
from service.store.session import Store


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Call ``comity`` in a folder of its own, with this environment."""
    monkeypatch.chdir(tmp_path)

    def call(*words: str, **environ: str) -> Result:
        return CliRunner().invoke(main, words, env=environ)

    return call


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'var' / 'comity.db'}"


def test_keys_create_prints_the_key_alone_on_its_last_line(run, url: str) -> None:
    done = run("keys", "create", "--name", "cms", "--site", "north", "--scope", "score,moderate")
    assert done.exit_code == 0
    key = done.output.splitlines()[-1]
    store = Store(url)
    with store.reading() as session:
        caller = keys.find(session, key)
    store.close()
    assert caller is not None
    assert (caller.site, caller.scopes) == ("north", {"score", "moderate"})


def test_scopes_may_also_be_given_one_by_one(run) -> None:
    done = run("keys", "create", "--name", "cms", "--scope", "score", "--scope", "admin")
    assert "may score, admin" in done.output


def test_without_a_scope_a_key_may_score(run) -> None:
    assert "site default, may score." in run("keys", "create", "--name", "cms").output


def test_an_unknown_scope_is_wrong_use_naming_the_known(run, tmp_path: Path) -> None:
    done = run("keys", "create", "--name", "cms", "--scope", "everything")
    assert done.exit_code == 2
    assert "score, feedback, moderate, admin" in done.stderr
    assert not (tmp_path / "var").exists()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--name", ""], "--name"),
        (["--name", "x" * 201], "--name"),
        (["--name", "cms", "--site", "x" * 101], "--site"),
        (["--name", "cms", "--site", " "], "--site"),
    ],
)
def test_a_name_that_does_not_fit_is_wrong_use(run, words: list[str], says: str) -> None:
    done = run("keys", "create", *words)
    assert done.exit_code == 2
    assert says in done.stderr


def test_keys_list_shows_beginnings_and_not_keys(run) -> None:
    key = run("keys", "create", "--name", "[bold]cms", "--site", "north").output.splitlines()[-1]
    done = run("keys", "list")
    assert done.exit_code == 0
    assert key not in done.output
    heading, row = done.output.splitlines()
    assert heading.split() == ["begins", "with", "name", "site", "scopes", "created", "revoked"]
    cells = row.split()
    assert cells[:4] == [key[: keys.PREFIX_CHARS], "[bold]cms", "north", "score"]
    assert len(cells) == 6  # a day and a time of making; not revoked


def test_keys_list_puts_cells_under_their_headings_and_cuts_none(run) -> None:
    run("keys", "create", "--name", "cms", "--site", "north", "--scope", "score,moderate")
    key = run("keys", "create", "--name", "n" * 200).output.splitlines()[-1]
    run("keys", "revoke", key)
    heading, first, second = run("keys", "list", COLUMNS="40").output.splitlines()
    begins = [heading.index(name) for name in ("name", "site", "scopes", "created", "revoked")]
    cut = [[line[a:b].strip() for a, b in pairwise([*begins, None])] for line in (first, second)]
    assert cut[0][:3] == ["cms", "north", "score,moderate"]
    assert cut[1][:3] == ["n" * 200, "default", "score"]
    assert [len(cells[3]) for cells in cut] == [len("2026-01-01 00:00")] * 2
    assert [len(cells[4]) for cells in cut] == [0, len("2026-01-01 00:00")]


def test_keys_list_of_no_keys_is_its_heading(run) -> None:
    run("db", "upgrade")
    done = run("keys", "list")
    assert done.output == "begins with  name  site  scopes  created  revoked\n"


def test_keys_revoke_takes_the_beginning_and_ends_the_key(run, url: str) -> None:
    key = run("keys", "create", "--name", "cms").output.splitlines()[-1]
    assert run("keys", "revoke", key[: keys.PREFIX_CHARS]).output == "Revoked 1 key.\n"
    store = Store(url)
    with store.reading() as session:
        assert keys.find(session, key) is None
    store.close()
    again = run("keys", "revoke", key[: keys.PREFIX_CHARS])
    assert again.exit_code == 2
    assert "comity keys list" in again.stderr


def test_a_whole_key_can_be_revoked_and_is_not_repeated(run) -> None:
    key = run("keys", "create", "--name", "cms").output.splitlines()[-1]
    done = run("keys", "revoke", key)
    assert done.exit_code == 0
    assert key not in done.output


def test_keys_list_without_a_store_says_what_to_run(run) -> None:
    done = run("keys", "list")
    assert done.exit_code == 2
    assert "comity db upgrade" in done.stderr


def test_db_upgrade_makes_the_store_and_says_so_once(run) -> None:
    assert run("db", "upgrade").output == "The store was empty and is now up to date.\n"
    assert run("db", "upgrade").output == "The store was up to date.\n"


@pytest.mark.parametrize(
    ("words", "environ", "says"),
    [
        (["serve"], {"COMITY_PROT": "1"}, "did you mean COMITY_PORT"),
        (["serve", "--port", "70000"], {}, "COMITY_PORT"),
        (["serve", "--workers", "0"], {}, "COMITY_WORKERS"),
        (["serve", "--host", "0.0.0.0"], {}, "COMITY_BOOTSTRAP_KEY"),
        (["serve"], {"COMITY_KEYLESS": "1", "COMITY_HOST": "::"}, "COMITY_KEYLESS"),
        (["serve"], {"COMITY_DATABASE_URL": "mysql://desk:pa55@db/x"}, "COMITY_DATABASE_URL"),
        (["keys", "list"], {"COMITY_NOPE": "1"}, "COMITY_NOPE"),
        (["db", "upgrade"], {"COMITY_CONFIG": "missing.toml"}, "missing.toml"),
    ],
)
def test_what_can_be_put_right_is_one_line_and_status_2(
    run, words: list[str], environ: dict[str, str], says: str
) -> None:
    done = run(*words, **environ)
    assert done.exit_code == 2
    assert says in done.stderr
    assert "Traceback" not in done.output
    assert "pa55" not in done.output


def test_a_store_that_does_not_answer_is_one_line_without_the_password(run, tmp_path) -> None:
    done = run("db", "upgrade", COMITY_DATABASE_URL=f"postgresql://d:pa55@/x?host={tmp_path}")
    assert done.exit_code == 2
    assert "does not answer" in done.stderr
    assert "pa55" not in done.output


@pytest.mark.parametrize(
    "words",
    [["keys", "list"], ["keys", "create", "--name", "pa55"], ["db", "upgrade"], ["serve"]],
)
def test_a_store_that_is_no_database_is_one_line_without_sql(
    run, tmp_path: Path, words: list[str]
) -> None:
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "comity.db").write_text("This is a shopping list. " * 200)
    done = run(*words)
    assert done.exit_code == 2
    (line,) = done.stderr.splitlines()
    assert line.startswith("comity: the store cannot be used (DatabaseError): it is no database")
    assert "COMITY_DATABASE_URL" in line
    assert not any(word in done.output for word in ("Traceback", "SELECT", "PRAGMA", "pa55"))


def test_a_statement_that_the_store_refuses_is_one_line_without_its_values(run, url: str) -> None:
    run("db", "upgrade")
    store = Store(url)
    with store.writing() as session:
        session.connection().exec_driver_sql(
            "CREATE TRIGGER refuse BEFORE INSERT ON api_keys BEGIN SELECT RAISE(ABORT, 'no pa55'); END"
        )
    store.close()
    done = run("keys", "create", "--name", "pa55")
    assert done.exit_code == 2
    (line,) = done.stderr.splitlines()
    assert "the store cannot be used (IntegrityError)" in line
    assert not any(word in done.output for word in ("Traceback", "INSERT", "pa55"))
