import pytest

from model.fake import LONGEST, THRESHOLD, WordScorer
from model.labels import NAMES
from model.records import Comment, Scores
from model.scorer import Scorer


def _score(text: str) -> Scores:
    (scores,) = WordScorer().score([Comment(text)])
    return scores


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("What a fine day", ()),
        ("You clown", ("incivility", "insult")),
        ("You c l o w n", ("incivility", "insult")),
        ("A damn good goal", ("profanity",)),
        ("All of them are vermin", ("incivility", "insult", "identity_attack")),
        ("Burn it", ("incivility", "threat")),
        ("How silly", ("incivility",)),
        ("There, poppet", ("condescension",)),
        ("Hush now", ("dismissal",)),
    ],
)
def test_words_decide_the_labels(text: str, labels: tuple[str, ...]) -> None:
    scores = _score(text)
    assert scores.labels == labels
    assert scores.by_label is not None
    assert tuple(scores.by_label) == NAMES


def test_it_is_a_scorer_and_says_that_it_is_a_fake() -> None:
    scorer: Scorer = WordScorer()
    assert scorer.version == "fake"
    assert scorer.thresholds == dict.fromkeys(NAMES, THRESHOLD)


def test_it_refuses_and_abstains_as_a_bundle_does() -> None:
    assert _score(" \u200b").error == "empty"
    assert _score("🤡").abstained == "no_words"
    russian = _score("Привет, как дела?")
    assert (russian.abstained, russian.language, russian.by_label) == ("language", "ru", None)


def test_order_and_number_are_kept() -> None:
    texts = ["You clown", "", "What a fine day"]
    scored = WordScorer().score([Comment(text) for text in texts])
    assert [bool(scores.labels) for scores in scored] == [True, False, False]
    assert scored[1].error == "empty"


def test_a_test_may_bring_its_own_words() -> None:
    (scores,) = WordScorer({"turnip": {"insult": 0.7}}).score([Comment("you turnip")])
    assert scores.by_label is not None
    assert scores.by_label["insult"] == 0.7
    assert scores.by_label["incivility"] == 0.7


def test_what_is_over_the_cap_is_not_read_and_it_says_so() -> None:
    scores = _score("fine " * (LONGEST // 5) + "clown")
    assert scores.truncated
    assert scores.labels == ()
