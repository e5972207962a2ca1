"""What one column tells of a target, with a bound of how well."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from ._reading import MOST_CLASSES, code, to_numbers
from ._separation import (
    auc,
    auc_bound,
    auc_with_variance,
    correlation,
    midranks,
    r_squared_bound,
    target_rates,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ._reading import Codes, Floats, Values

    Bools = NDArray[np.bool_]

ABOVE = 0.98
"""Beyond which the lower bound of AUC or R² counts as telling the target."""

FEWEST = 30
"""Rows that each class, or a target of numbers, must have."""

GLANCE = 2_000
"""Rows of each class by which a column is picked for a closer look."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """How a column tells the target.

    Attributes
    ----------
    how : str
        ``copy`` (one value of one for each value of the other), ``threshold`` (classes do not overlap), ``order`` (rows
        stand in the same order), ``missing`` (whether there is a value), ``rate`` (what the target is among rows with
        the same value), ``auc`` or ``r2``.
    """

    name: str
    how: str
    measure: str
    value: float
    lower: float
    rows: int


def contrasts(
    values: Values, codes: Codes, classes: int, *, everything: tuple[Values, Codes] | None = None
) -> Iterator[tuple[str, float, Floats, Bools]]:
    """Yield each way in which a column could tell the classes: how, its AUC, the scores and which rows are positive.

    With more than two classes a column of numbers is asked to tell each class from the next in its own order
    (``auc``), and each from the rest (``rest``): what tells one class from the rest is common among several, so that is
    asked for more.
    """
    import numpy as np

    there = codes >= 0
    numbers = to_numbers(values)
    if numbers is not None:
        known = there & np.isfinite(numbers)
        x, c = numbers[known], codes[known]
        counts = np.bincount(c, minlength=classes)
        if (counts >= FEWEST).all() and known.sum() >= 0.1 * there.sum():
            place = [float(np.median(x[c == k])) for k in range(classes)]
            order = np.argsort(place, kind="stable")
            for a, b in pairwise(order):
                pair = (c == a) | (c == b)
                scores, positive = x[pair], c[pair] == b
                value = auc(scores, positive)
                yield "auc", max(value, 1 - value), scores if value >= 0.5 else -scores, positive
    coded, distinct = code(values)
    if everything is not None and values.dtype.kind == "O" and distinct > 0.1 * len(values) > 10:
        yield "rate", _by_whole_groups(*everything), np.empty(0), np.empty(0, bool)
    missing = (coded[there] < 0).astype(np.float64)
    if classes == 2 and missing.any():
        positive = codes[there] == 1
        if min(positive.sum(), (~positive).sum()) >= FEWEST:
            value = auc(missing, positive)
            yield "missing", max(value, 1 - value), missing if value >= 0.5 else -missing, positive
    if distinct > 1 and distinct * 2 <= there.sum() and (values.dtype.kind == "O" or distinct <= 50):
        for k in range(1, 2) if classes == 2 else range(classes):
            positive = codes[there] == k
            if min(positive.sum(), (~positive).sum()) >= FEWEST:
                rates = target_rates(coded[there], positive)
                yield "rate" if classes == 2 else "rest", auc(rates, positive), rates, positive


def _by_whole_groups(values: Values, codes: Codes) -> float:
    """Return how well values that few rows share tell the class told best, from all rows of the first values."""
    import numpy as np

    coded, distinct = code(values)
    counts = np.bincount(coded[coded >= 0], minlength=distinct)
    last = int(np.searchsorted(np.cumsum(counts), 2 * GLANCE))
    rows = (coded >= 0) & (coded <= last) & (codes >= 0)
    coded, codes = coded[rows], codes[rows]
    classes = np.unique(codes)[:MOST_CLASSES]
    if len(classes) < 2:
        return 0.0
    return max(auc(target_rates(coded, codes == k), codes == k) for k in classes)


def tell_classes(name: str, values: Values, codes: Codes, classes: int, alpha: float) -> Told | None:
    """Return how a column tells classes, if its lower bound does or nothing is out of order."""
    import numpy as np

    found = list(contrasts(values, codes, classes))
    if not found:
        return None
    alpha /= len(found)
    told: dict[str, list[tuple[float, float, int]]] = {}
    for how, value, scores, positive in found:
        counts = int(positive.sum()), int((~positive).sum())
        if value > ABOVE:
            value, variance = auc_with_variance(scores, positive)
        lower = auc_bound(value, variance, *counts, alpha=alpha) if value > ABOVE else 0.0
        told.setdefault(how, []).append((value, lower, len(scores)))
    rows = int((codes >= 0).sum())
    coded, distinct = code(values)
    pairs = np.unique(np.stack([coded, codes])[:, codes >= 0], axis=1) if distinct <= classes + 1 else None
    for how in ("auc", "missing", "rate", "rest"):
        if not (got := told.get(how)):
            continue
        value, lower = min(v for v, _, _ in got), min(low for _, low, _ in got)
        if value == 1.0 or (lower > ABOVE and how != "rest"):
            shown = {"auc": "threshold" if value == 1.0 else "auc", "rest": "rate"}.get(how, how)
            if pairs is not None and pairs.shape[1] == classes == len(np.unique(pairs[0])):
                shown = "copy"
            return Told(name=name, how=shown, measure="auc", value=value, lower=lower, rows=rows)
    rest = [got for got in told.get("rest", ()) if got[1] > ABOVE]
    if rest:
        value, lower, count = max(rest, key=lambda r: r[1])
        return Told(name=name, how="rate", measure="auc", value=value, lower=lower, rows=count)
    return None


def tell_numbers(name: str, values: Values, y: Floats, alpha: float, *, alone: bool, bar: float) -> Told | None:
    """Return how a column tells a target of numbers."""
    import numpy as np

    x = to_numbers(values)
    if x is None:
        return None
    both = np.isfinite(x) & np.isfinite(y)
    n = int(both.sum())
    if n < max(FEWEST, 0.1 * len(y)):
        return None
    x, y = x[both], y[both]
    same = bool(np.array_equal(x, y)) and len(np.unique(y)) > 2
    monotone, linear = fits(x, y)
    value = max(monotone, linear)
    lower = _bound(x, y, alpha=alpha / 2) if value > bar or same else 0.0
    if same or (monotone > 1 - 1e-12 and not alone):
        how = "copy" if same else "order"
        return Told(name=name, how=how, measure="r2", value=1.0 if same else value, lower=lower, rows=n)
    # The only column of a model is all that it can know: a good model is then no leak.
    if lower <= bar or alone:
        return None
    return Told(name=name, how="r2", measure="r2", value=value, lower=lower, rows=n)


def fits(x: Floats, y: Floats) -> tuple[float, float]:
    """Return R² of the ranks (a monotone fit) and of the values without those that lie far out (a linear one)."""
    monotone = correlation(midranks(x), midranks(y)) ** 2
    inner = _inner(x)
    linear = correlation(x[inner], y[inner]) ** 2 if int(inner.sum()) >= FEWEST else 0.0
    return monotone, min(linear, correlation(x, y) ** 2)


def _bound(x: Floats, y: Floats, *, alpha: float) -> float:
    """Return the lower bound of the better of both fits, each of which is wrong with probability `alpha`."""
    inner = _inner(x)
    monotone = r_squared_bound(x, y, ranks=True, alpha=alpha)
    if int(inner.sum()) < FEWEST:
        return monotone
    linear = min(r_squared_bound(x, y, alpha=alpha), r_squared_bound(x[inner], y[inner], alpha=alpha))
    return max(monotone, linear)


def _inner(x: Floats) -> Bools:
    import numpy as np

    low, high = np.quantile(x, [0.01, 0.99])
    found: Bools = (x >= low) & (x <= high)
    return found
