"""The largest difference between the cumulative shares of two samples, without sorting them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .._prepare import Bools, Floats, Ints

BINS = 16_384
"""Bins that the values are counted in, so that each holds a share of about one over this number."""
CELLS = 11
"""Bits of the keys between the smallest and the largest sampled value that choose the cell whose bins are used."""
SAMPLED = 4_096
"""Values of each sample that place the bins."""
Counts = NDArray[np.int32]
TOLERANCE = 9e-5
"""How far below the true distance what is returned may lie; bins that leave more open are sorted."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Bins over the floats, in their order: narrow where sampled values are dense.

    An order key is a float's 64 bits as an integer that grows with the float. The keys from the smallest to the largest
    sampled one are cut into cells of equal width, each cell into a power of two of equal bins; the first bin and the
    last are for what lies beyond.
    """

    low: np.int64
    span: np.uint64
    cell: np.uint64
    places: NDArray[np.uint64]
    bins: int

    @classmethod
    def place(cls, *samples: Floats) -> Grid:
        """Return bins for values of which these are samples; NaN is left out."""
        drawn = np.concatenate([thin(sample) for sample in samples])
        bits = drawn[~np.isnan(drawn)].view(np.int64)
        keys = np.where(bits >= 0, bits, np.iinfo(np.int64).min - bits)
        low, high = (int(keys.min()), int(keys.max())) if len(keys) else (0, 0)
        cell = max((high - low).bit_length() - CELLS, 0)
        above = keys.view(np.uint64) - np.int64(low).view(np.uint64)
        held = np.bincount((above >> np.uint64(cell)).astype(np.int64), minlength=1 << CELLS)
        wanted = np.maximum(held * (BINS / max(len(keys), 1)), 1)
        widths = np.minimum(np.ceil(np.log2(wanted)), cell).astype(np.int64)
        ends = np.cumsum(1 << widths)
        first = np.concatenate([[1], 1 + ends[:-1]])
        return cls(
            low=np.int64(low),
            span=np.uint64(high - low),
            cell=np.uint64(cell),
            places=(first << 8 | (cell - widths)).astype(np.uint64),
            bins=int(ends[-1]) + 2,
        )

    def count(self, values: Floats) -> tuple[Counts, int]:
        """Return how many values are in each bin, and how many are NaN."""
        from ._kernels import count_bins

        counts = np.zeros(self.bins, np.int32)
        return counts, count_bins(values.view(np.int64), self.low, self.span, self.cell, self.places, counts)

    def find(self, values: Floats) -> Ints:
        """Return the bin of each value, −1 for NaN."""
        from ._kernels import find_bins

        found = np.empty(len(values), np.int64)
        find_bins(values.view(np.int64), self.low, self.span, self.cell, self.places, self.bins, found)
        return found


def thin(values: Floats, size: int = SAMPLED) -> Floats:
    """Return up to `size` values at even distances."""
    return np.ascontiguousarray(values[:: max(len(values) // size, 1)])


def floats(values: Floats) -> Floats:
    """Return values as contiguous 64-bit floats."""
    return np.ascontiguousarray(values, np.float64)


def ks_distance(reference: Floats, current: Floats, *, tolerance: float = TOLERANCE) -> float:
    """Return the Kolmogorov–Smirnov distance between two samples, max |F − G|.

    Parameters
    ----------
    reference : ndarray of shape (n,)
    current : ndarray of shape (m,)
        NaN counts as larger than all numbers.
    tolerance : float
        How far below the true distance the result may lie; 0 makes it exact.

    Returns
    -------
    float
        In [0, 1]; NaN where a sample is empty.

    Notes
    -----
    Kolmogorov (1933), Smirnov (1939). Values are counted in bins that follow the order of the floats' bit patterns
    (radix sorting after Terdiman 2000). At the bins' edges the difference is known; within a bin it can exceed it by no
    more than one sample's share of the bin. Only bins where that leaves more than `tolerance` open are sorted.
    """
    reference, current = floats(reference), floats(current)
    if not len(reference) or not len(current):
        return float("nan")
    grid = Grid.place(reference, current)
    return distance_on(grid, reference, current, grid.count(reference)[0], grid.count(current)[0], tolerance)


def distance_on(
    grid: Grid,
    reference: Floats,
    current: Floats,
    left: Counts,
    right: Counts,
    tolerance: float = TOLERANCE,
) -> float:
    """Return what `ks_distance` does, from counts by bin of both samples."""
    from ._kernels import scan_bins

    n, m = len(reference), len(current)
    gaps, bins = np.empty(len(left)), np.empty(len(left), np.int64)
    best, found = scan_bins(left, right, n, m, tolerance, gaps, bins)
    if not found:
        return float(best)
    wanted = np.zeros(len(left), np.bool_)
    wanted[bins[:found]] = True
    (a, from_a, to_a), (b, from_b, to_b) = (
        _within(grid, values, wanted, bins[:found]) for values in (reference, current)
    )
    for i in range(found):
        one, other = a[from_a[i] : to_a[i]], b[from_b[i] : to_b[i]]
        points = np.concatenate([one, other])
        gap = gaps[i] + np.searchsorted(one, points, side="right") / n - np.searchsorted(other, points, "right") / m
        best = max(best, float(np.abs(gap).max()))
    return float(best)


def _within(grid: Grid, values: Floats, wanted: Bools, bins: Ints) -> tuple[Floats, Ints, Ints]:
    """Return the values of some bins in their order, and where those of each bin start and end."""
    found = grid.find(values)
    keep = wanted[found] & (found >= 0)
    order = np.lexsort((values[keep], found[keep]))
    codes = found[keep][order]
    return values[keep][order], np.searchsorted(codes, bins), np.searchsorted(codes, bins, side="right")
