"""Character F1 of spans as in SemEval-2021 task 5, with intervals, and a miss where nothing was judged."""

import numpy as np
import pytest

from model.records import Scores, Span
from training.bootstrap import figures
from training.span_metrics import characters, estimate, judge, overlaps

READ = {"insult": 0.9}


def span(begin: int, end: int, label: str = "insult") -> Span:
    return Span(begin, end, label, 1.0)


def marked(*spans: Span) -> Scores:
    return Scores(READ, spans=spans)


def reference_f1(predictions: set[int], gold: set[int]) -> float:
    """Return what the task's own description says, case by case."""
    if not gold:
        return 1.0 if not predictions else 0.0
    if not predictions:
        return 0.0
    precision = len(predictions & gold) / len(predictions)
    recall = len(predictions & gold) / len(gold)
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def test_spans_of_all_labels_are_one_set_of_characters():
    given = [span(0, 4), span(2, 6, "threat"), span(9, 10, "profanity")]
    assert characters(given) == {0, 1, 2, 3, 4, 5, 9}


@pytest.mark.parametrize(
    ("gold", "said", "f1"),
    [
        ([], [], 1),
        ([], [span(0, 3)], 0),
        ([span(0, 3)], [], 0),
        ([span(0, 3)], [span(5, 8)], 0),
        ([span(0, 4)], [span(0, 4, "threat")], 1),
        ([span(0, 4)], [span(2, 4)], 2 / 3),
        ([span(0, 4), span(2, 6)], [span(4, 12)], 2 * 2 / (6 + 8)),
    ],
)
def test_a_posts_f1_is_that_of_its_characters(gold, said, f1):
    (found,) = overlaps([gold], [said]).f1
    assert found == pytest.approx(f1)
    assert found == pytest.approx(reference_f1(characters(said), characters(gold)))


def test_f1_is_the_reference_on_random_posts():
    rng = np.random.default_rng(3)

    def drawn() -> list[Span]:
        begins = rng.integers(0, 20, size=rng.integers(0, 3))
        return [span(int(at), int(at + rng.integers(1, 6))) for at in begins]

    gold, said = [drawn() for _ in range(60)], [drawn() for _ in range(60)]
    expected = [
        reference_f1(set(characters(s)), set(characters(g)))
        for g, s in zip(gold, said, strict=True)
    ]
    assert overlaps(gold, said).f1 == pytest.approx(expected)


def test_a_post_that_was_not_judged_counts_nought_even_where_nothing_is_to_mark():
    assert overlaps([[], [span(0, 2)], []], [None, None, []]).f1.tolist() == [0, 0, 1]


def test_the_figures_are_means_over_posts_and_of_pooled_characters():
    gold = [[span(0, 4)], [span(0, 2)], [], []]
    said = [[span(2, 4)], [], [], [span(0, 6)]]
    found = estimate(overlaps(gold, said), seed=1).values
    assert found == {
        "f1": pytest.approx((2 / 3 + 0 + 1 + 0) / 4),
        "f1_where_gold": pytest.approx((2 / 3 + 0) / 2),
        "right_where_none": pytest.approx(1 / 2),
        "precision": pytest.approx(2 / 8),
        "recall": pytest.approx(2 / 6),
    }


def test_figures_that_the_posts_cannot_give_are_not_a_number():
    found = estimate(overlaps([[], []], [[], []]), seed=1).values
    assert found["f1"] == 1
    assert np.isnan([found["f1_where_gold"], found["precision"], found["recall"]]).all()


def test_the_interval_holds_the_value_and_narrows_with_more_posts():
    gold = [[span(0, 4)], [span(0, 4)], []]
    said = [[span(0, 4)], [], []]
    few = figures(estimate(overlaps(gold * 4, said * 4), seed=1))["f1"]
    many = figures(estimate(overlaps(gold * 100, said * 100), seed=1))["f1"]
    assert few.low < few.value < few.high
    assert few.value == pytest.approx(many.value) == pytest.approx(2 / 3)
    assert many.high - many.low < (few.high - few.low) / 3


def test_posts_are_resampled_by_the_seed():
    of = overlaps([[span(0, 4)], [], [span(1, 9)]] * 5, [[span(0, 2)], [], []] * 5)
    assert figures(estimate(of, seed=1)) == figures(estimate(of, seed=1))
    assert figures(estimate(of, seed=1)) != figures(estimate(of, seed=2))


def test_only_posts_whose_spans_are_known_are_judged():
    report = judge(
        [None, (span(0, 2),), ()], [marked(span(0, 9)), marked(span(0, 2)), marked()], seed=1
    )
    assert report is not None
    assert (report.n, report.with_spans) == (2, 1)
    assert report.figures["f1"].value == 1


def test_without_a_token_head_or_known_spans_there_is_no_report():
    assert judge([()], [Scores(READ)], seed=1) is None
    assert judge([None], [marked(span(0, 2))], seed=1) is None
    assert judge([], [], seed=1) is None


def test_an_abstention_beside_a_token_head_is_a_miss():
    report = judge([(), ()], [marked(), Scores(None, abstained="language")], seed=1)
    assert report is not None
    assert report.figures["f1"].value == 0.5


def test_another_scorer_stands_beside_with_a_paired_difference():
    gold = [(span(0, 2),), (span(3, 5),)]
    ours, theirs = [marked(*one) for one in gold], [marked(), marked(*gold[1])]
    report = judge(gold, ours, seed=1, against=theirs)
    assert report is not None
    beside = report.beside["against"]
    assert beside.figures["f1"].value == 0.5
    assert beside.difference["f1"].value == 0.5
    without = judge(gold, ours, seed=1, against=[Scores(READ), Scores(READ)])
    assert without is not None
    assert without.beside == {}
