"""The invented comments: enough of them, told apart from all that is trained on and measured by."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

from service.api.comment_schemas import ArrivingComment
from service.demo.written import articles, as_sent, comments
from service.moderation.reasons import REASONS
from training import suites
from training.corpora import read_corpus
from training.keys import held_out, identity, keys_of

NOW = datetime(2026, 11, 29, 8, tzinfo=UTC)
NEWSROOM = Path(suites.FOLDER).parent / "newsroom"


def test_there_are_some_thirty_articles_and_over_five_hundred_comments_all_different() -> None:
    written = comments()
    assert len(articles()) >= 30
    assert len(written) >= 500
    assert len({one.id for one in written}) == len(written)
    assert len({identity(one.text) for one in written}) == len(written)
    assert {one.article.id for one in written} == set(articles())
    assert len({one.article.section for one in written}) >= 8


def test_they_vary_in_length_and_kind() -> None:
    written = comments()
    sizes = [len(one.text) for one in written]
    assert min(sizes) < 10
    assert max(sizes) > 2000
    everything = "".join(one.text for one in written)
    assert "<script>" in everything
    assert "\u202e" in everything
    assert sum(one.parent is not None for one in written) > 80
    assert sum(bool(one.reports) for one in written) > 20
    assert 0.08 < sum(one.breaks is not None for one in written) / len(written) < 0.16
    assert sum(not any(c.isalpha() for c in one.text) for one in written) >= 5


def test_they_are_spread_over_the_last_thirty_days() -> None:
    times = [one.at(NOW) for one in comments()]
    assert times == sorted(times)
    assert NOW - timedelta(days=30) < times[0] < NOW - timedelta(days=25)
    assert NOW - timedelta(days=1) < times[-1] <= NOW
    weeks = Counter((NOW - time).days // 7 for time in times)
    assert all(weeks[week] > 50 for week in range(4))


def test_an_answer_comes_after_what_it_answers() -> None:
    by_text = {one.text: one for one in comments()}
    for one in comments():
        if one.parent is not None:
            assert by_text[one.parent].at(NOW) <= one.at(NOW), one.id
            assert by_text[one.parent].article == one.article, one.id


def test_each_can_be_sent_as_it_is_and_is_rejected_for_a_reason_that_exists() -> None:
    for one in comments():
        sent = ArrivingComment.model_validate(as_sent(one, NOW))
        assert sent.context is not None
        assert set(one.reports) | ({one.breaks} if one.breaks else set()) <= set(REASONS), one.id


def test_none_is_a_training_comment_a_case_of_a_suite_or_a_public_test_comment() -> None:
    ours = {key: one.id for one in comments() for key in keys_of(one.text) | {identity(one.text)}}
    own = {identity(example.text) for example in read_corpus("newsroom", Path())}
    cases = {identity(case.text) for suite in suites.suites().values() for case in suite}
    assert [ours[key] for key in ours.keys() & (own | cases | held_out())] == []


def test_no_sentence_is_shared_with_the_training_comments() -> None:
    trained = {
        part
        for file in NEWSROOM.glob("*.jsonl")
        for line in file.read_text(encoding="utf-8").splitlines()
        for part in _sentences(json.loads(line)["text"])
    }
    shared = {part for one in comments() for part in _sentences(one.text)} & trained
    assert shared == set()


def _sentences(text: str) -> set[str]:
    """The sentences of a text that are long enough to say something of their own."""
    parts = text.replace("!", ".").replace("?", ".").lower().split(".")
    return {" ".join(part.split()) for part in parts if len(part.split()) >= 4}
