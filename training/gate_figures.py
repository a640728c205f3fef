"""Which figures the gate holds a candidate to, and how sure the difference of two reports is."""

import math
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from model.labels import NAMES
from training.bias import Bias
from training.bootstrap import RESAMPLES, Figure, resamples
from training.disguise_ratio import LABELS as DISGUISED
from training.gate import Bar
from training.metrics import difference_of
from training.report import LabelShares, Report

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

    Both reports are of the same rows. Paired where the rows are known: held-out comments by the
    report's own bootstrap (``candidate`` was measured against ``now``), suites by the cases that
    turned, the gap by the templates. Elsewhere from both intervals as if the rows were others: that
    interval is too wide, so of those figures only a large change is sure.
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
                turned = _turned(now.suites[name].labels[label], shares)
                paired[f"suites.{name}.{label}"] = _mean(turned, seed=seed)
    if now.bias and candidate.bias:
        paired[GAP] = _mean(_gap_changes(now.bias, candidate.bias), seed=seed)
    return found | paired


def falls_to_the_good(figure: str) -> bool:
    """Tell whether less is better of a figure of that name: of calibration errors and the identity gap."""
    return figure == GAP or "ece" in figure.rsplit(".", 1)[-1].split("_")


def _turned(before: LabelShares, after: LabelShares) -> list[float]:
    """Return 1 for each case that became right, -1 for each that became wrong, 0 for the rest."""
    mended, broken = set(before.wrong) - set(after.wrong), set(after.wrong) - set(before.wrong)
    rest = after.all.n - len(mended) - len(broken)
    return [1.0] * len(mended) + [-1.0] * len(broken) + [0.0] * rest


def _gap_changes(before: Bias, after: Bias) -> list[float]:
    """Return by how much each template's gap moved: sentences of one template go wrong together."""
    return [gap - before.gaps[name] for name, gap in after.gaps.items() if name in before.gaps]


def _mean(changes: ArrayLike, *, seed: int) -> Figure:
    """Return the mean with its percentile bootstrap interval, nan where there is nothing."""
    values = np.asarray(changes, dtype=np.float64)
    if not len(values):
        return Figure(math.nan, math.nan, math.nan)
    drawn = resamples(len(values), count=RESAMPLES, seed=seed)
    means = np.concatenate([counts @ values / len(values) for counts in drawn])
    low, high = np.percentile(means, [2.5, 97.5])
    return Figure(float(values.mean()), float(low), float(high))
