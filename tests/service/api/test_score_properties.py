"""Whatever is sent, the answer is a clear one in one shape; a fault of ours is never among them."""

import json
import math

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

TEXT = st.text(st.characters(), max_size=30) | st.sampled_from(["\ud800", "a\udfffb", "", "clown"])
SCALAR = st.none() | st.booleans() | st.integers() | st.floats() | TEXT
ANY_JSON = st.recursive(
    SCALAR,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)
NEAR_COMMENT = st.fixed_dictionaries(
    {},
    optional={
        "id": SCALAR,
        "text": TEXT | SCALAR,
        "context": ANY_JSON
        | st.fixed_dictionaries(
            {},
            optional={
                "parent": SCALAR,
                "article": st.fixed_dictionaries(
                    {}, optional={"title": SCALAR, "authors": st.lists(SCALAR, max_size=3)}
                ),
            },
        ),
    },
)
NEAR_REQUEST = st.fixed_dictionaries(
    {}, optional={"comments": st.lists(NEAR_COMMENT | ANY_JSON, max_size=4), "spans": SCALAR}
)
RELAXED = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def check(service, raw: bytes) -> None:
    answer = service.post(data=raw, headers={"Content-Type": "application/json"})
    body = answer.get_json()
    assert answer.status_code in (200, 400), body
    if answer.status_code == 400:
        assert set(body) == {"error"}
        assert set(body["error"]) == {"code", "message", "field"}
        return
    sent = json.loads(raw)["comments"]
    assert [result["id"] for result in body["results"]] == [c.get("id") for c in sent]
    for result in body["results"]:
        said = [result["scores"], result["abstained"], result["error"]]
        assert said.count(None) == 2
        if result["scores"]:
            assert all(math.isfinite(p) and 0 <= p <= 1 for p in result["scores"].values())


@RELAXED
@given(body=NEAR_REQUEST)
def test_anything_like_a_request_is_answered_clearly(service, body: object) -> None:
    check(service, json.dumps(body).encode())


@RELAXED
@given(body=ANY_JSON)
def test_any_json_is_answered_clearly(service, body: object) -> None:
    check(service, json.dumps(body).encode())


@RELAXED
@given(raw=st.binary(max_size=200))
def test_any_bytes_are_answered_clearly(service, raw: bytes) -> None:
    check(service, raw)
