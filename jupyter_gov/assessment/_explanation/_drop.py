"""How good a model is on the same rows with one column shuffled, and how much each row adds to that."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from .._prepare import Bools, Floats, Ints
from .._table import column_at, take, with_columns

Loss = Callable[[Any], tuple[float, Floats]]
"""Maps what a model answers to a metric and each row's influence on it, of shape (n,) and mean zero."""


class Drops(NamedTuple):
    """Drops of a metric when columns are shuffled.

    Attributes
    ----------
    baseline : float
        The metric with nothing shuffled.
    each : ndarray of shape (columns, repeats)
        Metric of the unchanged rows less that of the shuffled ones.
    influence : ndarray of shape (columns, n)
        Each row's influence on the mean drop.
    """

    baseline: float
    each: Floats
    influence: Floats


def drops(
    answer: Callable[[Any], Any], loss: Loss, table: Any, permutations: Ints, *, notify: Callable[[int, int], None]
) -> Drops:
    """Shuffle each column in turn and return how much worse the model gets.

    Parameters
    ----------
    answer : callable
        Maps a table to what the model says of its rows.
    loss : callable
        The metric, see `Loss`.
    table : DataFrame or ndarray of shape (n, columns)
    permutations : ndarray of shape (repeats, n)
        For each repeat the row from which each row has its value; the same for all columns.
    notify : callable
        Told the columns done and their number.

    Notes
    -----
    Breiman (2001), Machine Learning 45:5–32; Fisher, Rudin & Dominici (2019), JMLR 20(177). A row takes part twice in
    what shuffling changes, as the one that has another's value and as the one whose value another has; its influence is
    the sum of both (the projection of a U-statistic, Hoeffding 1948). With few repeats it holds some noise of the
    shuffles twice, so that intervals are rather too wide.
    """
    baseline, steady = loss(answer(table))
    repeats, n = permutations.shape
    columns = int(table.shape[1])
    each, influence = np.zeros((columns, repeats)), np.zeros((columns, n))
    several = take(table, np.tile(np.arange(n), repeats))
    for j in range(columns):
        said = answer(with_columns(several, {j: take(column_at(table, j), permutations.reshape(-1))}))
        for r, order in enumerate(permutations):
            value, moved = loss(said[r * n : (r + 1) * n])
            each[j, r] = baseline - value
            influence[j] += (steady - moved) / repeats
            influence[j, order] += (steady - moved) / repeats
        notify(j + 1, columns)
    return Drops(baseline, each, influence)


def area(positive: Bools) -> Loss:
    """Return the ROC AUC of scores, with influences from DeLong, DeLong & Clarke-Pearson (1988), Biometrics 44."""

    def loss(scores: Floats) -> tuple[float, Floats]:
        from scipy.stats import rankdata

        ranks = rankdata(scores)
        ones, zeros = int(positive.sum()), int((~positive).sum())
        placed = np.empty(len(scores))
        placed[positive] = (ranks[positive] - rankdata(scores[positive])) / zeros
        placed[~positive] = 1 - (ranks[~positive] - rankdata(scores[~positive])) / ones
        value = float(placed[positive].mean())
        return value, (placed - value) * len(scores) / np.where(positive, ones, zeros)

    return loss


def explained(true: Floats) -> Loss:
    """Return R², 1 − Σ (y − ŷ)² / Σ (y − ȳ)²."""
    around = (true - true.mean()) ** 2

    def loss(predicted: Floats) -> tuple[float, Floats]:
        squares = (true - predicted) ** 2
        ratio = float(squares.sum() / around.sum())
        return 1 - ratio, (ratio * around - squares) / around.mean()

    return loss


def negative_log_loss(codes: Ints) -> Loss:
    """Return the mean log of the probability of what happened, which is kept from zero by the smallest step."""

    def loss(table: Floats) -> tuple[float, Floats]:
        step = np.finfo(np.float64).eps
        each = np.log(np.clip(table[np.arange(len(codes)), codes], step, 1 - step))
        return float(each.mean()), each - each.mean()

    return loss


def balanced_accuracy(codes: Ints) -> Loss:
    """Return the mean recall of the classes that occur, of decisions as codes."""
    sizes = np.bincount(codes[codes >= 0])
    there = int((sizes > 0).sum())

    def loss(decided: Ints) -> tuple[float, Floats]:
        right = (decided == codes).astype(np.float64)
        recall = np.bincount(codes, weights=right, minlength=len(sizes)) / np.maximum(sizes, 1)
        value = float(recall.sum()) / there
        return value, (right - recall[codes]) / there * len(codes) / sizes[codes]

    return loss
