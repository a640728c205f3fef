"""The floor: an n-gram logistic regression that a fine-tuned network has to beat.

Word 1-2-grams and character 2-5-grams within words, TF-IDF weighted, L2 logistic regression: the
usual strong baseline of the Kaggle competitions on these corpora (after Wang & Manning 2012). It is
fitted anew where a report needs it and never kept: a pickled model is code that somebody runs.
"""

import logging
from collections.abc import Callable, Iterable, Sequence

import numpy as np
from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline

from model.records import Example
from training.errors import TrainingError
from training.evaluate import LabelledSet
from training.sweep import Floats

log = logging.getLogger(__name__)

# What the floor is fitted for: the labels that the development sets speak of.
LABELS = ("insult", "incivility")

Floor = Callable[[Sequence[str]], Floats]

# Hashed, so that no vocabulary grows with the corpus. Measured on kaggle_insults + jigsaw_toxic
# (18,153 rows), AUC insult on the Kaggle test: 0.914 with 2**18, 2**19 and 2**21 columns a kind.
COLUMNS = 2**19
# A comment's first 1,000 characters decide (5,000 gave the same AUC); it bounds memory where a
# corpus holds whole essays. 100,000 rows take 50 s of one core and 1.6 GB.
MAX_CHARACTERS = 1_000
# At scikit-learn's default of 1e-4 the AUC still moved by 0.001 to 0.003.
TOLERANCE = 1e-5


def fit_floor(examples: Sequence[Example], label: str, *, inverse_penalty: float = 3.0) -> Floor:
    """Return what gives texts their probability (n,) of ``label``, in order.

    Fitted on the examples that speak of the label, by their weights; a soft label p counts p times
    as a yes and 1 - p times as a no, which is the cross-entropy with p. Raises ``TrainingError``
    when the examples hold no yes or no no.
    """
    known = [example for example in examples if label in example.labels and example.weight > 0]
    truth = np.array([example.labels[label] for example in known])
    if not known or truth.max() == 0 or truth.min() == 1:
        raise TrainingError(f"the floor needs examples both with and without {label}")
    weights = np.array([example.weight for example in known])
    features = _features()
    matrix = features.fit_transform([example.text for example in known])
    rows, answers, shares = _halves(truth, weights)
    regression = LogisticRegression(C=inverse_penalty, max_iter=500, tol=TOLERANCE)
    regression.fit(matrix if len(rows) == len(known) else matrix[rows], answers, shares)

    def floor(texts: Sequence[str]) -> Floats:
        scored = regression.predict_proba(features.transform(list(texts)))
        probabilities: Floats = scored[:, 1].astype(np.float64)
        return probabilities

    return floor


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
    train: Sequence[Example], sets: Iterable[LabelledSet], labels: Sequence[str] = LABELS
) -> dict[str, dict[str, Floats]]:
    """Return the floor's scores by set and label, row by row, fitted on ``train`` once a label."""
    rows = {wanted.name: [row.text for row in rows] for wanted, rows in sets}
    scores: dict[str, dict[str, Floats]] = {name: {} for name in rows}
    for label in labels:
        log.info("fitting the n-gram floor for %s", label)
        floor = fit_floor(train, label)
        for name, texts in rows.items():
            scores[name][label] = floor(texts)
    return scores
