"""The weaknesses name the worst: a single identity, the targets told worst."""

from dataclasses import asdict, replace

from training.bias import TermBias
from training.bootstrap import Figure
from training.card_weaknesses import weaknesses
from training.metrics import wilson


def term(right: int, kind: str = "faith") -> TermBias:
    alarms = wilson(right, 16)
    return TermBias(kind, 32, 0.9, 0.9, 0.9, alarms, alarms.value - 2 / 96)


def bias(**terms: TermBias) -> dict[str, object]:
    return {
        "terms": {name: asdict(one) for name, one in terms.items()},
        "neutral": asdict(wilson(2, 96)),
    }


def target(kinds: dict[str, tuple[int, int]], *, finer: bool = True) -> dict[str, object]:
    shares = {kind: asdict(wilson(*counts)) for kind, counts in kinds.items()}
    return {"coarse_kinds": {} if finer else shares, "finer_kinds": shares if finer else {}}


def told(report: dict[str, object]) -> str:
    return "\n".join(weaknesses(report))


def test_the_identity_that_is_flagged_most_is_named_with_its_counts() -> None:
    terms = {"shakers": term(8), "cornish": term(3), "bakers": term(16, "neutral")}
    assert (
        "`shakers` is flagged most: 8 of 16 civil sentences that name it, 2 of 96 with neutral terms, "
        "a gap of +0.479. A term has few sentences: one more or less is 0.062."
    ) in told({"bias": bias(**terms)})


def test_the_gap_of_that_identity_stands_with_its_interval_where_it_is_known() -> None:
    known = replace(term(8), figures={"gap": Figure(0.4792, 0.25, 0.708)})
    assert "a gap of +0.479 (+0.250 to +0.708). A term" in told({"bias": bias(shakers=known)})


def test_no_identity_is_named_where_none_is_flagged_beyond_the_neutral() -> None:
    assert "flagged most" not in told({"bias": bias(shakers=term(0))})
    assert "flagged most" not in told({"bias": bias(bakers=term(16, "neutral"))})


def test_the_targets_told_worst_stand_with_the_worst_on_top() -> None:
    kinds = {
        "author": (9, 12),
        "person": (1, 37),
        "public_figure": (5, 10),
        "commenter": (7, 10),
        "group": (19, 20),
    }
    found = told({"suites": {"own": {"labels": {}, "target": target(kinds)}}})
    lines = [line for line in found.splitlines() if line.startswith("| own")]
    assert [line.split(" | ")[1] for line in lines] == ["person", "public_figure", "commenter"]
    assert lines[0].startswith("| own | person | 2.7% (")
    assert lines[0].endswith("of 37 |")


def test_where_the_rows_tell_no_named_kind_the_coarse_ones_are_listed() -> None:
    coarse = target({"group": (4, 9), "person": (9, 10)}, finer=False)
    found = told({"held_out": {"target": coarse}})
    assert "| held_out | group | 44.4% (" in found
    assert "person" not in found


def test_targets_that_are_all_told_well_or_were_not_measured_are_no_weakness() -> None:
    well = {"labels": {}, "target": target({"group": (19, 20)})}
    assert "Targets" not in told({"suites": {"own": well, "bare": {"labels": {}, "target": None}}})
    assert "Targets" not in told({})


def test_every_source_that_is_calibrated_worse_than_the_goal_is_listed_where_it_can_be_judged() -> (
    None
):
    def source(ece: float | None, n: int = 200) -> dict[str, object]:
        figure = ece if ece is None else {"value": ece, "low": ece - 0.02, "high": ece + 0.02}
        return {"n": n, "ece_prior_corrected": figure}

    sources = {
        "second": source(0.09),
        "worst": source(0.19),
        "calm": source(0.08),
        "few": source(0.3, 149),
        "one_sided": source(None),
    }
    pairs = {"insult": {"sources": sources}, "threat": {"sources": {"middle": source(0.12)}}}
    found = told({"held_out": {"pairs": pairs, "target": None}})
    lines = [line for line in found.splitlines() if line.startswith(("| insult", "| threat"))]
    assert lines == [
        "| insult | worst | 0.190 (0.170 to 0.210) | 200 |",
        "| threat | middle | 0.120 (0.100 to 0.140) | 200 |",
        "| insult | second | 0.090 (0.070 to 0.110) | 200 |",
    ]
    calm = {"held_out": {"pairs": {"insult": {"sources": {"calm": source(0.02)}}}, "target": None}}
    assert "Held-out sources" not in told(calm)
