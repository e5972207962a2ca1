"""Means of attributions, their differences and correlations, with intervals."""

from __future__ import annotations

import math

from .. import _influence
from .._intervals import normal_quantile
from .._prepare import Floats
from .._values import NOT_ESTIMABLE, Interval


def size_interval(values: Floats, confidence: float) -> Interval:
    """Return the mean of sizes with limits that are not negative.

    Parameters
    ----------
    values : ndarray of shape (n,)
        Not negative, or unbiased estimates of what is not.
    confidence : float

    Notes
    -----
    Student's t. Sizes are skewed to the right, so that t alone leaves too many truths above it: the upper limit is that
    on the logarithmic scale where it is farther, and at least the mean if rows like the largest one were as frequent as
    having seen one of them allows (Garwood 1936, Biometrika 28:437–442). `docs/assessments/explanation.md` has how
    often limits hold.
    """
    from scipy.special import gammaincinv

    if len(values) < 2:
        return Interval(float(values.mean()), math.nan, math.nan) if len(values) else NOT_ESTIMABLE
    found = _influence.mean_interval(values, None, confidence)
    if math.isnan(found.lower):
        return found
    upper = found.upper
    if found.value > 0:
        upper = max(upper, found.value * math.exp(min(upper / found.value - 1, 1.0)))
        more = float(gammaincinv(2, (1 + confidence) / 2)) - 1
        upper = max(upper, found.value + more * float(values.max()) / len(values))
    return Interval(found.value, max(found.lower, 0.0), upper)


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
