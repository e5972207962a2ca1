"""Columns as a few codes, and the conditions that can be put on each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .._counting._distinct import distinct
from .._labels import plain
from .._prepare import Bools, Floats, Ints
from .._table import order_of, rounded

BINS = 8
"""Bins of about the same size that a quantity is cut into; a condition is any run of them."""
LEVELS = 64
"""Levels of a column, the most frequent ones, that conditions are made of."""
_DIGITS = 4


class Coded(NamedTuple):
    """A column as codes, and the conditions on it.

    Attributes
    ----------
    name : str
    codes : ndarray of shape (n,)
    members : ndarray of bool, shape (S, K)
        For each condition the codes that meet it.
    words : tuple of str
        Each condition for people.
    """

    name: str
    codes: NDArray[np.int32]
    members: Bools
    words: tuple[str, ...]


def code_columns(columns: Mapping[str, Any], minimum: int) -> tuple[list[Coded], list[str]]:
    """Return columns as codes, and the names of those that hold what cannot be compared, such as lists.

    Columns on which no condition picks `minimum` rows, and not all, are left out.

    Parameters
    ----------
    columns : mapping of name to array-like of shape (n,)
    minimum : int
    """
    coded, odd = [], []
    for name, column in columns.items():
        try:
            one = code_column(name, column, minimum)
        except TypeError:
            odd.append(name)
            continue
        if one is not None:
            coded.append(one)
    return coded, odd


def code_column(name: str, column: Any, minimum: int) -> Coded | None:
    """Return one column as codes: quantities in bins, all else by level, missing values as a level of their own."""
    quantity = _quantity(column)
    if quantity is not None:
        codes, edges, each = _cut(*quantity)
        missing, bins = len(edges), len(edges)
        runs = [(i, j) for i in range(bins) for j in range(i, bins) if (i, j) != (0, bins - 1)]
        members = np.array([[i <= code <= j for code in range(bins + 1)] for i, j in runs], bool).reshape(-1, bins + 1)
        words = [_between(name, edges, i, j, each, quantity[1]) for i, j in runs]
        lacking = np.arange(bins + 1) == missing
        members, words = np.vstack([members, lacking]), [*words, f"{name} missing"]
    else:
        codes, members, words = _levels(name, column, minimum)
    counts = members @ np.bincount(codes, minlength=members.shape[1])
    usable = (counts >= minimum) & (counts < len(codes))
    if not usable.any():
        return None
    kept = np.flatnonzero(usable)
    return Coded(name, codes, members[kept], tuple(words[i] for i in kept))


def _quantity(column: Any) -> tuple[Floats, bool] | None:
    """Return a column of numbers or dates as floats, and whether it holds dates, in days; None for any other."""
    found = order_of(column)
    if found is None or found.kind not in ("number", "date"):
        return None
    return (np.floor(found.keys), True) if found.kind == "date" else (found.keys, False)


def _cut(values: Floats, dates: bool) -> tuple[NDArray[np.int32], Floats, bool]:
    """Return codes by bins, the edge at which each ends, and whether each holds one value; missing is the last code."""
    known = values[~np.isnan(values)]
    few = np.unique(known[: 10 * BINS]) if len(known) else known
    if 0 < len(few) <= BINS:
        few = np.unique(known)
    each = len(few) <= BINS
    if each:
        edges = few
    else:
        exact = np.unique(np.quantile(known, np.arange(1, BINS) / BINS, method="inverted_cdf"))
        edges = exact if dates else rounded(exact, _DIGITS)  # an edge is the value of some row
        edges = np.append(edges[edges < known.max()], known.max())
    codes = np.searchsorted(edges, values, side="left").astype(np.int32)
    codes[np.isnan(values)] = len(edges)
    return codes, edges, each


def _between(name: str, edges: Floats, i: int, j: int, each: bool, dates: bool) -> str:
    last = len(edges) - 1
    if i == j and each:
        return f"{name} = {_edge(edges[i], dates)}"
    low = None if i == 0 else _edge(edges[i - 1], dates)
    high = None if j == last else _edge(edges[j], dates)
    if low is None:
        return f"{name} ≤ {high}"
    return f"{name} > {low}" if high is None else f"{low} < {name} ≤ {high}"


def _edge(value: float, dates: bool) -> str:
    if dates:
        return str(np.datetime64(int(value), "D"))
    return repr(float(value)).removesuffix(".0")  # as short as it can be read back


def _levels(name: str, column: Any, minimum: int) -> tuple[NDArray[np.int32], Bools, list[str]]:
    codes, values = distinct(column)
    counts = np.bincount(codes + 1, minlength=len(values) + 1)
    often: Ints = np.argsort(-counts[1:], kind="stable")[:LEVELS]
    often = np.sort(often[counts[1:][often] >= minimum])
    position = np.full(len(values) + 1, len(often), np.int32)  # all rare levels are one, on which there is no condition
    position[often + 1] = np.arange(len(often))
    position[0] = len(often) + 1
    width = len(often) + 2
    members = np.vstack([np.eye(width, dtype=bool)[: len(often)], np.arange(width) == width - 1])
    words = [f"{name} = {plain(values[i])}" for i in often.tolist()] + [f"{name} missing"]
    if getattr(getattr(column, "dtype", None), "ordered", False):
        runs = [(i, j) for i in range(len(often)) for j in range(i + 1, len(often)) if (i, j) != (0, len(often) - 1)]
        labels = [str(plain(values[i])) for i in often.tolist()]
        for i, j in runs[: LEVELS * LEVELS]:
            inside = np.zeros(width, bool)
            inside[i : j + 1] = True
            members = np.vstack([members, inside])
            words.append(f"{name} from {labels[i]} to {labels[j]}")
    return position[codes + 1], members, words
