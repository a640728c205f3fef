"""From our calibrated probability to a score on which Perspective's thresholds keep their meaning.

Perspective calibrated its scores on a set of which half was toxic (its notes on score normalisation,
2017); a bundle's probabilities are calibrated on its mix, of which ``MIX_UNCIVIL`` was uncivil. Bayes'
rule takes a probability from one share to another: the odds are multiplied by the ratio of the two
prior odds. Nothing is fitted; docs/doors.md has the check against Perspective's own scores.
"""

from typing import Final

from service.sites import Points, Site

# base_rates.incivility in the report of the bundle that ships; a test holds the two together.
MIX_UNCIVIL: Final = 0.37


def on_half_toxic(score: float) -> float:
    """``score`` as it would be where one comment in two is uncivil."""
    uncivil, civil = score * (1 - MIX_UNCIVIL), (1 - score) * MIX_UNCIVIL
    return uncivil / (uncivil + civil)


NONE: Final[Points] = ((0.0, 0.0), (1.0, 1.0))
SHIPPED: Final[Points] = tuple((step / 100, on_half_toxic(step / 100)) for step in range(101))


def points_of(site: Site) -> Points:
    """The points of the map that ``site`` has set; each map rises, so no comment overtakes another."""
    if site.score_map == "none":
        return NONE
    return SHIPPED if site.score_map == "shipped" else tuple(site.score_map)
