"""How often chance alone makes columns differ as much, from rows that change sides together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from .._prepare import Bools, Floats, Ints
from ._counts import Counts

DRAWS = 999
"""Permutations; with the data as they are they make 1,000, so that a level of 5% is met exactly."""
ROWS = 1_000
"""Rows of each data set that change sides, and more of one where the other has fewer; they are drawn at random."""
FEW, FEW_OF_FINE, FINE = 100, 10, 64
"""Rows of a bin below which those that change sides say too little of all of its rows; and where so many bins share."""
TAIL = 0.1
"""The share of the largest statistics whose exceedances give p-values smaller than a count of permutations can."""

SMALLEST = 1e-6
"""The smallest p-value of a column: of what is rarer a tail says nothing."""


class Chance(NamedTuple):
    """p-values of all columns together, and of each."""

    together: float
    each: Floats


def draw_rows(n: int, m: int, seed: int) -> tuple[Ints, Ints]:
    """Return the rows of data sets of n and m rows that change sides, in their order."""
    rng = np.random.default_rng([seed, 1])
    first, second = (
        np.sort(rng.choice(size, min(size, max(ROWS, 2 * ROWS - other)), replace=False))
        for size, other in ((n, m), (m, n))
    )
    return first, second


def permute_rows(columns: Sequence[Counts], reference: Ints, current: Ints, *, seed: int = 0) -> Chance:
    """Test whether two data sets are samples of one population.

    Parameters
    ----------
    columns : sequence of Counts
    reference, current : ndarray
        The rows that change sides; if they are all rows the test is exact.
    seed : int

    Returns
    -------
    Chance

    Notes
    -----
    The statistic of an ordered column adds up those of Anderson and Darling (for two samples Pettitt 1976, Biometrika
    63:161–168), Kolmogorov and Smirnov, and Kuiper (1960, Indag. Math. 22:38–47), over bins of the pooled ranks: the
    first sees tails and shifts, the second the middle, the third spread; where values are missing half the chi-square
    of their share is added. Of levels it is Pearson's chi-square. Rows change sides with all of their columns, so that
    the dependence between columns is respected; the smallest p-value of all columns is compared with the smallest of
    each permutation (Westfall & Young 1993, Resampling-Based Multiple Testing). Statistics of more rows than change
    sides are compared with those of the rows that do: scaled by n·m / (n + m), their law hardly depends on the number
    of rows. It does where a bin has few rows (a rare level, few missing values, few values that are not zero): all rows
    of such a column change sides, each column for itself, so that with dependent columns alarms are rather too few.
    """
    from ._kernels import permute, rate, statistic

    n, m = len(reference), len(current)
    kinds = np.array([column.kind for column in columns])
    found = np.empty((DRAWS + 1, len(columns)))
    together = []
    rng = np.random.default_rng([seed, 7])
    for j, column in enumerate(columns):
        # The side that is drawn below, so that equal tables have equal statistics.
        side, both = (column.left if n < m else column.right), column.left + column.right
        size = int(side.sum())
        found[0, j] = statistic(side, both, size, int(kinds[j]))
        if _enough(both, n + m):
            together.append(j)
        else:
            rate(rng.multivariate_hypergeometric(both, size, DRAWS, method="marginals"), both, size, kinds[j], found, j)
    if together:
        codes = np.stack([columns[j].codes(reference, current) for j in together])
        bins = np.array([len(columns[j].left) for j in together])
        drawn = np.empty((DRAWS, len(together)))
        permute(codes, _picks(n + m, min(n, m), seed), bins, kinds[together], drawn)
        found[1:, together] = drawn
    each = p_values(found)
    lowest = each.min(axis=1)
    return Chance(together=float((lowest <= lowest[0]).mean()), each=each[0])


def p_values(statistics: Floats) -> Floats:
    """Return for each statistic how often one of its column is as large.

    Parameters
    ----------
    statistics : ndarray of shape (draws, columns)
        The larger, the less by chance.

    Returns
    -------
    ndarray of shape (draws, columns)
        Shares of the draws. Above the 90% quantile they follow an exponential law with the mean excess of the draws
        above it: the tails of the statistics fall at least as fast, so p-values are rather too large. None is below
        `SMALLEST`.

    Notes
    -----
    As the tails of permutation tests are estimated by Knijnenburg et al. (2009), Bioinformatics 25:i161–i168, with the
    exponential law in place of the generalized Pareto. All draws are treated alike, so what is compared over draws
    stays exact.
    """
    # Tables that mirror each other differ by rounding alone.
    values = np.round(statistics, 9)
    draws = len(values)
    most = int(TAIL * draws)
    ascending = np.sort(values, axis=0)
    edge = ascending[-most - 1]
    excess = (ascending[-most:] - edge).mean(axis=0)
    shares = np.empty_like(values)
    for j in range(values.shape[1]):
        at_least: Ints = draws - np.searchsorted(ascending[:, j], values[:, j])
        beyond: Bools = (values[:, j] > edge[j]) & (excess[j] > 0)
        tail = TAIL * np.exp(-np.maximum(values[:, j] - edge[j], 0) / (excess[j] if excess[j] > 0 else 1.0))
        shares[:, j] = np.where(beyond, np.maximum(tail, SMALLEST), at_least / draws)
    return shares


def _enough(both: Ints, drawn: int) -> bool:
    """Return whether so many rows stand for all: they are all, or no bin is expected to have few of them."""
    rows = int(both.sum())
    few = FEW_OF_FINE if len(both) >= FINE else FEW
    return rows == drawn or int(both[both > 0].min()) * drawn >= few * rows


def _picks(rows: int, size: int, seed: int) -> Ints:
    """Return which rows are on the smaller side in each permutation."""
    drawn = np.random.default_rng([seed, 2]).random((DRAWS, rows), dtype=np.float32)
    return np.argpartition(drawn, size - 1, axis=1)[:, :size].astype(np.int32)
