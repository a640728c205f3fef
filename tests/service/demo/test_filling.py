"""``comity demo fill``: into an empty store, once, and never over anything else."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select

from model.scorer import ScoringError
from service.cli import main
from service.demo import commands, filling
from service.demo.written import comments
from service.keys import find
from service.people import passwords
from service.settings import Settings
from service.store.session import Store
from service.store.tables import (
    BatchRow,
    CommentScores,
    DecisionRow,
    KeptComment,
    PolicyVersion,
    ReaderReport,
    SecondReview,
    User,
    Webhook,
    WebhookDelivery,
)
from tests.service.conftest import ListScorer


class RudeScorer(ListScorer):
    """Takes for insults those that the two reject, and some that they do not."""

    rude = frozenset(one.text for at, one in enumerate(comments()) if one.breaks or at % 20 == 0)

    def _scores(self, text: str, *, spans: bool):
        return super()._scores("a clown" if text in self.rude else text, spans=spans)


@pytest.fixture(autouse=True)
def fake_bundle(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("model.scorer.load_scorer", lambda *_, **__: RudeScorer())
    monkeypatch.setattr(passwords, "hashed", lambda password: f"hash of {password}")


@pytest.fixture
def fill(tmp_path: Path):
    def call() -> Result:
        return CliRunner().invoke(
            main, ["demo", "fill"], env={"COMITY_STATE_DIR": str(tmp_path / "var")}
        )

    return call


def test_it_fills_a_store_with_a_month_and_says_who_may_sign_in(
    fill, settings: Settings, tmp_path: Path
) -> None:
    done = fill()
    assert done.exit_code == 0, done.output
    store = Store(settings.store_url)
    with store.reading() as session:
        count = {
            table: session.scalar(select(func.count()).select_from(table))
            for table in (KeptComment, CommentScores, ReaderReport, SecondReview, BatchRow)
        }
        assert count[KeptComment] == count[CommentScores] == len(comments())
        assert count[ReaderReport] > 20
        assert count[BatchRow] == 1
        states = Counter(session.scalars(select(KeptComment.state)))
        assert min(states[s] for s in ("approved", "rejected", "pending", "deferred")) > 0
        rows = session.scalars(select(DecisionRow).order_by(DecisionRow.id)).all()
        assert {row.action for row in rows} == {"approve", "reject", "defer", "highlight", "undo"}
        assert {row.by for row in rows} == {"milo", "edda"}
        assert any(row.batch for row in rows)
        assert any(row.labels for row in rows)
        assert max(row.at for row in rows) < datetime.now(UTC) - timedelta(days=2)
        answered = Counter(session.scalars(select(SecondReview.agrees)))
        assert answered[True] and answered[None]
        (version,) = session.scalars(select(PolicyVersion)).all()
        assert version.rules[-1]["words"] == ["followers", "from home"]
        (hook,) = session.scalars(select(Webhook)).all()
        assert hook.disabled_at is not None
        assert session.scalar(select(func.count()).select_from(WebhookDelivery)) == 0
        for user in session.scalars(select(User)):
            assert f"{user.name:6}{user.role:10}{user.password[8:]}" in done.output
        key = (tmp_path / "var" / commands.SIGN_INS).read_text().split()[-1]
        assert find(session, key) is not None
        before = session.scalar(select(func.max(DecisionRow.id)))
        again = fill()
        assert again.exit_code == 0
        assert "filled already; nothing was changed" in again.output
        assert key in again.output
        assert session.scalar(select(func.max(DecisionRow.id))) == before
    store.close()
    assert (tmp_path / "var" / commands.SIGN_INS).stat().st_mode & 0o777 == 0o600


def test_a_store_that_holds_people_of_its_own_is_refused(fill, store: Store) -> None:
    with store.writing() as session:
        filling._people(session, now=datetime.now(UTC))
    done = fill()
    assert done.exit_code == 2
    assert "holds people or comments" in done.stderr
    with store.reading() as session:
        assert session.scalar(select(func.count()).select_from(KeptComment)) == 0


def test_a_network_that_does_not_answer_is_named_and_no_traceback(
    fill, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise ScoringError("bundle list-1: the network gave no finite logits")

    monkeypatch.setattr(filling, "fill", refuse)
    done = fill()
    assert done.exit_code == 2
    assert done.stderr == "comity: bundle list-1: the network gave no finite logits\n"


def test_a_filling_that_was_broken_off_is_not_taken_for_a_finished_one(
    fill, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(filling.Desk, "morning", lambda *_, **__: 1 / 0)
        assert isinstance(fill().exception, ZeroDivisionError)
    done = fill()
    assert done.exit_code == 2
    assert "no finished filling has made" in done.stderr
