"""Checks of numbers: infinite ones, codes for missing values, outliers, units, signs."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from .._prepare import Floats, Ints
from ._columns import Column
from ._issues import Issue, number, rows, share

FAR = 3.5
"""Robust z-scores beyond which a value is an outlier (Iglewicz & Hoaglin 1993)."""
VERY_FAR = 10.0
"""Those beyond which one row alone is named."""
MANY = 0.05
"""Share of outliers that is named however far they are."""
SELDOM = 0.01
"""Share of negative numbers up to which they are exceptions."""
SKEWED = 1.5
"""Times the spread below the median from which that above it calls for logarithms."""
_SIGMA = 1.4826
"""Standard deviations of a normal distribution in one median absolute deviation."""
_CODES = 5
_FEW = 20
_FACTORS = {
    10.0: "ten",
    100.0: "a hundred, as of cents and whole units or of shares and percentages",
    1_000.0: "a thousand, as of grams and kilograms",
    1_000_000.0: "a million",
    12.0: "twelve, as of months and years",
    60.0: "sixty, as of minutes and hours",
    3_600.0: "3,600, as of seconds and hours",
    2.54: "2.54, as of inches and centimetres",
    2.2046: "2.2, as of kilograms and pounds",
    30.48: "30.48, as of feet and centimetres",
    365.25: "365, as of days and years",
}


def check_numbers(column: Column) -> Iterator[Issue]:
    """Yield what is found in a column of numbers."""
    n = len(column)
    infinite = n - column.lacking - len(column.sorted)
    if infinite:
        yield Issue(
            "infinite",
            column.name,
            infinite,
            n,
            f"{column.name} is infinite in {rows(infinite)} ({share(infinite, n)}).",
            "Find the division by zero or the overflow that made them; most models refuse them.",
            "error",
        )
    codes = sentinels(column)
    for code, count in codes:
        yield Issue(
            "sentinel",
            column.name,
            count,
            n,
            f"{column.name} is {number(code)} in {rows(count)} ({share(count, n)}), far from its other values: it may "
            "be a code for “missing” or “not applicable”.",
            "If it is a code, make it missing when the data are read, for example with "
            f"na_values={{{column.name!r}: {code:.10g}}}.",
            "warning",
        )
    rest = column.sorted
    if codes:
        rest = rest[~np.isin(rest, [code for code, _ in codes])]
    found = unit_cluster(rest)
    if found is not None:
        count, factor = found
        yield Issue(
            "unit",
            column.name,
            count,
            n,
            f"{rows(count)} ({share(count, n)}) of {column.name} lie apart from the others by a factor of about "
            f"{_FACTORS[factor]}: they may be in another unit.",
            "Look at where these rows come from, and convert them.",
            "warning",
        )
    yield from _negative(column, rest, n)
    if found is None:
        yield from _outliers(column, rest, n)


def sentinels(column: Column) -> list[tuple[float, int]]:
    """Return numbers that look like codes rather than quantities, and how often they occur.

    They are −1, −9, −99 and so on where all other numbers are 0 or more; and repeated digits (99, 666, 9999.4) and
    powers of ten from 1,000 that lie beyond a gap, wider than the distance from the median to its near edge, above or
    below all other numbers.
    """
    values, counts = column.counted
    if len(values) < 3:
        return []
    found: dict[float, int] = {}
    below = np.flatnonzero(values < 0)
    negative = values[below]
    others = len(values) - len(below)
    if 0 < len(below) <= 3 and (others >= 3 or (others == 2 and counts[below].sum() <= 0.2 * counts.sum())):
        codes = {-1.0, *(-float(str(d) * k) for d in (7, 8, 9) for k in (1, 2, 3, 4, 5, 6))}
        if set(negative.tolist()) <= codes:
            found.update(zip(negative.tolist(), counts[below].tolist(), strict=True))
    for sign in (1.0, -1.0):
        sided, often = (values, counts) if sign > 0 else (-values[::-1], counts[::-1])
        start = _beyond_gap(sided, often)
        for value, count in zip(sided[start:].tolist(), often[start:].tolist(), strict=True):
            if _is_code(value):
                found[sign * value] = count
    return sorted(found.items())


def _beyond_gap(values: Floats, counts: Ints) -> int:
    """Return from where on sorted numbers lie beyond a gap, at most `_CODES` of them; their number where none do."""
    total = int(counts.sum())
    middle = float(values[int(np.searchsorted(np.cumsum(counts), total / 2))])
    start = len(values)
    for k in range(1, min(_CODES, len(values) - 2) + 1):
        at = len(values) - k
        spread = max(float(values[at - 1]) - middle, float(values[at - 1] - values[0]) / 2)
        if values[at] - values[at - 1] > 2 * spread > 0 and counts[at:].sum() < total / 2:
            start = at
    return start


def _is_code(value: float) -> bool:
    whole = math.floor(value + 1e-9)
    digits = str(whole) if whole > 0 else ""
    repeated = len(digits) >= 2 and len(set(digits)) == 1 and digits[0] in "6789"
    return repeated or (len(digits) >= 4 and value == whole and digits.strip("0") == "1")


@dataclass(frozen=True, slots=True)
class Scale:
    """Where the bulk of some numbers lies.

    Attributes
    ----------
    middle : float
        The median.
    down, up : float
        Robust standard deviations of what is below and above it.
    logged : bool
        Whether they are of logarithms.
    """

    middle: float
    down: float
    up: float
    logged: bool

    def z(self, value: float) -> float:
        """Return how many robust standard deviations a number is from the median, without its sign."""
        off = (math.log(value) if self.logged else value) - self.middle
        return -off / self.down if off < 0 else off / self.up

    def limits(self, far: float) -> tuple[float, float]:
        """Return the numbers that are `far` robust standard deviations below and above the median."""
        low, high = self.middle - far * self.down, self.middle + far * self.up
        return (math.exp(low), math.exp(min(high, 700.0))) if self.logged else (low, high)


def scale(values: Floats) -> Scale | None:
    """Return the scale of sorted numbers; None where they are few, or half of those on one side are the same.

    Notes
    -----
    1.4826 median absolute deviations, of the values below and above the median apart, so that skewed values are not
    outliers for that alone (Rosenmai 2013); of logarithms where all are positive and skewed to the right by more than
    3 to 2. Hampel (1974), J. Am. Stat. Assoc. 69:383–393.
    """
    if len(values) < _FEW:
        return None
    middle, down, up = _spread(values)
    logged = bool(values[0] > 0 and up > SKEWED * down)
    if logged:
        middle, down, up = _spread(np.log(values))
    return Scale(middle, down, up, logged) if down > 0 and up > 0 else None


def _spread(values: Floats) -> tuple[float, float, float]:
    middle = _median(values)
    below = values[: np.searchsorted(values, middle, side="right")]
    above = values[np.searchsorted(values, middle, side="left") :]
    return middle, _SIGMA * (middle - _median(below)), _SIGMA * (_median(above) - middle)


def _median(values: Floats) -> float:
    """Return the median of sorted numbers."""
    half = len(values) // 2
    return float(values[half]) if len(values) % 2 else (float(values[half - 1]) + float(values[half])) / 2


def count_far(values: Floats, found: Scale) -> int:
    """Return how many of sorted numbers are more than `FAR` robust standard deviations from the median."""
    low, high = found.limits(FAR)
    return int(np.searchsorted(values, low, side="left") + len(values) - np.searchsorted(values, high, side="right"))


def _outliers(column: Column, values: Floats, n: int) -> Iterator[Issue]:
    found = None if column.distinct <= _FEW else scale(values)
    if found is None:
        return
    count = count_far(values, found)
    most = max(found.z(float(values[0])), found.z(float(values[-1])))
    if count and (most > VERY_FAR or count > MANY * len(values)):
        yield Issue(
            "outliers",
            column.name,
            count,
            n,
            f"{rows(count)} ({share(count, n)}) of {column.name} {'lies' if count == 1 else 'lie'} more than {FAR:g} "
            f"robust standard deviations from the median; the farthest lies {most:,.0f} of them away.",
            "Check the farthest; keep what is real, and prefer models and scalings that bear it.",
            "warning" if most > 3 * VERY_FAR else "info",
        )


def _negative(column: Column, values: Floats, n: int) -> Iterator[Issue]:
    below = values[: np.searchsorted(values, 0.0)]
    if 0 < len(below) <= SELDOM * len(values) and len(values) >= 2 * _FEW:
        positive = values[np.searchsorted(values, 0.0, side="right") :]
        if len(positive) and -_median(below) > 0.25 * _median(positive):
            yield Issue(
                "negative",
                column.name,
                len(below),
                n,
                f"{column.name} is negative in {rows(len(below))} ({share(len(below), n)}), and not near zero, while "
                "all others are not.",
                "Find out whether the sign is an entry of another kind, such as a refund, or an error.",
                "warning",
            )


def unit_cluster(values: Floats) -> tuple[int, float] | None:
    """Return how many of sorted numbers seem to be in another unit, and the factor; None where none do.

    They are a cluster of 0.1% to 30%, five rows at least, all of one sign with the others, parted from them by a gap
    that is wider than three tenths of the factor and than both clusters' robust standard deviations, on the log scale,
    whose median differs from that of the others by a factor of `_FACTORS`, to 12%.
    """
    if len(values) < 5 * _FEW or not values[0] > 0:
        return None
    logs = np.log(values)
    gaps = np.diff(logs)
    fewest = max(5, math.ceil(len(logs) / 1_000))
    if gaps.max() < 0.3 * math.log(min(_FACTORS)):
        return None
    ends = np.arange(1, len(logs))
    small = np.minimum(ends, len(logs) - ends)
    allowed = (small >= fewest) & (small <= 0.3 * len(logs))
    if not allowed.any():
        return None
    at = int(np.argmax(np.where(allowed, gaps, -1))) + 1
    clusters = logs[:at], logs[at:]
    apart = _median(clusters[1]) - _median(clusters[0])
    spread = max(_SIGMA * float(np.median(np.abs(c - _median(c)))) for c in clusters)
    if not spread > 0:
        return None
    for factor in _FACTORS:
        near = abs(apart - math.log(factor)) < 0.12
        if near and gaps[at - 1] > max(0.3 * math.log(factor), 1.0 * spread):
            return min(at, len(logs) - at), factor
    return None
