"""Which rows a model raises on, found by asking it about some of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ._prepare import Bools, Ints
from ._subject import Progress
from ._table import take

CALLS = 500
"""Times a model is asked at most to find the rows that it raises on; halved ranges come to less than 8 n rows then."""


def predictable(predict: Callable[[Any], Any], X: Any, n: int, progress: Progress) -> tuple[Bools, str]:
    """Return the rows on which a model does not raise, none where they cannot be told, and what the others lack.

    Those on which it raises are looked for by bisection in at most `CALLS` calls: among those with missing values where
    it predicts all others, or else among all. Too many to be found, rows with missing values are left out together.
    """

    def notify(done: int) -> None:
        progress("rows that the model cannot predict", done, n)

    incomplete = _incomplete(X, n)
    if 0 < np.count_nonzero(incomplete) < n:
        try:
            predict(take(X, np.flatnonzero(~incomplete)))
        except Exception:
            notify(0)
        else:
            suspects = np.flatnonzero(incomplete)
            found = _failing(predict, take(X, suspects), len(suspects), notify)
            return _all_but(suspects if found is None else suspects[found], n), " with missing values"
    found = _failing(predict, X, n, notify)
    return _all_but(np.arange(n) if found is None else found, n), ""


def _all_but(rows: Ints, n: int) -> Bools:
    kept = np.ones(n, np.bool_)
    kept[rows] = False
    return kept


def _incomplete(X: Any, n: int) -> Bools:
    """Return the rows of a table that have a missing value, as far as pandas can tell."""
    import pandas as pd

    table = X.to_pandas() if hasattr(X, "to_pandas") else X
    if not (hasattr(table, "iloc") or isinstance(table, np.ndarray)):
        return np.zeros(n, np.bool_)
    missing: Bools = np.logical_or.reduce(np.asarray(pd.isna(table)).reshape(n, -1), axis=1)
    return missing


def _failing(predict: Callable[[Any], Any], X: Any, n: int, notify: Callable[[int], None]) -> Ints | None:
    """Return the rows on which a model raises; None where it does on all that are tried, or they cannot be found."""
    calls = 0

    def raises(start: int, end: int) -> bool:
        nonlocal calls
        calls += 1
        try:
            predict(take(X, np.arange(start, end)))
        except Exception:
            return True
        return False

    if all(raises(row, row + 1) for row in {0, n // 2, n - 1}):
        return None
    failing: list[int] = []
    waiting = [(0, n)]  # ranges on which it raises, the first of them last
    while waiting:
        start, end = waiting.pop()
        notify(start)
        if end - start == 1:
            failing.append(start)
            continue
        if calls >= CALLS:
            return None
        middle = (start + end) // 2
        left = raises(start, middle)
        right = raises(middle, end) if left or end - middle == 1 else True  # where the left is not why, the right is
        if not left and not right:
            return None  # it is for no single row that it raises
        waiting += [(middle, end)] * right + [(start, middle)] * left
    return np.array(failing, np.int64)
