"""At which value of one column, all else as it is, the decision of a row would be the other."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._model import Model
from .._prepare import Ints
from ._columns import column_at, names_of, ordered
from ._decision import Decisions
from ._monotone import moved

VALUES = 40
"""Values of each column that are tried."""


def nearest_flips(model: Model, table: Any, row: int, among: Ints, decided: Decisions) -> dict[str, int]:
    """Return, for each column that alone can turn the decision, the row that has the nearest value that does.

    Parameters
    ----------
    model : Model
    table : DataFrame or ndarray of shape (n, columns)
    row : int
        Position of the row.
    among : ndarray of positions
        The rows whose values are tried: up to `VALUES` quantiles; of a column without an order, its most frequent.
    decided : Decisions
        Without a threshold nothing is found; nor where it would take longer than the model's time limit.

    Returns
    -------
    dict
        Of column to position. Nearest is the value with the fewest rows between; of levels, the most frequent.
    """
    names = names_of(table)
    if decided.threshold is None or model.pace.seconds(VALUES * len(names), len(names)) > model.time_limit:
        return {}
    found: dict[str, int] = {}
    before = bool(model.scores(moved(table, np.array([row]), 0, np.array([row]))).values[0] >= decided.threshold)
    for position, name in enumerate(names):
        places = _nearest_first(column_at(table, position), row, among)
        if not len(places):
            continue
        positive = model.scores(moved(table, np.array([row]), position, places)).values >= decided.threshold
        turned = np.flatnonzero(positive != before)
        if len(turned):
            found[name] = int(places[turned[0]])
    return found


def _nearest_first(column: Any, row: int, among: Ints) -> Ints:
    """Return rows that stand for the values that are tried, those nearest to the row's own first."""
    import pandas as pd

    values = ordered(column)
    if values is None:
        codes = pd.factorize(column)[0][among]
        there = among[codes >= 0]
        _, first, counts = np.unique(codes[codes >= 0], return_index=True, return_counts=True)
        return np.asarray(there[first[np.argsort(-counts, kind="stable")]][:VALUES])
    there = among[np.isfinite(values[among])]
    if not len(there) or np.isnan(values[row]):
        return np.empty(0, np.int64)
    by_value = there[np.argsort(values[there], kind="stable")]
    chosen = by_value[np.unique(np.linspace(0, len(by_value) - 1, VALUES).round().astype(np.int64))]
    chosen = chosen[np.unique(values[chosen], return_index=True)[1]]
    ranks = np.searchsorted(values[by_value], values[chosen])
    return np.asarray(chosen[np.argsort(np.abs(ranks - np.searchsorted(values[by_value], values[row])), kind="stable")])
