"""Attributions as curves: beeswarms, and how the part of a column depends on its value."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ...records import Json
from .._influence import mean_interval
from .._prepare import Floats
from .._table import column_at, days_in_words, order_of, take
from ._attributions import Attributions
from ._ordered import ranks, texts

BEESWARMS = 10
DEPENDENCES = 4
POINTS = 100
"""Rows of a beeswarm."""
_BINS = 10
_SHOWN = 12
_FEWEST = 10
"""Rows below which a value of a column has no point of its own."""


def curves_of(found: Attributions, X: Any, largest: list[int], confidence: float) -> dict[str, Json]:
    """Return the beeswarms and the dependence of the columns with the largest importance.

    Parameters
    ----------
    found : Attributions
    X : table of shape (n, columns)
        That they are of.
    largest : list of int
        Positions of columns, largest importance first.
    confidence : float

    Returns
    -------
    dict
        ``beeswarm:<column>`` has `x`, the column's part in the output of each of at most `POINTS` rows, and `y`, the
        rank of the column's value from 0 to 1, None where it has no order. ``dependence:<column>`` has the mean of
        those parts over bins of the column, with t intervals.
    """
    rows = take(X, found.rows)
    out: dict[str, Json] = {}
    for place, j in enumerate(largest[:BEESWARMS]):
        column, parts = column_at(rows, j), found.values[:, j]
        values = order_of(column)
        order = np.full(len(parts), np.nan) if values is None else ranks(values.keys)
        out[f"beeswarm:{found.names[j]}"] = {
            "x": parts[:POINTS].tolist(),
            "y": [None if math.isnan(rank) else round(rank, 4) for rank in order[:POINTS].tolist()],
        }
        if place < DEPENDENCES:
            curve = _by_text(texts(column), parts, confidence) if values is None else None
            if values is not None:
                curve = _by_value(values.keys, parts, confidence, dates=values.kind == "date")
            if curve is not None:
                out[f"dependence:{found.names[j]}"] = curve
    return out


def _by_value(values: Floats, parts: Floats, confidence: float, *, dates: bool) -> dict[str, Json] | None:
    """Return means over bins of equal size; equal values are never divided."""
    known = np.isfinite(values)
    values, parts = values[known], parts[known]
    distinct, codes, counts = np.unique(values, return_inverse=True, return_counts=True)
    if len(distinct) > _BINS:
        middle = np.cumsum(counts) - counts / 2
        bins = min(_BINS, len(values) // _FEWEST)
        codes = np.minimum((middle * bins / max(len(values), 1)).astype(np.int64), bins - 1)[codes] if bins else codes
    chosen = [np.flatnonzero(codes == b) for b in np.unique(codes)]
    chosen = [at for at in chosen if len(at) >= _FEWEST]
    if len(chosen) < 2:
        return None
    x = [float(values[at].mean()) for at in chosen]
    where: dict[str, Json] = {"labels": [*days_in_words(np.array(x))]} if dates else {"x": list(x)}
    return {**where, **_means([parts[at] for at in chosen], confidence)}


def _by_text(values: list[str], parts: Floats, confidence: float) -> dict[str, Json] | None:
    """Return means by value, the most frequent first; rare values are left out, as they may name somebody."""
    names, codes, counts = np.unique(np.array(values, dtype=object), return_inverse=True, return_counts=True)
    chosen = [int(k) for k in np.argsort(-counts, kind="stable")[:_SHOWN] if counts[k] >= _FEWEST]
    if not chosen:
        return None
    means = _means([parts[codes == k] for k in chosen], confidence)
    return {"labels": [str(names[k]) for k in chosen], **means}


def _means(groups: list[Floats], confidence: float) -> dict[str, Json]:
    # Where a value of the column always has the same part there is nothing to be unsure of.
    intervals = [mean_interval(group, None, confidence) for group in groups]
    return {
        "y": [interval.value for interval in intervals],
        "lower": [v if math.isnan(low) else low for v, low, _ in intervals],
        "upper": [v if math.isnan(high) else high for v, _, high in intervals],
    }
