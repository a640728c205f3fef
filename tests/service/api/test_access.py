"""API keys over HTTP, and the fence around a service without keys."""

import pytest

from service import keys
from service.api.access import host_of

BODY = {"comments": [{"text": "You are a clown."}]}


def status(service, *, path: str = "/v1/score", **headers: str) -> int:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return service.client.post(path, json=BODY, headers=named).status_code


def test_a_key_in_the_header_is_taken(service, key: str) -> None:
    assert status(service, Authorization=f"Bearer {key}") == 200
    assert status(service, Authorization=f"bearer   {key} ") == 200


def test_a_key_in_the_address_is_taken(service, key: str) -> None:
    assert status(service, path=f"/v1/score?key={key}") == 200


@pytest.mark.parametrize(
    "header",
    ["Bearer wrong", "Bearer", "Bearer \u00e9", "Basic dXNlcjpwYXNz", "Bearer " + "x" * 3000],
)
def test_another_header_is_401_and_names_the_way(service, header: str) -> None:
    answer = service.client.post("/v1/score", json=BODY, headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.get_json()["error"]["code"] == "key_refused"


def test_no_key_is_401(service) -> None:
    answer = service.client.post("/v1/score", json=BODY)
    assert answer.status_code == 401
    assert "Authorization: Bearer" in answer.get_json()["error"]["message"]


def test_a_wrong_key_in_the_header_is_not_made_good_by_the_address(service, key: str) -> None:
    assert status(service, path=f"/v1/score?key={key}", Authorization="Bearer wrong") == 401


@pytest.mark.parametrize("change", [lambda k: k[:-1], lambda k: k + "0", lambda k: k.upper()])
def test_a_key_that_only_begins_right_is_401(service, key: str, change) -> None:
    assert status(service, Authorization=f"Bearer {change(key)}") == 401


@pytest.mark.parametrize("odd", ["%00", "cmt_%00", "%F0%9F%98%80", "%FF"])
def test_odd_characters_in_the_address_are_401_and_not_a_fault(service, odd: str) -> None:
    assert status(service, path=f"/v1/score?key={odd}") == 401


def test_a_revoked_key_is_401_from_then_on(service, store, key: str) -> None:
    assert status(service, Authorization=f"Bearer {key}") == 200
    with store.writing() as session:
        assert len(keys.revoke(session, key[: keys.PREFIX_CHARS])) == 1
    assert status(service, Authorization=f"Bearer {key}") == 401


def test_a_key_without_the_scope_is_403_naming_it(service, store) -> None:
    with store.writing() as session:
        key = keys.create(session, name="reader", scopes=("feedback",))
    answer = service.client.post("/v1/score", json=BODY, headers={"Authorization": f"Bearer {key}"})
    assert answer.status_code == 403
    assert "score" in answer.get_json()["error"]["message"]


def test_the_key_is_asked_for_before_the_body_is_read(service) -> None:
    answer = service.client.post("/v1/score", data=b"x" * 100, content_type="text/plain")
    assert answer.status_code == 401


@pytest.mark.parametrize("path", ["/", "/try", "/docs", "/openapi.json", "/healthz", "/metrics"])
def test_what_holds_no_comment_needs_no_key(service, path: str) -> None:
    assert service.get(path).status_code == 200


@pytest.fixture
def keyless(make_service, scorer):
    return make_service(scorer, keyless=True)


def test_a_keyless_service_scores_without_a_key(keyless) -> None:
    assert status(keyless) == 200


def test_a_keyless_service_still_refuses_a_wrong_key(keyless) -> None:
    assert status(keyless, Authorization="Bearer wrong") == 401


@pytest.mark.parametrize(
    "header", ["Forwarded", "X-Forwarded-For", "X-Forwarded-Proto", "x-forwarded-anything"]
)
def test_a_keyless_service_refuses_forwarded_calls(keyless, header: str) -> None:
    answer = keyless.client.post("/v1/score", json=BODY, headers={header: "1.2.3.4"})
    assert answer.status_code == 403
    assert answer.get_json()["error"]["code"] == "forbidden"
    assert keyless.get("/", headers={header: "x"}).status_code == 403


def test_a_service_with_keys_takes_forwarded_calls(service, key: str) -> None:
    assert status(service, Authorization=f"Bearer {key}", X_Forwarded_For="1.2.3.4") == 200


@pytest.mark.parametrize("host", ["comments.example.org", "127.0.0.1.example.org", "10.0.0.1:80"])
def test_a_keyless_service_refuses_calls_for_another_host(keyless, host: str) -> None:
    assert status(keyless, Host=host) == 403


@pytest.mark.parametrize("host", ["localhost:8080", "127.0.0.1", "[::1]:8080"])
def test_a_keyless_service_takes_calls_for_this_machine(keyless, host: str) -> None:
    assert status(keyless, Host=host) == 200


@pytest.mark.parametrize(
    ("authority", "host"),
    [("a.example:80", "a.example"), ("a.example", "a.example"), ("[::1]:80", "::1"), ("", "")],
)
def test_the_host_is_cut_from_its_port(authority: str, host: str) -> None:
    assert host_of(authority) == host
