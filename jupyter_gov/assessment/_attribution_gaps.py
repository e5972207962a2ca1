"""By how much each column moves the output more in one group than in the rest."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from ._counting._groups import UNKNOWN, Attribute
from ._prepare import Bools, Floats, Ints


class Gaps(NamedTuple):
    """Differences of means between the rows of a group and the rest, one for each column.

    Attributes
    ----------
    value, lower, upper : ndarray of shape (columns,)
        Limits are NaN where a side has a single row, or no row of either side differs from its mean.
    p : ndarray of shape (columns,)
        Two-sided p-values of no difference; NaN where there are no limits.
    n, rest : int
        Rows of the group, and of the rest.
    """

    value: Floats
    lower: Floats
    upper: Floats
    p: Floats
    n: int
    rest: int


def compared(attribute: Attribute, rows: Ints, minimum: int) -> Iterator[tuple[str, Bools, Bools]]:
    """Yield the groups of an attribute that are compared with the rest: all that are large enough, of two the smaller.

    Parameters
    ----------
    attribute : Attribute
        Of all rows of a table.
    rows : ndarray of shape (m,)
        Those that are explained.
    minimum : int
        Of these the fewest that a group, and the rest, must have.

    Yields
    ------
    group : str
    known : ndarray of bool, shape (m,)
        Rows whose group is known; others are in no comparison.
    inside : ndarray of bool, one for each known row
    """
    codes = np.asarray(attribute.codes)[rows]
    known = np.array([group != UNKNOWN for group in attribute.groups])[codes]
    codes = codes[known]
    sizes = np.bincount(codes, minlength=len(attribute.groups))
    large = [k for k in np.argsort(sizes, kind="stable") if minimum <= sizes[k] <= len(codes) - minimum]
    # Of two groups the second says the same with the other sign.
    for k in sorted(large[:1] if np.count_nonzero(sizes) == 2 else large):
        yield attribute.groups[k], known, codes == k


def attribution_gaps(attributions: Floats, inside: Bools, *, confidence: float = 0.95) -> Gaps:
    """Compare mean attributions of a group with those of the rest, column by column.

    Parameters
    ----------
    attributions : ndarray of shape (m, columns)
        Each column's signed part in the output of each row. Since a row's parts add up to its output less the base, the
        gaps add up to the difference of mean outputs, if the base is the same for all rows.
    inside : ndarray of bool, shape (m,)
        Rows of the group.
    confidence : float

    Returns
    -------
    Gaps

    Notes
    -----
    Welch (1947), Biometrika 34:28–35: variances may differ, degrees of freedom are Satterthwaite's.
    """
    from scipy.special import stdtr, stdtrit

    one, other = attributions[inside], attributions[~inside]
    n, rest = len(one), len(other)
    columns = attributions.shape[1]
    unknown = np.full(columns, math.nan)
    if not n or not rest:
        return Gaps(unknown, unknown, unknown, unknown, n, rest)
    value = one.mean(axis=0) - other.mean(axis=0)
    error, freedom = welch(one, other)
    # A column without a part differs from its mean by rounding alone.
    known = error > 1e-14 * np.maximum(np.abs(attributions).max(axis=0), 1e-300)
    with np.errstate(divide="ignore", invalid="ignore"):
        half = np.where(known, stdtrit(freedom, (1 + confidence) / 2) * error, math.nan)
        p = np.where(known, 2 * stdtr(freedom, -np.abs(value) / error), math.nan)
    return Gaps(value, value - half, value + half, p, n, rest)


def welch(one: Floats, other: Floats) -> tuple[Floats, Floats]:
    """Return the standard error of the difference of two means, and its degrees of freedom, for each column.

    Both are NaN where a side has a single row.
    """
    n, rest = len(one), len(other)
    if n < 2 or rest < 2:
        unknown = np.full(one.shape[1], math.nan)
        return unknown, unknown
    a, b = one.var(axis=0, ddof=1) / n, other.var(axis=0, ddof=1) / rest
    with np.errstate(divide="ignore", invalid="ignore"):
        freedom = (a + b) ** 2 / (a * a / (n - 1) + b * b / (rest - 1))
    return np.sqrt(a + b), freedom


def gap_shares(attributions: Floats, inside: Bools, *, confidence: float = 0.95) -> tuple[Floats, Floats, Floats]:
    """Return each column's share of the difference of mean outputs between a group and the rest, with its limits.

    Shares add up to one; one is negative where the column works against the difference. All are NaN where the
    difference is not told from zero at this confidence: a share of nothing says nothing.

    Parameters and formula of the difference are as for `attribution_gaps`.

    Notes
    -----
    Fieller (1954), J. R. Stat. Soc. B 16:175–185: the limits are the ratios r for which the difference less r times the
    total is not told from zero. They are finite just where the total is.
    """
    from scipy.special import stdtrit

    total = attributions.sum(axis=1, keepdims=True)
    whole = attribution_gaps(total, inside, confidence=confidence)
    columns = attributions.shape[1]
    if not float(whole.lower[0]) > 0 and not float(whole.upper[0]) < 0:
        unknown = np.full(columns, math.nan)
        return unknown, unknown, unknown
    sides = [(attributions[rows], total[rows]) for rows in (inside, ~inside)]
    part, all_of_it = (sides[0][k].mean(axis=0) - sides[1][k].mean(axis=0) for k in (0, 1))
    part_variance, variance, both = np.zeros(columns), 0.0, np.zeros(columns)
    for parts, sums in sides:
        scale = len(parts) * (len(parts) - 1)
        off, off_total = parts - parts.mean(axis=0), sums - sums.mean()
        part_variance += (off * off).sum(axis=0) / scale
        variance += float((off_total * off_total).sum()) / scale
        both += (off * off_total).sum(axis=0) / scale
    _, freedom = welch(sides[0][1], sides[1][1])
    t = float(stdtrit(float(freedom[0]), (1 + confidence) / 2)) ** 2
    a = float(all_of_it[0]) ** 2 - t * variance
    b = part * all_of_it - t * both
    root = np.sqrt(np.maximum(b * b - a * (part * part - t * part_variance), 0))
    return part / all_of_it, (b - root) / a, (b + root) / a
