"""The inner loops of drift, compiled: counting floats by their bit patterns, and permuting rows."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._compiled import compiled

_LOWEST = np.int64(-0x8000000000000000)
_MANTISSA = np.int64(0x7FFFFFFFFFFFFFFF)
_INFINITE = np.int64(0x7FF0000000000000)
LEVELS, ORDER, ORDER_AND_MISSING = 0, 1, 2
_BYTE = np.uint64(8)
_LAST = np.uint64(255)


@compiled
def count_bins(bits: Any, low: Any, span: Any, cell: Any, places: Any, counts: Any) -> int:
    """Count floats in bins that follow the order of their values; return how many are NaN.

    Parameters
    ----------
    bits : ndarray of int64, shape (n,)
        Floats, viewed as integers.
    low, span : int64, uint64
        The smallest order key that has a bin of its own, and how far above it the largest is; what lies beyond is
        counted in the first and the last bin.
    cell : uint64
        Bits of a key that lie within one cell.
    places : ndarray of uint64, shape (cells,)
        The first bin of each cell and, in the last eight bits, how many low bits of a key one bin of it spans.
    counts : ndarray of shape (bins,)
        Added to.
    """
    missing = 0
    inside = (np.uint64(1) << cell) - np.uint64(1)
    last = len(counts) - 1
    for i in range(len(bits)):
        b = bits[i]
        key = b if b >= 0 else _LOWEST - b  # in the order of the floats, and minus zero is zero
        above = np.uint64(key - low)
        if above <= span:
            place = places[above >> cell]
            counts[(place >> _BYTE) + ((above & inside) >> (place & _LAST))] += 1
        elif (b & _MANTISSA) > _INFINITE:
            missing += 1
        elif key < low:
            counts[0] += 1
        else:
            counts[last] += 1
    return missing


@compiled
def find_bins(bits: Any, low: Any, span: Any, cell: Any, places: Any, bins: int, found: Any) -> None:
    """Write the bin of each float as `count_bins` counts it, and −1 for NaN."""
    inside = (np.uint64(1) << cell) - np.uint64(1)
    for i in range(len(bits)):
        b = bits[i]
        key = b if b >= 0 else _LOWEST - b
        above = np.uint64(key - low)
        if above <= span:
            place = places[above >> cell]
            found[i] = np.int64((place >> _BYTE) + ((above & inside) >> (place & _LAST)))
        elif (b & _MANTISSA) > _INFINITE:
            found[i] = -1
        else:
            found[i] = 0 if key < low else bins - 1


@compiled
def scan_bins(left: Any, right: Any, n: int, m: int, tolerance: float, gaps: Any, open_: Any) -> tuple[float, int]:
    """Return the largest difference of cumulative shares at the ends of bins, and how many bins might hold a larger.

    Parameters
    ----------
    left, right : ndarray of shape (bins,)
        How many of `n` and of `m` values are in each bin.
    tolerance : float
        By how much more the difference within a bin has to exceed it.
    gaps : ndarray of shape (bins,)
        Written: the difference before each of those bins, in their order.
    open_ : ndarray of shape (bins,)
        Written: where they are.
    """
    best = 0.0
    a = b = 0
    for k in range(len(left)):
        a += left[k]
        b += right[k]
        best = max(best, abs(a / n - b / m))
    found = a = b = 0
    for k in range(len(left)):
        if left[k] and right[k]:
            # One sample's values may all come before the other's.
            most = max((a + left[k]) / n - b / m, (b + right[k]) / m - a / n)
            if most > best + tolerance:
                gaps[found] = a / n - b / m
                open_[found] = k
                found += 1
        a += left[k]
        b += right[k]
    return best, found


@compiled
def statistic(group: Any, both: Any, size: int, kind: int) -> float:
    """Return by how much two samples differ, in units of chance.

    Parameters
    ----------
    group, both : ndarray of shape (bins,)
        Rows of one sample, and of both together, by bin.
    size : int
        Rows of that sample.
    kind : int
        ``LEVELS``: Pearson's chi-square. ``ORDER``: the sum of Anderson and Darling's statistic, twice the square of
        Kolmogorov and Smirnov's, and the square of Kuiper's. ``ORDER_AND_MISSING``: that, and half the chi-square of
        the last bin against all others.
    """
    total = 0
    for k in range(len(both)):
        total += both[k]
    rest = total - size
    scale = float(size) * rest / total
    found = 0.0
    if kind == LEVELS:
        for k in range(len(both)):
            if both[k]:
                gap = group[k] / size - (both[k] - group[k]) / rest
                found += gap * gap * total / both[k]
        return found * scale
    below = 0
    below_group = 0
    before = -1
    most = least = 0.0
    for k in range(len(both)):
        if not both[k]:
            continue
        if before >= 0:
            share = below / total
            gap = below_group / size - (below - below_group) / rest
            found += gap * gap / (share * (1 - share)) * (before + both[k]) / (2.0 * total)
            most = max(most, gap)
            least = min(least, gap)
        below += both[k]
        below_group += group[k]
        before = both[k]
    found += 2 * max(most, -least) ** 2 + (most - least) ** 2
    last = both[-1]
    if kind == ORDER_AND_MISSING and 0 < last < total:
        gap = group[-1] / size - (last - group[-1]) / rest
        found += gap * gap / (2 * (last / total) * (1 - last / total))
    return found * scale


@compiled
def rate(groups: Any, both: Any, size: int, kind: int, out: Any, column: int) -> None:
    """Write the statistics of one column for counts of one sample, of shape (draws, bins), past the first row."""
    for draw in range(len(groups)):
        out[draw + 1, column] = statistic(groups[draw], both, size, kind)


@compiled
def permute(codes: Any, picks: Any, bins: Any, kinds: Any, out: Any) -> None:
    """Write the statistic of each column for each choice of rows.

    Parameters
    ----------
    codes : ndarray of uint8, shape (columns, rows)
    picks : ndarray of shape (draws, size)
        The rows of one sample in each draw.
    bins : ndarray of shape (columns,)
        How many codes there are.
    kinds : ndarray of int, shape (columns,)
        As for `statistic`.
    out : ndarray of shape (draws, columns)
    """
    both = np.zeros(256, np.int64)
    group = np.zeros(256, np.int64)
    for j in range(codes.shape[0]):
        k = bins[j]
        both[:k] = 0
        for i in range(codes.shape[1]):
            both[codes[j, i]] += 1
        for draw in range(picks.shape[0]):
            group[:k] = 0
            for i in range(picks.shape[1]):
                group[codes[j, picks[draw, i]]] += 1
            out[draw, j] = statistic(group[:k], both[:k], picks.shape[1], kinds[j])
