"""comments:analyze, from the request to the reply."""

import json

import pytest

from model.fake import WordScorer
from model.labels import NAMES
from service.doors.perspective.attributes import NOT_JUDGED
from service.doors.perspective.score_map import on_half_toxic
from tests.service.doors.perspective.conftest import ANALYZE

SIXTEEN = (
    *("TOXICITY", "SEVERE_TOXICITY", "IDENTITY_ATTACK", "INSULT", "PROFANITY", "THREAT"),
    *("SEXUALLY_EXPLICIT", "FLIRTATION", "ATTACK_ON_AUTHOR", "ATTACK_ON_COMMENTER", "INCOHERENT"),
    *("INFLAMMATORY", "LIKELY_TO_REJECT", "OBSCENE", "SPAM", "UNSUBSTANTIAL"),
)
RUDE, KIND = "You are a clown.", "Thank you for this report."
TURKISH = "Bu çok kötü bir haber ve ben bunu hiç sevmedim."


def wanting(*names: str, **options: object) -> dict[str, object]:
    return {name: dict(options) for name in names}


def toxicity(reply) -> float:
    return reply["attributeScores"]["TOXICITY"]["summaryScore"]["value"]


def test_a_reply_has_everything_that_clients_read(door) -> None:
    answer = door.analyze(RUDE, clientToken="t-1", languages=["en"])
    assert answer.status_code == 200
    assert answer.content_type == "application/json"
    assert answer.headers["Comity-Model"] == "fake"
    score = {"value": pytest.approx(on_half_toxic(0.9)), "type": "PROBABILITY"}
    assert answer.get_json() == {
        "attributeScores": {
            "TOXICITY": {
                "summaryScore": score,
                "spanScores": [{"begin": 0, "end": 16, "score": score}],
            }
        },
        "languages": ["en"],
        "detectedLanguages": ["en"],
        "clientToken": "t-1",
    }


def test_a_rude_and_a_kind_comment_come_out_on_either_side_of_corals_threshold(door) -> None:
    assert toxicity(door.scored(RUDE)) > 0.8 > toxicity(door.scored(KIND))


def test_without_a_token_none_comes_back(door) -> None:
    assert "clientToken" not in door.scored()


def test_an_empty_token_comes_back_too(door) -> None:
    assert door.scored(clientToken="")["clientToken"] == ""


def test_sixteen_attributes_at_once_are_answered_or_named_in_the_header(door) -> None:
    answer = door.analyze(requestedAttributes=wanting(*SIXTEEN))
    answered = answer.get_json()["attributeScores"]
    left_out = answer.headers["Comity-Not-Judged"].split(", ")
    assert sorted([*answered, *left_out]) == sorted(SIXTEEN)
    assert {"SPAM", "INCOHERENT", "UNSUBSTANTIAL", "FLIRTATION"} <= set(left_out)
    assert {"TOXICITY", "SEVERE_TOXICITY", "OBSCENE", "INFLAMMATORY"} <= set(answered)


def test_the_header_is_absent_where_all_are_judged(door) -> None:
    assert "Comity-Not-Judged" not in door.analyze().headers


def test_where_none_is_judged_the_scores_are_empty(door) -> None:
    answer = door.analyze(requestedAttributes=wanting("SPAM", "OFF_TOPIC"))
    assert answer.get_json()["attributeScores"] == {}
    assert answer.headers["Comity-Not-Judged"] == "SPAM, OFF_TOPIC"


def test_every_label_is_answered_under_its_own_name(door) -> None:
    names = [name.upper() for name in NAMES]
    assert list(door.scored(requestedAttributes=wanting(*names))["attributeScores"]) == sorted(
        names
    )


@pytest.mark.parametrize("value", [{}, None, {"scoreType": "PROBABILITY"}, {"scoreThreshold": 0}])
def test_an_attribute_may_be_asked_for_in_several_ways(door, value: object) -> None:
    assert "TOXICITY" in door.scored(requestedAttributes={"TOXICITY": value})["attributeScores"]


def test_a_name_with_a_version_is_answered_under_the_name_asked_for(door) -> None:
    reply = door.scored(requestedAttributes=wanting("TOXICITY@6", "INSULT"))
    assert set(reply["attributeScores"]) == {"TOXICITY@6", "INSULT"}


def test_a_version_that_is_held_here_answers_for_itself(
    door, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = WordScorer({"clown": {"insult": 0.3}})
    older.version = "20260101.0000"
    monkeypatch.setattr(door.parts.versions, "named", {older.version: older}.get)
    names = ("TOXICITY", f"TOXICITY@{older.version}", "TOXICITY@6")
    answer = door.analyze(RUDE, requestedAttributes=wanting(*names), spanAnnotations=True)
    scores = answer.get_json()["attributeScores"]
    found = [scores[name]["summaryScore"]["value"] for name in names]
    assert found == pytest.approx([on_half_toxic(p) for p in (0.9, 0.3, 0.9)], abs=1e-3)
    assert answer.headers["Comity-Model"] == "fake, 20260101.0000"


def test_a_version_cannot_break_out_of_the_header(door) -> None:
    answer = door.analyze(requestedAttributes=wanting("SPAM@1\r\nSet-Cookie: x"))
    assert answer.headers["Comity-Not-Judged"] == "SPAM@1??Set-Cookie??x"
    assert "Set-Cookie" not in answer.headers


def test_an_attribute_under_its_threshold_is_left_out(door) -> None:
    asked = {"TOXICITY": {"scoreThreshold": 0.5}, "THREAT": {"scoreThreshold": 0.5}}
    assert set(door.scored(requestedAttributes=asked)["attributeScores"]) == {"TOXICITY"}


def test_where_all_are_under_their_threshold_the_scores_are_missing(door) -> None:
    answer = door.analyze(KIND, requestedAttributes=wanting("TOXICITY", scoreThreshold=0.5))
    assert "attributeScores" not in answer.get_json()
    assert "Comity-Not-Judged" not in answer.headers


def test_a_threshold_is_on_the_mapped_score(door) -> None:
    asked = wanting("TOXICITY", scoreThreshold=0.91)
    assert toxicity(door.scored(RUDE, requestedAttributes=asked)) > 0.91


def test_sentences_are_scored_apart_when_asked_for(door) -> None:
    text = "Fine weather.  😀 You clown!\r\nGood night."
    spans = door.scored(text, spanAnnotations=True)["attributeScores"]["TOXICITY"]["spanScores"]
    units = text.encode("utf-16-le")
    read = [units[2 * s["begin"] : 2 * s["end"]].decode("utf-16-le") for s in spans]
    assert read == ["Fine weather.", "😀 You clown!", "Good night."]
    assert [s["score"]["value"] > 0.8 for s in spans] == [False, True, False]


def test_the_summary_is_of_the_whole_comment(door) -> None:
    reply = door.scored("Fine weather. You clown!", spanAnnotations=True)
    assert toxicity(reply) == pytest.approx(on_half_toxic(0.9))


def test_without_sentences_one_span_covers_the_whole_comment(door) -> None:
    (span,) = door.scored("  a 😀 day. Off we go ")["attributeScores"]["TOXICITY"]["spanScores"]
    assert (span["begin"], span["end"]) == (0, 22)


def test_a_sentence_that_is_not_judged_belongs_to_its_neighbour(door) -> None:
    text = "Доброе утро, дорогие читатели. What a fine day. Всего хорошего вам."
    spans = door.scored(text, spanAnnotations=True)["attributeScores"]
    if spans:
        (span,) = spans["TOXICITY"]["spanScores"]
        assert (span["begin"], span["end"]) == (0, len(text))


def test_quoted_russian_within_english_gets_no_score_of_its_own(door) -> None:
    text = "Доброе утро. The minister greeted the whole crowd so, and they cheered. Спокойной ночи."
    (span,) = door.scored(text, spanAnnotations=True, languages=["en"])["attributeScores"][
        "TOXICITY"
    ]["spanScores"]
    assert (span["begin"], span["end"]) == (0, len(text))


def test_sentences_count_as_one_comment_in_the_meters(door) -> None:
    door.scored("Fine. You clown! Good night.", spanAnnotations=True)
    assert b'comity_comments_total{version="fake"} 1.0' in door.parts.meters.exposition()


@pytest.mark.parametrize(
    ("context", "article", "parent"),
    [
        ({"entries": [{"text": "The article."}]}, "The article.", None),
        ({"entries": [{"text": "A."}, {"text": "B.", "type": "PLAIN_TEXT"}]}, "A.", "B."),
        ({"entries": []}, None, None),
        ({"articleAndParentComment": {"article": {"text": "A."}}}, "A.", None),
        ({"articleAndParentComment": {"parentComment": {"text": "B."}}}, None, "B."),
    ],
)
def test_the_context_reaches_the_scorer(
    door, context: object, article: str | None, parent: str | None
) -> None:
    door.scored(context=context)
    read = door.scorer.asked[0].context
    assert (read.article.text if read and read.article else None) == article
    assert (read.parent if read else None) == parent


def test_a_bare_string_is_a_list_of_one_language(door) -> None:
    assert door.scored(languages="en")["languages"] == ["en"]
    assert door.scorer.asked[0].language == "en"


@pytest.mark.parametrize("code", ["en-GB", "EN", "en_US"])
def test_a_region_does_not_make_another_language(door, code: str) -> None:
    assert door.scored(languages=[code])["languages"] == [code]


def test_the_language_that_the_call_names_wins_over_a_guess(door) -> None:
    assert toxicity(door.scored(TURKISH + " clown", languages=["en"])) > 0.8


def test_a_comment_that_seems_turkish_is_left_out_and_does_not_fail(door) -> None:
    answer = door.analyze(TURKISH)
    assert answer.status_code == 200
    assert answer.get_json() == {
        "attributeScores": {},
        "languages": ["tr"],
        "detectedLanguages": ["tr"],
    }
    assert answer.headers["Comity-Not-Judged"] == "TOXICITY"


def test_a_short_comment_is_never_taken_for_turkish(door) -> None:
    assert door.scored("yo hamburger")["detectedLanguages"] == ["en"]


def test_the_sites_language_wins_over_a_guess(make_door) -> None:
    door = make_door(sites=json.dumps({"default": {"language": "en"}}))
    assert door.scored(TURKISH)["detectedLanguages"] == ["en"]


def test_the_common_language_holds_for_a_site_without_one(make_door) -> None:
    door = make_door(language="en", sites=json.dumps({"default": {"score_map": "none"}}))
    assert toxicity(door.scored(TURKISH + " clown")) == 0.9


def test_a_language_that_is_not_known_is_dropped_where_the_call_says_so(door) -> None:
    answer = door.analyze(languages=["om"], dropUnsupportedAttributes=True)
    assert answer.get_json()["attributeScores"] == {}
    assert answer.headers["Comity-Not-Judged"] == "TOXICITY"


def test_one_unknown_language_among_known_ones_counts(door) -> None:
    answer = door.analyze(languages=["en", "fr"], dropUnsupportedAttributes=True)
    assert answer.get_json()["attributeScores"] == {}


def test_an_emoji_alone_is_left_out_where_the_language_is_named(door) -> None:
    answer = door.analyze("👍👍", languages=["en"])
    assert answer.get_json() == {
        "attributeScores": {},
        "languages": ["en"],
        "detectedLanguages": [],
    }


def test_a_site_may_want_a_neutral_score_for_what_is_not_judged(make_door) -> None:
    door = make_door(not_judged="neutral")
    answer = door.analyze(requestedAttributes=wanting("SPAM", "TOXICITY"))
    assert answer.get_json()["attributeScores"]["SPAM"] == {
        "summaryScore": {"value": 0.5, "type": "PROBABILITY"},
        "spanScores": [{"begin": 0, "end": 16, "score": {"value": 0.5, "type": "PROBABILITY"}}],
    }
    assert answer.headers["Comity-Not-Judged"] == "SPAM"


@pytest.mark.parametrize("text", ["👍👍", "12345", "!!!", TURKISH])
def test_where_a_site_wants_neutral_scores_a_comment_that_cannot_be_judged_gets_one(
    make_door, text: str
) -> None:
    answer = make_door(not_judged="neutral").analyze(text)
    assert answer.status_code == 200
    assert toxicity(answer.get_json()) == 0.5
    (span,) = answer.get_json()["attributeScores"]["TOXICITY"]["spanScores"]
    assert (span["begin"], span["end"]) == (0, len(text.encode("utf-16-le")) // 2)
    assert answer.headers["Comity-Not-Judged"] == "TOXICITY"


def test_a_sites_own_wish_for_neutral_scores_holds_for_an_emoji_too(make_door) -> None:
    sites = json.dumps({"default": {"not_judged": "neutral"}})
    assert toxicity(make_door(not_judged="error", sites=sites).scored("👍👍")) == 0.5


def test_a_sites_own_wish_wins_over_the_common_one(make_door) -> None:
    sites = json.dumps({"default": {"not_judged": "leave_out"}})
    door = make_door(not_judged="neutral", sites=sites)
    assert door.scored(requestedAttributes=wanting("SPAM"))["attributeScores"] == {}


@pytest.mark.parametrize(
    ("score_map", "expected"),
    [
        ("none", 0.9),
        ("shipped", on_half_toxic(0.9)),
        ([[0, 0], [0.5, 0.2], [1, 1]], 0.2 + 0.8 * 0.8),
    ],
)
def test_a_site_may_have_a_map_of_its_own(make_door, score_map: object, expected: float) -> None:
    door = make_door(sites=json.dumps({"default": {"score_map": score_map}}))
    reply = door.scored(RUDE)
    assert toxicity(reply) == pytest.approx(expected)
    span = reply["attributeScores"]["TOXICITY"]["spanScores"][0]
    assert span["score"]["value"] == pytest.approx(expected)


@pytest.mark.parametrize("content_type", [None, "text/plain", "application/x-www-form-urlencoded"])
def test_the_content_type_does_not_matter(door, content_type: str | None) -> None:
    body = {"comment": {"text": RUDE}, "requestedAttributes": {"TOXICITY": {}}}
    assert toxicity(door.post(ANALYZE, body, content_type=content_type).get_json()) > 0.8


def test_keys_without_quotation_marks_are_read_as_googles_own_sample_has_them(door) -> None:
    raw = (
        b'{comment: {text: "what a clown, so: {a: 1} \\"b:"},\n'
        b' languages: ["en"], requestedAttributes: {TOXICITY:{}} }'
    )
    assert toxicity(door.post(ANALYZE, raw).get_json()) > 0.8
    assert door.scorer.asked[0].text == 'what a clown, so: {a: 1} "b:'


def test_unknown_fields_and_query_parameters_are_passed_over(door) -> None:
    names = "alt=json&prettyPrint=false&fields=x&$.xgafv=2&quotaUser=u&access_token=t&callback=c"
    body = {
        "comment": {"text": RUDE, "author": "x"},
        "requestedAttributes": {"TOXICITY": {"colour": 1}},
        "mood": "fine",
        "doNotStore": True,
        "sessionId": "s",
        "communityId": "c",
    }
    answer = door.client.post(f"{ANALYZE}?key={door.key}&{names}", data=json.dumps(body))
    assert answer.status_code == 200
    assert answer.content_type == "application/json"


@pytest.mark.parametrize(
    "headers", [{"Authorization": "Bearer {key}"}, {"X-Goog-Api-Key": "{key}"}]
)
def test_a_key_may_come_in_a_header(door, headers: dict[str, str]) -> None:
    body = {"comment": {"text": RUDE}, "requestedAttributes": {"TOXICITY": {}}}
    named = {name: value.format(key=door.key) for name, value in headers.items()}
    assert door.post(ANALYZE, body, key=None, headers=named).status_code == 200


def test_nothing_is_kept_of_an_analysed_comment(door) -> None:
    door.scored("You are a clown and nobody keeps this.", doNotStore=False)
    files = list(door.parts.settings.state_dir.rglob("*"))
    assert files
    assert not any(b"nobody keeps" in f.read_bytes() for f in files if f.is_file())


def test_no_attribute_is_both_answered_and_not_judged(door) -> None:
    answer = door.analyze(requestedAttributes=wanting(*NOT_JUDGED))
    assert answer.get_json()["attributeScores"] == {}
