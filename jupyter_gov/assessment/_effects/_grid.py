"""The values at which a column is tried, taken from the column itself so that its type stays what it is."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from .._prepare import Bools, Floats, Ints

POINTS = 20
"""Numbers of a column that are tried at most."""
WORDS = 12
"""Values that have to be named, such as levels of text and dates, that are tried at most."""
LEAST = 5
"""Rows that must share a value for it to be tried, where each is: one that a few have may be an error, or say who they
are."""
_ENDS = (0.05, 0.95)


class Grid(NamedTuple):
    """Values of a column.

    Attributes
    ----------
    rows : ndarray of shape (G,)
        For each value a row of the table that has it, ascending where the values have an order.
    numbers : ndarray of shape (G,), or None
        The values, where they are numbers.
    labels : list of str
        The values, in words.
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

    series = pd.Series(column).reset_index(drop=True).infer_objects()
    keys, kind = sort_keys(series)
    if kind != "number":
        points = min(points, WORDS)
    if keys is None:
        return _levels(series, points)
    there = np.flatnonzero(np.isfinite(keys))
    there = there[np.argsort(keys[there], kind="stable")]
    distinct, first, counts = np.unique(keys[there], return_index=True, return_counts=True)
    if len(distinct) > points:
        # Quantiles that are observed values: whole numbers stay whole, and dates dates.
        at = np.ceil(np.linspace(*_ENDS, points) * len(there)).astype(np.int64) - 1
        first = first[np.unique(np.searchsorted(distinct, keys[there[np.maximum(at, 0)]]))]
    elif np.count_nonzero(counts >= LEAST) > 1:
        first = first[counts >= LEAST]
    rows = there[first]
    numbers = keys[rows] if kind == "number" else None
    return Grid(rows, numbers, [in_words(series.iloc[i]) for i in rows], True)


def sort_keys(series: Any) -> tuple[Floats | None, str]:
    """Return numbers that sort as the values do, NaN for missing ones, and what they are; None where there is no order.

    What they are is ``number``, ``date`` or ``duration`` (nanoseconds), or ``order``, of booleans and categories with
    an order.
    """
    import pandas as pd

    types = pd.api.types
    if isinstance(series.dtype, pd.CategoricalDtype):
        if not series.dtype.ordered:
            return None, ""
        codes = series.cat.codes.to_numpy(np.float64)
        return np.where(codes < 0, np.nan, codes), "order"
    if types.is_bool_dtype(series.dtype):
        return series.astype("Float64").to_numpy(np.float64, na_value=np.nan), "order"
    if types.is_numeric_dtype(series.dtype) and not types.is_complex_dtype(series.dtype):
        return series.to_numpy(np.float64, na_value=np.nan), "number"
    if types.is_datetime64_any_dtype(series.dtype) or types.is_timedelta64_dtype(series.dtype):
        date = types.is_datetime64_any_dtype(series.dtype)
        whole = series.to_numpy(dtype="datetime64[ns]" if date else "timedelta64[ns]")
        missing: Bools = np.isnat(whole)
        keys = np.where(missing, np.nan, whole.astype(np.int64).astype(np.float64))
        return keys, "date" if date else "duration"
    return None, ""


def _levels(series: Any, points: int) -> Grid:
    import pandas as pd

    codes, distinct = pd.factorize(series, use_na_sentinel=False)
    counts = np.bincount(codes, minlength=len(distinct))
    often = np.argsort(-counts, kind="stable")
    chosen = often[counts[often] >= LEAST][:points]
    first = np.full(len(distinct), -1)
    first[codes[::-1]] = np.arange(len(codes))[::-1]
    rows = first[chosen]
    return Grid(rows, None, [in_words(series.iloc[i]) for i in rows], False, len(distinct) - len(chosen))


def in_words(value: Any) -> str:
    """Return a value of a column in words; a date without its time where that is midnight."""
    import pandas as pd

    if pd.isna(value):
        return "missing"
    if isinstance(value, pd.Timestamp):
        return str(value.date() if value == value.normalize() else value)
    return str(value)
