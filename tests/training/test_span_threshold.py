"""The span threshold is the one that agrees best with annotators, comments without a mark included."""

import pytest

from model import bundle
from model.records import Comment, Example, Span
from model.scorer import load_scorer
from tests.model.tiny import write_bundle
from training import span_threshold


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> bundle.Bundle:
    return bundle.load(write_bundle(tmp_path_factory.mktemp("bundles") / "heads", heads=True))


def marked(tiny: bundle.Bundle, text: str) -> tuple[Span, ...]:
    """Return what the tiny network itself marks, whatever its threshold."""
    (scores,) = load_scorer(tiny.folder, threads=1).score([Comment(text)], spans=True)
    return scores.spans or ()


def test_where_every_mark_is_wrong_the_highest_threshold_wins_over_the_lowest(
    tiny: bundle.Bundle,
) -> None:
    texts = ["you are fine", "a fine day", "the story is a day", "you and the liar", "a story"]
    unmarked = [Example(text, {}, spans=()) for text in texts]
    right = [Example("clown", {}, spans=(Span(0, 5, "insult", 1.0),))]
    assert marked(tiny, "clown")
    chosen = span_threshold.choose(tiny, [*unmarked, *right], threads=1)
    assert chosen in span_threshold.CANDIDATES
    assert chosen > min(span_threshold.CANDIDATES)


def test_where_annotators_marked_anything_our_own_marks_do_not_count(tiny: bundle.Bundle) -> None:
    texts = ["you are fine", "a fine day", "the story is a day", "you and the liar", "a story"]
    annotators = [Example(text, {}, spans=()) for text in texts]
    everywhere = [
        Example(text, {}, spans=(Span(0, len(text), "insult", 1.0),), source="newsroom")
        for text in 4 * texts
    ]
    alone = span_threshold.choose(tiny, annotators, threads=1)
    assert span_threshold.choose(tiny, everywhere, threads=1) < alone
    assert span_threshold.choose(tiny, [*annotators, *everywhere], threads=1) == alone


def test_without_known_marks_it_is_a_half(tiny: bundle.Bundle) -> None:
    assert span_threshold.choose(tiny, [Example("clown", {})], threads=1) == span_threshold.DEFAULT


def test_a_mark_of_under_half_of_the_annotators_is_not_agreed() -> None:
    spans = (Span(0, 3, "insult", 0.4), Span(4, 8, "carries", 0.5))
    assert span_threshold.agreed(Example("you fool", {}, spans=spans)) == (spans[1],)
    assert span_threshold.agreed(Example("you fool", {})) == ()
