"""Whether people who are alike are predicted alike: the consistency of a prediction among nearest neighbours."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from ...errors import InputError
from .._intervals import logit_interval, normal_quantile, rate_limits
from .._prepare import Floats, Ints
from .._table import order_of
from .._values import NOT_ESTIMABLE, Interval

NEIGHBOURS = 5
"""Others that each person is compared with."""
MAX_ROWS = 5_000
"""Rows beyond which a random sample of as many is compared."""
MAX_TEXTS = 100
"""Different texts beyond which a column of them says nothing about who is alike, and is left out."""


class Coordinates(NamedTuple):
    """Rows as points: an array of shape (n, dimensions), with the names of columns that have no place in it."""

    points: Floats
    left_out: tuple[str, ...]


def coordinates(features: Any, rows: Ints | None = None) -> Coordinates:
    """Return rows as points whose Euclidean distance says how alike they are.

    Parameters
    ----------
    features : mapping of str to column of shape (n,)
        Numbers are taken in standard deviations from their mean, missing ones as the median; different texts are at a
        distance of one, a missing text being one more. Columns of one value add nothing; columns of more than
        `MAX_TEXTS` different texts are left out.
    rows : ndarray of int, optional
        Those that are points, by their positions; all by default. The others count for nothing.
    """
    import pandas as pd

    parts, left_out = [], []
    for name, column in features.items():
        series = pd.Series(np.asarray(column) if not hasattr(column, "dtype") else column)
        series = (series if rows is None else series.iloc[rows]).reset_index(drop=True)
        order = order_of(series)
        if order is not None and order.kind != "rank":
            number = np.where(np.isfinite(order.keys), order.keys, np.nan)
            if np.isnan(number).all():
                continue
            number = np.where(np.isnan(number), np.nanmedian(number), number)
            spread = number.std()
            if spread > 0:
                parts.append(((number - number.mean()) / spread)[:, None])
            continue
        codes, values = pd.factorize(series.astype(str).where(series.notna(), None), sort=True, use_na_sentinel=False)
        if len(values) > MAX_TEXTS:
            left_out.append(name)
        elif len(values) > 1:
            parts.append(np.eye(len(values))[codes] / math.sqrt(2))
    if not parts:
        return Coordinates(np.empty((0, 0)), tuple(left_out))
    return Coordinates(np.concatenate(parts, axis=1), tuple(left_out))


def consistency(points: Any, predicted: Any, *, neighbours: int = NEIGHBOURS, confidence: float = 0.95) -> Interval:
    """Measure how often the people most alike have the same prediction.

    Parameters
    ----------
    points : array of shape (n, dimensions)
        Numbers; Euclidean distance says how alike two rows are.
    predicted : array-like of shape (n,)
        Predicted classes.
    neighbours : int
        Others that each row is compared with.
    confidence : float
        Two-sided confidence of the interval.

    Returns
    -------
    Interval
        The mean over rows of the share of their neighbours with the same prediction, between 0 and 1; for two classes
        1 − mean |ŷ − mean ŷ of the neighbours| (Zemel et al. 2013, ICML). Not estimable with no more rows
        than `neighbours`.

    Notes
    -----
    A row is not its own neighbour. aif360 counts it as one; its value with k neighbours is 1 − (1 − c) (k − 1) / k, c
    being the value here with k − 1. Equal rows are taken together, so that the order of rows does not matter: if more
    of them are equally near than there is room for, each counts for a part.

    The interval is normal on the logit scale, with the variance of each row's influence: by its own neighbours and as a
    neighbour of others (infinitesimal jackknife; Efron 1982, The Jackknife, chapter 6). Where all or none agree, it is
    exact for n / (k + 1) independent neighbourhoods.
    """
    from sklearn.neighbors import NearestNeighbors

    at = np.asarray(points, np.float64)
    labels = np.unique(np.asarray(predicted), return_inverse=True)[1].reshape(-1)
    n, k = len(at), neighbours
    if isinstance(k, bool) or not isinstance(k, int) or k < 1:
        raise InputError(f"neighbours is {k!r}, not a positive whole number.", hint="Use 5.")
    if at.ndim != 2 or len(labels) != n:
        raise InputError(
            "The points and the predictions do not have the same rows.", hint="Pass the same rows in both."
        )
    if n <= k:
        return NOT_ESTIMABLE
    distinct, place = np.unique(at, axis=0, return_inverse=True)
    count = np.zeros((len(distinct), int(labels.max()) + 1))
    np.add.at(count, (place.reshape(-1), labels), 1)
    near = np.arange(len(distinct))[:, None]
    if len(distinct) > 1:
        others = NearestNeighbors(n_neighbors=min(k, len(distinct) - 1)).fit(distinct)
        near = np.column_stack([near, others.kneighbors(return_distance=False)])
    agree, influence = _agreement(count, near, k)
    value = float((count * agree).sum() / n)
    error = math.sqrt(float((count * (agree - value + influence) ** 2).sum()) / (n - 1) / n)
    z = normal_quantile(confidence)
    if value in (0.0, 1.0) or error == 0:
        lower, upper = rate_limits(value, n / (k + 1), z)
        return Interval(value, float(lower), float(upper))
    return Interval(value, *logit_interval(value, error, z))


def _agreement(count: Floats, near: Ints, k: int) -> tuple[Floats, Floats]:
    """Return for rows at each point, by label: the share of neighbours that agree, and their influence on others'.

    `count` holds rows by point and label, `near` the nearest points of each point, itself first.
    """
    size = count.sum(axis=1)
    room = size[near]
    room[:, 0] -= 1
    taken = np.clip(k - (np.cumsum(room, axis=1) - room), 0, room)
    with np.errstate(divide="ignore", invalid="ignore"):
        part = np.where(room > 0, taken / room, 0.0) / k
    agree = np.maximum(count - 1, 0) * part[:, :1]
    for j in range(1, near.shape[1]):
        agree += count[near[:, j]] * part[:, j : j + 1]
    agree = np.where(count > 0, agree, 0.0)
    surprise = count - (count * agree).sum(axis=1, keepdims=True)
    influence = np.zeros_like(count)
    for j in range(near.shape[1]):
        np.add.at(influence, near[:, j], surprise * part[:, j : j + 1])
    return agree, influence - (1 - agree) * part[:, :1]
