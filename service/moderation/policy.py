"""From scores to an action: the policy that ships.

The rules are ranges of a label's score, made from the bundle's thresholds:

- a label that judges a comment or says that it is aimed at somebody (``incivility``, ``insult``,
  ``identity_attack``, ``threat``) asks for ``review`` from its threshold on, and for ``hold`` from
  halfway between the threshold and 1 on;
- a label of wording alone (``profanity``) asks for nothing: friendly swearing is published, and where
  swearing demeans somebody, ``incivility`` says so;
- a label of tone (``condescension``, ``dismissal``) asks for nothing either: it says how a comment
  speaks, and where that demeans somebody, ``incivility`` says so;
- what cannot be judged (an abstention, a comment with an error) goes to ``review``: a person looks.

The weightiest action asked for wins; ``approve`` where none is. Nothing is ever rejected unseen.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from model.labels import LABELS
from model.records import Scores

Action = Literal["approve", "review", "hold"]
ACTIONS: Final[tuple[Action, ...]] = ("approve", "review", "hold")
_UNJUDGED: Final[Action] = "review"


@dataclass(frozen=True, slots=True)
class Rule:
    """A score of ``label`` from ``minimum`` to ``maximum``, both included, asks for ``action``."""

    label: str
    minimum: float
    maximum: float
    action: Action


@dataclass(frozen=True, slots=True)
class Decision:
    """The action on a comment and the reason for it, in words that quote nothing of the comment."""

    action: Action
    reason: str


def shipped_rules(thresholds: Mapping[str, float]) -> tuple[Rule, ...]:
    """The rules of the shipped policy for a bundle with these ``thresholds``, one of each label."""
    rules: list[Rule] = []
    for label in LABELS:
        if label.kind in ("judgement", "aimed"):
            threshold = thresholds[label.name]
            rules.append(Rule(label.name, threshold, 1.0, "review"))
            rules.append(Rule(label.name, (1.0 + threshold) / 2, 1.0, "hold"))
    return tuple(rules)


def decide(scores: Scores, rules: Iterable[Rule]) -> Decision:
    """The weightiest action that any of ``rules`` asks for, with its reason."""
    if scores.by_label is None:
        why = f"error: {scores.error}" if scores.error else f"abstained: {scores.abstained}"
        return Decision(_UNJUDGED, why)
    best = Decision("approve", "no rule applies")
    for rule in rules:
        score = scores.by_label[rule.label]
        heavier = ACTIONS.index(rule.action) > ACTIONS.index(best.action)
        if heavier and rule.minimum <= score <= rule.maximum:
            reason = f"{rule.label} {score:.3f} is in {rule.minimum:.3f} to {rule.maximum:.3f}"
            best = Decision(rule.action, reason)
    return best


def action(scores: Scores, thresholds: Mapping[str, float]) -> Action:
    """What the shipped policy does with a comment that reads as ``scores``."""
    return decide(scores, shipped_rules(thresholds)).action
