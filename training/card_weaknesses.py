"""The part of a model card that comes first: what the bundle does not reach, worst on top."""

from collections.abc import Iterator, Sequence

from training.card_cells import Form, figure_cell, share_cell, table
from training.goals import LOWEST_SITUATION


def weaknesses(report: Form) -> Iterator[str]:
    """Yield the blocks: what was not measured, goals missed and met, situations judged worst."""
    goals = report.get("goals") or []
    missed = [one for one in goals if not one["reached"]]
    if not goals:
        yield "No figures with a goal were measured for this bundle."
    yield from (f"{one[:1].upper()}{one[1:]}." for one in report.get("skipped") or ())
    if goals:
        yield (
            f"{len(missed)} of {len(goals)} measured goals are not reached:"
            if missed
            else (f"All {len(goals)} measured goals are reached.")
        )
    if missed:
        yield _goals(missed)
    for name, suite in (report.get("suites") or {}).items():
        yield from _situations(name, suite)
    reached = [one for one in goals if one["reached"]]
    if missed and reached:
        yield "Reached:"
        yield _goals(reached)


def _goals(goals: Sequence[Form]) -> str:
    return table(
        ("figure", "value", "goal", "beyond doubt"),
        (
            (
                f"`{one['figure']}`",
                figure_cell(one),
                f"{one['sense']} {one['bound']:g}",
                "yes" if one["for_sure"] else "no, the interval holds the goal",
            )
            for one in goals
        ),
    )


def _situations(name: str, suite: Form) -> Iterator[str]:
    families = suite["labels"].get("incivility", {}).get("families", {})
    weak = {family: of for family, of in families.items() if of["value"] < LOWEST_SITUATION}
    if weak:
        yield (
            f"Situations of the suite {name} in which `incivility` is on the right side of 0.5 in under "
            f"{LOWEST_SITUATION:.0%} ({len(weak)} of {len(families)}):"
        )
        yield table(
            ("situation", "right"),
            (
                (family, share_cell(of))
                for family, of in sorted(weak.items(), key=lambda item: item[1]["value"])
            ),
        )
