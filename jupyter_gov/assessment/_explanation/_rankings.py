"""Rankings of columns by one method, how unsure they are, and how much two of them agree."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from .._prepare import Floats
from .._values import Interval
from ._sampling import spearman

DRAWS = 200


class Ranking(NamedTuple):
    """Importance by one method.

    Attributes
    ----------
    value : ndarray of shape (columns,)
    draws : ndarray of shape (DRAWS, columns)
        What it could have been with other rows.
    """

    value: Floats
    draws: Floats


class Agreement(NamedTuple):
    """How much two rankings agree: Spearman's and Kendall's correlation, and the share of the top that they share."""

    spearman: Interval
    kendall: Interval
    top: Interval


def ranking(value: Floats, influence: Floats, rng: np.random.Generator) -> Ranking:
    """Return importances, each a mean with the influence of each row, as a ranking.

    Parameters
    ----------
    value : ndarray of shape (columns,)
    influence : ndarray of shape (columns, n)
        Of mean zero over rows.
    rng : Generator

    Notes
    -----
    Draws are from the normal approximation with the covariance of the influences over n, made as random combinations
    of them.
    """
    n = influence.shape[1]
    noise = rng.standard_normal((DRAWS, n)) @ influence.T / math.sqrt(n * max(n - 1, 1))
    return Ranking(value, value + noise)


def agree(one: Ranking, other: Ranking, top: int, confidence: float) -> Agreement:
    """Return how much two rankings agree, with intervals that the draws of both give and that hold the value."""
    return Agreement(
        _between(float(spearman(one.value, other.value[None])[0]), _rowwise(one.draws, other.draws), confidence),
        _between(float(kendall(one.value[None], other.value[None])[0]), kendall(one.draws, other.draws), confidence),
        _between(
            float(overlap(one.value[None], other.value[None], top)[0]),
            overlap(one.draws, other.draws, top),
            confidence,
        ),
    )


def repeatable(one: Ranking, confidence: float) -> Interval:
    """Return the expected Spearman correlation of the rankings over two independent sets of rows."""
    found = _rowwise(one.draws, np.roll(one.draws, 1, axis=0))
    return _between(float(found.mean()), found, confidence)


def kendall(one: Floats, other: Floats) -> Floats:
    """Return Kendall's τ-b (1945, Biometrika 33:239–251) of rows of two arrays of shape (k, columns)."""
    out = np.empty(len(one))
    for i, (a, b) in enumerate(zip(one, other, strict=True)):
        x, y = np.sign(a[:, None] - a), np.sign(b[:, None] - b)
        spread = math.sqrt(float((x * x).sum()) * float((y * y).sum()))
        out[i] = float((x * y).sum()) / spread if spread else float(not x.any() and not y.any())
    return out


def overlap(one: Floats, other: Floats, top: int) -> Floats:
    """Return which share of the `top` largest of each row is among those of the same row of `other`."""
    places = [np.argsort(-each, axis=1, kind="stable")[:, :top] for each in (one, other)]
    shared = [len(np.intersect1d(a, b)) for a, b in zip(*places, strict=True)]
    return np.asarray(shared, np.float64) / top


def _rowwise(one: Floats, other: Floats) -> Floats:
    return np.array([spearman(a, b[None])[0] for a, b in zip(one, other, strict=True)])


def _between(value: float, draws: Floats, confidence: float) -> Interval:
    low, high = np.quantile(draws, [(1 - confidence) / 2, (1 + confidence) / 2]).tolist()
    low, high = min(low, value), max(high, value)
    # That no draw differs does not make it certain.
    return Interval(value, low, high) if low < high else Interval(value, math.nan, math.nan)
