"""/healthz, /readyz and /metrics."""

import re

from prometheus_client.parser import text_string_to_metric_families


def samples(service) -> dict[tuple[str, ...], float]:
    """Name and label values of each sample, with its value."""
    text = service.get("/metrics").get_data(as_text=True)
    return {
        (sample.name, *(str(v) for _, v in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_the_process_is_alive_with_and_without_a_bundle(make_service, scorer) -> None:
    assert make_service(scorer).get("/healthz").get_json() == {"status": "ok"}
    assert make_service(None, fault="gone").get("/healthz").status_code == 200


def test_it_is_ready_with_a_bundle_and_names_it(service) -> None:
    answer = service.get("/readyz")
    assert answer.status_code == 200
    assert answer.get_json() == {"status": "ready", "model": "list-1"}


def test_it_is_not_ready_without_a_bundle_and_says_why(make_service) -> None:
    answer = make_service(None, fault="manifest.json is missing").get("/readyz")
    assert answer.status_code == 503
    assert answer.get_json()["error"]["code"] == "not_ready"
    assert "manifest.json is missing" in answer.get_json()["error"]["message"]


def test_requests_are_counted_by_route_method_and_status(service) -> None:
    service.score({"comments": []})
    service.client.post("/v1/score", json={})
    service.get("/nowhere/at/all")
    counted = samples(service)
    assert counted["comity_requests_total", "POST", "/v1/score", "200"] == 1
    assert counted["comity_requests_total", "POST", "/v1/score", "401"] == 1
    assert counted["comity_requests_total", "GET", "unmatched", "404"] == 1
    assert counted["comity_request_seconds_count", "/v1/score"] == 2


def test_an_unheard_of_method_makes_no_series_of_its_own(service) -> None:
    service.client.open("/v1/score", method="BREW")
    assert ("comity_requests_total", "other", "/v1/score", "405") in samples(service) or (
        "comity_requests_total",
        "other",
        "unmatched",
        "405",
    ) in samples(service)


def test_comments_scores_abstentions_and_errors_are_counted(service) -> None:
    texts = ["You are a clown.", "Good morning.", "123", ""]
    service.score({"comments": [{"text": text} for text in texts]})
    counted = samples(service)
    assert counted["comity_comments_total", "list-1"] == 2
    assert counted["comity_abstentions_total", "no_words", "list-1"] == 1
    assert counted["comity_comment_errors_total", "empty"] == 1
    assert counted["comity_score_bucket", "insult", "0.1", "list-1"] == 1
    assert counted["comity_score_bucket", "insult", "0.9", "list-1"] == 2
    assert counted["comity_score_count", "threat", "list-1"] == 2
    assert counted["comity_scorings_inside",] == 0


def test_meters_hold_no_comment_and_no_key(service, key: str) -> None:
    service.score({"comments": [{"id": "zebra-1", "text": "zebra"}]})
    service.client.post(f"/v1/score?key={key}", json={})
    service.get("/zebra")
    text = service.get("/metrics").get_data(as_text=True)
    assert "zebra" not in text
    assert not re.search(r"cmt_", text)
