"""The discovery document, and calls from web pages."""

import pytest

from tests.service.doors.perspective.conftest import ANALYZE, SUGGEST, refusal

PATH = "/$discovery/rest?version=v1alpha1"


def root(door, **headers: str) -> str:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    document = door.client.get(PATH, headers=named).get_json()
    assert document["baseUrl"] == document["rootUrl"]
    return document["rootUrl"]


@pytest.mark.parametrize(
    "path",
    [PATH, "/%24discovery/rest?version=v1alpha1", "/$discovery/rest", "/$discovery/rest?version="],
)
def test_the_document_comes_without_a_key(door, path: str) -> None:
    document = door.client.get(path).get_json()
    assert document["kind"] == "discovery#restDescription"
    assert (document["name"], document["version"]) == ("commentanalyzer", "v1alpha1")
    assert (document["servicePath"], document["batchPath"]) == ("", "batch")
    assert set(document["resources"]["comments"]["methods"]) == {"analyze", "suggestscore"}


def test_with_a_key_it_comes_too_and_with_a_wrong_one_it_does_not(door) -> None:
    assert door.client.get(f"{PATH}&key={door.key}").status_code == 200
    message, detail = refusal(door.client.get(f"{PATH}&key=wrong"))
    assert message == "API key not valid. Please pass a valid API key."
    assert detail["reason"] == "API_KEY_INVALID"


def test_another_version_is_not_there(door) -> None:
    refusal(door.client.get("/$discovery/rest?version=v2"), status=404)


def test_every_schema_that_it_speaks_of_is_in_it(door) -> None:
    document = door.client.get(PATH).get_json()

    def named(value: object) -> set[str]:
        if isinstance(value, dict):
            own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
            return own.union(*map(named, value.values()))
        return set().union(*map(named, value)) if isinstance(value, list) else set()

    assert named(document) <= set(document["schemas"])


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, "http://localhost/"),
        ({"Host": "comity.example:8443"}, "http://comity.example:8443/"),
        (
            {"X_Forwarded_Proto": "https", "X_Forwarded_Host": "api.paper.example"},
            "https://api.paper.example/",
        ),
        (
            {"X_Forwarded_Proto": "https, http", "X_Forwarded_Host": "a.example:444, b"},
            "https://a.example:444/",
        ),
        (
            {"Forwarded": 'for=1.2.3.4;proto=https;host="a.example:444", for=5.6.7.8'},
            "https://a.example:444/",
        ),
        ({"X_Forwarded_Prefix": "/comity/"}, "http://localhost/comity/"),
        ({"X_Forwarded_Host": "evil.example/x?"}, "http://localhost/"),
        ({"X_Forwarded_Proto": "javascript"}, "http://localhost/"),
        ({"X_Forwarded_Prefix": "//evil.example"}, "http://localhost/"),
        ({"X_Forwarded_Host": "[::1]:80"}, "http://[::1]:80/"),
    ],
)
def test_it_names_the_address_that_the_caller_reached_us_at(
    door, headers: dict[str, str], expected: str
) -> None:
    assert root(door, **headers) == expected


def test_an_address_that_is_set_wins_over_what_a_proxy_says(make_door) -> None:
    door = make_door(public_url="https://comity.paper.example/api")
    assert root(door, X_Forwarded_Host="b.example") == "https://comity.paper.example/api/"


def test_a_page_of_anywhere_may_ask_first(door) -> None:
    answer = door.client.options(
        ANALYZE,
        headers={
            "Origin": "https://paper.example",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "content-type,x-goog-api-client",
        },
    )
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]
    assert answer.headers["Access-Control-Allow-Headers"] == "content-type,x-goog-api-client"
    assert answer.headers["Access-Control-Max-Age"] == "3600"


@pytest.mark.parametrize("path", [ANALYZE, SUGGEST])
def test_a_call_lists_only_the_methods_that_it_takes(door, path: str) -> None:
    assert door.client.options(path).headers["Allow"] == "OPTIONS, POST"


def test_a_preflights_odd_headers_are_not_repeated(door) -> None:
    headers = {"Origin": "https://a.example", "Access-Control-Request-Headers": "a; b"}
    answer = door.client.options(ANALYZE, headers=headers)
    assert "Access-Control-Allow-Headers" not in answer.headers


def test_a_page_may_read_answers_and_errors(door) -> None:
    for answer in (door.analyze(), door.post(ANALYZE, b"", key="wrong"), door.client.get(PATH)):
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "Comity-Not-Judged" in answer.headers["Access-Control-Expose-Headers"]


def test_the_native_api_is_not_for_other_pages(door) -> None:
    assert "Access-Control-Allow-Origin" not in door.client.get("/healthz").headers


def test_a_keyless_service_takes_no_calls_from_other_pages(make_door) -> None:
    door = make_door(keyless="true")
    body = b'{"comment": {"text": "hi"}, "requestedAttributes": {"TOXICITY": {}}}'
    own = {"Origin": "http://localhost"}
    assert door.post(ANALYZE, body, key=None).status_code == 200
    assert door.post(ANALYZE, body, key=None, headers=own).status_code == 200
    answer = door.post(ANALYZE, body, key=None, headers={"Origin": "https://evil.example"})
    refusal(answer, status=403)
    assert "Access-Control-Allow-Origin" not in answer.headers
