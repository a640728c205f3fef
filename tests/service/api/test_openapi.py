"""/openapi.json and /docs."""

import re

import pytest
from openapi_spec_validator import validate

from service.api.document import document
from service.api.schemas import ScoreReply, ScoreRequest


@pytest.fixture
def written(service) -> dict[str, object]:
    return service.get("/openapi.json").get_json()


def test_the_document_is_valid_openapi(written) -> None:
    validate(written)


def test_every_route_of_the_api_is_in_the_document(service, written) -> None:
    routes = {
        re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
        for rule in service.app.url_map.iter_rules()
        if rule.rule.startswith(("/v1/", "/doors/", "/v1alpha1/"))
        or rule.rule in ("/healthz", "/readyz", "/metrics", "/$discovery/rest", "/batch")
    }
    # Whatever else is under Perspective's path is 404 in its shape: no call to describe.
    routes.remove("/v1alpha1/{_rest}")
    assert set(written["paths"]) == routes


def test_the_schemas_are_those_that_validate(written) -> None:
    schemas = written["components"]["schemas"]
    for shape in (ScoreRequest, ScoreReply):
        own = shape.model_json_schema(ref_template="#/components/schemas/{model}")
        assert schemas[shape.__name__]["properties"] == own["properties"]
    assert set(schemas["CommentIn"]["properties"]) == {"id", "text", "context"}
    assert schemas["CommentIn"]["required"] == ["text"]


def test_the_ways_to_fail_are_written_down_with_their_codes(written) -> None:
    responses = written["paths"]["/v1/score"]["post"]["responses"]
    assert set(responses) == {"200", "400", "401", "403", "408", "413", "415", "429", "500", "503"}
    for code in ("invalid_json", "invalid_field", "too_many_comments"):
        assert f"`{code}`" in responses["400"]["description"]
    for code in ("overloaded", "not_ready", "store_unavailable"):
        assert f"`{code}`" in responses["503"]["description"]


def test_what_an_address_holds_and_may_ask_for_is_written_down(written) -> None:
    listing = written["paths"]["/v1/comments"]["get"]["parameters"]
    asked = {one["name"]: one["schema"] for one in listing}
    assert set(asked) == {"state", "section", "label", "min", "max", "sort", "limit", "cursor"}
    assert {one["in"] for one in listing} == {"query"}
    assert asked["min"] == {"type": "number", "minimum": 0, "maximum": 1}
    assert asked["state"]["enum"] == ["pending", "approved", "rejected", "deferred"]
    assert {one["allowEmptyValue"] for one in listing} == {True}
    (in_path,) = written["paths"]["/v1/comments/{comment_id}/decision"]["post"]["parameters"]
    assert (in_path["name"], in_path["in"], in_path["required"]) == ("comment_id", "path", True)
    one = written["paths"]["/v1/comments/{comment_id}"]
    assert set(one) == {"get", "delete"}
    assert one["delete"]["parameters"] == one["get"]["parameters"] == [in_path]


def test_a_comment_to_keep_is_written_down_as_it_is_asked_for(written) -> None:
    schemas = written["components"]["schemas"]
    items = schemas["KeepRequest"]["properties"]["comments"]["items"]
    assert items == {"$ref": "#/components/schemas/ArrivingComment"}
    assert "UnsoundComment" not in schemas
    section = {"anyOf": [{"type": "string", "maxLength": 200}, {"type": "null"}]}
    assert schemas["ArrivingComment"]["properties"]["section"].items() >= section.items()


def test_the_policy_may_be_saved_in_the_shape_that_it_is_read_in(written) -> None:
    schemas = written["components"]["schemas"]
    read, saved = schemas["PolicyReply"], schemas["PolicyRequest"]
    assert set(read["properties"]) == set(saved["properties"])
    assert saved["required"] == ["rules"]


def test_a_door_writes_down_the_shape_of_its_own_errors(written) -> None:
    shapes = {
        "/v1/moderations": "OpenAiErrorReply",
        "/doors/osmod/api/score-comment": "OsmodErrorReply",
        "/doors/coral": "ErrorReply",
    }
    for path, shape in shapes.items():
        refused = written["paths"][path]["post"]["responses"]["401"]
        ref = refused["content"]["application/json"]["schema"]["$ref"]
        assert ref == f"#/components/schemas/{shape}"
    assert "204" in written["paths"]["/doors/coral"]["post"]["responses"]


def test_perspectives_calls_are_written_down_with_the_statuses_and_names_of_its_own(
    written,
) -> None:
    paths = written["paths"]
    analyze = paths["/v1alpha1/comments:analyze"]["post"]
    assert set(analyze["responses"]) == {
        *("200", "400", "403", "408", "413", "429", "500", "503"),
    }
    for name in ("API_KEY_INVALID", "COMMENT_EMPTY", "LANGUAGE_DETECTION_FAILED"):
        assert f"`{name}`" in analyze["responses"]["400"]["description"]
    assert "`CREDENTIALS_MISSING`" in analyze["responses"]["403"]["description"]
    suggest = paths["/v1alpha1/comments:suggestscore"]["post"]
    assert set(suggest["responses"]) == set(analyze["responses"])
    assert "LANGUAGE" not in suggest["responses"]["400"]["description"]
    assert "OVERLOADED" not in suggest["responses"]["503"]["description"]
    document = paths["/$discovery/rest"]["get"]
    assert set(document["responses"]) == {"200", "400", "403", "404", "500", "503"}
    assert "CREDENTIALS_MISSING" not in document["responses"]["403"]["description"]
    assert "security" not in document
    for call in (analyze, suggest, document):
        for status, answer in call["responses"].items():
            ref = answer["content"]["application/json"]["schema"]["$ref"]
            assert ref.endswith("/GoogleErrorReply") == (status != "200")


def test_a_batch_is_written_down_in_what_it_is_written_in(written) -> None:
    batch = written["paths"]["/batch"]["post"]
    assert list(batch["requestBody"]["content"]) == ["multipart/mixed"]
    assert list(batch["responses"]["200"]["content"]) == ["multipart/mixed"]
    assert list(batch["responses"]["413"]["content"]) == ["application/json"]


def test_only_scoring_asks_for_a_key(written) -> None:
    assert written["paths"]["/v1/score"]["post"]["security"] == [{"bearer": []}, {"query": []}]
    assert "security" not in written["paths"]["/healthz"]["get"]


def test_the_document_can_be_made_twice(service, written) -> None:
    assert document(service.app) == written


def test_the_reference_loads_nothing_from_elsewhere(service) -> None:
    answer = service.get("/docs")
    page = answer.get_data(as_text=True)
    assert "http://" not in page
    assert "https://" not in page
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy


@pytest.mark.parametrize(
    "file", ["/docs/files/css/swagger-ui.css", "/docs/files/js/swagger-ui-bundle.js"]
)
def test_the_references_files_are_served_from_the_package(service, file: str) -> None:
    assert file in service.get("/docs").get_data(as_text=True)
    with service.get(file) as answer:
        assert answer.status_code == 200


def test_no_other_file_is_served(service) -> None:
    assert service.get("/docs/files/../../plugins.py").status_code == 404
    assert service.get("/docs/files/%2e%2e/%2e%2e/plugins.py").status_code == 404
