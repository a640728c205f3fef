"""The n-gram floor learns words, weights and soft labels, and says when it cannot."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from model.records import Example
from training import floor
from training.evaluation_sets import EvaluationSet
from training.floor import fit_floors, floor_scores
from training.sweep import Floats

SUBJECTS = ("the mayor", "this column", "our paper", "the new bridge", "that goal", "the vote")
RUDE = ("you are a clown about {}", "only a fool likes {}", "what a moron, {} my foot")
CIVIL = ("thank you for {}", "i read about {} today", "{} will cost too much")


def example(text: str, value: float, *, weight: float = 1.0, label: str = "insult") -> Example:
    return Example(text=text, labels={label: value}, weight=weight)


def corpus() -> list[Example]:
    rude = [example(form.format(subject), 1) for form in RUDE for subject in SUBJECTS]
    civil = [example(form.format(subject), 0) for form in CIVIL for subject in SUBJECTS]
    return rude + civil


def fit_floor(
    examples: Sequence[Example], label: str, *, inverse_penalty: float = 3.0
) -> Callable[[Sequence[str]], Floats]:
    """Return what gives texts their probability (n,) of one label."""
    floors = fit_floors(examples, [label], inverse_penalty=inverse_penalty)
    return lambda texts: floors.scores(texts, [label])[label]


def test_the_floor_tells_rude_words_from_civil_ones_in_texts_it_has_not_seen():
    scored = fit_floor(corpus(), "insult")(["a clown wrote this", "thank you, i read it today"])
    assert scored.shape == (2,)
    assert scored[0] > 0.6
    assert scored[1] < 0.4


def test_a_misspelt_word_is_known_by_its_characters():
    scored = fit_floor(corpus(), "insult")(["morons", "xyzzy"])
    assert scored[0] > scored[1]


def test_the_floor_gives_the_same_scores_every_time():
    texts = ["a fool", "a bridge"]
    assert (fit_floor(corpus(), "insult")(texts) == fit_floor(corpus(), "insult")(texts)).all()


def test_case_does_not_matter():
    lower, upper = fit_floor(corpus(), "insult")(["only a fool", "ONLY A FOOL"])
    assert lower == upper


def test_rows_that_do_not_speak_of_the_label_are_left_out():
    others = [example("thank you for the clown", 1, label="profanity")] * 50
    with_others = fit_floor(corpus() + others, "insult")(["thank you"])
    assert with_others == pytest.approx(fit_floor(corpus(), "insult")(["thank you"]))


def test_rows_without_weight_are_left_out():
    weightless = [example("thank you", 1, weight=0.0)] * 50
    assert fit_floor(corpus() + weightless, "insult")(["thank you"]) == pytest.approx(
        fit_floor(corpus(), "insult")(["thank you"])
    )


def test_a_weight_of_two_counts_as_the_row_twice():
    once = [example("bridge again", 1), *corpus()]
    heavy = fit_floor([example("bridge again", 1, weight=2.0), *once[1:]], "insult")
    light = fit_floor(once, "insult")
    assert heavy(["bridge again"])[0] > light(["bridge again"])[0] + 0.02


def test_soft_labels_end_between_yes_and_no():
    def with_value(value: float) -> float:
        rows = [*corpus(), *[example("bridge again and again", value)] * 20]
        return float(fit_floor(rows, "insult", inverse_penalty=100)(["bridge again and again"])[0])

    low, middle, high = with_value(0.0), with_value(0.5), with_value(1.0)
    assert low < middle < high
    assert middle == pytest.approx(0.5, abs=0.06)


def test_a_soft_row_becomes_a_yes_and_a_no_with_their_shares():
    rows, answers, shares = floor._halves(np.array([1, 0.25, 0]), np.array([1.0, 2.0, 3.0]))
    assert list(zip(rows, answers, shares, strict=True)) == [
        (0, 1, 1.0),
        (1, 1, 0.5),
        (1, 0, 1.5),
        (2, 0, 3.0),
    ]


def test_text_beyond_the_first_thousand_characters_is_not_read():
    long = "bridge " * 200
    kept, extended = fit_floor(corpus(), "insult")([long[:1000], long[:1000] + " clown fool"])
    assert kept == extended


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_a_label_with_one_answer_only_has_no_floor(value):
    floors = fit_floors([example("a", value), example("b", value)], ["insult"])
    assert floors.scores(["a"], ["insult"]) == {}


def test_a_label_that_no_example_speaks_of_has_no_floor():
    assert fit_floors(corpus(), ["threat"]).scores(["a"], ["threat"]) == {}


ASKED = EvaluationSet("desk", (("rude", "insult"), ("sneering", "condescension"), ("x", "threat")))


def taught() -> list[Example]:
    """Return a corpus that speaks of condescension where it is civil too, and of no threat at all."""
    return [
        *corpus(),
        *(
            Example(form.format(subject), {"condescension": value, "threat": 0.0})
            for form, value in (("bless you, {}", 1.0), ("thank you for {}", 0.0))
            for subject in SUBJECTS
        ),
    ]


def test_every_label_that_a_set_asks_of_its_rows_has_a_floor():
    rows = [
        Example("a clown wrote this", {"rude": 1.0, "sneering": 0.0}),
        Example("bless you, dear", {"rude": 0.0, "sneering": 1.0}),
    ]
    found = floor_scores(taught(), [(ASKED, rows)])["desk"]
    assert list(found) == ["insult", "condescension"]  # no row states x
    assert found["insult"][0] > found["insult"][1]
    assert found["condescension"][1] > found["condescension"][0]


def test_a_label_that_the_rows_cannot_teach_has_no_floor_and_the_others_have(caplog):
    rows = [Example("a clown", {"rude": 1.0, "x": 1.0})]
    assert list(floor_scores(taught(), [(ASKED, rows)])["desk"]) == ["insult"]
    assert "no n-gram floor for threat: it needs a yes and a no" in caplog.messages


def test_texts_are_read_once_however_many_labels_are_asked(monkeypatch):
    read = []
    whole = floor._read
    monkeypatch.setattr(floor, "_read", lambda text: read.append(text) or whole(text))
    rows = [Example("a text of the set", {"rude": 1.0, "sneering": 0.0})]
    floor_scores(taught(), [(ASKED, rows)])
    assert read.count("a text of the set") == 2  # as words and as characters
    assert len(read) == 2 * (len(taught()) + 1)


def test_a_label_is_fitted_on_the_rows_that_speak_of_it_alone():
    found = fit_floors(taught(), ["insult", "condescension"])
    said = found.scores(["a clown wrote this"], ["condescension"])["condescension"]
    assert said == pytest.approx(0.5, abs=0.1)  # as a no, the rows with a clown would say under 0.1


def test_rows_that_speak_of_no_label_that_is_asked_are_not_read():
    rows = [Example("thank you", {"rude": 0.0})]
    only = floor_scores(corpus(), [(ASKED, rows)])["desk"]["insult"]
    beside = floor_scores(taught(), [(ASKED, rows)])["desk"]["insult"]
    assert beside == pytest.approx(only)
