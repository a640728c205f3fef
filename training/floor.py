"""The floor: an n-gram logistic regression that a fine-tuned network has to beat.

Word 1-2-grams and character 2-5-grams within words, TF-IDF weighted, L2 logistic regression: the
usual strong baseline of the Kaggle competitions on these corpora (after Wang & Manning 2012). It is
fitted anew where a report needs it and never kept: a pickled model is code that somebody runs.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline

from model.labels import NAMES
from model.records import Example
from training.evaluate import LabelledSet
from training.evaluation_sets import EvaluationSet
from training.sweep import Floats

log = logging.getLogger(__name__)

# Hashed, so that no vocabulary grows with the corpus. Measured on kaggle_insults + jigsaw_toxic
# (18,153 rows), AUC insult on the Kaggle test: 0.914 with 2**18, 2**19 and 2**21 columns a kind.
COLUMNS = 2**19
# A comment's first 1,000 characters decide (5,000 gave the same AUC); it bounds memory where a
# corpus holds whole essays. 100,000 rows take 50 s of one core and 1.6 GB.
MAX_CHARACTERS = 1_000
# At scikit-learn's default of 1e-4 the AUC still moved by 0.001 to 0.003.
TOLERANCE = 1e-5


@dataclass(frozen=True, slots=True)
class Floors:
    """A regression a label, on features that all of them share."""

    features: Pipeline
    regressions: Mapping[str, LogisticRegression]

    def scores(self, texts: Sequence[str], labels: Iterable[str]) -> dict[str, Floats]:
        """Return the probabilities (n,) of each of the labels that there is a floor of."""
        wanted = [label for label in labels if label in self.regressions]
        matrix = self.features.transform(list(texts)) if wanted else None
        return {
            label: self.regressions[label].predict_proba(matrix)[:, 1].astype(np.float64)
            for label in wanted
        }


def fit_floors(
    examples: Sequence[Example], labels: Sequence[str], *, inverse_penalty: float = 3.0
) -> Floors:
    """Return the floors of the labels that the examples have both a yes and a no of.

    Texts are read once for all labels, so the rarity of an n-gram is that in all examples that speak of
    any of them.
    """
    known = [
        one for one in examples if one.weight > 0 and any(name in one.labels for name in labels)
    ]
    features = _features()
    if not known:
        return Floors(features, {})
    matrix = csr_matrix(features.fit_transform([example.text for example in known]))
    fitted = {name: _fitted(matrix, known, name, inverse_penalty) for name in labels}
    return Floors(features, {name: one for name, one in fitted.items() if one is not None})


def _fitted(
    matrix: csr_matrix, known: Sequence[Example], label: str, inverse_penalty: float
) -> LogisticRegression | None:
    """Return the regression of a label on the rows that speak of it, None without a yes or a no."""
    truth = np.array([example.labels.get(label, np.nan) for example in known])
    said = np.flatnonzero(~np.isnan(truth))
    if not said.size or truth[said].max() == 0 or truth[said].min() == 1:
        log.warning("no n-gram floor for %s: it needs a yes and a no", label)
        return None
    log.info("fitting the n-gram floor for %s", label)
    weights = np.array([example.weight for example in known])[said]
    rows, answers, shares = _halves(truth[said], weights)
    # Hard labels that every row knows are the matrix as it stands: no copy of the widest thing here.
    whole = np.array_equal(rows, np.arange(len(known)))
    regression = LogisticRegression(C=inverse_penalty, max_iter=500, tol=TOLERANCE)
    regression.fit(matrix if whole else matrix[said[rows]], answers, shares)
    return regression


def _features() -> Pipeline:
    """Return texts -> TF-IDF; single precision halves the memory of the widest thing here."""

    def hashed(analyzer: str, lengths: tuple[int, int]) -> HashingVectorizer:
        return HashingVectorizer(
            preprocessor=_read,
            analyzer=analyzer,
            ngram_range=lengths,
            n_features=COLUMNS,
            alternate_sign=False,
            norm=None,
            dtype=np.float32,
        )

    grams = [("words", hashed("word", (1, 2))), ("characters", hashed("char_wb", (2, 5)))]
    return make_pipeline(FeatureUnion(grams), TfidfTransformer(sublinear_tf=True))


def _read(text: str) -> str:
    return text[:MAX_CHARACTERS].lower()


def _halves(truth: Floats, weights: Floats) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return (row, answer, weight) of each yes and each no, in the order of the rows."""
    yes, no = np.flatnonzero(truth > 0), np.flatnonzero(truth < 1)
    rows = np.concatenate([yes, no])
    answers = np.repeat([1, 0], [len(yes), len(no)])
    shares = np.concatenate([(weights * truth)[yes], (weights * (1 - truth))[no]])
    order = np.argsort(rows, kind="stable")
    return rows[order], answers[order], shares[order]


def floor_scores(
    train: Sequence[Example], sets: Iterable[LabelledSet]
) -> dict[str, dict[str, Floats]]:
    """Return the floor's scores by set and label, row by row, of every label that a set's rows ask of.

    Fitted on ``train``, whose texts are read once; a label that it cannot teach has no floor.
    """
    asked = {wanted.name: (asked_of(wanted, rows), rows) for wanted, rows in sets}
    labels = [name for name in NAMES if any(name in of for of, _ in asked.values())]
    floors = fit_floors(train, labels)
    return {
        name: floors.scores([row.text for row in rows], of) for name, (of, rows) in asked.items()
    }


def asked_of(wanted: EvaluationSet, rows: Sequence[Example]) -> list[str]:
    """Return the labels that a set asks of rows which state the truth, each once, in the set's order."""
    told = {truth for row in rows for truth in row.labels}
    return list(dict.fromkeys(label for truth, label in wanted.pairs if truth in told))
