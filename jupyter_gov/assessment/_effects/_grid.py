"""The values at which a column is tried, taken from the column itself so that its type stays what it is."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from .._prepare import Floats, Ints
from .._table import SHARED, Order, days_in_words, order_of, rounded

POINTS = 20
"""Numbers of a column that are tried at most."""
WORDS = 12
"""Values that have to be named, such as levels of text and dates, that are tried at most."""
_ENDS = (0.05, 0.95)


class Grid(NamedTuple):
    """Values of a column.

    Attributes
    ----------
    rows : ndarray of shape (G,)
        For each value a row of the table that has it, ascending where the values have an order.
    numbers : ndarray of shape (G,), or None
        The values, where they are numbers, rounded where not all of them are those of `SHARED` rows.
    labels : list of str
        All other values, in words; dates as months where not all of them are those of
        `SHARED` rows, if these tell them apart.
    ordered : bool
    left_out : int
        Values of text that are not tried.
    """

    rows: Ints
    numbers: Floats | None
    labels: list[str]
    ordered: bool
    left_out: int = 0


def grid(column: Any, *, points: int = POINTS) -> Grid:
    """Return the values of a column at which the output is looked at.

    Numbers, dates and categories with an order are tried at quantiles from 5% to 95%, each an observed value, or if
    there are few at all that enough rows share; text and other categories at the most frequent ones, missing values
    among them.

    Parameters
    ----------
    column : Series or ndarray of shape (n,)
    points : int
        The most values.

    Returns
    -------
    Grid
        Of fewer than two rows where there is nothing to compare.
    """
    import pandas as pd

    series = pd.Series(column).reset_index(drop=True)
    order = order_of(series)
    if order is None or order.kind != "number":
        points = min(points, WORDS)
    if order is None:
        return _levels(series, points)
    keys = order.keys
    there = np.flatnonzero(np.isfinite(keys))
    there = there[np.argsort(keys[there], kind="stable")]
    distinct, first, counts = np.unique(keys[there], return_index=True, return_counts=True)
    if order.kind == "rank":
        distinct, first, counts = distinct[counts >= SHARED], first[counts >= SHARED], counts[counts >= SHARED]
    if len(distinct) > points:
        # Quantiles that are observed values: whole numbers stay whole, and dates dates.
        at = np.ceil(np.linspace(*_ENDS, points) * len(there)).astype(np.int64) - 1
        places = np.searchsorted(distinct, keys[there[np.maximum(at, 0)]])
        chosen = np.unique(np.minimum(places, len(distinct) - 1))
    elif np.count_nonzero(counts >= SHARED) > 1:
        chosen = np.flatnonzero(counts >= SHARED)
    else:
        chosen = np.arange(len(distinct))
    rows = there[first[chosen]]
    if order.kind == "number":
        return Grid(rows, _stated(keys[rows], counts[chosen]), [], True)
    return Grid(rows, None, _in_words(order, rows, counts[chosen]), True)


def _stated(values: Floats, counts: Ints) -> Floats:
    return values if (counts >= SHARED).all() else rounded(values)


def _in_words(order: Order, rows: Ints, counts: Ints) -> list[str]:
    keys = order.keys[rows]
    if order.kind == "date":
        return days_in_words(keys, "D" if (counts >= SHARED).all() else "M")
    if order.kind == "duration":
        return [f"{days:.10g} days" for days in _stated(keys, counts).tolist()]
    return [order.words[int(key)] for key in keys]


def _levels(series: Any, points: int) -> Grid:
    import pandas as pd

    codes, distinct = pd.factorize(series, use_na_sentinel=False)
    counts = np.bincount(codes, minlength=len(distinct))
    often = np.argsort(-counts, kind="stable")
    chosen = often[counts[often] >= SHARED][:points]
    first = np.full(len(distinct), -1)
    first[codes[::-1]] = np.arange(len(codes))[::-1]
    rows = first[chosen]
    values = [series.iloc[i] for i in rows]
    labels = ["missing" if pd.isna(value) else str(value) for value in values]
    return Grid(rows, None, labels, False, len(distinct) - len(chosen))
