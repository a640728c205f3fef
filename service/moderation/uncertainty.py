"""How near a comment's scores are to where the policy would do something else."""

from collections.abc import Iterable, Mapping
from typing import Final

from service.moderation.policy import Rule

# As far as scores from 0 to 1 can be apart.
FARTHEST: Final = 1.0


def uncertainty(by_label: Mapping[str, float] | None, rules: Iterable[Rule]) -> float:
    """The distance from 0 to 1 between a score and the nearest edge of a rule about its label.

    ``rules`` are those of the comment's section (``policy.rules_for``). The smaller, the less it takes
    for another action. Edges at 0 and 1 are none: no score is beyond them. ``FARTHEST`` where there
    are no scores or no edges.
    """
    if by_label is None:
        return FARTHEST
    distances = (
        abs(by_label[rule.label] - edge)
        for rule in rules
        if rule.label is not None
        for edge in (rule.minimum, rule.maximum)
        if 0.0 < edge < 1.0
    )
    return min(distances, default=FARTHEST)
