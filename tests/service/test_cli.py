"""The group ``comity``: what it lists, and that it lists it quickly."""

import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import EntryPoint
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from model.bundle import default_bundle
from service import cli

ROOT = Path(__file__).parents[2]


@pytest.fixture
def plug_in(monkeypatch: pytest.MonkeyPatch):
    """Let these entry points, and no others, be installed."""

    def use(*values: str) -> None:
        points = [EntryPoint("any", value, cli.PLUGINS) for value in values]
        monkeypatch.setattr(
            "importlib.metadata.entry_points", lambda *, group: points if group else []
        )

    return use


@click.command("juggle", short_help="Throw things up.")
def juggle() -> None:
    click.echo("caught")


@click.command("serving")
@click.pass_obj
def serving(find: Callable[[], Path]) -> None:
    click.echo(find())


commands = {"juggle": juggle, "serving": serving}


def test_help_lists_our_commands_with_what_they_do(plug_in) -> None:
    plug_in()
    done = CliRunner().invoke(cli.main, ["--help"])
    assert done.exit_code == 0
    for name, (_, says) in cli._OWN.items():
        assert name in done.output
        assert says in done.output


def test_a_plugged_in_command_is_listed_and_runs(plug_in) -> None:
    plug_in("test_cli:commands")
    assert "Throw things up." in CliRunner().invoke(cli.main, ["--help"]).output
    assert CliRunner().invoke(cli.main, ["juggle"]).output == "caught\n"


def test_a_plugged_in_command_may_ask_which_bundle_the_service_serves(
    plug_in, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plug_in("test_cli:commands")
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(cli.main, ["serving"]).output == f"{default_bundle(tmp_path)}\n"
    (tmp_path / "state" / "models" / "champion").mkdir(parents=True)
    (tmp_path / "comity.toml").write_text('state_dir = "state"\n')
    assert CliRunner().invoke(cli.main, ["serving"]).output == "state/models/champion\n"
    (tmp_path / "comity.toml").write_text('state_dri = "state"\n')
    wrong = CliRunner().invoke(cli.main, ["serving"])
    assert wrong.exit_code == 2
    assert "unknown setting state_dri; did you mean state_dir?" in wrong.stderr


def test_a_plug_in_that_is_missing_does_not_take_the_rest_along(plug_in) -> None:
    plug_in("no_such_module:commands")
    done = CliRunner().invoke(cli.main, ["--help"])
    assert done.exit_code == 0
    assert "serve" in done.output
    assert "no_such_module" in done.stderr


def test_our_own_commands_do_not_wait_for_plug_ins(monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(**_: object) -> list[EntryPoint]:
        raise AssertionError("looked for plug-ins")

    monkeypatch.setattr("importlib.metadata.entry_points", slow)
    assert CliRunner().invoke(cli.main, ["db", "--help"]).exit_code == 0


def test_an_unknown_command_is_wrong_use(plug_in) -> None:
    plug_in()
    assert CliRunner().invoke(cli.main, ["fly"]).exit_code == 2


def test_every_own_command_can_be_imported_and_is_described_as_it_says() -> None:
    for name in cli._OWN:
        command = cli.main.get_command(click.Context(cli.main), name)
        assert isinstance(command, click.Command)
        assert command.name == name
        assert command.get_short_help_str(200)


def test_help_imports_neither_web_nor_store_nor_model() -> None:
    code = (
        "import sys; from service.cli import main; main(['--help'], standalone_mode=False);"
        "heavy = {'flask', 'sqlalchemy', 'pydantic', 'numpy', 'torch', 'gunicorn', 'rich'};"
        "print('heavy:', sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "heavy: []"
