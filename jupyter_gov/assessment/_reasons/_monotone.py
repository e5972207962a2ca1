"""Whether the model's output never gets better for a person as a column moves in the direction called adverse."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from .._model import Model
from .._prepare import Bools, Floats, Ints
from .._table import column_at, crossed, names_of, ordered
from ._columns import is_level
from ._mapping import ANY, Feature, Reasons

ROWS, GRID = 200, 15
"""Rows moved, and the values each column is moved to, at most."""
TOLERANCE = 1e-6
"""A rise that is smaller, relative to the largest output, is rounding: boosters answer in 32 bits."""


class Monotone(NamedTuple):
    """What was seen of one column.

    Attributes
    ----------
    column : str
    claimed : str
        ``high``, ``low`` or ``levels``.
    rows, violating : int
        Rows moved, and those of which the output got better somewhere.
    flipped : int or None
        Rows that such a gain turns from refused into approved; None where there is no threshold.
    largest : float
        The largest gain, in units of the output.
    mean : ndarray of shape (grid,)
        The mean output along the grid.
    grid : list
        The values, in the direction that is claimed to be adverse.
    """

    column: str
    claimed: str
    rows: int
    violating: int
    flipped: int | None
    largest: float
    mean: Floats
    grid: list[Any]


def measure_monotonicity(
    model: Model,
    table: Any,
    rows: Ints,
    reasons: Reasons,
    *,
    sign: float,
    threshold: float | None = None,
    notify: Callable[[int, int], None] = lambda _done, _total: None,
) -> list[Monotone]:
    """Move each column of some rows along its values, all others as they are, and count outputs that get better.

    Parameters
    ----------
    model : Model
    table : DataFrame or ndarray of shape (n, columns)
    rows : ndarray of positions
    reasons : Reasons
        Columns that claim no direction, or are ignored, are not moved.
    sign : float
        1 where a larger output is better for the person, else −1.
    threshold : float, optional
        The output from which on the decision is positive.
    notify : callable
        Told the columns done and their total.

    Returns
    -------
    list of Monotone
        For a direction, a row violates it if the output at some value is better than at a less adverse one; for levels,
        if it is better at some adverse level than at one that is not. These are lines of individual conditional
        expectation (Goldstein, Kapelner, Bleich & Pitkin 2015, J. Comput. Graph. Stat. 24:44–65), at observed values.
    """
    claims = []
    for position, name in enumerate(names_of(table)):
        feature = reasons.features.get(name)
        if feature is None or feature.ignore or feature.adverse == ANY:
            continue
        places, adverse = _grid(column_at(table, position), feature)
        if len(places) > 1:
            claims.append((position, feature, places, adverse))
    model.afford(len(rows) * sum(len(places) for _, _, places, _ in claims), len(claims))
    found = []
    for done, (position, feature, places, adverse) in enumerate(claims):
        notify(done, len(claims))
        scores = model.scores(crossed(table, rows, position, places)).values
        output = sign * scores.reshape(len(places), len(rows)).T
        gain = _gain(output, adverse)
        least = TOLERANCE * max(float(np.abs(output).max()), 1e-300)
        column = column_at(table, position)
        found.append(
            Monotone(
                column=feature.column,
                claimed=feature.adverse if isinstance(feature.adverse, str) else "levels",
                rows=len(rows),
                violating=int((gain > least).sum()),
                flipped=None if threshold is None else int((_flips(output, adverse, sign, threshold)).sum()),
                largest=float(max(gain.max(), 0.0)) if (gain > least).any() else 0.0,
                mean=sign * output.mean(axis=0),
                grid=[column.iloc[p] if hasattr(column, "iloc") else column[p] for p in places],
            )
        )
    notify(len(claims), len(claims))
    return found


def _grid(column: Any, feature: Feature) -> tuple[Ints, Bools | None]:
    """Return rows whose values stand for the column's, the most adverse last; and which of them are adverse levels."""
    if isinstance(feature.adverse, tuple):
        import pandas as pd

        codes, levels = pd.factorize(column)
        places = np.array([int(np.argmax(codes == k)) for k in range(len(levels))], np.int64)
        adverse = is_level(column.iloc[places] if hasattr(column, "iloc") else column[places], feature.adverse)
        if adverse.all() or not adverse.any():
            return np.empty(0, np.int64), None
        order = np.argsort(adverse, kind="stable")[:]
        return places[order], adverse[order]
    values = ordered(column)
    if values is None:
        return np.empty(0, np.int64), None
    there = np.flatnonzero(np.isfinite(values))
    distinct, first = np.unique(values[there], return_index=True)
    chosen = np.unique(np.round(np.linspace(0, len(distinct) - 1, min(GRID, len(distinct)))).astype(np.int64))
    if len(distinct) > GRID:
        # Quantiles of the rows rather than of the distinct values, so that it is moved to where people are.
        levels = np.quantile(values[there], np.linspace(0, 1, GRID), method="nearest")
        chosen = np.unique(np.searchsorted(distinct, levels))
    places = there[first[chosen]]
    return (places if feature.adverse == "high" else places[::-1]), None


def _gain(output: Floats, adverse: Bools | None) -> Floats:
    """Return by how much each row gains most in the direction that is called adverse; zero or less if it never does."""
    if adverse is not None:
        return np.asarray(output[:, adverse].max(axis=1) - output[:, ~adverse].min(axis=1))
    return np.asarray((output[:, 1:] - np.minimum.accumulate(output, axis=1)[:, :-1]).max(axis=1))


def _flips(output: Floats, adverse: Bools | None, sign: float, threshold: float) -> Bools:
    """Return which rows are refused at some value and approved at a more adverse one."""
    approved = (output >= threshold) if sign > 0 else (output > -threshold)
    refused = ~approved
    if adverse is not None:
        return np.asarray(refused[:, ~adverse].any(axis=1) & approved[:, adverse].any(axis=1))
    return np.asarray((np.logical_or.accumulate(refused, axis=1)[:, :-1] & approved[:, 1:]).any(axis=1))
