"""A pair of columns, counted once for all that is said of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from .._prepare import Ints
from ._columns import Pair
from ._distance import Grid, distance_on

CODES = 128
"""Bins of equal shares of all rows that the test of an ordered column rests on."""
DECILES = 10
"""Bins of equal shares of the reference that PSI and Jensen–Shannon distance rest on."""


@dataclass(frozen=True, kw_only=True)
class Counts:
    """A pair of columns in bins.

    Attributes
    ----------
    pair : Pair
    left, right : ndarray of shape (bins,)
        Rows of the reference and of the current data in the bins of the test, the last of which are those without a
        value.
    distance : float
        The largest difference of cumulative shares, rows without a value being last; without an order, the total
        variation distance.
    grid : Grid, or None
        Of an ordered column: narrow bins that follow its order.
    fine : pair of ndarray of shape (grid.bins,)
        Rows in those.
    code : ndarray of shape (grid.bins + 1,)
        The bin of the test that each of those is in, and where missing values are.
    """

    pair: Pair
    left: Ints
    right: Ints
    distance: float
    grid: Grid | None = None
    fine: tuple[Any, Any] = (None, None)
    code: Any = None

    @property
    def kind(self) -> int:
        """Which statistic is taken of it."""
        from ._kernels import LEVELS, ORDER, ORDER_AND_MISSING

        if self.grid is None:
            return LEVELS
        return ORDER_AND_MISSING if any(self.pair.missing()) else ORDER

    def codes(self, reference: Ints, current: Ints) -> Ints:
        """Return the bins of the test that some rows of both are in."""
        rows = np.concatenate([self.pair.reference[reference], self.pair.current[current]])
        if self.grid is None:
            return rows.astype(np.uint8)
        return np.asarray(self.code[self.grid.find(rows)], np.uint8)

    @cached_property
    def frozen(self) -> tuple[Ints, Ints]:
        """Rows in bins that the reference alone places: its deciles or the levels, and missing values."""
        if self.grid is None:
            return self.left, self.right
        left, right = self.fine
        known = int(left.sum())
        before = np.cumsum(left, dtype=np.int64) - left
        bins = np.minimum(before * DECILES // max(known, 1), DECILES - 1)
        sides = [np.bincount(bins, weights=side, minlength=DECILES).astype(np.int64) for side in (left, right)]
        used = sides[0] + sides[1] > 0
        missing = self.pair.missing()
        return tuple(
            np.append(side[used], lost) if any(missing) else side[used]
            for side, lost in zip(sides, missing, strict=True)
        )  # type: ignore[return-value]


def count(pair: Pair) -> Counts:
    """Return a pair of columns in bins."""
    if pair.levels is not None:
        bins = len(pair.levels)
        left, right = (np.bincount(codes, minlength=bins) for codes in (pair.reference, pair.current))
        gap = left / len(pair.reference) - right / len(pair.current)
        return Counts(pair=pair, left=left, right=right, distance=float(np.abs(gap).sum() / 2))
    grid = Grid.place(pair.reference, pair.current)
    one, no_left = grid.count(pair.reference)
    other, no_right = grid.count(pair.current)
    both = one.astype(np.int64) + other
    held = np.flatnonzero(both)
    mass = both[held]
    share = (np.cumsum(mass) - mass) * CODES // max(int(mass.sum()), 1)
    _, dense = np.unique(share, return_inverse=True)
    bins = int(dense[-1]) + 1 if len(dense) else 0
    # Missing values have a bin of their own after all others; −1, where NaN is found, is the last place.
    code = np.full(grid.bins + 1, bins)
    code[held] = dense
    return Counts(
        pair=pair,
        left=_add(dense, one[held], bins, no_left, no_left + no_right),
        right=_add(dense, other[held], bins, no_right, no_left + no_right),
        distance=distance_on(grid, pair.reference, pair.current, one, other),
        grid=grid,
        fine=(one, other),
        code=code,
    )


def _add(codes: Ints, weight: Any, bins: int, missing: int, any_missing: int) -> Ints:
    found = np.bincount(codes, weights=weight, minlength=bins).astype(np.int64)
    return np.append(found, missing) if any_missing else found
