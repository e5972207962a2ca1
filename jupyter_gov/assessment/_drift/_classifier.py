"""Whether a classifier can tell which data set a row is from: what no column shows alone."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .._counting._ranking import roc_auc
from .._intervals import normal_quantile
from .._prepare import Bools, Floats
from .._values import Interval
from ._counts import Counts
from ._permutation import DRAWS

ROWS = 2_500
"""Rows of each data set that take part, half of them for the fit."""
FEWEST = 60
"""Rows of a data set below which there are too few for two halves."""
_TREES = 100


@dataclass(frozen=True, slots=True)
class Told:
    """How well rows of two data sets are told apart.

    Attributes
    ----------
    auc : Interval
        Of rows that took no part in the fit; one half if they cannot be told apart.
    p_value : float
    rows : int
        Rows behind `auc`.
    """

    auc: Interval
    p_value: float
    rows: int


def tell_apart(columns: Sequence[Counts], *, confidence: float, seed: int = 0) -> Told | None:
    """Fit a classifier of the data set on half of the rows and return its ROC AUC on the other half.

    Parameters
    ----------
    columns : sequence of Counts
        The classifier sees the bins of the test.
    confidence : float
        Of DeLong's interval (DeLong, DeLong & Clarke-Pearson 1988).
    seed : int

    Returns
    -------
    Told or None
        None with a single column, which has tests of its own, or fewer than `FEWEST` rows on a side.

    Notes
    -----
    Lopez-Paz & Oquab (2017), Revisiting classifier two-sample tests, ICLR; extremely randomized trees after Geurts,
    Ernst & Wehenkel (2006), Machine Learning 63:3–42. The p-value is that of the rank sum of the
    held-out rows among permutations of which data set they are from; with the classifier fixed it is exact.
    """
    if len(columns) < 2:
        return None
    n, m = len(columns[0].pair.reference), len(columns[0].pair.current)
    if min(n, m) < FEWEST:
        return None
    from sklearn.ensemble import ExtraTreesClassifier

    rng = np.random.default_rng([seed, 3])
    rows = [rng.permutation(size)[:ROWS] for size in (n, m)]
    features = np.column_stack([column.codes(*rows) for column in columns]).astype(np.float32)
    later = np.repeat([False, True], [len(side) for side in rows])
    fitted = np.concatenate([np.arange(len(side)) % 2 == 0 for side in rows])
    held = ~fitted
    # Many coarse trees: quick with hundreds of columns, and steady without a choice of settings.
    model = ExtraTreesClassifier(_TREES, min_samples_leaf=10, class_weight="balanced", random_state=seed)
    with warnings.catch_warnings():
        # The user's own filters may show what a library says to its developers.
        warnings.simplefilter("ignore")
        model.fit(features[fitted], later[fitted])
        score = np.asarray(model.predict_proba(features[held])[:, 1], np.float64)
    auc = roc_auc(score, later[held])
    return Told(
        auc=Interval(auc.value, *auc.limits(normal_quantile(confidence))),
        p_value=_rank_test(score, later[held], seed),
        rows=int(held.sum()),
    )


def _rank_test(score: Floats, later: Bools, seed: int) -> float:
    """Return how often the ranks of as many rows, drawn at random, sum up to as much."""
    _, inverse, counts = np.unique(score, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    rng = np.random.default_rng([seed, 4])
    drawn = rng.permuted(np.broadcast_to(later, (DRAWS, len(later))), axis=1)
    return float((1 + (drawn @ ranks >= ranks[later].sum()).sum()) / (DRAWS + 1))
