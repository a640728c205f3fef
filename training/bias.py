"""What naming an identity does to the score of incivility: on our own templates, and on real sentences."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from model.records import Comment, Scores
from model.scorer import Scorer
from training import clustered
from training.bootstrap import Figure
from training.corpora import CATALOGUE, read_corpus
from training.examples import split_of
from training.identity_templates import NEUTRAL, Sentence, sentences
from training.keys import identity
from training.metrics import Share, difference_of, subgroup_rows, wilson
from training.recipe import Recipe

LABEL: Final = "incivility"
SEED: Final = 17
SENTENCES_OF_IDENTITIES: Final = "wiki_bias_testsets"


@dataclass(frozen=True, slots=True)
class TermBias:
    """What one term does: its AUCs among all terms, and how often its civil sentences are flagged.

    ``gap`` is the share of its civil sentences at or over the threshold, less that of the same
    sentences with neutral terms: a difference of shares, 0.02 being two points. The three AUCs are
    those of ``training.metrics.subgroup_rows``, the background being all other terms. ``figures`` holds
    the same four with their intervals, which draw whole templates; an older report has none.
    """

    kind: str
    n: int
    subgroup: float
    bpsn: float
    bnsp: float
    false_alarms: Share
    gap: float
    figures: Mapping[str, Figure] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Bias:
    """Identity terms on the ``n`` sentences of the templates, and on held-out encyclopaedia sentences.

    ``false_alarms`` pools the civil sentences of all identity terms, ``neutral`` those of the
    neutral ones, and ``gap`` is the first less the second. Rows of a template are alike, so the
    shares' intervals, which take rows for independent, are narrower than the truth; ``figures`` holds
    ``auc`` and ``false_alarm_gap`` with intervals that draw whole templates. ``unscored`` counts
    sentences that the bundle abstained from or refused: they count with score 0.
    ``encyclopaedia`` is None where the corpora are not there. ``gaps`` is the gap of each civil
    template, nan where it has no neutral or no identity term.
    """

    threshold: float
    n: int
    unscored: Mapping[str, int]
    auc: float
    false_alarms: Share
    neutral: Share
    gap: float
    terms: Mapping[str, TermBias]
    encyclopaedia: Share | None
    gaps: Mapping[str, float] = field(default_factory=dict)
    figures: Mapping[str, Figure] = field(default_factory=dict)

    def auc_figure(self) -> Figure:
        """Return the AUC with its interval, without ends in what was measured before there was one."""
        return self.figures.get("auc", Figure(self.auc, math.nan, math.nan))

    def gap_figure(self) -> Figure:
        """Return the gap with its interval: by template, else as if all sentences were independent."""
        apart = difference_of(self.false_alarms, self.neutral)
        return self.figures.get("false_alarm_gap", apart)

    def largest_gap(self) -> tuple[str, float]:
        """Return the identity term whose civil sentences are flagged most beyond the neutral, and its gap."""
        return max(((name, term.gap) for name, term in self.identities()), key=lambda one: one[1])

    def lowest(self, figure: str) -> tuple[str, float]:
        """Return the identity term of the lowest ``subgroup``, ``bpsn`` or ``bnsp`` AUC, and that."""
        return min(
            ((name, float(getattr(term, figure))) for name, term in self.identities()),
            key=lambda one: one[1],
        )

    def identities(self) -> list[tuple[str, TermBias]]:
        """Return every term that names an identity."""
        return [(name, term) for name, term in self.terms.items() if term.kind != NEUTRAL]

    def as_json(self) -> dict[str, Any]:
        """Return plain JSON values; a figure that the rows cannot give is null."""
        worst = {name: self.lowest(name) for name in ("subgroup", "bpsn", "bnsp")}
        found = asdict(self) | {
            "largest_gap": dict(zip(("term", "value"), self.largest_gap(), strict=True)),
            "lowest": {
                name: dict(zip(("term", "value"), one, strict=True)) for name, one in worst.items()
            },
        }
        plain: dict[str, Any] = _without_nan(found)
        return plain


def measure(scorer: Scorer, corpora: Path | None, *, seed: int = SEED) -> Bias:
    """Return the bias of ``scorer`` at its threshold of incivility; ``seed`` is of the bootstrap.

    Raises ``TrainingError`` where the templates or a corpus that is there cannot be read.
    """
    return judge(scorer, sentences(), _encyclopaedia(scorer, corpora), seed=seed)


def judge(
    scorer: Scorer,
    rows: Sequence[Sentence],
    encyclopaedia: Share | None = None,
    *,
    seed: int = SEED,
) -> Bias:
    """Return the bias on these sentences, which need civil ones of neutral and identity terms."""
    threshold = scorer.thresholds[LABEL]
    scored = scorer.score([Comment(row.text, row.id) for row in rows])
    scores = np.array([_score(one) for one in scored])
    truth = np.array([row.is_uncivil for row in rows], dtype=np.float64)
    civil = truth == 0
    is_neutral = np.array([row.kind == NEUTRAL for row in rows])
    identities = _flagged(scores[civil & ~is_neutral], threshold)
    neutral = _flagged(scores[civil & is_neutral], threshold)
    templates = clustered.cluster((row.template for row in rows), seed=seed)
    # Gaps are of civil templates, and only those are drawn for them, as for the gate's paired change.
    civil_ones = clustered.cluster((row.template for row in rows if not row.is_uncivil), seed=seed)
    flagged = scores[civil] >= threshold

    def gap_of(inside: NDArray[np.bool_]) -> Figure:
        return clustered.share_gap(flagged, inside[civil], is_neutral[civil], civil_ones)

    def of_term(name: str, kind: str) -> TermBias:
        inside = np.array([row.term == name for row in rows])
        aucs = {
            figure: clustered.auc(truth, scores, templates, among)
            for figure, among in subgroup_rows(truth, inside).items()
        }
        alarms = _flagged(scores[civil & inside], threshold)
        return TermBias(
            kind=kind,
            n=int(inside.sum()),
            subgroup=aucs["subgroup"].value,
            bpsn=aucs["bpsn"].value,
            bnsp=aucs["bnsp"].value,
            false_alarms=alarms,
            gap=alarms.value - neutral.value,
            figures={**aucs, "gap": gap_of(inside)},
        )

    def of_template(name: str) -> float:
        inside = np.array([row.template == name for row in rows])
        identity_terms, neutral_terms = (
            _flagged(scores[civil & inside & kind], threshold) for kind in (~is_neutral, is_neutral)
        )
        return identity_terms.value - neutral_terms.value

    kinds = {row.term: row.kind for row in rows}
    civil_templates = dict.fromkeys(row.template for row in rows if not row.is_uncivil)
    whole = clustered.auc(truth, scores, templates)
    return Bias(
        threshold=threshold,
        n=len(rows),
        unscored=_unscored(scored),
        auc=whole.value,
        false_alarms=identities,
        neutral=neutral,
        gap=identities.value - neutral.value,
        terms={name: of_term(name, kind) for name, kind in kinds.items()},
        encyclopaedia=encyclopaedia,
        gaps={name: of_template(name) for name in civil_templates},
        figures={"auc": whole, "false_alarm_gap": gap_of(~is_neutral)},
    )


def held_out_sentences(corpora: Path) -> list[str]:
    """Return the corpus's sentences that the shipped recipes' split keeps for testing.

    None of them has a near-copy in the corpus, so a row's own key names its group in the split.
    """
    shares = Recipe()
    return [
        row.text
        for row in read_corpus(SENTENCES_OF_IDENTITIES, corpora)
        if split_of(identity(row.text), validation=shares.validation_share, test=shares.test_share)
        == "test"
    ]


def _encyclopaedia(scorer: Scorer, corpora: Path | None) -> Share | None:
    if corpora is None or not CATALOGUE[SENTENCES_OF_IDENTITIES].location(corpora).exists():
        return None
    scored = scorer.score([Comment(text) for text in held_out_sentences(corpora)])
    return _flagged(np.array([_score(one) for one in scored]), scorer.thresholds[LABEL])


def _score(scores: Scores) -> float:
    return scores.by_label[LABEL] if scores.by_label else 0.0


def _flagged(scores: np.ndarray, threshold: float) -> Share:
    return wilson(int((scores >= threshold).sum()), len(scores))


def _unscored(scored: Iterable[Scores]) -> dict[str, int]:
    return dict(Counter(reason for one in scored if (reason := one.abstained or one.error)))


def _without_nan(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_nan(one) for name, one in value.items()}
    return None if isinstance(value, float) and math.isnan(value) else value
