"""What a worker does, round by round."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError

from service.moderation import retention
from service.store import schema
from service.store.session import Store, StoreError
from service.worker import EXPIRE_AGAIN, Chores, Pace, work
from tests.service.moderation.desk import Desk
from tests.service.served import until


def test_old_comments_expire_at_the_start_and_then_every_day(store: Store, settings) -> None:
    settings = settings.model_copy(
        update={"sites": {"daily": settings.site("daily").model_copy(update={"retention_days": 3})}}
    )
    desk = Desk(store)
    desk.keep("old")
    desk.now += timedelta(days=2)
    desk.keep("newer")
    desk.now += timedelta(days=2)
    with Chores(settings, store, Pace(clock=lambda: desk.now)) as chores:
        chores.look()
        until(lambda: desk.find("old").text is None)
        assert desk.find("newer").text is not None
        until(chores._expiring.done)
        desk.now += timedelta(hours=23)
        chores.look()
        assert chores._expiring is None
        desk.now += timedelta(hours=2)
        chores.look()
        until(lambda: desk.find("newer").text is None)


def test_a_store_that_does_not_answer_is_logged_and_tried_again(
    store: Store, settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with Chores(settings, store, Pace()) as chores:

        def fail() -> int:
            raise OperationalError("SELECT", {}, Exception("gone"))

        monkeypatch.setattr(chores._courier, "round", fail)
        chores.look()
        chores.look()
    assert capsys.readouterr().out.count("store unavailable") == 2


def test_an_expiry_that_the_store_broke_off_is_tried_again_the_same_day(
    store: Store, settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings.model_copy(
        update={"sites": {"daily": settings.site("daily").model_copy(update={"retention_days": 3})}}
    )
    desk = Desk(store)
    desk.keep("old")
    desk.now += timedelta(days=4)

    def fail(*_: object, **__: object) -> int:
        raise OperationalError("UPDATE", {}, Exception("locked"))

    with Chores(settings, store, Pace(clock=lambda: desk.now)) as chores:
        with monkeypatch.context() as broken:
            broken.setattr(retention, "expire_all", fail)
            chores.look()
            until(chores._expiring.done)
            chores.look()
        assert desk.find("old").text is not None
        desk.now += EXPIRE_AGAIN
        chores.look()
        until(lambda: desk.find("old").text is None)


def test_a_store_without_tables_is_no_place_to_work(settings) -> None:
    with pytest.raises(StoreError, match="comity db upgrade"):
        work(settings)
    assert schema.state_of(Store(settings.store_url)) == "empty"
