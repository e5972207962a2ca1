"""What a row's values are, and where they stand: for the reader alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ...records import Json
from .._prepare import plain
from .._robustness._smallest import Change
from .._table import column_at, names_of, ordered
from ._columns import percentile
from ._finding import Row


def shown_of(row: Row, reference: Any, turns: Mapping[str, Any], change: Change | None) -> dict[str, Json]:
    """Return what is shown of each column of a row.

    Parameters
    ----------
    row : Row
    reference : DataFrame or ndarray
        The rows that it is compared with.
    turns : mapping
        By column the value that, all else as it is, turns the decision.
    change : Change or None
        The smallest change within bounds that turns it.

    Returns
    -------
    dict
        By column ``value``, ``percentile``, ``typical``, ``turns`` and ``changed``, as in `RowExplanation`.
    """
    table, position = row.table, row.position
    among = np.arange(row.known)
    changed = {} if change is None else dict(zip(change.columns, change.after, strict=True))
    shown: dict[str, Json] = {}
    for j, name in enumerate(names_of(table)):
        column = column_at(table, j)
        shown[name] = {
            "value": _json(column.iloc[position] if hasattr(column, "iloc") else column[position]),
            "percentile": percentile(column, position, among),
            "typical": _typical(column_at(reference, j)),
            "turns": _json(turns.get(name)),
            "changed": _json(changed.get(name)),
        }
    return shown


def _typical(column: Any) -> Json:
    """Return the median of a column of numbers, else its most frequent value."""
    import pandas as pd

    numbers = ordered(column)
    series = pd.Series(column)
    if numbers is not None and pd.api.types.is_numeric_dtype(series.dtype) and np.isfinite(numbers).any():
        return float(np.nanmedian(numbers))
    counts = series.value_counts()
    return _json(counts.index[0]) if len(counts) else None


def _json(value: Any) -> Json:
    import pandas as pd

    if value is None or pd.isna(value):
        return None
    held = plain(value)
    return held if isinstance(held, bool | int | float | str) else str(held)
