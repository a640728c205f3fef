"""The part of a model card that comes first: what the bundle does not reach, worst on top."""

from collections.abc import Iterator, Sequence
from typing import Final

from training.card_cells import Form, figure_cell, lost_cell, share_cell, table, with_ends
from training.goals import LOWEST_SITUATION, MOST_AUC_LOST, MOST_SOURCE_ECE, loses_too_much
from training.identity_templates import NEUTRAL
from training.report import ROWS_TO_JUDGE

# Of the kinds of target, how many of those told worst are listed for each set of comments.
WORST_KINDS: Final = 3


def weaknesses(report: Form) -> Iterator[str]:
    """Yield the blocks: what was not measured, goals missed, what is judged worst, goals met."""
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
    yield from _int8(report)
    yield from _sources(report.get("held_out") or {})
    for name, suite in (report.get("suites") or {}).items():
        yield from _situations(name, suite)
    if report.get("bias"):
        yield from _worst_term(report["bias"])
    yield from _worst_targets(report)
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


def _int8(report: Form) -> Iterator[str]:
    """Yield where the served graph lost more to int8 than a bundle may."""
    lost = [
        f"`{name}` {lost_cell(one)}"
        for name, one in (report.get("int8_against_torch_fp32") or {}).items()
        if loses_too_much(one)
    ]
    if lost:
        yield (
            f"AUC that int8 costs beside torch in float32, over the {MOST_AUC_LOST:g} that it may: "
            f"{', '.join(lost)}. The table of what int8 costs has all sets."
        )


def _sources(held_out: Form) -> Iterator[str]:
    """Yield every source that is calibrated worse than the goal asks; the goal itself names the worst."""
    over = [
        (label, source, one)
        for label, pair in (held_out.get("pairs") or {}).items()
        for source, one in pair["sources"].items()
        if one["n"] >= ROWS_TO_JUDGE
        and one["ece_prior_corrected"]
        and one["ece_prior_corrected"]["value"] > MOST_SOURCE_ECE
    ]
    if over:
        over.sort(key=lambda row: -float(row[2]["ece_prior_corrected"]["value"]))
        yield (
            "Held-out sources whose ECE, after correction for their base rate, is over "
            f"{MOST_SOURCE_ECE:g}:"
        )
        yield table(
            ("label", "source", "ECE", "n"),
            (
                (label, source, figure_cell(one["ece_prior_corrected"]), one["n"])
                for label, source, one in over
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


def _worst_term(bias: Form) -> Iterator[str]:
    """Yield the identity term whose civil sentences are flagged most beyond the neutral ones."""
    terms = {name: of for name, of in bias["terms"].items() if of["kind"] != NEUTRAL}
    if not terms:
        return
    name, worst = max(terms.items(), key=lambda item: float(item[1]["gap"]))
    if worst["gap"] > 0:
        flagged, neutral = worst["false_alarms"], bias["neutral"]
        yield (
            f"Of all identity terms, `{name}` is flagged most: {flagged['right']} of {flagged['n']} civil "
            f"sentences that name it, {neutral['right']} of {neutral['n']} with neutral terms, a gap of "
            f"{figure_cell(with_ends(worst, 'gap'), signed=True)}. A term has few sentences: one more or "
            f"less is {1 / flagged['n']:.3f}."
        )


def _worst_targets(report: Form) -> Iterator[str]:
    """Yield the kinds of target that are least often right, by where they were measured."""
    held_out = {"held_out": report["held_out"]} if report.get("held_out") else {}
    places = {**(report.get("sets") or {}), **held_out, **(report.get("suites") or {})}
    rows = [
        [name, kind, share_cell(share)]
        for name, found in places.items()
        if found.get("target")
        for kind, share in _least_right(found["target"])
    ]
    if rows:
        yield f"Targets least often right, at most {WORST_KINDS} for each set of uncivil comments:"
        yield table(("comments", "target", "right"), rows)


def _least_right(target: Form) -> Sequence[tuple[str, Form]]:
    """Return the worst kinds under the line: of the named ones where they are known, else the coarse."""
    kinds: Form = target["finer_kinds"] or target["coarse_kinds"]
    weak = [(kind, of) for kind, of in kinds.items() if of["n"] and of["value"] < LOWEST_SITUATION]
    return sorted(weak, key=lambda item: float(item[1]["value"]))[:WORST_KINDS]
