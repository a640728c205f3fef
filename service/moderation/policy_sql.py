"""A policy as an SQL expression over ``KeptComment``, so that a store counts without reading texts."""

from collections.abc import Iterable, Sequence
from typing import Final

from sqlalchemy import ColumnElement, and_, case, false, literal, or_

from service.moderation.policy import Asked, Rule, rules_for
from service.store.tables import NOT_JUDGED, KeptComment

# SQLite takes 32,766 values in one statement; a condition has two, and some stand twice.
MOST_CONDITIONS: Final = 3000


def can_be_counted(rules: Sequence[Rule]) -> bool:
    """Whether the columns of a comment tell what ``rules`` make of it: no words, no target, not too many."""
    if any(rule.words or rule.targets for rule in rules):
        return False
    spoken = sum(len(rules_for(rules, section)) for section in (*_sections(rules), None))
    return spoken <= MOST_CONDITIONS


def action_of(rules: Sequence[Rule]) -> ColumnElement[str]:
    """The action of ``policy.decide`` as an expression, for rules that ``can_be_counted``."""
    elsewhere = _weighed(rules_for(rules, None))
    own = [
        (KeptComment.section == section, _weighed(rules_for(rules, section)))
        for section in _sections(rules)
    ]
    return case(*own, else_=elsewhere) if own else elsewhere


def _sections(rules: Iterable[Rule]) -> list[str]:
    return sorted({rule.section for rule in rules if rule.section is not None})


def _weighed(spoken: Sequence[Rule]) -> ColumnElement[str]:
    """The same weighing as ``policy.weigh``; ``tests`` hold the two against each other."""
    asked = {action: _asks(spoken, action) for action in ("approve", "review", "hold", "reject")}
    withheld = or_(asked["hold"], asked["reject"])
    unjudged = KeptComment.incivility == NOT_JUDGED
    return case(
        (and_(asked["approve"], withheld), literal("review")),
        (asked["reject"], literal("reject")),
        (asked["hold"], literal("hold")),
        (or_(asked["review"], unjudged), literal("review")),
        else_=literal("approve"),
    )


def _asks(spoken: Iterable[Rule], action: Asked) -> ColumnElement[bool]:
    conditions = [_holds(rule) for rule in spoken if rule.action == action]
    return or_(false(), *conditions)


def _holds(rule: Rule) -> ColumnElement[bool]:
    """The rule's range; a rule of a section alone holds for all that it speaks of."""
    if rule.label is None:
        return KeptComment.id.is_not(None)
    column: ColumnElement[float] = getattr(KeptComment, rule.label)
    return column.between(rule.minimum, rule.maximum)
