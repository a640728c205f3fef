"""Making, listing, switching and removing webhooks, and the record of it."""

import pytest
from sqlalchemy import select

from service.errors import Conflict, InvalidField, NotFound
from service.store.tables import AuditEntry, Webhook
from service.webhooks import figures, hooks
from tests.service.webhooks.post import PostDesk
from tests.service.webhooks.receiver import Receiver


def test_every_change_is_in_the_audit_without_secret_and_path(
    desk: PostDesk, receiver: Receiver
) -> None:
    hook = desk.hook("https://cms.example/in?token=zebra")
    common = {"by": "ann", "now": desk.now}
    with desk.store.writing() as session:
        hooks.send_test(session, "daily", hook.id, **common)
        hooks.replay_since(session, "daily", hook.id, since=desk.now, **common)
        hooks.disable(session, "daily", hook.id, **common)
        hooks.disable(session, "daily", hook.id, **common)
        hooks.enable(session, "daily", hook.id, **common)
        hooks.remove(session, "daily", hook.id, **common)
        entries = list(session.scalars(select(AuditEntry).order_by(AuditEntry.id)))
        whats = [entry.what.removeprefix("webhook ") for entry in entries]
        assert whats == ["added", "tested", "replayed", "disabled", "enabled", "removed"]
        assert entries[0].detail == {"host": "cms.example"}
        assert entries[2].detail["messages"] == 1
        assert "zebra" not in str([entry.detail for entry in entries])
        assert hooks.every(session, "daily") == []


def test_a_webhook_of_another_site_is_not_found(desk: PostDesk, hook: Webhook) -> None:
    common = {"by": "eve", "now": desk.now}
    with desk.store.writing() as session:
        with pytest.raises(NotFound):
            hooks.find(session, "weekly", hook.id)
        for change in (hooks.remove, hooks.disable, hooks.enable, hooks.send_test):
            with pytest.raises(NotFound):
                change(session, "weekly", hook.id, **common)
        with pytest.raises(NotFound):
            hooks.replay_since(session, "weekly", hook.id, since=desk.now, **common)


@pytest.mark.parametrize("number", [0, 2**31, 10**30])
def test_a_number_that_no_row_can_have_is_not_found(desk: PostDesk, number: int) -> None:
    with desk.store.reading() as session, pytest.raises(NotFound):
        hooks.find(session, "daily", number)


def test_an_event_that_none_can_be_is_not_found(desk: PostDesk, hook: Webhook) -> None:
    common = {"by": "ann", "now": desk.now}
    with desk.store.writing() as session, pytest.raises(NotFound, match="no such event"):
        hooks.replay_event(session, "daily", hook.id, event="a\0", **common)


def test_a_disabled_webhook_is_neither_tested_nor_replayed(desk: PostDesk, hook: Webhook) -> None:
    common = {"by": "ann", "now": desk.now}
    with desk.store.writing() as session:
        hooks.disable(session, "daily", hook.id, **common)
        with pytest.raises(Conflict, match="disabled"):
            hooks.send_test(session, "daily", hook.id, **common)
        with pytest.raises(Conflict, match="disabled"):
            hooks.replay_event(session, "daily", hook.id, event="x", **common)


def test_a_site_has_so_many_webhooks_and_no_more(
    desk: PostDesk, hook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hooks, "MOST", 1)
    with pytest.raises(Conflict, match="1 webhooks"):
        desk.hook("https://cms.example/")
    desk.hook("https://cms.example/", site="weekly")


def test_deliveries_come_page_by_page_the_newest_first(desk: PostDesk, hook: Webhook) -> None:
    desk.reject("a", "b", "c")
    with desk.store.reading() as session:
        page = hooks.deliveries(session, hook, before=None, limit=2)
        assert [row.body["comment"] for row in page.deliveries] == ["c", "b"]
        last = hooks.deliveries(session, hook, before=page.before, limit=2)
        assert ([row.body["comment"] for row in last.deliveries], last.before) == (["a"], None)


@pytest.mark.parametrize("cursor", ["", "x", "-1", "²", "1" * 30])
def test_a_cursor_of_somewhere_else_is_refused(cursor: str) -> None:
    with pytest.raises(InvalidField):
        hooks.place_of(cursor)


def test_the_figures_count_tries_and_say_how_long_the_first_in_line_has_waited(
    desk: PostDesk, hook: Webhook, receiver: Receiver
) -> None:
    def now() -> figures.Figures:
        with desk.store.reading() as session:
            return figures.figures(session, now=desk.now)

    assert now() == figures.Figures(0, 0, 0, 0, 0.0)
    receiver.answers["b"] = 500
    desk.reject("a", "b", "c")
    desk.deliver(hook)
    desk.later(seconds=60)
    assert now() == figures.Figures(1, 1, 0, 2, 62.0)
    with desk.store.writing() as session:
        hooks.disable(session, "daily", hook.id, by="ann", now=desk.now)
    assert now() == figures.Figures(1, 1, 0, 0, 0.0)
