"""Paired differences between two bundles whose labels differ, so that no one process can load both.

    python -m bench.paired scores BUNDLE CORPORA OUT.npz    # once with each bundle's own checkout
    python -m bench.paired compare OURS.npz THEIRS.npz      # AUC, ours minus theirs, 95% interval

``comity evaluate A --against B`` does this for bundles that one version of Comity can load. A file of
scores holds numbers only: truth and score by set, truth column and label.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np

from model.records import Comment
from model.scorer import load_scorer
from training import suites
from training.bootstrap import differences, estimate
from training.evaluate import development_sets
from training.pair_figures import metrics_for

SEED: Final = 17
# The columns that both bundles have a label for.
LABELS: Final = ("incivility", "insult")


def scores(bundle: Path, corpora: Path, out: Path) -> None:
    """Write truth (row 0) and score (row 1) of every set and suite to ``out``, by ``set.truth.label``."""
    scorer = load_scorer(bundle)
    found = {}
    sets = [(one.name, one.pairs, rows) for one, rows in development_sets(corpora)]
    pairs = tuple((label, label) for label in LABELS)
    sets += [(name, pairs, list(cases)) for name, cases in suites.suites().items()]
    for name, wanted, rows in sets:
        by_row = scorer.score([Comment(row.text) for row in rows])
        for truth, label in wanted:
            if label not in LABELS:
                continue
            of = [
                (row.labels[truth], said.by_label[label] if said.by_label else 0.0)
                for row, said in zip(rows, by_row, strict=True)
                if truth in row.labels
            ]
            if of:
                found[f"{name}.{truth}.{label}"] = np.array(of, dtype=np.float64).T
    np.savez(out, **found)


def compare(ours: Path, theirs: Path) -> Iterator[str]:
    """Yield a line a set: n, AUC of either, and the difference with its paired interval."""
    with np.load(ours) as mine, np.load(theirs) as other:
        for name in sorted(set(mine) & set(other)):
            truth = mine[name][0]
            wanted = metrics_for(0.5)
            estimates = [estimate(truth, of[name][1], wanted, seed=SEED) for of in (mine, other)]
            change = differences(*estimates)["auc"]
            values = [of.values["auc"] for of in estimates]
            yield (
                f"{name:50s} n {len(truth):6d}  {values[0]:.3f}  {values[1]:.3f}  "
                f"{change.value:+.3f} [{change.low:+.3f}, {change.high:+.3f}]"
            )


if __name__ == "__main__":
    if sys.argv[1] == "scores":
        scores(*map(Path, sys.argv[2:5]))
    else:
        print("\n".join(compare(*map(Path, sys.argv[2:4]))))
