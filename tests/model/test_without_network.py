"""Whatever the shipped bundle says of a comment, its network says: a network that says the same of every
comment leaves nothing of the judgement, so no list of words or names judges beside it."""

from collections.abc import Sequence
from functools import cache

import numpy as np
import pytest

from model import bundle
from model.labels import NAMES, TARGET_KINDS
from model.records import Comment, Context, Scores
from model.scorer import BundleScorer, load_scorer
from model.spans import TOKEN_OUTPUTS

PLACES = ("bakery", "ferry", "choir", "quarry", "allotment", "viaduct", "pharmacy", "orchard")
CIVIL = (
    "The {} opens an hour later on Sundays now.",
    "Thank you for the piece about the {}, you were fair to both sides.",
    "I disagree about the {}, the figures do not bear it out.",
    "Could somebody tell me who runs the {} these days?",
    "My mother worked at the {} for thirty years.",
    "A new roof for the {} is money well spent.",
    "Does the {} have a ramp at the back door?",
    "You make a good point on the {}, Margaret.",
    "We walked from the {} to the harbour in the rain.",
    "They might at least have asked the people at the {} first.",
    "Damn, that was a fine evening at the {}.",
    "The minister promised the {} a bridge and never built it.",
    "He says they called him an idiot at the {}.",
)
RUDE = (
    "Only an idiot would write this about the {}.",
    "You pathetic clown, you know nothing of the {}.",
    "The scum from the {} should all be thrown in the sea.",
    "Shut your stupid mouth about the {}, moron.",
    "I will come to the {} and break your legs.",
    "Everyone at the {} is a filthy parasite.",
    "You are a disgusting liar and so is the whole {}.",
    "What a bunch of retarded pigs they are at the {}.",
    "Go to hell with your {}, you worthless rat.",
    "Somebody should burn the {} down with her in it.",
    # Disguised ones have a second reading: a list would hide there.
    "You 1d10t, stay away from the {}.",
    "That m o r o n from the {} again.",
    "Margaret of the {} is a cl\u200bown and a l!ar.",
)
TEXTS = [line.format(place) for lines in (CIVIL, RUDE) for line in lines for place in PLACES]
IS_RUDE = np.repeat([False, True], len(TEXTS) // 2)


class Constant:
    """An engine whose outputs are the same for every token of every comment."""

    name = "constant"
    outputs = ("labels", "token_labels", "target")

    def __init__(self, value: float) -> None:
        self.value = value

    def run(self, input_ids: np.ndarray, _mask: np.ndarray) -> dict[str, np.ndarray]:
        shapes = {
            "labels": (len(input_ids), len(NAMES)),
            "token_labels": (*input_ids.shape, len(TOKEN_OUTPUTS)),
            "target": (len(input_ids), len(TARGET_KINDS)),
        }
        return {name: np.full(shape, self.value, np.float32) for name, shape in shapes.items()}


class Reading(Constant):
    """An engine whose labels do depend on the tokens, on nothing sensible."""

    def run(self, input_ids: np.ndarray, _mask: np.ndarray) -> dict[str, np.ndarray]:
        found = super().run(input_ids, _mask)
        found["labels"] = found["labels"] + (input_ids.sum(axis=1, keepdims=True) % 7)
        return found


@cache
def shipped() -> BundleScorer:
    return load_scorer(bundle.default_bundle(), threads=1)


def scored(
    monkeypatch: pytest.MonkeyPatch, engine: Constant, of: Sequence[Comment]
) -> list[Scores]:
    scorer = shipped()
    monkeypatch.setattr(scorer, "_engine", engine)
    return scorer.score(of, spans=True)


def distinct(scores: Sequence[Scores], label: str) -> set[float]:
    return {one.by_label[label] for one in scores if one.by_label}


def auc(scores: Sequence[Scores], label: str) -> float:
    """The share of pairs in which the rude comment scores higher, a tie being half of one."""
    values = np.array([one.by_label[label] if one.by_label else np.nan for one in scores])
    above = values[IS_RUDE][:, None] - values[~IS_RUDE][None, :]
    return float(((above > 0) + 0.5 * (above == 0)).mean())


@pytest.mark.parametrize("value", [0.0, -9.0, 9.0])
def test_without_the_networks_answer_every_label_falls_to_chance(
    monkeypatch: pytest.MonkeyPatch, value: float
) -> None:
    found = scored(monkeypatch, Constant(value), [Comment(text) for text in TEXTS])
    assert [(one.abstained, one.error) for one in found] == [(None, None)] * len(TEXTS)
    for label in NAMES:
        assert len(distinct(found, label)) == 1, label
        assert auc(found, label) == 0.5
    assert len({one.labels for one in found}) == 1


def test_the_same_comments_differ_as_soon_as_the_network_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = scored(monkeypatch, Reading(0.0), [Comment(text) for text in TEXTS])
    assert len(distinct(found, "incivility")) > 1
    assert auc(found, "incivility") != 0.5


def test_without_the_networks_answer_no_word_is_marked_before_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    comments = [Comment(text) for text in TEXTS]
    assert {one.spans for one in scored(monkeypatch, Constant(-9.0), comments)} == {()}
    # A token that says nought is as likely as not, and over the threshold: then all words are marked.
    for text, one in zip(TEXTS, scored(monkeypatch, Constant(0.0), comments), strict=True):
        marked = {at for span in one.spans or () for at in range(span.begin, span.end)}
        assert all(at in marked for at, letter in enumerate(text) if letter.isalnum())
        assert len({(span.label, span.score) for span in one.spans or ()}) == 1


def test_without_the_networks_answer_the_target_is_the_same_unless_the_context_tells(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    alone = scored(monkeypatch, Constant(0.0), [Comment(text) for text in TEXTS])
    assert len({one.target for one in alone}) == 1
    answer = Context(parent="I like the quarry as it is.")
    answers = [Comment("Your quarry, then.", context=answer), Comment("A quarry.", context=answer)]
    told = [one.target.kind for one in scored(monkeypatch, Constant(0.0), answers) if one.target]
    assert told == ["commenter", alone[0].target.kind if alone[0].target else None]
