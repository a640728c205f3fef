"""The calls about webhooks."""

from collections.abc import Callable

import pytest

from tests.service.api.desk import RUDE, Desk, fault

URL = "https://cms.example/hook"


@pytest.fixture
def service(make_service: Callable[..., object], scorer):
    return make_service(scorer, outbound_hosts="cms.example")


def test_a_webhook_is_made_shown_switched_and_removed(desk: Desk) -> None:
    made = desk.say("POST", "/v1/webhooks", {"url": URL})
    assert made.pop("secret").startswith("whs_")
    assert (made["url"], made["waiting"], made["disabled_at"]) == (URL, 0, None)
    assert desk.say("GET", "/v1/webhooks") == {"webhooks": [made]}
    path = f"/v1/webhooks/{made['id']}"
    assert desk.say("POST", f"{path}/disable")["disabled_at"] is not None
    assert desk.say("POST", f"{path}/enable") == made
    assert desk.say("DELETE", path) == {"removed": made["id"]}
    assert desk.say("GET", "/v1/webhooks") == {"webhooks": []}
    assert fault(desk.ask("DELETE", path)) == (404, "not_found", None)


def test_decisions_are_listed_as_deliveries_and_replayed(desk: Desk) -> None:
    path = f"/v1/webhooks/{desk.say('POST', '/v1/webhooks', {'url': URL})['id']}"
    desk.keep({"id": "c-1", "text": RUDE}, {"id": 7, "text": RUDE})
    desk.say("POST", "/v1/comments/c-1/decision", {"action": "reject", "by": "m-1"})
    desk.say("POST", "/v1/decisions", {"action": "approve", "ids": [7]})
    event = desk.say("POST", f"{path}/test")["event"]
    first = desk.say("GET", f"{path}/deliveries", query_string={"limit": 2})
    assert [one["body"]["type"] for one in first["deliveries"]] == ["test", "decision"]
    assert first["deliveries"][0]["event"] == event
    assert first["deliveries"][1]["body"]["comment"] == "7"
    rest = desk.say("GET", f"{path}/deliveries", query_string={"cursor": first["next"]})
    (one,) = rest["deliveries"]
    assert (one["state"], one["attempts"], rest["next"]) == ("waiting", 0, None)
    assert one["body"]["by"].endswith(": m-1")
    assert "zebra" not in str(rest)
    since = {"since": "2020-01-01T00:00:00Z"}
    assert desk.say("POST", f"{path}/replay", since) == {"messages": 3}
    assert desk.say("POST", f"{path}/replay", {"event": event}) == {"messages": 1}
    assert fault(desk.ask("POST", f"{path}/replay", {"event": "0-0"})) == (404, "not_found", None)
    desk.say("POST", f"{path}/disable")
    assert fault(desk.ask("POST", f"{path}/replay", since)) == (409, "conflict", None)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("https://elsewhere.example/", "COMITY_OUTBOUND_HOSTS"),
        ("file:///etc/passwd", "http or https"),
        ("https://me:word@cms.example/", "password"),
    ],
)
def test_an_address_that_may_not_be_called_is_refused(desk: Desk, url: str, why: str) -> None:
    answer = desk.ask("POST", "/v1/webhooks", {"url": url})
    assert fault(answer) == (403, "forbidden", "url")
    assert why in answer.get_json()["error"]["message"]


@pytest.mark.parametrize(
    "body", [{}, {"since": "yesterday"}, {"event": "x", "since": "2026-01-01T00:00:00Z"}, {"a": 1}]
)
def test_a_replay_names_one_time_or_one_event(desk: Desk, body: dict[str, object]) -> None:
    path = f"/v1/webhooks/{desk.say('POST', '/v1/webhooks', {'url': URL})['id']}/replay"
    assert fault(desk.ask("POST", path, body))[:2] == (400, "invalid_field")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", ""), ("GET", ""), ("DELETE", "/1"), ("POST", "/1/disable"), ("POST", "/1/enable"),
        ("POST", "/1/test"), ("GET", "/1/deliveries"), ("POST", "/1/replay"),
    ],
)  # fmt: skip
def test_webhooks_are_for_admins(as_key: Callable[..., Desk], method: str, path: str) -> None:
    desk = as_key("score", "feedback", "moderate")
    assert fault(desk.ask(method, f"/v1/webhooks{path}"))[:2] == (403, "forbidden")


@pytest.mark.parametrize("number", ["0", "x", "9999999999", "-1", "%00", "1.0"])
def test_a_number_that_no_webhook_has_is_not_found(desk: Desk, number: str) -> None:
    assert fault(desk.ask("DELETE", f"/v1/webhooks/{number}"))[:2] == (404, "not_found")


def test_a_webhook_of_another_site_is_not_found(desk: Desk, as_key: Callable[..., Desk]) -> None:
    number = desk.say("POST", "/v1/webhooks", {"url": URL})["id"]
    other = as_key("admin", site="weekly")
    assert other.say("GET", "/v1/webhooks") == {"webhooks": []}
    assert fault(other.ask("GET", f"/v1/webhooks/{number}/deliveries"))[0] == 404


def test_the_meters_say_what_waits(desk: Desk) -> None:
    path = f"/v1/webhooks/{desk.say('POST', '/v1/webhooks', {'url': URL})['id']}"
    desk.say("POST", f"{path}/test")
    text = desk.ask("GET", "/metrics").get_data(as_text=True)
    assert "comity_webhook_waiting 1.0" in text
    assert 'comity_webhook_deliveries_total{outcome="delivered"} 0.0' in text
    assert "comity_webhook_oldest_waiting_seconds" in text
    assert "comity_requests_total" in text
