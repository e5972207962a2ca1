"""Means of attributions, their differences and correlations, with intervals."""

from __future__ import annotations

import math
from typing import NamedTuple

from .. import _influence
from .._influence import with_error
from .._intervals import normal_quantile
from .._prepare import Floats
from .._values import NOT_ESTIMABLE, Interval


class Gap(NamedTuple):
    """A difference of two means with its interval and the p-value of there being none."""

    interval: Interval
    p: float


def size_interval(values: Floats, confidence: float) -> Interval:
    """Return the mean of sizes with limits that are not negative.

    Parameters
    ----------
    values : ndarray of shape (n,)
        Not negative, or unbiased estimates of what is not.
    confidence : float

    Notes
    -----
    Student's t; the upper limit is that on the logarithmic scale where it is farther, as sizes are skewed to the right
    and t alone leaves too many truths above it. `docs/assessments/explanation.md` has how often limits hold.
    """
    if len(values) < 2:
        return Interval(float(values.mean()), math.nan, math.nan) if len(values) else NOT_ESTIMABLE
    found = _influence.mean_interval(values, None, confidence)
    if math.isnan(found.lower):
        return found
    upper = found.upper
    if found.value > 0:
        upper = max(upper, found.value * math.exp(min(upper / found.value - 1, 1.0)))
    return Interval(found.value, max(found.lower, 0.0), upper)


def welch(one: Floats, other: Floats, confidence: float) -> Gap:
    """Return the difference of two means with the interval and p-value of Welch (1947), Biometrika 34:28–35.

    Where no value differs within either there is neither interval nor p-value.
    """
    from scipy.special import stdtr

    if not len(one) or not len(other):
        return Gap(NOT_ESTIMABLE, math.nan)
    value = float(one.mean() - other.mean())
    if min(len(one), len(other)) < 2:
        return Gap(Interval(value, math.nan, math.nan), math.nan)
    parts = [float(each.var(ddof=1)) / len(each) for each in (one, other)]
    error = math.sqrt(sum(parts))
    if not error > 1e-14 * abs(value):
        return Gap(Interval(value, math.nan, math.nan), math.nan)
    freedom = sum(parts) ** 2 / sum(v * v / (len(x) - 1) for v, x in zip(parts, (one, other), strict=True))
    return Gap(with_error(value, error, freedom, confidence), float(2 * stdtr(freedom, -abs(value) / error)))


def rank_interval(x: Floats, y: Floats, confidence: float) -> Interval:
    """Return Spearman's correlation with its interval.

    Parameters
    ----------
    x, y : ndarray of shape (n,)
    confidence : float

    Notes
    -----
    Bonett & Wright (2000), Psychometrika 65:23–28: atanh ρ ± z √((1 + ρ² / 2) / (n − 3)). Fewer than ten rows, or
    values that are all equal, have no correlation; one of 1 or −1 has no interval.
    """
    from scipy.stats import rankdata

    if len(x) < 10:
        return NOT_ESTIMABLE
    a, b = rankdata(x) - (len(x) + 1) / 2, rankdata(y) - (len(x) + 1) / 2
    spread = math.sqrt(float(a @ a) * float(b @ b))
    if not spread:
        return NOT_ESTIMABLE
    rho = max(-1.0, min(1.0, float(a @ b) / spread))
    if abs(rho) > 1 - 1e-12:
        return Interval(rho, math.nan, math.nan)
    half = normal_quantile(confidence) * math.sqrt((1 + rho * rho / 2) / (len(x) - 3))
    return Interval(rho, math.tanh(math.atanh(rho) - half), math.tanh(math.atanh(rho) + half))
