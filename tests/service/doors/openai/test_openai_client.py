"""The real ``openai`` client, unmodified but for its base URL."""

import threading
import warnings
from collections.abc import Callable, Iterator

import openai
import pytest
from werkzeug.serving import make_server

from service.doors.openai.mapping import CATEGORIES

RUDE, KIND = "You are a clown.", "Thank you for this."


@pytest.fixture
def connect(make_service, key: str) -> Iterator[Callable[..., openai.OpenAI]]:
    """A function that serves an application and gives a client of it."""
    opened: list[Callable[[], None]] = []

    def connect(scorer, *, api_key: str = key, **changed: object) -> openai.OpenAI:
        server = make_server("127.0.0.1", 0, make_service(scorer, **changed).app, threaded=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        base = f"http://127.0.0.1:{server.server_port}/v1"
        client = openai.OpenAI(base_url=base, api_key=api_key, max_retries=0)
        opened.extend((thread.join, server.server_close, server.shutdown, client.close))
        return client

    yield connect
    for end in reversed(opened):
        end()


def test_a_text(connect, scorer) -> None:
    reply = connect(scorer).moderations.create(input=RUDE)
    assert reply.model == "list-1"
    (result,) = reply.results
    assert result.flagged
    assert result.categories.harassment
    assert result.category_scores.harassment == 0.9
    assert result.category_scores.harassment_threatening == 0.05
    assert result.category_scores.self_harm_instructions == 0.0
    assert result.category_applied_input_types.harassment == ["text"]
    assert result.category_applied_input_types.self_harm == []


def test_every_field_of_the_clients_own_types_is_filled(connect, scorer) -> None:
    (result,) = connect(scorer).moderations.create(input=RUDE).results
    for part in (
        result.categories,
        result.category_scores,
        result.category_applied_input_types,
    ):
        aliases = {field.alias or name for name, field in type(part).model_fields.items()}
        assert aliases == CATEGORIES.keys()
        assert all(getattr(part, name) is not None for name in type(part).model_fields)
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # pydantic warns where a value is not of its field's type
        result.model_dump_json()


def test_a_list_of_texts(connect, scorer) -> None:
    reply = connect(scorer).moderations.create(input=[RUDE, KIND], model="omni-moderation-latest")
    assert [result.flagged for result in reply.results] == [True, False]


def test_a_list_of_parts(connect, scorer) -> None:
    image = {"type": "image_url", "image_url": {"url": "https://pictures.example/a.png"}}
    parts = [{"type": "text", "text": RUDE}, image]
    reply = connect(scorer).moderations.create(input=parts)
    assert [result.flagged for result in reply.results] == [True]


def test_a_wrong_key_is_the_clients_authentication_error(connect, scorer) -> None:
    with pytest.raises(openai.AuthenticationError) as said:
        connect(scorer, api_key="sk-wrong").moderations.create(input=KIND)
    assert said.value.code == "invalid_api_key"


def test_a_wrong_input_is_the_clients_bad_request_error(connect, scorer) -> None:
    with pytest.raises(openai.BadRequestError) as said:
        connect(scorer).moderations.create(input=[KIND, ""])
    assert said.value.param == "input[1]"


def test_a_used_up_quota_is_the_clients_rate_limit_error(connect, scorer) -> None:
    client = connect(scorer, quota_requests_per_day=1)
    client.moderations.create(input=KIND)
    with pytest.raises(openai.RateLimitError) as said:
        client.moderations.create(input=KIND)
    assert said.value.code == "rate_limit_exceeded"
    assert int(said.value.response.headers["retry-after"]) >= 1


def test_no_bundle_is_the_clients_internal_server_error(connect) -> None:
    with pytest.raises(openai.InternalServerError) as said:
        connect(None, fault="no such folder").moderations.create(input=KIND)
    assert said.value.status_code == 503
