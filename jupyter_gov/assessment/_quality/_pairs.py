"""Checks of columns with each other: copies, and columns that say nearly the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from .._prepare import Bools, Floats, Ints
from ._columns import Column
from ._issues import Issue

ROWS = 20_000
"""Rows, drawn at random, from which correlations are taken."""
CLOSE = 0.95
"""Absolute rank correlation from which two columns say nearly the same."""
MANY = 0.5
"""Share of different values from which columns are copies only if their values are the same."""
_COLUMNS = 300


def check_pairs(columns: Sequence[Column], target: Column | None, seed: int) -> Iterator[Issue]:
    """Yield columns that are copies of each other, value for value, or nearly so.

    Copies are columns whose values map one to one onto each other, as 0 and 1 onto “no” and “yes”; others are compared
    by Spearman's rank correlation (numbers and truth values).

    Parameters
    ----------
    columns : sequence of Column
    target : Column or None
    seed : int
    """
    everything = [*columns, *([] if target is None else [target])]
    copies = _copies(everything)
    same: set[frozenset[str]] = set()
    for first, *others in copies:
        for other in others:
            one, two = (other, first) if first is target else (first, other)
            same.add(frozenset((one.name, two.name)))
            about = two is target
            yield Issue(
                "repeats_target" if about else "copy",
                one.name if about else two.name,
                2,
                len(everything),
                f"{one.name} tells {two.name}, the target, exactly."
                if about
                else f"{two.name} says the same as {one.name}: their values map one to one.",
                "Leave it out of the features: it is the answer." if about else "Leave one of the two out.",
                "error" if about else "warning",
            )
    yield from _correlated(columns, target, seed, same)


def _copies(columns: Sequence[Column]) -> list[list[Column]]:
    """Return groups of columns that map one to one; the first rows tell which may, all rows which do."""
    groups: dict[bytes, list[Column]] = {}
    for likely in _alike(columns, ROWS):
        for found in _alike(likely, len(columns[0])):
            groups.setdefault(found[0].name.encode(), found)
    return list(groups.values())


def _alike(columns: Sequence[Column], n: int) -> list[list[Column]]:
    """Return groups of columns whose first `n` rows map one to one.

    Their codes, in the order of first rows, are then the same. Any two columns whose values all differ map one to one,
    so of columns with many values those must be the same.
    """
    import pandas as pd

    groups: dict[bytes, list[Column]] = {}
    for column in columns:
        if column.distinct < 2:
            continue
        hashes = column.hashes[:n]
        codes, found = pd.factorize(hashes)
        many = len(found) >= MANY * len(hashes)
        if many and column.kind != "number":
            continue
        groups.setdefault(hashes.tobytes() if many else codes.astype(np.int32).tobytes(), []).append(column)
    return [found for found in groups.values() if len(found) > 1]


def _correlated(
    columns: Sequence[Column], target: Column | None, seed: int, same: set[frozenset[str]]
) -> Iterator[Issue]:
    usable = [c for c in [*columns, *([] if target is None else [target])] if _ordered(c)][:_COLUMNS]
    if len(usable) < 2:
        return
    n = len(usable[0])
    at = np.arange(n) if n <= ROWS else np.sort(np.random.default_rng(seed).choice(n, ROWS, replace=False))
    r = rank_correlations([_numbers(column, at) for column in usable])
    close = np.abs(r) >= CLOSE
    for i, column in enumerate(usable[:-1] if target is usable[-1] else []):
        if close[i, -1] and frozenset((column.name, usable[-1].name)) not in same:
            yield Issue(
                "nearly_target",
                column.name,
                2,
                len(columns),
                f"{column.name} nearly tells {usable[-1].name}, the target: their rank correlation is {r[i, -1]:.3f}.",
                "Make sure that it is known when the prediction is made.",
                "warning",
            )
    k = len(usable) - (target is usable[-1])
    for group in _together(close[:k, :k]):
        names = [usable[i].name for i in group]
        if all(frozenset((one, two)) in same for one in names for two in names if one != two):
            continue
        inner = np.abs(r[np.ix_(group, group)])[np.triu_indices(len(group), 1)]
        told = f"{', '.join(names[:-1][:6])}{', …' if len(names) > 7 else ''} and {names[-1]}"
        yield Issue(
            "correlated",
            names[0],
            len(group),
            len(columns),
            f"{told} say nearly the same: rank correlations of up to {inner.max():.3f}.",
            "Some of them may be enough; importance is shared among them.",
            "info",
        )


def _together(close: Bools) -> list[list[int]]:
    """Return groups of two or more that are linked by `close`, a symmetric matrix."""
    from scipy.sparse.csgraph import connected_components

    _, label = connected_components(close, directed=False)
    groups = [np.flatnonzero(label == one).tolist() for one in range(label.max() + 1)]
    return [group for group in groups if len(group) > 1]


def rank_correlations(columns: Sequence[Floats]) -> Floats:
    """Return Spearman's rank correlations of columns; of rows where a value is missing it is given the middle rank.

    Parameters
    ----------
    columns : sequence of ndarray of shape (m,)
    """
    from scipy.stats import rankdata

    ranks = np.empty((len(columns), len(columns[0])))
    for i, column in enumerate(columns):
        known = ~np.isnan(column)
        found = rankdata(column[known])
        ranks[i] = 0.0
        ranks[i, known] = found - found.mean() if len(found) else 0.0
    size = np.sqrt((ranks**2).sum(axis=1))
    ranks /= np.where(size > 0, size, 1.0)[:, None]
    return np.asarray(ranks @ ranks.T)


def _ordered(column: Column) -> bool:
    return column.kind in ("number", "truth") and column.distinct > 1 and column.lacking < len(column) / 2


def _numbers(column: Column, at: Ints) -> Floats:
    if column.kind == "number":
        return column.numbers[at]
    return np.asarray(column.values.iloc[at].to_numpy(np.float64, na_value=np.nan))
