"""The one path from comments to results."""

import json

import pytest

from model.fake import WordScorer
from model.records import Comment
from service.api.schemas import CommentIn
from service.errors import NotReady
from service.judging import as_comment, score_all


def comment(text: str) -> CommentIn:
    return CommentIn(id=None, text=text)


def test_the_sites_language_goes_with_every_comment(make_service, scorer) -> None:
    service = make_service(scorer)
    settings = service.parts.settings.model_validate(
        {"language": "de", "sites": {"daily": {"language": "en"}}}
    )
    object.__setattr__(service.parts, "settings", settings)
    for site, language in (("daily", None), ("weekly", None), ("daily", "fr")):
        score_all([comment("hello")], service.parts, site=site, language=language)
    assert [asked.language for asked in scorer.asked] == ["en", "de", "fr"]


def test_without_a_site_language_there_is_none(service, scorer) -> None:
    score_all([comment("hello")], service.parts, site="daily")
    assert scorer.asked == [Comment("hello")]


@pytest.mark.parametrize(("metered", "counted"), [(None, 3), (1, 1), (0, 0)])
def test_only_the_first_comments_are_counted_where_it_is_said(
    make_service, metered: int | None, counted: int
) -> None:
    service = make_service(WordScorer())
    comments = [comment(text) for text in ("One.", "Two.", "Three.")]
    score_all(comments, service.parts, site="daily", metered=metered)
    exposed = service.parts.meters.exposition().decode()
    found = [line for line in exposed.splitlines() if line.startswith("comity_comments_total{")]
    assert sum(float(line.split()[-1]) for line in found) == counted


def test_without_a_scorer_nothing_is_judged(make_service) -> None:
    with pytest.raises(NotReady):
        score_all([comment("hello")], make_service(None, fault="gone").parts, site="daily")


def test_a_number_for_an_id_becomes_text() -> None:
    sent = CommentIn.model_validate(json.loads('{"id": 7, "text": "hello"}'))
    assert as_comment(sent, "en") == Comment("hello", id="7", language="en")
