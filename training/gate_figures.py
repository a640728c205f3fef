"""Which figures the gate holds a candidate to, and how sure the difference of two reports is."""

import math
from typing import Final

from model.labels import NAMES
from training.bias import Bias
from training.bootstrap import Figure, mean, turned
from training.disguise_ratio import LABELS as DISGUISED
from training.gate import Bar
from training.metrics import difference_of
from training.report import Report

SUITES: Final = ("situations", "beside_plain", "threads")
GAP: Final = "bias.false_alarm_gap"
BARS: Final = (
    *(Bar(f"held_out.{name}.auc", 0.01) for name in NAMES),
    *(Bar(f"suites.{suite}.{name}", 0.02) for suite in SUITES for name in NAMES),
    *(Bar(f"disguised.{name}", 0.02) for name in DISGUISED),
    *(Bar(f"{where}.spans.f1", 0.02) for where in ("held_out", *(f"suites.{s}" for s in SUITES))),
    Bar(GAP, 0.01, "may not rise"),
)


def differences(now: Report, candidate: Report, *, seed: int) -> dict[str, Figure]:
    """Return each figure's difference, ``candidate`` less ``now``, with its 95% interval.

    Both reports are of the same rows. Paired where the rows are known: held-out comments and the suites'
    spans and AUCs by the report's own bootstrap (``candidate`` was measured against ``now``), suites'
    shares by the cases that turned, the gap by the templates. Elsewhere from both intervals as if the
    rows were others: that interval is too wide, so of those figures only a large change is sure.
    """
    before = dict(now.named())
    found = {
        name: difference_of(at, before[name])
        for name, at in candidate.named()
        if name in before and not math.isnan(at.low) and not math.isnan(before[name].low)
    }
    paired = dict(candidate.against_paired())
    for name, suite in candidate.suites.items():
        for label, shares in suite.labels.items():
            if name in now.suites and label in now.suites[name].labels:
                wrong = now.suites[name].labels[label].wrong
                change = turned(wrong, shares.wrong, shares.all.n, seed=seed)
                paired[f"suites.{name}.{label}"] = change
    if now.bias and candidate.bias:
        paired[GAP] = mean(_gap_changes(now.bias, candidate.bias), seed=seed)
    return found | paired


def falls_to_the_good(figure: str) -> bool:
    """Tell whether less is better of a figure of that name: of calibration errors and the identity gap."""
    return figure == GAP or "ece" in figure.rsplit(".", 1)[-1].split("_")


def _gap_changes(before: Bias, after: Bias) -> list[float]:
    """Return by how much each template's gap moved: sentences of one template go wrong together."""
    return [gap - before.gaps[name] for name, gap in after.gaps.items() if name in before.gaps]
