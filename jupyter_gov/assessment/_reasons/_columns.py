"""Columns as their values are compared: as numbers where they have an order, else as levels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ...errors import InputError
from .._prepare import Bools, Floats, Ints, plain, text_names
from ._mapping import ANY, Feature


def names_of(table: Any) -> list[str]:
    """Return the names of a table's columns, ``x0``, ``x1``, … for an array."""
    return text_names(table.columns, "X") if hasattr(table, "columns") else [f"x{i}" for i in range(table.shape[1])]


def column_at(table: Any, position: int) -> Any:
    """Return a column of a DataFrame or an array."""
    return table.iloc[:, position] if hasattr(table, "iloc") else table[:, position]


def ordered(column: Any) -> Floats | None:
    """Return a column as numbers that have its order, NaN where it is missing; None where it has no order."""
    import pandas as pd

    series = pd.Series(column)
    if isinstance(series.dtype, pd.CategoricalDtype):
        if not series.cat.ordered:
            return ordered(series.astype(series.cat.categories.dtype)) if _numeric(series.cat.categories) else None
        codes = series.cat.codes.to_numpy().astype(np.float64)
        return np.where(codes < 0, np.nan, codes)
    if series.dtype.kind in "mM":
        ticks = series.to_numpy(dtype=f"{series.dtype.kind}8[ns]")
        return np.where(np.isnat(ticks), np.nan, ticks.astype(np.int64))
    if not _numeric(series):
        return None
    return series.to_numpy(dtype=np.float64, na_value=np.nan)


def _numeric(values: Any) -> bool:
    import pandas as pd

    if pd.api.types.is_numeric_dtype(values.dtype):
        return not pd.api.types.is_complex_dtype(values.dtype)
    if values.dtype != object:
        return False
    held = values.dropna() if hasattr(values, "dropna") else values
    return len(held) > 0 and all(isinstance(v, int | float | np.number) for v in held)


def is_level(column: Any, levels: tuple[Any, ...]) -> Bools:
    """Return which values of a column are among the levels; ``4`` is ``4.0``, and ``"4"``."""
    texts = {str(level) for level in levels}
    return np.array([plain(v) in levels or str(plain(v)) in texts for v in np.asarray(column, dtype=object)], np.bool_)


def refuse_unordered(table: Any, features: Mapping[str, Feature]) -> None:
    """Raise InputError if a direction is claimed of a column that has no order."""
    for position, name in enumerate(names_of(table)):
        feature = features.get(name)
        if feature is None or feature.ignore or feature.adverse == ANY or isinstance(feature.adverse, tuple):
            continue
        if ordered(column_at(table, position)) is None:
            raise InputError(
                f"Reasons, features.{name}.adverse: {name!r} is said to be adverse when {feature.adverse}, and its "
                "values have no order.",
                hint="List the levels that are adverse, such as adverse: [rented, other].",
            )


def contradicted(feature: Feature, column: Any, rows: Ints, reference: Ints) -> Bools:
    """Return for which rows a column's value is not what its reason claims to be adverse.

    Parameters
    ----------
    feature : Feature
    column : column of n values
    rows, reference : ndarray of positions
        The rows, and those that they are compared with.

    Returns
    -------
    ndarray of shape (len(rows),)
        For ``high``, whether fewer reference rows lie below the value than above it, or it is missing; for ``low``, the
        other way round; for levels, whether it is none of them. A median does not tell where most rows have one value,
        nor a mean where a few are huge.
    """
    if feature.adverse == ANY or feature.ignore:
        return np.zeros(len(rows), np.bool_)
    if isinstance(feature.adverse, tuple):
        return ~is_level(_take(column, rows), feature.adverse)
    values = ordered(column)
    if values is None:
        return np.zeros(len(rows), np.bool_)
    there = np.sort(values[reference][np.isfinite(values[reference])])
    held = values[rows]
    rank = np.searchsorted(there, held, "left") + np.searchsorted(there, held, "right") - len(there)
    return np.asarray((rank < 0 if feature.adverse == "high" else rank > 0) | np.isnan(held))


def percentile(column: Any, row: int, among: Ints) -> float | None:
    """Return the share of rows with a smaller value, ties counted half; None where there is no order or no value."""
    values = ordered(column)
    if values is None or np.isnan(values[row]):
        return None
    there = values[among][~np.isnan(values[among])]
    if not len(there):
        return None
    return float(((there < values[row]).sum() + (there == values[row]).sum() / 2) / len(there))


def _take(column: Any, rows: Ints) -> Any:
    return column.iloc[rows] if hasattr(column, "iloc") else column[rows]
