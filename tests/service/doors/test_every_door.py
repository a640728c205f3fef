"""What holds for every door alike: quotas, refusals, and that no comment is quoted or kept."""

from collections.abc import Callable

import pytest
import structlog
from sqlalchemy import func, select

from model.labels import NAMES
from model.records import Comment
from service.store.tables import Base

TEXT = "You are a zebra-coloured clown."
Body = Callable[[str], dict[str, object]]
DOORS: dict[str, Body] = {
    "/v1/score": lambda text: {"comments": [{"text": text}]},
    "/v1alpha1/comments:analyze": lambda text: {
        "comment": {"text": text},
        "requestedAttributes": {"TOXICITY": {}},
    },
    "/v1/moderations": lambda text: {"input": text},
    "/doors/coral": lambda text: {"action": "NEW", "comment": {"body": text}},
    "/doors/osmod/api/score-comment": lambda text: {"sync": True, "comment": {"plainText": text}},
}
# What tells a client that a quota is used up, in the shape that it knows.
USED_UP: dict[str, tuple[tuple[str, ...], object]] = {
    "/v1/score": (("error", "code"), "quota_exceeded"),
    "/v1alpha1/comments:analyze": (("error", "status"), "RESOURCE_EXHAUSTED"),
    "/v1/moderations": (("error", "code"), "rate_limit_exceeded"),
    "/doors/coral": (("error", "code"), "quota_exceeded"),
}
every_door = pytest.mark.parametrize("path", DOORS)


@every_door
@pytest.mark.parametrize("quota", ["quota_requests_per_day", "quota_comments_per_day"])
def test_a_used_up_quota_is_429_with_what_is_left(make_service, scorer, path, quota: str) -> None:
    service = make_service(scorer, **{quota: 1})
    first = service.post(path, json=DOORS[path](TEXT))
    assert first.status_code == 200
    assert ";r=0;" in first.headers["RateLimit"]
    answer = service.post(path, json=DOORS[path](TEXT))
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["Retry-After"]) <= 86_400
    assert ";r=0;" in answer.headers["RateLimit"]
    assert len(scorer.asked) == 1
    service.parts.quotas.close()


@pytest.mark.parametrize("path", USED_UP)
def test_a_used_up_quota_is_in_the_clients_own_shape(make_service, scorer, path: str) -> None:
    service = make_service(scorer, quota_requests_per_day=1)
    service.post(path, json=DOORS[path](TEXT))
    found = service.post(path, json=DOORS[path](TEXT)).get_json()
    place, value = USED_UP[path]
    for step in place:
        found = found[step]
    assert found == value
    service.parts.quotas.close()


class Broken:
    version = "broken-1"
    languages = ("en",)
    thresholds = dict.fromkeys(NAMES, 0.5)

    def score(self, comments: list[Comment], *, spans: bool = False) -> list[object]:
        raise RuntimeError(f"cannot read {comments[0].text}")


@every_door
def test_a_scorer_that_fails_is_500_and_no_score_is_made_up(make_service, path: str) -> None:
    service = make_service(Broken())
    with structlog.testing.capture_logs() as lines:
        answer = service.post(path, json=DOORS[path](TEXT))
    assert answer.status_code == 500
    assert "zebra" not in answer.get_data(as_text=True)
    assert "zebra" not in repr(lines)


@every_door
def test_without_a_bundle_it_is_503_and_says_when_to_try_again(make_service, path: str) -> None:
    answer = make_service(None, fault="there is none").post(path, json=DOORS[path](TEXT))
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert "there is none" in answer.get_data(as_text=True)


@every_door
def test_nothing_of_a_comment_reaches_the_log_or_the_store(service, path: str) -> None:
    with structlog.testing.capture_logs() as lines:
        assert service.post(path, json=DOORS[path](TEXT)).status_code == 200
    assert lines
    assert "zebra" not in repr(lines)
    with service.parts.store.reading() as session:
        for table in Base.metadata.sorted_tables:
            count = session.scalar(select(func.count()).select_from(table))
            assert count == (1 if table.name == "api_keys" else 0)


@every_door
@pytest.mark.parametrize("text", ["x" * 20_481 + "zebra", "zebra \ud83d"])
def test_a_comment_that_is_not_accepted_is_never_quoted(service, path: str, text: str) -> None:
    answer = service.post(path, json=DOORS[path](text))
    assert answer.status_code in (200, 400)
    assert "zebra" not in answer.get_data(as_text=True)


@every_door
def test_without_a_key_it_is_refused_before_anything_is_read(service, scorer, path: str) -> None:
    answer = service.client.post(path, json=DOORS[path](TEXT))
    assert answer.status_code in (401, 403)
    assert scorer.asked == []
