"""How well columns tell the groups of a sensitive attribute apart, on rows that were not learned from."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from .._counting._ranking import Auc, roc_auc
from .._intervals import normal_quantile
from .._prepare import Bools, Floats, Ints
from .._values import NOT_ESTIMABLE, Interval
from ._encoded import Coded

FOLDS = 5
TREES = 30
_LEAF = 5
_BINS = 20
_PAIRS = 2.0
_PRIOR = 5.0
"""Rows of the overall rate that each value's own rate is mixed with."""


class Rebuilt(NamedTuple):
    """How well groups are told from the rest.

    Attributes
    ----------
    each : list of Interval
        ROC AUC of each group against all others.
    mean : Interval
        Their mean over groups.
    p : float
        One-sided: how likely it is that any group is told from the rest as well, where nothing tells groups apart.
    """

    each: list[Interval]
    mean: Interval
    p: float


def folds_of(codes: Ints, rng: np.random.Generator) -> Ints:
    """Return for each row one of `FOLDS` folds, in each of which every group has nearly the same share."""
    folds = np.empty(len(codes), np.int64)
    order = rng.permutation(len(codes))
    order = order[np.argsort(codes[order], kind="stable")]
    folds[order] = np.arange(len(codes)) % FOLDS
    return folds


def alone(column: Coded, codes: Ints, groups: int, folds: Ints) -> Floats:
    """Return, from one column, how likely each row is in each group, learned from the other folds.

    It is the share of the group among rows with the same value, for numbers in twenty bins of equal size, mixed with
    the overall share (target encoding, Micci-Barreca 2001, SIGKDD Explor. 3:27–32).

    Parameters
    ----------
    column : Coded
    codes, folds : ndarray of shape (n,)
        The group and the fold of each row.
    groups : int

    Returns
    -------
    ndarray of shape (n, groups)
    """
    bins = _binned(column)
    size = int(bins.max()) + 1
    out = np.empty((len(codes), groups))
    for fold in range(FOLDS):
        learned, asked = folds != fold, folds == fold
        counts = np.bincount(bins[learned] * groups + codes[learned], minlength=size * groups)
        table = counts.reshape(size, groups).astype(np.float64)
        overall = table.sum(axis=0) / max(table.sum(), 1)
        rates = (table + _PRIOR * overall) / (table.sum(axis=1, keepdims=True) + _PRIOR)
        out[asked] = rates[bins[asked]]
    return out


def together(columns: list[Coded], codes: Ints, groups: int, folds: Ints, *, seed: int) -> Floats:
    """Return, from all columns, how likely each row is in each group, learned from the other folds.

    By extremely randomised trees (Geurts, Ernst & Wehenkel 2006, Mach. Learn. 63:3–42) on the ranks of the values:
    quick, and able to find columns that tell something only together.

    Parameters are as for `alone`.
    """
    from sklearn.ensemble import ExtraTreesClassifier

    matrix = np.column_stack([_ranks(one.values) for one in columns])
    out = np.zeros((len(codes), groups))
    for fold in range(FOLDS):
        learned, asked = folds != fold, np.flatnonzero(folds == fold)
        model = ExtraTreesClassifier(TREES, min_samples_leaf=_LEAF, random_state=seed)
        model.fit(matrix[learned], codes[learned])
        out[np.ix_(asked, model.classes_)] = model.predict_proba(matrix[asked])
    return out


def rebuilt(likely: Floats, codes: Ints, judged: list[int], folds: Ints, confidence: float) -> Rebuilt:
    """Return how well out-of-fold scores tell groups from the rest.

    Parameters
    ----------
    likely : ndarray of shape (n, groups)
    codes, folds : ndarray of shape (n,)
    judged : list of int
        Groups that are large enough.
    confidence : float

    Notes
    -----
    The mean over folds of the ROC AUC in each, with DeLong's errors (LeDell, Petersen & van der Laan 2015, Electron. J.
    Stat. 9:1583–1607); unlike an AUC over all rows at once it is 0.5 on average where there is nothing to learn. There,
    though, folds agree or disagree in pairs, each of which counts in both, so that the variance is twice that of folds
    that know nothing of each other. It is doubled throughout. Errors of a mean over groups are at most the mean of
    their errors, which is taken. p is from the normal distribution with twice the Mann–Whitney variance
    (m + n + 1) / (12 m n) of scores without ties, which is the largest; of several groups the smallest, times their
    number (Bonferroni), for a column may give away one of them alone.
    """
    z = normal_quantile(confidence)
    found = [_over_folds(likely[:, group], codes == group, folds) for group in judged]
    each = [Interval(auc.value, *auc.limits(z)) for auc, _ in found]
    known = [i for i, one in enumerate(each) if not math.isnan(one.value)]
    if not known:
        return Rebuilt(each, NOT_ESTIMABLE, math.nan)
    aucs = [found[i][0] for i in known]
    mean, error = float(np.mean([auc.value for auc in aucs])), float(np.mean([auc.error for auc in aucs]))
    limits = Auc(mean, error, min(auc.positives for auc in aucs), min(auc.negatives for auc in aucs)).limits(z)
    farthest = max((auc.value - 0.5) / found[i][1] for i, auc in zip(known, aucs, strict=True))
    p = min(len(known) * 0.5 * math.erfc(farthest / math.sqrt(2)), 1.0)
    return Rebuilt(each, Interval(mean, *limits), p)


def _over_folds(score: Floats, inside: Bools, folds: Ints) -> tuple[Auc, float]:
    """Return the mean ROC AUC over folds, and its standard error where there is nothing to learn."""
    aucs = [roc_auc(score[folds == fold], inside[folds == fold]) for fold in range(FOLDS)]
    aucs = [auc for auc in aucs if not math.isnan(auc.value)]
    if not aucs:
        return Auc(math.nan, math.nan, 0.0, 0.0), math.nan
    null = sum((auc.positives + auc.negatives + 1) / (12 * auc.positives * auc.negatives) for auc in aucs)
    return Auc(
        float(np.mean([auc.value for auc in aucs])),
        math.sqrt(_PAIRS * sum(auc.error**2 for auc in aucs)) / len(aucs),
        sum(auc.positives for auc in aucs),
        sum(auc.negatives for auc in aucs),
    ), math.sqrt(_PAIRS * null) / len(aucs)


def _ranks(values: Floats) -> Floats:
    """Return the places of values among the distinct ones, in (0, 1]; −0.5 where they are missing."""
    known = np.isfinite(values)
    out = np.full(len(values), -0.5)
    if known.any():
        distinct, places = np.unique(values[known], return_inverse=True)
        out[known] = (places + 1) / len(distinct)
    return out


def _binned(column: Coded) -> Ints:
    """Return bins of equal size, or the values themselves where they are few or text; missing values have their own."""
    values = column.values
    known = np.isfinite(values)
    out = np.zeros(len(values), np.int64)
    if known.any():
        distinct, places = np.unique(values[known], return_inverse=True)
        if len(distinct) > _BINS and column.kind != "level":
            edges = np.unique(np.quantile(values[known], np.linspace(0, 1, _BINS + 1)[1:-1], method="inverted_cdf"))
            places = np.searchsorted(edges, values[known], side="left")
        out[known] = places + 1
    return out
