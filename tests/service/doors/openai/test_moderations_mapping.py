"""Our labels as OpenAI's categories."""

import pytest

from model.labels import NAMES
from service.api.schemas import Result
from service.doors.openai.mapping import CATEGORIES, as_error, as_moderation
from service.errors import InvalidField, KeyRefused, NotReady, QuotaExceeded


def result(labels: tuple[str, ...] = (), **scores: float) -> Result:
    return Result(
        id=None,
        scores=dict.fromkeys(NAMES, 0.01) | scores,
        labels=list(labels),
        target=None,
        spans=None,
        action="approve",
        language="en",
        truncated=False,
        abstained=None,
        error=None,
    )


def unjudged() -> Result:
    return result().model_copy(update={"scores": None, "abstained": "language", "action": "review"})


@pytest.mark.parametrize(
    ("label", "category"),
    [
        ("insult", "harassment"),
        ("threat", "harassment/threatening"),
        ("identity_attack", "hate"),
    ],
)
def test_a_label_is_its_category(label: str, category: str) -> None:
    said = as_moderation(result((label,), **{label: 0.9}))
    assert said.category_scores[category] == 0.9
    assert [name for name, given in said.categories.items() if given] == [category]
    assert said.flagged


def test_a_hateful_threat_needs_both_and_is_as_likely_as_the_less_likely() -> None:
    said = as_moderation(result(("identity_attack",), identity_attack=0.9, threat=0.4))
    assert said.category_scores["hate/threatening"] == 0.4
    assert not said.categories["hate/threatening"]
    both = as_moderation(result(("identity_attack", "threat"), identity_attack=0.9, threat=0.6))
    assert both.categories["hate/threatening"]


def test_a_category_is_given_by_the_labels_thresholds_and_not_by_a_half() -> None:
    assert not as_moderation(result((), insult=0.7)).flagged
    assert as_moderation(result(("insult",), insult=0.3)).categories["harassment"]


def test_what_is_not_judged_is_zero_with_an_empty_list() -> None:
    said = as_moderation(result(("insult",), insult=0.9))
    empty = {name for name, kinds in said.category_applied_input_types.items() if not kinds}
    assert empty == {
        name for name in CATEGORIES if name.partition("/")[0] not in ("hate", "harassment")
    }
    assert all(said.category_scores[name] == 0.0 and not said.categories[name] for name in empty)


def test_an_abstention_judges_nothing() -> None:
    said = as_moderation(unjudged())
    assert not said.flagged
    assert set(said.category_scores.values()) == {0.0}
    assert not any(said.category_applied_input_types.values())


def test_a_label_of_the_name_sexual_would_be_judged() -> None:
    said = as_moderation(result(("sexual",), sexual=0.8))
    assert said.category_scores["sexual"] == 0.8
    assert said.category_applied_input_types["sexual"] == ["text"]


def test_the_labels_of_the_table_are_ours_or_sexual() -> None:
    assert {label for labels in CATEGORIES.values() for label in labels} <= {*NAMES, "sexual"}


@pytest.mark.parametrize(
    ("refusal", "kind", "code"),
    [
        (KeyRefused("no"), "invalid_request_error", "invalid_api_key"),
        (QuotaExceeded("no"), "requests", "rate_limit_exceeded"),
        (InvalidField("no", field="input"), "invalid_request_error", "invalid_field"),
        (NotReady("no"), "server_error", "not_ready"),
    ],
)
def test_a_refusal_has_the_type_and_code_that_clients_look_for(
    refusal, kind: str, code: str
) -> None:
    error = as_error(refusal)["error"]
    assert error == {"message": "no", "type": kind, "param": refusal.field, "code": code}
