"""Messages arrive, signed and in order, whatever the receiver and the workers do meanwhile."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from service.store.tables import AuditEntry, Webhook
from service.webhooks import hooks, line
from service.webhooks.hooks import state_of
from tests.service.webhooks.post import PostDesk
from tests.service.webhooks.receiver import Receiver


def test_messages_arrive_in_order_with_a_signature_that_a_receiver_computes(
    desk: PostDesk, hook: Webhook, receiver: Receiver
) -> None:
    desk.reject("a", "b", "c")
    desk.deliver(hook)
    assert receiver.comments == ["a", "b", "c"]
    rows = desk.outbox()
    assert [one.headers["Comity-Event"] for one in receiver.received] == [r.event for r in rows]
    assert [one.body for one in receiver.received] == [row.body for row in rows]
    assert all(one.is_signed(hook.secret) for one in receiver.received)
    stamp = f"t={int(desk.now.timestamp())},v1="
    assert receiver.received[0].headers["Comity-Signature"].startswith(stamp)
    assert {state_of(row) for row in rows} == {"delivered"}
    standing = desk.standing(hook)
    assert (standing.delivered, standing.failed, standing.lease) == (3, 0, None)
    assert standing.last_success_at == desk.now


def test_what_was_decided_while_the_receiver_was_down_arrives_in_order_when_it_is_up(
    desk: PostDesk, hook: Webhook, receiver: Receiver
) -> None:
    receiver.status = 503
    desk.reject("a", "b")
    desk.deliver(hook)
    desk.reject("c")
    desk.deliver(hook)
    assert receiver.comments == ["a"], "the others wait behind the first, and it waits its pause"
    standing = desk.standing(hook)
    assert standing.last_fault == "answered 503"
    desk.later(seconds=11)
    desk.deliver(hook)
    assert receiver.comments == ["a", "a"]
    receiver.status = 204
    desk.later(seconds=31)
    desk.deliver(hook)
    assert receiver.comments[2:] == ["a", "b", "c"]
    assert desk.waiting(hook) == 0


def test_nobody_at_the_address_is_a_fault_like_another(desk: PostDesk, receiver: Receiver) -> None:
    desk.hosts += ",localhost:9"
    hook = desk.hook("http://localhost:9/")
    desk.reject("a")
    desk.deliver(hook)
    assert desk.standing(hook).last_fault == "no answer: ConnectionRefusedError"
    assert desk.waiting(hook) == 1


def test_an_address_that_is_no_longer_allowed_is_not_called_and_its_messages_wait(
    desk: PostDesk, hook: Webhook, receiver: Receiver
) -> None:
    desk.hosts = "elsewhere.example"
    desk.reject("a")
    desk.deliver(hook)
    assert "COMITY_OUTBOUND_HOSTS" in (desk.standing(hook).last_fault or "")
    assert (receiver.received, desk.waiting(hook)) == ([], 1)


def test_a_message_that_fails_five_times_steps_aside_and_is_given_up_after_three_days(
    desk: PostDesk, hook: Webhook, receiver: Receiver
) -> None:
    receiver.answers["a"] = 500
    desk.reject("a", "b")
    for pause in (0, 11, 31, 121, 601):
        assert "b" not in receiver.comments
        desk.later(seconds=pause)
        desk.deliver(hook)
    assert receiver.comments == ["a"] * 5 + ["b"]
    for _ in range(30):
        desk.later(hours=3, seconds=1)
        desk.deliver(hook)
    first, second = desk.outbox()
    assert (state_of(first), state_of(second)) == ("given_up", "delivered")
    assert (first.attempts, first.last_status, first.last_fault) == (29, 500, "answered 500")
    standing = desk.standing(hook)
    assert (standing.delivered, standing.failed, standing.given_up) == (1, 29, 1)
    receiver.answers.clear()
    with desk.store.writing() as session:
        hooks.replay_event(session, "daily", hook.id, event=first.event, by="ann", now=desk.now)
    desk.deliver(hook)
    assert receiver.received[-1].headers["Comity-Event"] == first.event
    assert state_of(desk.outbox()[0]) == "delivered"


def test_the_answer_410_disables_the_webhook_and_the_audit_says_so(
    desk: PostDesk, hook: Webhook, receiver: Receiver
) -> None:
    receiver.status = 410
    desk.reject("a", "b")
    desk.deliver(hook)
    assert desk.standing(hook).disabled_at == desk.now
    desk.reject("c")
    desk.later(days=1)
    desk.deliver(hook)
    assert receiver.comments == ["a"]
    with desk.store.reading() as session:
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert (entry.what, entry.by, entry.subject) == (
            "webhook disabled", "comity", f"webhook {hook.id}"
        )  # fmt: skip
    receiver.status = 200
    with desk.store.writing() as session:
        hooks.enable(session, "daily", hook.id, by="ann", now=desk.now)
    desk.deliver(hook)
    assert receiver.comments == ["a", "a", "b"], (
        "what waited arrives, what was not written does not"
    )


def test_two_workers_at_once_send_nothing_twice(
    desk: PostDesk, hook: Webhook, receiver: Receiver
) -> None:
    names = [f"c-{i}" for i in range(12)]
    desk.reject(*names)
    couriers = [desk.courier(), desk.courier()]

    def work(courier) -> None:
        while desk.waiting(hook):
            courier.round()
            courier.deliver_to(hook.id)

    threads = [threading.Thread(target=work, args=(one,)) for one in couriers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    for courier in couriers:
        courier.close()
    assert receiver.comments == names
    assert desk.waiting(hook) == 0


def test_what_a_killed_worker_was_sending_is_sent_by_the_next_once_its_lease_lapsed(
    desk: PostDesk, hook: Webhook, receiver: Receiver
) -> None:
    desk.reject("a")
    assert desk.lease(hook) is not None
    desk.deliver(hook)
    assert receiver.received == []
    desk.now += line.LEASE
    desk.deliver(hook)
    assert receiver.comments == ["a"]


def test_who_lost_the_lease_writes_down_an_arrival_only(desk: PostDesk, hook: Webhook) -> None:
    desk.reject("a", "b")
    slow = desk.lease(hook)
    with desk.store.reading() as session:
        message = line.first(session, slow, now=desk.now)
    desk.now += line.LEASE
    quick = desk.lease(hook)

    def record(held: line.Lease, outcome: line.Outcome) -> bool:
        with desk.store.writing() as session:
            return line.record(session, held, message, outcome, now=desk.now, chance=0.5)

    assert not record(slow, line.Outcome(500, "answered 500"))
    assert (desk.standing(hook).failed, desk.outbox()[0].attempts) == (0, 0)
    assert not record(slow, line.Outcome(200))
    assert state_of(desk.outbox()[0]) == "delivered"
    assert record(quick, line.Outcome(200))


def test_a_webhook_that_is_slow_keeps_no_other_waiting(
    desk: PostDesk, hook: Webhook, receiver: Receiver
) -> None:
    from tests.service.served import until
    from tests.service.webhooks.receiver import receiving

    with receiving() as other:
        desk.hosts += f",{other.host}"
        desk.hook(other.url)
        receiver.holding.clear()
        desk.reject("a")
        courier = desk.courier()
        assert courier.round() == 2
        until(lambda: other.comments == ["a"])
        assert receiver.arrived.wait(10)
        receiver.holding.set()
        courier.close()
    assert receiver.comments == ["a"]


def test_a_stop_finishes_the_message_that_is_being_sent_and_begins_no_other(
    desk: PostDesk, hook: Webhook, receiver: Receiver
) -> None:
    receiver.holding.clear()
    desk.reject("a", "b")
    courier = desk.courier()
    courier.round()
    assert receiver.arrived.wait(10)
    closing = threading.Thread(target=courier.close)
    closing.start()
    while not courier._stopping.is_set():
        pass
    receiver.holding.set()
    closing.join(timeout=10)
    assert receiver.comments == ["a"]
    assert [state_of(row) for row in desk.outbox()] == ["delivered", "waiting"]
    assert desk.standing(hook).lease is None


def test_a_webhook_that_is_removed_while_it_is_sent_to_is_gone(
    desk: PostDesk, hook: Webhook, receiver: Receiver
) -> None:
    receiver.holding.clear()
    desk.reject("a", "b")
    courier = desk.courier()
    courier.round()
    assert receiver.arrived.wait(10)
    with desk.store.writing() as session:
        hooks.remove(session, "daily", hook.id, by="ann", now=desk.now)
    receiver.holding.set()
    courier.close()
    assert (receiver.comments, desk.outbox()) == (["a"], [])


@pytest.mark.parametrize("answered", [200, 500])
def test_a_replay_sends_what_is_since_then_again_with_the_same_events(
    desk: PostDesk, hook: Webhook, receiver: Receiver, answered: int
) -> None:
    desk.reject("a")
    begin = desk.now + timedelta(milliseconds=1)
    receiver.status = answered
    desk.reject("b", "c")
    desk.deliver(hook)
    events = [row.event for row in desk.outbox()]
    receiver.status, receiver.received = 200, []
    with desk.store.writing() as session:
        again = hooks.replay_since(session, "daily", hook.id, since=begin, by="ann", now=desk.now)
    assert again == 2
    desk.deliver(hook)
    told = [one.headers["Comity-Event"] for one in receiver.received]
    assert told == (events[1:] if answered == 200 else events)
