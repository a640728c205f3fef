"""Webhooks as pages."""

import html
import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from service.store.tables import Webhook
from service.webhooks import hooks

FORM = {"csrf_token": "form"}
URL = "https://cms.example/hook?a=<b>"


@pytest.fixture
def service(make_service: Callable[..., object], scorer):
    return make_service(scorer, outbound_hosts="cms.example")


def text(answer) -> str:
    return html.unescape(re.sub(r"\s+", " ", answer.get_data(as_text=True)))


def plant(store, *, site: str = "default") -> Webhook:
    with store.writing() as session:
        now = datetime.now(UTC)
        hook = hooks.add(session, site, URL, by="test", now=now)
        hooks.send_test(session, site, hook.id, by="test", now=now)
        session.expunge(hook)
    return hook


def test_a_webhook_is_added_with_a_secret_that_is_shown_once(as_role, store) -> None:
    client = as_role()
    page = text(client.post("/webhooks", data=FORM | {"url": f" {URL} "}))
    (secret,) = set(re.findall(r"whs_[0-9a-f]{64}", page))
    with store.reading() as session:
        (hook,) = hooks.every(session, "default")
        assert (hook.url, hook.secret) == (URL, secret)
    for path in ("/webhooks", f"/webhooks/{hook.id}", "/audit"):
        shown = client.get(path)
        assert secret not in text(shown)
        assert "<b>" not in shown.get_data(as_text=True)
    assert "webhook added" in text(client.get("/audit"))


@pytest.mark.parametrize("url", ["", "https://evil.example/", "ftp://cms.example/", "x" * 3000])
def test_an_address_that_cannot_be_one_says_why(as_role, url: str) -> None:
    answer = as_role().post("/webhooks", data=FORM | {"url": url})
    assert answer.status_code in (400, 403)
    assert "Not done: url" in re.sub(r"<[^>]+>", "", text(answer))


def test_without_hosts_the_page_says_who_can_allow_them(make_service, scorer, store) -> None:
    from service.people import accounts, sessions

    service = make_service(scorer)
    with store.writing() as session:
        now = datetime.now(UTC)
        user = accounts.add(
            session, name="Ada", role="admin", password="correct horse", site="default",
            by="test", now=now,
        )  # fmt: skip
        token = sessions.begin(session, user.id, now=now)
    with service.client.session_transaction() as cookie:
        cookie["token"] = token
    page = text(service.get("/webhooks"))
    assert "COMITY_OUTBOUND_HOSTS" in page
    assert 'name="url"' not in page


def test_a_webhook_is_tested_disabled_enabled_replayed_and_removed(as_role, store) -> None:
    client, hook = as_role(), plant(store)
    path = f"/webhooks/{hook.id}"

    def send(what: str, **form: str) -> str:
        answer = client.post(f"{path}/{what}", data=FORM | form)
        assert answer.status_code == 303
        return text(client.get(answer.headers["Location"]))

    assert "A test message is on its way." in send("test")
    with store.reading() as session:
        event = hooks.deliveries(session, hook, before=None, limit=1).deliveries[0].event
    assert "1 message is sent again." in send("replay", event=event)
    assert "2 messages are sent again." in send("replay", since="2020-01-01T00:00")
    assert "disabled" in send("disable")
    assert client.post(f"{path}/test", data=FORM).status_code == 409
    assert "what waits is sent now" in send("enable")
    assert f"Webhook {hook.id} is removed." in send("remove")
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("since", ["", "yesterday", "2026-11-29T08:00+02:00"])
def test_a_replay_of_no_time_is_refused(as_role, store, since: str) -> None:
    path = f"/webhooks/{plant(store).id}/replay"
    assert as_role().post(path, data=FORM | {"since": since}).status_code == 400


def test_webhooks_are_for_the_admins_of_their_site(as_role, store) -> None:
    hook = plant(store, site="north")
    client = as_role()
    assert "cms.example/hook" not in text(client.get("/webhooks"))
    for number in (hook.id, 10**30):
        assert client.get(f"/webhooks/{number}").status_code == 404
        for what in ("test", "disable", "enable", "remove"):
            assert client.post(f"/webhooks/{number}/{what}", data=FORM).status_code == 404
    editor = as_role("editor", site="north")
    assert editor.get("/webhooks").status_code == 403
    assert editor.post(f"/webhooks/{hook.id}/disable", data=FORM).status_code == 403
    assert client.post("/webhooks", data={"url": URL}).status_code == 400
