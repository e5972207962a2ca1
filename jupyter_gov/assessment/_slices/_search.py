"""The search for rows, picked by conditions on one, two or three columns, whose loss is higher than elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import combinations
from statistics import NormalDist
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .._prepare import Bools, Floats, Ints
from ._columns import Coded

MOST = 10
"""Slices that are found at most."""
FEWEST = 3
"""Slices that are found even where none stands out."""
CONDITIONS = 3
COLUMNS = 60
"""Columns, those on which a single condition says most, that are crossed with each other."""
BEAM = 30
"""Slices of two conditions that are given a third."""
OVERLAP = 0.5
"""Share of the smaller of two slices that both may have."""
_TOP = 20
_TRIED = 1_000
_KEPT = 256
_ONES = np.array([bin(byte).count("1") for byte in range(256)], np.uint8)


class Slice(NamedTuple):
    """Rows that meet a condition on each of some columns: positions of the columns, and of the condition on each."""

    bound: float
    columns: tuple[int, ...]
    conditions: tuple[int, ...]

    def holds(self, coded: Sequence[Coded]) -> Bools:
        """Return which rows are in it."""
        met = [
            coded[at].members[condition].take(coded[at].codes)
            for at, condition in zip(self.columns, self.conditions, strict=True)
        ]
        return np.asarray(np.logical_and.reduce(met))

    def words(self, coded: Sequence[Coded]) -> str:
        """Return its conditions for people."""
        pairs = zip(self.columns, self.conditions, strict=True)
        return " & ".join(coded[at].words[condition] for at, condition in pairs)


@dataclass(frozen=True)
class Rows:
    """What is searched: the losses of some rows, and the least rows of a slice.

    Attributes
    ----------
    rows : ndarray of shape (m,)
        Positions in the columns.
    loss : ndarray of shape (m,)
    weight : ndarray of shape (m,), or None
    minimum : int
    """

    rows: Ints
    loss: Floats
    weight: Floats | None
    minimum: int

    @cached_property
    def spread(self) -> float:
        """The standard deviation of the losses; infinite where their squares are too large for a float."""
        with np.errstate(over="ignore"):
            return float(self.loss.std())

    @cached_property
    def totals(self) -> tuple[float, float]:
        """The weight of all rows, and their weighted loss."""
        if self.weight is None:
            return float(len(self.rows)), float(self.loss.sum())
        return float(self.weight.sum()), float(self.weight @ self.loss)


def number_of_slices(coded: Sequence[Coded]) -> tuple[int, ...]:
    """Return how many slices of one, two and three conditions there are, whatever their size."""
    totals = [1, 0, 0, 0]
    for column in coded:
        for k in range(CONDITIONS, 0, -1):
            totals[k] += totals[k - 1] * len(column.members)
    return tuple(totals[1:])


def find_slices(coded: Sequence[Coded], given: Rows) -> Iterator[Slice]:
    """Yield slices whose loss is higher than elsewhere, the worst first; many of them overlap.

    They are ordered by ``bound``, d − z σ √(1 / n + 1 / (m − n)): what the loss inside is surely higher by than that of
    the other rows, with z such that no slice of so many conditions would exceed it by chance in 95% of samples
    (Bonferroni over all that there are), so that a further condition must be worth its price. All slices of one and of
    two conditions are looked at; a third is tried on the `BEAM` best of two.

    Parameters
    ----------
    coded : sequence of Coded
    given : Rows
    """
    if not 0 < given.spread < np.inf:
        return
    price = [_critical(number) for number in number_of_slices(coded)]
    codes = [column.codes[given.rows] for column in coded]
    found: list[Slice] = []
    best: list[tuple[float, int]] = []
    for i, column in enumerate(coded):
        bounds = _bounds(column.members, _table(codes[i], column.members.shape[1], given), given, price[0])
        top = _top(bounds)
        found += [Slice(float(bounds[at]), (i,), (int(at),)) for at in top]
        best.append((float(bounds[top[0]]) if len(top) else -np.inf, i))
    crossed = sorted(i for _, i in sorted(best, key=lambda one: (-one[0], one[1]))[:COLUMNS])
    pairs: list[Slice] = []
    for i, j in combinations(crossed, 2):
        wide = coded[j].members.shape[1]
        cells = np.multiply(codes[i], wide, dtype=np.intp)  # what `bincount` would make of them, twice
        cells += codes[j]
        table = _table(cells, coded[i].members.shape[1] * wide, given)
        bounds = _crossed(coded[i].members, coded[j].members, table, given, price[1])
        top = _top(bounds.ravel())
        across = bounds.shape[1]
        pairs += [Slice(float(bounds.flat[at]), (i, j), (int(at // across), int(at % across))) for at in top]
    pairs.sort(key=_worst_first)
    for pair in pairs[:BEAM]:
        inside = np.flatnonzero(pair.holds([c._replace(codes=k) for c, k in zip(coded, codes, strict=True)]))
        weight = None if given.weight is None else given.weight[inside]
        some = replace(given, loss=given.loss[inside], weight=weight)
        for i in crossed:
            if i in pair.columns:
                continue
            table = _table(codes[i][inside], coded[i].members.shape[1], some)
            bounds = _bounds(coded[i].members, table, given, price[2])
            top = _top(bounds)[:1]
            order = np.argsort([*pair.columns, i])
            columns, conditions = (*pair.columns, i), [(*pair.conditions, int(at)) for at in top]
            found += [
                Slice(float(bounds[c[-1]]), tuple(columns[k] for k in order), tuple(c[k] for k in order))
                for c in conditions
            ]
    yield from sorted({*found, *pairs}, key=_worst_first)[:_TRIED]


def choose(coded: Sequence[Coded], slices: Iterator[Slice], given: Rows, others: Ints) -> list[Slice]:
    """Return the worst slices that do not overlap much, each with enough of the `others`, on which they are measured.

    At least `FEWEST` are returned, and more, up to `MOST`, where their bound is above zero.
    """
    if not coded:
        return []

    @lru_cache(maxsize=_KEPT)
    def met(column: int, condition: int) -> NDArray[np.uint8]:
        """Return which rows meet a condition, in bits: slices by the hundred share their conditions."""
        return np.packbits(coded[column].members[condition].take(coded[column].codes))

    measured = np.zeros(len(coded[0].codes), np.bool_)
    measured[others] = True
    elsewhere = np.packbits(measured)
    chosen: list[Slice] = []
    masks: list[tuple[NDArray[np.uint8], int]] = []
    for one in slices:
        if len(chosen) == MOST or (len(chosen) >= FEWEST and one.bound <= 0):
            break
        inside = np.bitwise_and.reduce([met(*where) for where in zip(one.columns, one.conditions, strict=True)])
        if _ones(inside & elsewhere) < given.minimum:
            continue
        size = _ones(inside)
        if all(_ones(inside & mask) <= OVERLAP * min(size, other) for mask, other in masks):
            chosen.append(one)
            masks.append((inside, size))
    return chosen


def _ones(bits: NDArray[np.uint8]) -> int:
    return int(_ONES.take(bits).sum(dtype=np.int64))


def _worst_first(one: Slice) -> tuple[float, tuple[int, ...], tuple[int, ...]]:
    return -one.bound, one.columns, one.conditions


def _critical(number: int) -> float:
    return NormalDist().inv_cdf(1 - 0.05 / max(number, 1)) if number < 1e12 else 7.5


def _table(codes: NDArray[np.integer[Any]], size: int, given: Rows) -> Floats:
    """Return, for each code, its rows, their weight, and their weighted loss: an array of shape (3, size)."""
    rows = np.bincount(codes, minlength=size).astype(np.float64)
    if given.weight is None:
        return np.stack([rows, rows, np.bincount(codes, weights=given.loss, minlength=size)])
    weight = np.bincount(codes, weights=given.weight, minlength=size)
    return np.stack([rows, weight, np.bincount(codes, weights=given.weight * given.loss, minlength=size)])


def _bounds(members: Bools, table: Floats, given: Rows, price: float) -> Floats:
    return _bound((members @ table.T).T, given, price)


def _crossed(one: Bools, other: Bools, table: Floats, given: Rows, price: float) -> Floats:
    """Return the bounds of all conditions on one column with all on another, of shape (S, T)."""
    square = table.reshape(3, one.shape[1], other.shape[1])
    return _bound(one.astype(np.float64) @ square @ other.T, given, price)


def _bound(sums: Floats, given: Rows, price: float) -> Floats:
    """Return by how much the mean loss inside surely exceeds that of the other rows; −∞ where rows are too few."""
    rows, weight, total = sums
    m = len(given.rows)
    all_weight, all_total = given.totals
    usable = (rows >= given.minimum) & (rows <= m / 2) & (weight > 0) & (weight < all_weight)
    with np.errstate(divide="ignore", invalid="ignore"):
        gap = total / weight - (all_total - total) / (all_weight - weight)
        bound = gap - price * given.spread * np.sqrt(1 / rows + 1 / (m - rows))
    return np.where(usable & (gap > 0), bound, -np.inf)


def _top(bounds: Floats) -> Ints:
    """Return the positions of the largest bounds, in descending order; equal ones in the order in which they are."""
    order = np.argsort(-bounds, kind="stable")[:_TOP]
    return order[np.isfinite(bounds[order])]
