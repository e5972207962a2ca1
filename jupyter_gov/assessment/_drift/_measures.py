"""By how much a column differs between two data sets, with intervals."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from statistics import NormalDist
from typing import Any

import numpy as np

from ...records import Json, Value
from .._intervals import normal_quantile, rate_limits
from .._prepare import Floats, Ints
from .._table import SHARED, days_in_words
from .._values import Interval, estimate
from ._columns import MISSING, OTHERS
from ._counts import Counts, count

SHOWN_BINS = 20
"""Bins of a histogram."""
NAMED_BINS = 12
"""Bins of one that have names: whole numbers, ranks and dates."""
_SIMULATIONS = 400
_LARGE = 8e307  # differences of larger floats are infinite
_EFFICIENCY = 0.88


def column_values(
    column: Counts, *, confidence: float, seed: int, attribute: str, measure: str = ""
) -> Iterator[Value]:
    """Yield what is measured of a column.

    Parameters
    ----------
    column : Counts
    confidence : float
    seed : int
    attribute : str
        The column's name.
    measure : str
        What the distance is called if it is all that is asked for.

    Yields
    ------
    Value
        Of kind ``column``: ``distance``; ``psi`` and ``jensen_shannon``, which describe the given rows;
        ``missing_rate_difference`` where values are missing; ``new_levels`` and ``vanished_levels``, counts.
    """
    n, m = len(column.pair.reference), len(column.pair.current)
    where: dict[str, Any] = {"kind": "column", "attribute": attribute}
    found = distance_interval(column, confidence, seed)
    method = "kolmogorov" if column.pair.ordered else "simulation"
    yield estimate(measure or "distance", *found, confidence, n + m, method, **where)
    if measure:
        return
    left, right = column.frozen
    for name, value in (("psi", psi(left, right)), ("jensen_shannon", jensen_shannon(left, right))):
        yield Value(measure=name, value=value, n=n + m, method="of the given rows", **where)
    if any(lost := column.pair.missing()):
        gap = share_difference(lost, (n, m), confidence)
        yield estimate("missing_rate_difference", *gap, confidence, n + m, "newcombe", **where)
    if not column.pair.ordered:
        for name, count in (("new_levels", column.pair.fresh), ("vanished_levels", column.pair.gone)):
            yield Value(measure=name, value=float(count), n=n + m, method="count", **where)


def distance_interval(column: Counts, confidence: float, seed: int) -> Interval:
    """Return a column's distance with limits.

    With an order it is max |F − G| with Kolmogorov's limits: noise moves it by no more than max |F̂ − F − Ĝ + G|, whose
    law is Kolmogorov's, scaled by √(1/n + 1/m), where the two distributions are equal, and hardly wider where not.
    Without an order it is the total variation distance ½ Σ |f − g|, which noise moves by no more than half the sum of
    the absolute errors of all shares; their law is simulated from the observed shares.
    """
    n, m = len(column.pair.reference), len(column.pair.current)
    if column.pair.ordered:
        from scipy.special import kolmogi

        slack = float(kolmogi(1 - confidence)) * math.sqrt(1 / n + 1 / m)
    else:
        if len(column.left) < 2:
            return Interval(column.distance, math.nan, math.nan)
        rng = np.random.default_rng([seed, 5])
        noise: Floats = np.zeros((_SIMULATIONS, len(column.left)))
        for counts, size in ((column.left, n), (column.right, m)):
            # Half a row more for each level, so that one that was not seen is not certain to be absent.
            shares = (counts + 0.5) / (size + 0.5 * len(counts))
            noise += (rng.multinomial(size, shares, size=_SIMULATIONS) / size - shares) * rng.choice([-1, 1])
        slack = float(np.quantile(np.abs(noise).sum(axis=1) / 2, confidence))
    return Interval(column.distance, max(column.distance - slack, 0.0), min(column.distance + slack, 1.0))


def psi(left: Ints, right: Ints) -> float:
    """Return the population stability index Σ (g − f) ln (g / f), the shares with half a row more in each bin.

    It is the symmetric divergence of Jeffreys (1946), in use for scorecards as of Lewis (1994), An Introduction to
    Credit Scoring.
    """
    bins = len(left)
    f, g = ((side + 0.5) / (side.sum() + 0.5 * bins) for side in (left, right))
    return float(((g - f) * np.log(g / f)).sum())


def jensen_shannon(left: Ints, right: Ints) -> float:
    """Return the Jensen–Shannon distance, in [0, 1] with logarithms to base 2 (Endres & Schindelin 2003)."""
    f, g = left / left.sum(), right / right.sum()
    middle = (f + g) / 2
    total = 0.0
    for side in (f, g):
        held = side > 0
        total += float((side[held] * np.log2(side[held] / middle[held])).sum())
    return math.sqrt(max(total / 2, 0.0))


def share_difference(counts: tuple[int, int], rows: tuple[int, int], confidence: float) -> Interval:
    """Return the second share minus the first, with limits after Newcombe (1998), Stat. Med. 17:873–890, method 10."""
    rate = np.array(counts) / np.array(rows)
    lower, upper = rate_limits(rate, np.array(rows), normal_quantile(confidence))
    gap = float(rate[1] - rate[0])
    below = math.hypot(rate[1] - lower[1], upper[0] - rate[0])
    above = math.hypot(upper[1] - rate[1], rate[0] - lower[0])
    return Interval(gap, gap - below, gap + above)


def detectable_shift(n: int, m: int, columns: int, level: float, *, power: float = 0.8) -> float:
    """Return about which shift of one of so many normal columns is found with probability `power`.

    Returns
    -------
    float
        In standard deviations. The test is taken to be a z test at Šidák's level with 0.88 of its noncentrality, as
        simulated of 300 and 200 rows with 1, 20 and 200 columns (0.87–0.91).
    """
    normal = NormalDist()
    alone = 1 - (1 - level) ** (1 / columns)
    return (normal.inv_cdf(1 - alone / 2) + normal.inv_cdf(power)) * math.sqrt(1 / n + 1 / m) / _EFFICIENCY


def histogram(column: Counts) -> dict[str, Json]:
    """Return the shares of both data sets in bins that the reference alone places.

    Returns
    -------
    dict
        ``x``, the bins' edges, or ``labels``; ``reference`` and ``current``, shares of the rows. Bins of an order are
        of equal width from the reference's 1% to its 99% quantile; the first and the last hold what lies beyond. A few
        whole numbers are labels, and of dates the bins' first days.
    """
    n, m = len(column.pair.reference), len(column.pair.current)
    if column.pair.levels is not None:
        labels: list[Json] = list(column.pair.levels)
        return {"labels": labels, "reference": (column.left / n).tolist(), "current": (column.right / m).tolist()}
    known = column.pair.reference[~np.isnan(column.pair.reference)]
    known = known if len(known) else column.pair.current[~np.isnan(column.pair.current)]
    known = known[np.isfinite(known)]
    if not len(known):
        return {"labels": [MISSING], "reference": [1.0], "current": [1.0]}
    if (named := _whole(column)) is not None:
        return histogram(named)
    low, high = np.quantile(np.clip(known, -_LARGE, _LARGE), [0.01, 0.99])
    edges = _edges(low, high, whole=column.pair.kind == "date") if high > low else np.array([low - 0.5, low + 0.5])
    sides = [
        np.histogram(np.clip(values[~np.isnan(values)], edges[0], edges[-1]), edges)[0] / len(values)
        for values in (column.pair.reference, column.pair.current)
    ]
    if column.pair.kind == "date":
        first: list[Json] = [f"from {day}" for day in days_in_words(edges[:-1])]
        return {"labels": first, "reference": sides[0].tolist(), "current": sides[1].tolist()}
    return {"x": edges.tolist(), "reference": sides[0].tolist(), "current": sides[1].tolist()}


def _edges(low: float, high: float, *, whole: bool) -> Floats:
    """Return edges of equal distance, with few digits, so that none is one row's own value."""
    bins = NAMED_BINS if whole else SHOWN_BINS
    step = float(f"{(high - low) / bins:.1e}")
    if whole and step > 1:
        step = math.ceil(step)
    start = math.floor(low / step) * step
    return np.array([float(f"{start + k * step:.15g}") for k in range(bins + 1)])


def _whole(column: Counts) -> Counts | None:
    """Return a column of few whole numbers, or ranks, as one of levels in their order, or None."""
    if column.pair.kind not in ("number", "rank"):
        return None
    sides = [column.pair.reference, column.pair.current]
    found = np.unique(np.concatenate([np.unique(side[~np.isnan(side)]) for side in sides]))
    if not 1 < len(found) <= NAMED_BINS or not (np.isfinite(found) & (found == np.round(found))).all():
        return None
    places = [np.where(np.isnan(side), len(found), np.searchsorted(found, side)) for side in sides]
    both = np.bincount(np.concatenate(places), minlength=len(found) + 1)
    named = both[:-1] >= SHARED
    words = column.pair.words
    names = [words[int(value)] if words else f"{value:.0f}" for value in found[named]]
    code = np.append(np.where(named, np.cumsum(named) - 1, len(names)), len(names) + (not named.all()))
    names += [OTHERS] * (not named.all()) + [MISSING] * bool(both[-1])
    return count(replace(column.pair, reference=code[places[0]], current=code[places[1]], levels=tuple(names)))
