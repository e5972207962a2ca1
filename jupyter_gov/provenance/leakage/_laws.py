"""What preparation over a set of rows makes hold exactly over them; each law is asked of one set of values."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_FEWEST = 10
"""Values that a law is asked of at least."""

_DISTINCT = 10
"""Distinct values from which on a symmetric column is no code of a balanced design."""

_MOST_DECIMALS = 4


def standard(values: Floats) -> bool:
    """Say whether mean 0 and standard deviation 1 (over n or n - 1) hold exactly.

    A balanced design's codes (-1 and 1, or orthogonal contrasts) follow it by nature: they are symmetric and few.
    """
    import numpy as np

    there = _there(values)
    if len(there) < _FEWEST:
        return False
    tolerance = _tolerance(there)
    mean, n = float(there.mean()), len(there)
    if abs(mean) > tolerance:
        return False
    variance = float(np.square(there - mean).mean())
    if abs(variance - 1) > tolerance and abs(variance * n / (n - 1) - 1) > tolerance:
        return False
    return not _symmetric(there, 0.0) or len(np.unique(there)) >= _DISTINCT


def balanced(values: Floats) -> bool:
    """Say whether median 0 and interquartile range 1 (linear between order statistics) hold exactly.

    Counts and sines do so by nature; asked of columns alone that are not symmetric and mostly differ from row to row.
    """
    import numpy as np

    there = _there(values)
    if len(there) < _FEWEST:
        return False
    if max((there > 1e-5).sum(), (there < -1e-5).sum()) > len(there) / 2:
        return False
    low, middle, high = (float(q) for q in np.percentile(there, (25, 50, 75)))
    tolerance = _tolerance(there)
    exact = abs(middle) <= tolerance and abs(high - low - 1) <= tolerance
    return exact and not _symmetric(there, 0.0) and _continuous(there)


def edges(values: Floats, ends: tuple[float | None, float], *, once: bool) -> bool:
    """Say whether the lowest and highest values are exactly those; without a lowest, the highest absolute value.

    Parameters
    ----------
    once : bool
        Whether each may be attained by one row only, and values must vary and have many decimals, as shares have not.
    """
    import numpy as np

    there = _there(values)
    if len(there) < _FEWEST:
        return False
    low, high = ends
    sizes = np.abs(there) if low is None else there
    tolerance = min(_tolerance(there), 1e-6)
    tops = np.abs(sizes - high) <= tolerance
    if sizes.max() > high + tolerance or not tops.any():
        return False
    bottoms = tops if low is None else np.abs(there - low) <= tolerance
    if low is not None and (there.min() < low - tolerance or not bottoms.any()):
        return False
    return not once or (tops.sum() == 1 and bottoms.sum() == 1 and _varied(there) and _decimals(there) is None)


def filled(values: Floats) -> tuple[Literal["mean", "median"], int] | None:
    """Return by what missing values were filled, where a repeated value is exactly that, and how many.

    Filling by the mean leaves the mean as it is, by the median the median: the value that repeats is that of all. For
    the mean of values with few decimals it must have more of them than all others; the median must lie halfway between
    two values, which no value of a continuous column but a computed one does. A column that is symmetric about its
    mean, such as a grid or full periods, may hold it again and again by nature.
    """
    import numpy as np

    there = _there(values)
    if len(there) < _FEWEST or len(there) != len(values):
        # With values still missing nothing was filled.
        return None
    spread = float(there.std())
    if not spread > 0:
        return None
    mean = float(there.mean())
    at = np.abs(there - mean) <= _tolerance(there) * spread
    count = int(at.sum())
    if 3 <= count < len(there) - _FEWEST and np.ptp(there[at]) == 0 and not _symmetric(there, mean):
        others = there[~at]
        decimals = _decimals(others)
        if _varied(others) and (decimals is None or not _on_grid(float(there[at][0]), decimals)):
            return "mean", count
    middle = float(np.median(there))
    at = there == middle
    count = int(at.sum())
    if 3 <= count < len(there) - _FEWEST:
        others = there[~at]
        below, above = others[others < middle], others[others > middle]
        halfway = len(below) == len(above) and float((below.max() + above.min()) / 2) == middle
        if halfway and _decimals(others) is None and _continuous(others):
            return "median", count
    return None


def ranked(values: Floats) -> Literal["ties", "no ties"] | None:
    """Say whether values are ranks among themselves, equal ones sharing their mean, or ranks over n and its like."""
    import numpy as np

    n = len(values)
    if n < _FEWEST or np.isnan(values).any() or values.min() < 0 or values.max() > n:
        return None
    # Of ranks from 1 to n the mean is (n + 1) / 2, whatever the ties.
    centre = (n + 1) / 2
    mean = float(values.mean())
    scales = {1.0: 0.0, float(n): 0.0, float(n + 1): 0.0, float(n - 1): 1.0}
    fitting = [s for s, shift in scales.items() if abs(mean * s + shift - centre) <= 1e-6 * n]
    if not fitting:
        return None
    distinct, counts = np.unique(values, return_counts=True)
    if len(distinct) < _DISTINCT:
        return None
    ends = np.cumsum(counts)
    ranks = ends - (counts - 1) / 2
    for scale in fitting:
        if np.allclose(distinct * scale + scales[scale], ranks, rtol=0, atol=1e-6):
            return "ties" if (counts > 1).any() else "no ties"
    return None


def centred(values: Floats) -> bool:
    """Say whether mean 0 holds exactly for a column that is not symmetric, as full periods are."""
    there = _there(values)
    if len(there) < _FEWEST or len(there) != len(values):
        return False
    spread = float(there.std())
    exact = spread > 0 and abs(float(there.mean())) <= _tolerance(there) * spread
    return exact and not _symmetric(there, 0.0) and _continuous(there)


def uncorrelated(columns: list[Floats]) -> bool:
    """Say whether columns have no correlation at all, and variances that fall from each to the next."""
    import numpy as np

    if len(columns) < 2:
        return False
    variances = [float(c.var()) for c in columns]
    if any(b > a * (1 - 1e-6) for a, b in pairwise(variances)) or min(variances) == 0:
        return False
    between = np.corrcoef(np.stack(columns))
    return bool(np.abs(between - np.eye(len(columns))).max() <= 1e-9)


def encoded(values: Floats, target: Floats, *, part: bool = False) -> bool:
    """Say whether each value is exactly the mean of the target among the rows that have it.

    Also after shrinking towards the mean of all with the weight of m rows, where v = (sum + m × prior) / (n + m) for
    each category (Micci-Barreca, SIGKDD Explorations 3(1), 2001, in the form of an m-estimate).

    Parameters
    ----------
    values, target : array of float64, shape (rows,)
    part : bool
        Whether these are a part of rows over which the law holds: then it is asked without the demands on how many
        categories there are, and how the target varies in them.
    """
    import numpy as np

    there = ~(np.isnan(values) | np.isnan(target))
    if there.sum() < _FEWEST or not (part or _may_repeat(values)):
        return False
    distinct, inverse, counts = np.unique(values[there], return_inverse=True, return_counts=True)
    if not part and (len(distinct) > there.sum() / 1.5 or len(distinct) < 3 or (counts > 1).sum() < 3):
        return False
    y = target[there]
    sums = np.bincount(inverse, y, len(distinct))
    # Where the target does not vary within categories, the column is the target or follows from it.
    varied = np.bincount(inverse, (y - (sums / counts)[inverse]) ** 2, len(distinct)) > 1e-12 * (np.ptp(y) or 1)
    if not part and varied.sum() < 3:
        return False
    scale = float(np.abs(y).max()) or 1.0
    rest = distinct * counts - sums
    if np.abs(rest).max() <= 1e-9 * scale * counts.max():
        return True
    # (v n - sum) / (prior - v) is m; where categories of equal value stand for one another, a multiple of it.
    prior = float(y.mean())
    off = np.abs(prior - distinct) > 1e-6 * scale
    if off.sum() < 6:
        return False
    weights = rest[off] / (prior - distinct[off])
    smallest = float(weights.min())
    if not smallest >= 0.1 or weights.max() > 50 * smallest:
        return False
    multiples = weights / smallest
    return bool(np.abs(multiples - np.round(multiples)).max() <= 1e-6)


def _there(values: Floats) -> Floats:
    import numpy as np

    missing = np.isnan(values)
    there = values[~missing] if missing.any() else values
    return there if np.isfinite(there).all() else there[:0]


def _tolerance(values: Floats) -> float:
    """Return how exact an equation is to hold: numbers of 32 bits have seven digits."""
    import numpy as np

    few = values[:1000]
    short = bool((few.astype(np.float32) == few).all()) and not bool((few == np.round(few)).all())
    return 1e-5 if short else 1e-9


def _symmetric(values: Floats, centre: float) -> bool:
    """Say whether the lowest and the highest value are equally far from the centre."""
    low, high = float(values.min()), float(values.max())
    return abs((low + high) / 2 - centre) <= 1e-6 * (high - low)


def _continuous(values: Floats) -> bool:
    """Say whether most values are different."""
    import numpy as np

    return len(np.unique(values)) > len(values) / 2


def _varied(values: Floats) -> bool:
    import numpy as np

    return len(np.unique(values)) >= _DISTINCT


def _may_repeat(values: Floats) -> bool:
    """Say by the first rows whether a column may have few distinct values: sorting all of a continuous one is slow."""
    import numpy as np

    few = values[:4000]
    return len(np.unique(few)) <= 0.9 * len(few)


def _decimals(values: Floats) -> int | None:
    """Return with how many decimals values are written; None where these are more than a few."""
    return next((d for d in range(_MOST_DECIMALS + 1) if all(_on_grid(float(v), d) for v in values[:1000])), None)


def _on_grid(value: float, decimals: int) -> bool:
    scaled = value * 10**decimals
    return math.isclose(scaled, round(scaled), rel_tol=1e-12, abs_tol=1e-9)
