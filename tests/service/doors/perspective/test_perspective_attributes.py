"""What each attribute is answered by, and what scores mean."""

import json
from pathlib import Path

import pytest

from model.bundle import default_bundle
from model.labels import NAMES
from service.api.schemas import Result, Target
from service.doors.perspective.attributes import ATTRIBUTES, find
from service.doors.perspective.score_map import MIX_UNCIVIL, NONE, SHIPPED, on_half_toxic, points_of
from service.sites import Site, mapped
from tests.service.served import ROOT


def result(target: Target | None = None, **scores: float) -> Result:
    return Result(
        id=None,
        scores=dict.fromkeys(NAMES, 0.1) | scores,
        labels=[],
        target=target,
        spans=None,
        action="approve",
        language="en",
        truncated=False,
        abstained=None,
        error=None,
    )


def read(name: str, given: Result) -> float | None:
    attribute = find(name)
    assert attribute is not None
    assert attribute.read is not None
    return attribute.read(given)


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("TOXICITY", "incivility"),
        ("TOXICITY_EXPERIMENTAL", "incivility"),
        ("TOXICITY_FAST", "incivility"),
        ("INFLAMMATORY", "incivility"),
        ("LIKELY_TO_REJECT", "incivility"),
        ("IDENTITY_ATTACK", "identity_attack"),
        ("INSULT", "insult"),
        ("PROFANITY", "profanity"),
        ("OBSCENE", "profanity"),
        ("THREAT", "threat"),
    ],
)
def test_an_attribute_is_answered_by_its_label(name: str, label: str) -> None:
    assert read(name, result(**{label: 0.7})) == 0.7


@pytest.mark.parametrize("label", NAMES)
def test_a_label_answers_under_its_own_name(label: str) -> None:
    assert read(label.upper(), result(**{label: 0.7})) == 0.7


@pytest.mark.parametrize(
    ("scores", "severe"),
    [
        ({"insult": 0.9}, 0.1),
        ({"profanity": 0.9}, 0.1),
        ({"insult": 0.9, "profanity": 0.6}, 0.6),
        ({"threat": 0.8}, 0.8),
        ({"identity_attack": 0.7, "threat": 0.2}, 0.7),
    ],
)
def test_severe_is_a_threat_an_identity_attack_or_an_insult_in_swear_words(
    scores: dict[str, float], severe: float
) -> None:
    assert read("SEVERE_TOXICITY", result(**scores)) == severe


@pytest.mark.parametrize(
    ("target", "score"),
    [
        (Target(kind="author", score=0.8), 0.8),
        (Target(kind="author", score=0.95), 0.9),
        (Target(kind="commenter", score=0.8), pytest.approx(0.2)),
        (Target(kind="none", score=0.99), pytest.approx(0.01)),
        (Target(kind="person", score=0.9), None),
        (None, None),
    ],
)
def test_an_attack_on_the_author_needs_a_target(target: Target | None, score: object) -> None:
    assert read("ATTACK_ON_AUTHOR", result(target, incivility=0.9)) == score


@pytest.mark.parametrize("name", [name for name, one in ATTRIBUTES.items() if one.read])
def test_a_comment_that_is_not_judged_has_no_score(name: str) -> None:
    assert read(name, result().model_copy(update={"scores": None})) is None


@pytest.mark.parametrize("name", ["TOXICTY", "toxicity", "", "_EXPERIMENTAL", "X_EXPERIMENTAL"])
def test_an_unheard_of_name_is_not_found(name: str) -> None:
    assert find(name) is None


def test_every_name_that_clients_ask_for_is_in_the_docs_with_its_answer() -> None:
    page = (ROOT / "docs" / "doors.md").read_text(encoding="utf-8")
    for attribute in ATTRIBUTES.values():
        if attribute.read is None or attribute.name.lower() not in NAMES:
            assert f"`{attribute.name}`" in page
        if attribute.read is not None and attribute.name.lower() not in NAMES:
            assert attribute.answer.split(":")[0] in page


def test_the_shipped_map_is_bayes_rule_from_the_bundles_mix_to_one_in_two() -> None:
    report = json.loads(Path(default_bundle(Path("none")) / "report.json").read_text())
    assert report["base_rates"]["incivility"] == pytest.approx(MIX_UNCIVIL, abs=0.03)
    assert on_half_toxic(MIX_UNCIVIL) == pytest.approx(0.5)
    assert (on_half_toxic(0.0), on_half_toxic(1.0)) == (0.0, 1.0)


@pytest.mark.parametrize("score", [0.0, 0.005, 0.1, 0.333, 0.5, 0.7106, 0.999, 1.0])
def test_its_points_lie_close_to_the_curve(score: float) -> None:
    assert mapped(score, SHIPPED) == pytest.approx(on_half_toxic(score), abs=2e-4)


def test_a_site_chooses_its_map() -> None:
    own = [(0.0, 0.0), (0.5, 0.8), (1.0, 1.0)]
    assert points_of(Site()) == SHIPPED
    assert points_of(Site(score_map="none")) == NONE
    assert points_of(Site(score_map=own)) == tuple(own)
