"""Individual conditional expectation: a row's output as one of its columns changes, and what its curves have in common.

The partial dependence of a column (Friedman 2001, Ann. Stat. 29:1189–1232) is the mean over rows of these curves
(Goldstein, Kapelner, Bleich & Pitkin 2015, J. Comput. Graph. Stat. 24:44–65).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .._influence import from_influence
from .._intervals import normal_quantile, rate_limits
from .._prepare import Bools, Floats, Ints
from .._table import crossed
from .._values import NOT_ESTIMABLE, Interval

REPLICATES = 1_000
_ROUNDING = 1e-9
"""Changes, relative to the largest output, that are rounding."""


def conditional_expectations(output: Callable[[Any], Floats], table: Any, rows: Ints, column: int, at: Ints) -> Floats:
    """Return the output of rows as one column takes the values that other rows have.

    Parameters
    ----------
    output : callable
        Maps a table to the model's output, one number for each row.
    table : DataFrame or ndarray of shape (n, columns)
    rows : ndarray of shape (m,)
        Positions of the rows that are changed.
    column : int
    at : ndarray of shape (G,)
        Positions of the rows whose values the column takes.

    Returns
    -------
    ndarray of shape (m, G)
    """
    return output(crossed(table, rows, column, at)).reshape(len(at), len(rows)).T


def mean_curve(curves: Floats, confidence: float) -> tuple[Floats, Floats, Floats]:
    """Return the partial dependence at each of G values with Student's limits for the draw of rows."""
    from scipy.special import stdtrit

    n, mean = len(curves), curves.mean(axis=0)
    if n < 2:
        return mean, np.full_like(mean, np.nan), np.full_like(mean, np.nan)
    half = stdtrit(n - 1, (1 + confidence) / 2) * curves.std(axis=0, ddof=1) / np.sqrt(n)
    return mean, mean - half, mean + half


def resamples(n: int, *, seed: int) -> Floats:
    """Return bootstrap samples of n rows as the share of each row in each of them, of shape (replicates, n)."""
    rng = np.random.default_rng([seed, 21])
    return rng.multinomial(n, np.full(n, 1 / n), size=REPLICATES) / n


def dependence_range(curves: Floats, confidence: float, shares: Floats) -> Interval:
    """Return the largest less the smallest partial dependence over the grid.

    Parameters
    ----------
    curves : ndarray of shape (n, G)
    confidence : float
    shares : ndarray of shape (replicates, n)
        Bootstrap samples of the rows, as by `resamples`.

    Notes
    -----
    The range is a seminorm, so that noise e moves it by at most its own range: |r(f + e) − r(f)| ≤ r(e). Limits are the
    value less and plus the quantile of r(e) over bootstrap samples of rows, at zero the least. That noise alone makes a
    range is thus allowed for, as a percentile interval would not.
    """
    from scipy.special import stdtrit

    n, mean = len(curves), curves.mean(axis=0)
    value = float(np.ptp(mean))
    if n < 2:
        return Interval(value, np.nan, np.nan)
    # A curve's own level is no part of a range; without it parallel curves have no noise but rounding.
    shape = _rounded(centred(curves) - centred(curves).mean(axis=0), curves)
    noise = np.ptp(shares @ shape, axis=1) * np.sqrt(n / (n - 1))
    if not noise.any():  # that no row differs does not make it certain
        return Interval(value, np.nan, np.nan)
    # The bootstrap takes the rows' variance for known; Student's t does not.
    few = stdtrit(n - 1, (1 + confidence) / 2) / normal_quantile(confidence)
    half = float(few * np.quantile(noise, confidence, method="higher"))
    return Interval(value, max(value - half, 0.0), value + half)


def heterogeneity(curves: Floats, confidence: float) -> Interval:
    """Return the share of the curves' variance along the grid that is not that of their mean.

    Notes
    -----
    Each curve is moved to mean zero. With s² the mean over rows of the squared length of a curve, and d² the mean
    squared distance from the mean curve (Herbinger, Bischl & Casalicchio 2022, AISTATS), it is d² · n / (n − 1) / s²: 0
    where all curves are parallel, 1 where they cancel out. The interval is from each row's influence, on the logit.
    """
    n = len(curves)
    shape = _rounded(centred(curves), curves)
    length = (shape * shape).sum(axis=1)
    total = float(length.mean())
    if n < 2 or not total > 0:
        return NOT_ESTIMABLE
    mean = shape.mean(axis=0)
    apart = _rounded(shape - mean, curves)
    distance = (apart * apart).sum(axis=1)
    value = min(float(distance.sum()) / (n - 1) / total, 1.0)
    # Of 1 − |mean|² / total, of which both parts are means over rows.
    common = float(mean @ mean)
    influence = common / total**2 * (length - total) - 2 * (shape @ mean - common) / total
    return from_influence(value, influence, None, confidence, "logit")


def directions(curves: Floats, confidence: float) -> tuple[Interval, Interval, Interval]:
    """Return the share of curves that end higher than they begin, that end lower, and that never turn back."""
    ends = _rounded(curves[:, -1] - curves[:, 0], curves)
    steps = _rounded(np.diff(curves, axis=1), curves)
    turning = (steps > 0).any(axis=1) & (steps < 0).any(axis=1)
    return share(ends > 0, confidence), share(ends < 0, confidence), share(np.logical_not(turning), confidence)


def centred(curves: Floats) -> Floats:
    """Return curves moved to mean zero, each by itself: their shapes without their levels."""
    return np.asarray(curves - curves.mean(axis=1, keepdims=True))


def share(counted: Bools, confidence: float) -> Interval:
    """Return the share of rows that count, with the limits of Wilson, or the exact ones where there are few."""
    rate = float(counted.mean())
    lower, upper = rate_limits(rate, len(counted), normal_quantile(confidence))
    return Interval(rate, float(lower), float(upper))


def _rounded(values: Floats, curves: Floats) -> Floats:
    return np.where(np.abs(values) <= _ROUNDING * np.abs(curves).max(), 0.0, values)
