"""How many more rows would decide what is inconclusive."""

from __future__ import annotations

import math

MOST = 10**9
"""More rows than this are not told: the estimate is as good as on the threshold."""


def rows_to_decide(
    value: float, lower: float, upper: float, threshold: float, n: int, *, ratio: bool = False, smallest: bool = False
) -> int | None:
    """Return how many more rows would move the interval off the threshold.

    Parameters
    ----------
    value, lower, upper : float
        The estimate and its interval, which holds the threshold.
    threshold : float
    n : int
        Rows behind the estimate.
    ratio : bool
        Whether it is a ratio, whose interval is taken on the logarithmic scale.
    smallest : bool
        Whether it is the largest difference or smallest ratio between groups, whose interval ends at 0 or 1 by
        definition: that bound tells nothing about the interval's width, the other one is taken for both.

    Returns
    -------
    int or None
        None where the estimate equals the threshold, or where no number of rows can be told.

    Notes
    -----
    The estimate is taken to stay, and the sample to grow evenly in all groups. A bound's distance from the estimate is
    then proportional to 1/√n (the standard error of a mean; Casella and Berger, *Statistical Inference*, 2nd edition,
    section 10.1; for ratios on the logarithmic scale: Katz et al., Biometrics 34, 1978), so that distance h at n rows
    becomes the gap g between estimate and threshold at n·(h/g)². The estimate will not stay exactly, so it is a
    magnitude, not a promise.
    """
    numbers = (value, lower, upper, threshold)
    if any(math.isnan(x) for x in numbers) or n <= 0:
        return None
    if ratio and min(value, threshold) <= 0:
        return None
    if smallest:
        edge = 1.0 if ratio else 0.0
        below, above = (lower, None) if upper == edge else (None, upper) if lower == edge else (lower, upper)
    else:
        below, above = lower, upper
    gap = abs(_scaled(value, ratio) - _scaled(threshold, ratio))
    bound = below if value > threshold else above
    if bound is None:
        bound = below if above is None else above
    if bound is None or math.isinf(bound) or (ratio and bound <= 0) or gap == 0:
        return None
    distance = abs(_scaled(value, ratio) - _scaled(bound, ratio))
    factor = distance / gap
    if not factor <= math.sqrt(1 + MOST / n):
        return None
    return max(1, math.ceil(n * factor**2 - n))


def _scaled(x: float, ratio: bool) -> float:
    return math.log(x) if ratio else x
