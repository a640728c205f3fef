"""The shapes in /openapi.json, held to what the door takes and answers."""

import copy
import itertools
import json
from collections.abc import Callable, Iterator
from importlib.resources import files

import pytest
from jsonschema import Draft202012Validator
from pydantic import BaseModel

from service.doors.perspective import refusals, suggest
from service.doors.perspective.refusals import Refused, as_google, lines
from service.doors.perspective.requests import parse_analyze
from service.doors.perspective.schemas import (
    GoogleErrorReply,
    PerspectiveAnalyzeReply,
    PerspectiveAnalyzeRequest,
    PerspectiveDiscovery,
    PerspectiveSuggestReply,
    PerspectiveSuggestRequest,
)
from service.errors import Forbidden, InvalidJson, KeyRefused, NotReady, QuotaExceeded
from tests.service.doors.perspective.conftest import ANALYZE, SUGGEST

Place = tuple[str | int, ...]
TEXT = {"text": "hello there", "type": "PLAIN_TEXT"}
COMMON = {
    "comment": TEXT,
    "context": {"entries": [TEXT, TEXT]},
    "languages": ["en"],
    "clientToken": "t",
    "doNotStore": True,
    "sessionId": "s",
    "communityId": "c",
}
SCORE = {"value": 0.5, "type": "PROBABILITY"}
SPAN = {"begin": 0, "end": 5, "score": SCORE}
WANTED = {"scoreType": "PROBABILITY", "scoreThreshold": 0.5}
ANALYZED = COMMON | {
    "requestedAttributes": {"TOXICITY": WANTED, "SPAM_EXPERIMENTAL@2": {}},
    "spanAnnotations": True,
    "dropUnsupportedAttributes": False,
}
PAIRED = ANALYZED | {
    "context": {"articleAndParentComment": {"article": TEXT, "parentComment": TEXT}}
}
SUGGESTED = COMMON | {"attributeScores": {"INSULT": {"summaryScore": SCORE, "spanScores": [SPAN]}}}
ODD = (
    *(None, True, False, 0, 1, -1, 2, 5, 0.5, 1.5, 10**30, "", " ", "e", "en", "true", "0.5"),
    *(
        "nonsense",
        "PLAIN_TEXT",
        "x" * 5000,
        [],
        {},
        [None],
        [[]],
        [{}],
        ["en"],
        [0],
        {"text": None},
    ),
    *({"value": 1}, {"summaryScore": {}}, {"spanScores": []}, {"TOXICITY": None}, {"X": {}}),
)
Parse = Callable[[dict[str, object]], object]
CALLS: dict[str, tuple[Parse, type[BaseModel], dict[str, object]]] = {
    "analyze": (lambda b: parse_analyze(b, max_bytes=20), PerspectiveAnalyzeRequest, ANALYZED),
    "analyze, a pair": (
        lambda b: parse_analyze(b, max_bytes=20),
        PerspectiveAnalyzeRequest,
        PAIRED,
    ),
    "suggest": (lambda b: suggest.parse(b, max_bytes=20), PerspectiveSuggestRequest, SUGGESTED),
}
each_call = pytest.mark.parametrize("call", CALLS)
# What analyze takes and never reads.
PASSED_OVER: tuple[Place, ...] = (("doNotStore",), ("sessionId",), ("communityId",))


def checker(shape: type[BaseModel]) -> Draft202012Validator:
    return Draft202012Validator(shape.model_json_schema())


def is_taken(parse: Parse, body: dict[str, object]) -> bool:
    try:
        parse(body)
    except Refused:
        return False
    return True


def places(value: object) -> Iterator[Place]:
    """Where something is in ``value``: every field and every item, however deep."""
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    for key, found in inner:
        yield (key,)
        if isinstance(found, dict | list):
            yield from ((key, *rest) for rest in places(found))


def changed(body: dict[str, object], place: Place, value: object) -> dict[str, object]:
    """A copy of ``body`` with ``value`` at ``place``; the type ``...`` takes it away."""
    copied = copy.deepcopy(body)
    inner = copied
    for key in place[:-1]:
        inner = inner[key]
    if value is ...:
        del inner[place[-1]]
    else:
        inner[place[-1]] = value
    return copied


@each_call
def test_a_sound_call_is_taken_and_fits_its_shape(call: str) -> None:
    parse, shape, sound = CALLS[call]
    assert is_taken(parse, sound)
    checker(shape).validate(sound)


@each_call
def test_no_shape_forbids_what_the_door_takes(call: str) -> None:
    parse, shape, sound = CALLS[call]
    fits = checker(shape).is_valid
    for place, odd in itertools.product(places(sound), (*ODD, ...)):
        body = changed(sound, place, odd)
        assert fits(body) or not is_taken(parse, body), (place, odd)


@each_call
def test_a_shape_forbids_another_type_wherever_the_door_does(call: str) -> None:
    parse, shape, sound = CALLS[call]
    fits = checker(shape).is_valid
    for place in places(sound):
        if call == "suggest" or place not in PASSED_OVER:
            body = changed(sound, place, [[]])
            assert (fits(body), is_taken(parse, body)) == (False, False), place


@pytest.mark.parametrize("odd", [0, False, "", {}])
@pytest.mark.parametrize(
    ("call", "place"),
    [
        ("analyze", ("languages",)),
        ("analyze", ("context", "entries")),
        ("suggest", ("attributeScores", "INSULT", "spanScores")),
    ],
)
def test_nothing_but_a_list_or_null_passes_for_a_list(call: str, place: Place, odd: object) -> None:
    parse, _, sound = CALLS[call]
    assert not is_taken(parse, changed(sound, place, odd))
    assert is_taken(parse, changed(sound, place, None))


@pytest.mark.parametrize("number", [0, 1, 0.0, 1.0])
def test_a_number_is_neither_true_nor_false(number: float) -> None:
    assert not is_taken(CALLS["analyze"][0], ANALYZED | {"spanAnnotations": number})


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"languages": ["en"], "clientToken": "t", "spanAnnotations": True},
        {"requestedAttributes": {"SPAM": {}}},
        {"requestedAttributes": {"THREAT": {"scoreThreshold": 0.9}}},
    ],
)
def test_what_analyze_answers_fits_its_shape(door, fields: dict[str, object]) -> None:
    checker(PerspectiveAnalyzeReply).validate(door.scored("Fine weather. You clown!", **fields))


def test_what_suggestscore_and_discovery_answer_fits_their_shapes(door) -> None:
    answer = door.post(SUGGEST, SUGGESTED)
    assert answer.status_code == 200
    checker(PerspectiveSuggestReply).validate(answer.get_json())
    document = door.client.get("/$discovery/rest").get_json()
    checker(PerspectiveDiscovery).validate(document)


def test_what_a_refused_call_is_answered_fits_its_shape(door) -> None:
    fits = checker(GoogleErrorReply)
    for key in (None, "wrong", ""):
        answer = door.post(ANALYZE, b"{}", key=key)
        assert answer.status_code in (400, 403)
        fits.validate(answer.get_json())


def test_the_shapes_name_the_fields_that_the_discovery_document_names() -> None:
    text = files("service.doors.perspective").joinpath("discovery.json").read_text()
    named = {name: set(one["properties"]) for name, one in json.loads(text)["schemas"].items()}
    shapes = {
        "AnalyzeCommentRequest": PerspectiveAnalyzeRequest,
        "AnalyzeCommentResponse": PerspectiveAnalyzeReply,
        "SuggestCommentScoreRequest": PerspectiveSuggestRequest,
        "SuggestCommentScoreResponse": PerspectiveSuggestReply,
    }
    for name, shape in shapes.items():
        assert set(shape.model_fields) == named[name]


@pytest.mark.parametrize(
    "refusal",
    [
        KeyRefused("x", missing=True),
        KeyRefused("x"),
        Forbidden("x"),
        QuotaExceeded("x"),
        InvalidJson("x"),
        NotReady("x"),
        refusals.empty(),
        refusals.too_long(2, 1),
        refusals.language_unknown(),
        refusals.language_not_supported("TOXICITY", ["om"]),
        Refused("x", error_type="NO_REQUESTED_ATTRIBUTES"),
        Refused("x"),
    ],
)
def test_what_is_said_of_a_refusal_is_the_status_and_the_name_that_it_is_answered_with(
    refusal,
) -> None:
    error = as_google(refusal)["error"]
    name = error["details"][0].get("errorType") or error["details"][0]["reason"]
    told = lines(*refusals.ERROR_TYPES)(type(refusal))
    assert any(status == error["code"] and f"`{name}`" in line for status, line in told)
