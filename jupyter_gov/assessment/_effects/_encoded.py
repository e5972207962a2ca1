"""Columns of any type as numbers that trees can split."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from .._prepare import Bools, Floats, Ints
from .._table import SHARED, column_at, names_of, order_of, take


class Coded(NamedTuple):
    """A column as numbers, NaN where it is missing.

    Attributes
    ----------
    name : str
    values : ndarray of shape (n,)
        Numbers, or positions in `words`.
    kind : str
        As in `Order`, or ``level`` for text and other categories.
    words : list of str
        Of booleans and categories, what each position stands for.
    """

    name: str
    values: Floats
    kind: str
    words: Sequence[str] = ()


def coded_columns(table: Any, rows: Ints) -> list[Coded]:
    """Return some rows of all columns of a table, a DataFrame or an array, as numbers."""
    some = take(table, rows)
    return [coded(column_at(some, j), name) for j, name in enumerate(names_of(table))]


def coded(column: Any, name: str) -> Coded:
    """Return a column, a Series or an array of shape (n,), as numbers."""
    import pandas as pd

    series = pd.Series(column).reset_index(drop=True)
    order = order_of(series)
    if order is not None:
        return Coded(name, np.where(np.isfinite(order.keys), order.keys, np.nan), order.kind, order.words)
    codes, distinct = pd.factorize(series)
    return Coded(name, np.where(codes < 0, np.nan, codes), "level", [str(word) for word in distinct])


class Ranked(NamedTuple):
    """Levels by the mean of a target.

    Attributes
    ----------
    values : ndarray of shape (n,)
        Each row's rank; NaN where its level is missing.
    ranks : ndarray of shape (levels,)
    few : ndarray of bool, shape (levels,)
        Levels that are too rare for a rank of their own; they share one.
    """

    values: Floats
    ranks: Floats
    few: Bools


def by_mean(one: Coded, target: Floats, rows: Ints) -> Ranked:
    """Return levels as ranks by the mean of a target among some rows, so that a tree may split them as numbers.

    Of all partitions of levels in two, the best for squared error is one that follows their means (Fisher 1958, J. Am.
    Stat. Assoc. 53:789–798; Breiman et al. 1984, section 4.2). Levels that fewer than `SHARED` of the rows have share
    one rank, that of their mean together.

    Parameters
    ----------
    one : Coded
        Of the kind ``level``.
    target : ndarray of shape (n,)
    rows : ndarray of shape (m,)
        Positions that may be learned from.
    """
    there = rows[np.isfinite(one.values[rows])]
    codes = one.values[there].astype(np.int64)
    counts = np.bincount(codes, minlength=len(one.words)).astype(np.float64)
    sums = np.bincount(codes, weights=target[there], minlength=len(one.words))
    few = counts < SHARED
    rare = float(counts[few].sum())
    pooled = float(sums[few].sum()) / rare if rare else float(target[rows].mean())
    means = np.where(few, pooled, sums / np.maximum(counts, 1))
    order = np.lexsort((~few, means))
    ranks = np.empty(len(means))
    ranks[order] = np.r_[0, np.cumsum(~(few[order][1:] & few[order][:-1]))][: len(means)]
    known = np.isfinite(one.values)
    values = np.full(len(one.values), np.nan)
    values[known] = ranks[one.values[known].astype(np.int64)]
    return Ranked(values, ranks, few)
