"""POST /v1/moderations."""

import pytest

from model.fake import WordScorer
from service import keys
from service.doors.openai.mapping import CATEGORIES

RUDE, KIND = "You are a clown.", "Thank you for this."


def moderate(service, given: object, *, status: int = 200, **more: object) -> dict[str, object]:
    answer = service.post("/v1/moderations", json={"input": given, **more})
    assert answer.status_code == status, answer.get_data(as_text=True)
    return answer.get_json()


def test_a_text_has_one_result(service) -> None:
    reply = moderate(service, RUDE)
    assert reply["model"] == "list-1"
    assert reply["id"].startswith("modr-")
    (result,) = reply["results"]
    assert result["flagged"] is True
    assert result["category_scores"]["harassment"] == 0.9
    for part in ("categories", "category_scores", "category_applied_input_types"):
        assert list(result[part]) == list(CATEGORIES)


def test_a_list_of_texts_has_a_result_each_in_order(service) -> None:
    results = moderate(service, [KIND, RUDE, KIND])["results"]
    assert [result["flagged"] for result in results] == [False, True, False]


def test_a_list_of_parts_is_one_text(service, scorer) -> None:
    parts = [{"type": "text", "text": KIND}, {"type": "text", "text": RUDE}]
    (result,) = moderate(service, parts)["results"]
    assert result["flagged"]
    assert [comment.text for comment in scorer.asked] == [f"{KIND}\n{RUDE}"]


def test_an_image_beside_a_text_is_not_read_and_the_lists_say_so(service) -> None:
    image = {"type": "image_url", "image_url": {"url": "https://pictures.example/a.png"}}
    (result,) = moderate(service, [image, {"type": "text", "text": KIND}])["results"]
    assert result["category_applied_input_types"]["harassment"] == ["text"]
    assert moderate(service, [image], status=400)["error"]["param"] == "input"


def test_a_comment_that_cannot_be_judged_is_not_flagged_and_has_empty_lists(service) -> None:
    (result,) = moderate(service, "12345")["results"]
    assert not result["flagged"]
    assert not any(result["category_applied_input_types"].values())


def test_any_model_is_asked_for_and_the_champion_speaks(service) -> None:
    assert moderate(service, KIND, model="omni-moderation-latest")["model"] == "list-1"


@pytest.mark.parametrize(
    ("given", "param"),
    [
        ("", "input"),
        (" ", "input"),
        ([KIND, ""], "input[1]"),
        ([KIND, "x" * 20_481], "input[1]"),
        ([KIND, 3], "input[1]"),
        ([], "input"),
        (3, "input"),
        (None, "input"),
        ([{"type": "text"}], "input[0].text"),
        ([{"type": "text", "text": 3}], "input[0].text"),
        ([{"type": "image_url", "image_url": {}}], "input[0].image_url.url"),
        ([{"type": "sound"}], "input[0]"),
        ([{"type": "text", "text": KIND}, RUDE], "input[1]"),
        ([[1, 2]], "input[0]"),
    ],
)
def test_a_wrong_input_is_400_and_names_the_place(service, given: object, param: str) -> None:
    error = moderate(service, given, status=400)["error"]
    assert set(error) == {"message", "type", "param", "code"}
    assert (error["type"], error["param"]) == ("invalid_request_error", param)
    assert error["message"].startswith(param)
    assert "comments" not in error["message"]


def test_an_empty_list_is_refused_in_a_sentence_with_the_field_and_the_limit(service) -> None:
    error = moderate(service, [], status=400)["error"]
    assert error["message"] == "input has 0 items, it needs at least 1"


def test_a_text_of_invisible_characters_only_is_told_that_it_holds_no_visible_text(
    make_service,
) -> None:
    service = make_service(WordScorer())
    error = moderate(service, [KIND, "\u200b\u200b"], status=400)["error"]
    assert (error["param"], error["message"]) == ("input[1]", "input[1] holds no visible text")


def test_more_texts_than_the_limit_are_400(make_service, scorer) -> None:
    service = make_service(scorer, max_comments=2)
    error = moderate(service, [KIND] * 3, status=400)["error"]
    assert error["code"] == "too_many_comments"
    assert "3 items" in error["message"]


def test_a_wrong_key_is_401_in_openais_shape(service) -> None:
    answer = service.client.post(
        "/v1/moderations", json={"input": KIND}, headers={"Authorization": "Bearer sk-wrong"}
    )
    assert answer.status_code == 401
    assert answer.get_json()["error"]["code"] == "invalid_api_key"


def test_a_key_that_may_not_score_is_403(service, store) -> None:
    with store.writing() as session:
        key = keys.create(session, name="reader", scopes=("feedback",))
    answer = service.client.post(f"/v1/moderations?key={key}", json={"input": KIND})
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (403, "forbidden")


def test_a_body_that_is_not_json_is_400_and_another_media_type_415(service) -> None:
    bad = service.post("/v1/moderations", data=b"{", content_type="application/json")
    assert (bad.status_code, bad.get_json()["error"]["code"]) == (400, "invalid_json")
    plain = service.post("/v1/moderations", data=b'{"input": "a"}', content_type="text/plain")
    assert plain.status_code == 415


def test_without_a_bundle_it_is_503_and_no_score_is_made_up(make_service) -> None:
    service = make_service(None, fault="the bundle is gone")
    answer = service.post("/v1/moderations", json={"input": KIND})
    assert answer.status_code == 503
    assert answer.get_json()["error"]["type"] == "server_error"
    assert answer.headers["Retry-After"]


def test_a_quota_counts_each_text_and_is_429_in_openais_shape(make_service, scorer) -> None:
    service = make_service(scorer, quota_comments_per_day=3)
    moderate(service, [KIND, KIND])
    error = moderate(service, [KIND, KIND], status=429)["error"]
    assert (error["type"], error["code"]) == ("requests", "rate_limit_exceeded")
    service.parts.quotas.close()
