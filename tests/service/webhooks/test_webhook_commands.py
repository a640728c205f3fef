"""``comity webhooks``."""

import os
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner, Result

from service.cli import main
from service.store.session import Store
from service.store.tables import Webhook
from service.webhooks import hooks


@pytest.fixture
def hook(store: Store, settings, monkeypatch: pytest.MonkeyPatch) -> Webhook:
    for name in [name for name in os.environ if name.startswith("COMITY_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("COMITY_STATE_DIR", str(settings.state_dir))
    now = datetime.now(UTC)
    with store.writing() as session:
        made = hooks.add(session, "default", "https://cms.example/hook", by="ann", now=now)
        hooks.send_test(session, "default", made.id, by="ann", now=now)
        session.expunge(made)
    return made


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["webhooks", *words])


def test_the_list_says_what_waits_and_no_secret(hook: Webhook) -> None:
    said = run("list").output
    assert said.splitlines()[1].split() == ["1", "https://cms.example/hook", "enabled", "1"]
    assert hook.secret not in said
    assert len(run("list", "--site", "weekly").output.splitlines()) == 1


def test_a_replay_says_how_many_will_be_sent_again(hook: Webhook) -> None:
    done = run("replay", "1", "--since", "2020-01-01T00:00:00Z")
    assert (done.exit_code, done.output) == (0, "1 message will be sent again.\n")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["1"], "one of --since and --event"),
        (["1", "--since", "yesterday"], "a time with its zone"),
        (["1", "--since", "2020-01-01T00:00:00"], "a time with its zone"),
        (["1", "--event", "none"], "no such event"),
        (["2", "--event", "none"], "no webhook of that number"),
    ],
)
def test_a_replay_that_cannot_be_is_explained(hook: Webhook, words: list[str], why: str) -> None:
    done = run("replay", *words)
    assert done.exit_code == 2
    assert why in done.output
