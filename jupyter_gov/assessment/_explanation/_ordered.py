"""Columns of a table as numbers in their order, or as text."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._prepare import Floats, plain


def column_of(table: Any, position: int) -> Any:
    """Return a column of a DataFrame or an array by position."""
    return table.iloc[:, position] if hasattr(table, "iloc") else table[:, position]


def is_date(column: Any) -> bool:
    """Return whether a column holds dates or durations."""
    return getattr(column.dtype, "kind", "O") in "mM"


def ordered(column: Any) -> Floats | None:
    """Return the values of a column as numbers in their order, NaN where they are missing; None if it has no order.

    Numbers, booleans, dates (as days since 1970) and ordered categories (as positions) have one.
    """
    kind = getattr(column.dtype, "kind", "O")
    if kind in "biufmM":
        return _numbers(column)
    if hasattr(column, "cat"):
        return np.where(column.isna(), np.nan, column.cat.codes.to_numpy(np.float64)) if column.cat.ordered else None
    values = np.asarray(column, dtype=object)
    given = [value for value in values.tolist() if not _missing(value)]
    if given and all(isinstance(value, bool | int | float | np.number) for value in given):
        return np.array([np.nan if _missing(value) else float(value) for value in values.tolist()])
    return None


def texts(column: Any) -> list[str]:
    """Return the values of a column as text, ``missing`` where they are missing."""
    return ["missing" if _missing(value) else str(plain(value)) for value in np.asarray(column, dtype=object).tolist()]


def ranks(values: Floats) -> Floats:
    """Return the ranks of numbers as shares from 0 to 1, equal ones in the middle; NaN where they are missing."""
    from scipy.stats import rankdata

    known = ~np.isnan(values)
    out = np.full(len(values), np.nan)
    count = int(known.sum())
    if count:
        out[known] = (rankdata(values[known]) - 0.5) / count
    return out


def day(value: float) -> str:
    """Return days since 1970 as a date."""
    return str(np.datetime64(round(value), "D"))


def _numbers(column: Any) -> Floats:
    if is_date(column):
        if hasattr(column, "dt"):
            aware = getattr(column.dtype, "tz", None) is not None
            column = (column.dt.tz_convert(None) if aware else column).to_numpy()
        unit = "datetime64[us]" if column.dtype.kind == "M" else "timedelta64[us]"
        days = column.astype(unit).astype(np.int64) / 86_400e6
        return np.where(np.isnat(column), np.nan, days)
    if hasattr(column, "to_numpy"):
        return np.asarray(column.to_numpy(dtype=np.float64, na_value=np.nan))
    return np.asarray(column, np.float64)


def _missing(value: Any) -> bool:
    return value is None or bool(np.isscalar(value) and value != value) or type(value).__name__ in ("NAType", "NaTType")
