"""From scores to an action: rules, how they are weighed, and the policy that ships.

A rule has one condition or more (a range of a label's score, kinds of target, a section, words) and
applies where all of them hold. What it asks for is weighed like this:

- in a section, the section's rules about a label's score alone replace those of the whole site about
  the score of that label alone (marks among marks, actions among actions); all others hold everywhere;
- of what the rules that apply ask for, the weightiest wins: ``reject`` over ``hold`` over ``review``
  over ``approve``, and ``approve`` where nothing is asked for;
- ``approve`` against ``hold`` or ``reject`` is a conflict, and goes to a person: ``review``;
- an abstention asks for ``review`` as a rule would: it is never approved by a rule, while a rule of
  words or of a section may still hold or reject it. What was not accepted (an error) is for review;
- ``highlight`` is a mark beside the action: it outweighs nothing and conflicts with nothing, and a
  rejected comment has none.

The shipped rules are made from the bundle's thresholds:

- a label that judges a comment or says that it is aimed at somebody (``incivility``, ``insult``,
  ``identity_attack``, ``threat``) asks for ``review`` from its threshold on, and for ``hold`` from
  halfway between the threshold and 1 on;
- a label of wording alone (``profanity``) asks for nothing: friendly swearing is published, and where
  swearing demeans somebody, ``incivility`` says so.

They never reject: nothing is turned away unseen unless a desk says so in a rule of its own.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from model.labels import LABELS
from model.records import Scores
from service.moderation.words import Read, as_read, holds_any

Action = Literal["approve", "review", "hold", "reject"]
Asked = Literal["approve", "review", "hold", "reject", "highlight"]
# From the lightest to the weightiest.
ACTIONS: Final[tuple[Action, ...]] = ("approve", "review", "hold", "reject")
ASKED: Final[tuple[Asked, ...]] = (*ACTIONS, "highlight")
_UNJUDGED: Final[Action] = "review"


@dataclass(frozen=True, slots=True)
class Rule:
    """Where all of its conditions hold, it asks for ``action``.

    A score of ``label`` from ``minimum`` to ``maximum``, both included; a target of one of the kinds
    ``targets``; one of ``words``; a comment in ``section``. What is None or empty is no condition.
    """

    label: str | None = None
    minimum: float = 0.0
    maximum: float = 1.0
    action: Asked = "review"
    targets: tuple[str, ...] = ()
    section: str | None = None
    words: tuple[str, ...] = ()

    @property
    def is_of_label_alone(self) -> bool:
        """Whether it speaks of a label's score and of nothing else but, perhaps, a section."""
        return self.label is not None and not self.targets and not self.words


@dataclass(frozen=True, slots=True)
class Decision:
    """The action on a comment and the reason for it, in words that quote nothing of the comment.

    ``highlight`` says whether it is to be marked.
    """

    action: Action
    reason: str
    highlight: bool = False


def shipped_rules(thresholds: Mapping[str, float]) -> tuple[Rule, ...]:
    """The rules of the shipped policy for a bundle with these ``thresholds``, two of each label."""
    rules: list[Rule] = []
    for label in LABELS:
        if label.kind != "wording":
            threshold = thresholds[label.name]
            rules.append(Rule(label.name, threshold, 1.0, "review"))
            rules.append(Rule(label.name, (1.0 + threshold) / 2, 1.0, "hold"))
    return tuple(rules)


def rules_for(rules: Iterable[Rule], section: str | None) -> tuple[Rule, ...]:
    """Those of ``rules`` that speak of comments in ``section``; without one, those of the whole site."""
    named = [rule for rule in rules if rule.section is None or rule.section == section]
    own = {_subject(rule) for rule in named if rule.section is not None and rule.is_of_label_alone}
    return tuple(
        rule
        for rule in named
        if rule.section is not None or not rule.is_of_label_alone or _subject(rule) not in own
    )


def decide(
    scores: Scores, rules: Iterable[Rule], *, text: str = "", section: str | None = None
) -> Decision:
    """What ``rules`` make of a comment, whatever order they are in.

    ``text`` is the comment's, for rules of words, and ``section`` where it stands.
    """
    spoken = rules_for(rules, section)
    read = as_read(text) if any(rule.words for rule in spoken) else ()
    return weigh(scores, spoken, read)


def weigh(scores: Scores, spoken: Iterable[Rule], read: Read) -> Decision:
    """As ``decide``, of the rules that speak of the comment's section (``rules_for``) and its readings."""
    if scores.error is not None:
        return Decision(_UNJUDGED, f"error: {scores.error}")
    applying = sorted((r for r in spoken if _applies(r, scores, read)), key=_order)
    reasons: dict[Asked, str] = {}
    if scores.by_label is None:
        reasons["review"] = f"abstained: {scores.abstained}"
    for rule in applying:
        reasons.setdefault(rule.action, _reason(rule, scores))
    return _weighed(reasons)


def action(scores: Scores, thresholds: Mapping[str, float]) -> Action:
    """What the shipped policy does with a comment that reads as ``scores``."""
    return decide(scores, shipped_rules(thresholds)).action


def _weighed(reasons: Mapping[Asked, str]) -> Decision:
    asked = [one for one in ACTIONS if one in reasons]
    heaviest = asked[-1] if asked else "approve"
    marked = "highlight" in reasons and heaviest != "reject"
    if "approve" in asked and heaviest in ("hold", "reject"):
        against = f"approve ({reasons['approve']}) against {heaviest} ({reasons[heaviest]})"
        return Decision("review", f"conflict: {against}", "highlight" in reasons)
    if not asked:
        nothing = f"highlight: {reasons['highlight']}" if marked else "no rule applies"
        return Decision("approve", nothing, marked)
    return Decision(heaviest, reasons[heaviest], marked)


def _subject(rule: Rule) -> tuple[str | None, bool]:
    return rule.label, rule.action == "highlight"


def _applies(rule: Rule, scores: Scores, read: Read) -> bool:
    if rule.label is not None:
        score = None if scores.by_label is None else scores.by_label[rule.label]
        if score is None or not rule.minimum <= score <= rule.maximum:
            return False
    if rule.targets and (scores.target is None or scores.target.kind not in rule.targets):
        return False
    return not rule.words or holds_any(read, rule.words)


def _order(rule: Rule) -> tuple[str | float | Sequence[str], ...]:
    """An order of the rules' own, so that a reason does not hang on the order they are listed in."""
    label = (rule.label or "", rule.minimum, rule.maximum)
    return (rule.section or "", *label, rule.targets, rule.words, rule.action)


def _reason(rule: Rule, scores: Scores) -> str:
    """Why the rule applies; of words only how many are listed, since those quote the comment."""
    said = []
    if rule.label is not None and scores.by_label is not None:
        span = f"{rule.minimum:.3f} to {rule.maximum:.3f}"
        said.append(f"{rule.label} {scores.by_label[rule.label]:.3f} is in {span}")
    if rule.targets and scores.target is not None:
        said.append(f"target is {scores.target.kind}")
    if rule.words:
        many = f"one of {len(rule.words)} words" if len(rule.words) > 1 else "the word"
        said.append(f"{many} of a rule")
    if rule.section is not None:
        said.append(f"section is {rule.section}")
    return ", ".join(said)
