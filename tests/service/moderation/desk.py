"""The moderation functions on a store, for tests."""

from datetime import UTC, datetime, timedelta

from model.labels import NAMES
from service.moderation import decisions, keeping, records
from service.moderation.decisions import Ruling
from service.moderation.keeping import Arrival, Judged
from service.store.session import Store
from service.store.tables import DecisionRow, KeptComment

START = datetime(2026, 11, 1, 8, tzinfo=UTC)


class Desk:
    """The moderation functions on a store, each in a session of its own, with a clock of our own."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.now = START

    def keep(
        self,
        name: str,
        text: str = "A first text.",
        *,
        score: float | None = 0.7,
        site="daily",
        model="m-1",
        action="review",
        uncertainty=0.1,
        **more: object,
    ) -> KeptComment:
        self.now += timedelta(seconds=1)
        by_label = None if score is None else dict.fromkeys(NAMES, 0.05) | {"insult": score}
        judged = Judged(model, action, by_label, uncertainty, {"scores": by_label, "labels": []})
        arrival = Arrival(name, text, **more)
        with self.store.writing() as session:
            (kept,) = keeping.keep(session, site, [(arrival, judged)], now=self.now)
            session.expunge(kept)
        return kept

    def decide(self, name: str, action: str, *, by="ann", site="daily", **more) -> DecisionRow:
        self.now += timedelta(seconds=1)
        with self.store.writing() as session:
            ruling = Ruling(action, by, **more)
            _, row = decisions.decide_one(session, site, name, ruling, now=self.now)
            session.expunge(row)
        return row

    def find(self, name: str, *, site: str = "daily") -> KeptComment:
        with self.store.reading() as session:
            found = records.find(session, site, name)
            assert found is not None
            return found

    def history(self, name: str) -> records.History:
        with self.store.reading() as session:
            found = records.find(session, "daily", name)
            assert found is not None
            return records.history(session, found)
