"""A native result as osmod's scores."""

import re

import pytest

from model.labels import NAMES
from service.api.schemas import Result, Span, Target
from service.doors.osmod.mapping import ATTRIBUTES, as_error, as_reply
from service.errors import NotReady
from service.sites import Points

STRAIGHT: Points = ((0.0, 0.0), (1.0, 1.0))


def result(
    spans: list[Span] | None = None, target: Target | None = None, **scores: float
) -> Result:
    return Result(
        id=None,
        scores=dict.fromkeys(NAMES, 0.01) | scores,
        labels=[],
        target=target,
        spans=spans,
        action="approve",
        language="en",
        truncated=False,
        abstained=None,
        error=None,
    )


def test_each_attribute_has_the_whole_comment_and_the_same_summary() -> None:
    said = as_reply(result(insult=0.9, incivility=0.95), "abc", points=STRAIGHT, summary=True)
    assert said.scores.keys() == said.summaryScores.keys()
    assert said.summaryScores["INSULT"] == 0.9
    assert said.summaryScores["TOXICITY"] == 0.95
    for name, scores in said.scores.items():
        assert (scores[0].begin, scores[0].end) == (0, 3)
        assert scores[0].score == said.summaryScores[name]


def test_what_is_not_judged_is_left_out() -> None:
    said = as_reply(result(), "abc", points=STRAIGHT, summary=True)
    assert said.scores.keys() <= set(ATTRIBUTES)
    assert said.scores.keys().isdisjoint(
        {"SPAM", "INCOHERENT", "UNSUBSTANTIAL", "ATTACK_ON_AUTHOR"}
    )


def test_the_target_answers_for_attacks_where_the_bundle_has_one() -> None:
    aimed = result(target=Target(kind="author", score=0.7), incivility=0.9)
    assert (
        as_reply(aimed, "abc", points=STRAIGHT, summary=True).summaryScores["ATTACK_ON_AUTHOR"]
        == 0.7
    )


def test_words_follow_the_whole_in_utf_16_units() -> None:
    text = "😀 you clown"
    words = [Span(begin=6, end=11, label="insult", score=0.8)]
    said = as_reply(result(words, insult=0.9), text, points=STRAIGHT, summary=False)
    whole, word = said.scores["INSULT"]
    assert (whole.begin, whole.end) == (0, 12)
    assert (word.begin, word.end, word.score) == (7, 12, 0.8)
    units = text.encode("utf-16-le")
    assert units[2 * word.begin : 2 * word.end].decode("utf-16-le") == "clown"
    assert len(said.scores["THREAT"]) == 1


def test_the_summary_is_told_only_where_it_is_asked_for() -> None:
    assert as_reply(result(), "abc", points=STRAIGHT, summary=False).summaryScores is None


def test_every_score_goes_through_the_sites_map() -> None:
    half: Points = ((0.0, 0.0), (0.8, 0.4), (1.0, 1.0))
    words = [Span(begin=0, end=1, label="insult", score=0.4)]
    said = as_reply(result(words, insult=0.8), "abc", points=half, summary=True)
    assert said.summaryScores["INSULT"] == pytest.approx(0.4)
    assert [s.score for s in said.scores["INSULT"]] == pytest.approx([0.4, 0.2])


def test_an_abstention_has_no_scores_and_none_is_made_up() -> None:
    unjudged = result().model_copy(update={"scores": None, "abstained": "language"})
    said = as_reply(unjudged, "abc", points=STRAIGHT, summary=True)
    assert (said.scores, said.summaryScores) == ({}, {})


def test_the_names_are_what_osmods_schema_takes() -> None:
    assert all(re.fullmatch(r"[A-Z_]+", name) for name in ATTRIBUTES)
    assert len(set(ATTRIBUTES)) == 16


def test_an_error_is_one_sentence() -> None:
    assert as_error(NotReady("no bundle is loaded")) == {"error": "no bundle is loaded"}
