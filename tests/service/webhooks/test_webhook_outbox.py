"""Messages are written with the decisions that they tell of."""

import time

import pytest

from service.moderation import decisions
from service.moderation.decisions import Ruling
from service.moderation.queue import Wanted
from service.store.tables import Webhook
from service.webhooks import hooks
from tests.service.webhooks.post import PostDesk


def test_a_decision_is_told_without_the_comments_text(desk: PostDesk, hook: Webhook) -> None:
    desk.keep("c-1", "A zebra-striped insult.")
    desk.decide("c-1", "reject", reason="abusive", labels={"insult": 1.0}, by="ben")
    (row,) = desk.outbox()
    event = row.body.pop("event")
    assert event == row.event
    assert row.body == {
        "type": "decision",
        "site": "daily",
        "at": desk.now.isoformat().replace("+00:00", "Z"),
        "decision": row.decision_id,
        "comment": "c-1",
        "revision": 1,
        "action": "reject",
        "undoes": None,
        "state": "rejected",
        "highlighted": False,
        "reason": "abusive",
        "labels": {"insult": 1.0},
        "by": "ben",
        "batch": None,
        "model": "m-1",
    }
    assert (row.created_at, row.due_at, row.attempts) == (desk.now, desk.now, 0)


def test_a_decision_that_is_rolled_back_is_not_told(desk: PostDesk, hook: Webhook) -> None:
    desk.keep("c-1")
    with pytest.raises(RuntimeError), desk.store.writing() as session:
        decisions.decide_one(session, "daily", "c-1", Ruling("reject", "ann"), now=desk.now)
        raise RuntimeError("the power goes")
    assert desk.outbox() == []
    assert desk.find("c-1").state == "pending"


def test_each_enabled_webhook_of_the_site_is_told_the_same_event(
    desk: PostDesk, hook: Webhook
) -> None:
    second, off = desk.hook("http://b.example/"), desk.hook("http://c.example/")
    desk.hook("http://d.example/", site="weekly")
    with desk.store.writing() as session:
        hooks.disable(session, "daily", off.id, by="ann", now=desk.now)
    desk.reject("c-1")
    rows = desk.outbox()
    assert [row.webhook_id for row in rows] == [hook.id, second.id]
    assert len({row.event for row in rows}) == 1


def test_what_a_rule_of_the_policy_decides_is_told_once(desk: PostDesk, hook: Webhook) -> None:
    desk.keep("c-1", action="reject")
    desk.keep("c-1", action="reject")
    desk.keep("c-2", "Fine.")
    desk.keep("c-2", "An edit that a rule rejects.", action="reject")
    told = [(row.body["comment"], row.body["by"], row.body["state"]) for row in desk.outbox()]
    assert told == [("c-1", "policy", "rejected"), ("c-2", "policy", "rejected")]
    assert all(row.decision_id == row.body["decision"] for row in desk.outbox())


def test_batches_ranges_and_their_undoing_are_told_comment_by_comment(
    desk: PostDesk, hook: Webhook
) -> None:
    for name in ("a", "b", "c"):
        desk.keep(name)
    with desk.store.writing() as session:
        ruling = Ruling("approve", "ann")
        decisions.decide_each(session, "daily", ["a", "nowhere"], ruling, now=desk.now)
        batch = decisions.decide_range(session, Wanted("daily"), ruling, now=desk.now).name
        decisions.undo_batch(session, "daily", batch, Ruling("undo", "ann"), now=desk.now)
    told = [(r.body["comment"], r.body["action"], r.body["state"]) for r in desk.outbox()]
    assert told == [
        ("a", "approve", "approved"),
        ("b", "approve", "approved"),
        ("c", "approve", "approved"),
        ("b", "undo", "pending"),
        ("c", "undo", "pending"),
    ]
    bodies = [row.body for row in desk.outbox()]
    assert bodies[1]["batch"] == batch != bodies[3]["batch"]
    assert bodies[3]["undoes"] == bodies[1]["decision"]


def test_a_batch_of_two_thousand_is_told_within_seconds(desk: PostDesk, hook: Webhook) -> None:
    from service.moderation import keeping
    from service.moderation.keeping import Arrival, Judged

    judged = Judged("m-1", "review", None, 0.1, {"scores": None, "labels": []})
    sent = [(Arrival(f"c-{i}", "A text."), judged) for i in range(2000)]
    with desk.store.writing() as session:
        keeping.keep(session, "daily", sent, now=desk.now)
    begin = time.monotonic()
    with desk.store.writing() as session:
        batch = decisions.decide_range(
            session, Wanted("daily"), Ruling("reject", "ann"), now=desk.now
        )
        assert len(batch.decided) == 2000
    assert time.monotonic() - begin < 10  # it takes one; the bound is for a busy machine
    assert len({row.event for row in desk.outbox()}) == 2000
