"""Two tables as pairs of columns that can be compared: numbers in their order, or levels without one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ...errors import InputError, a_type
from .._columns import as_column, from_arrow, table_columns
from .._prepare import Floats, Ints, text_names
from ._distance import floats

LEVELS = 30
"""Levels of a column that are told apart; all others are one."""
RARE = 0.005
"""The share of all rows below which a level is not told apart."""
OTHERS = "(others)"
MISSING = "(missing)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A column of both data sets.

    Attributes
    ----------
    name : str
    reference, current : ndarray of shape (n,) and (m,)
        Floats, NaN where missing; or where there are `levels`, the position of each row's level in them.
    levels : tuple of str, or None
        In place of an order; None where values have one.
    fresh, gone : int
        Levels that only one of the data sets has, told apart or not.
    """

    name: str
    reference: Any
    current: Any
    levels: tuple[str, ...] | None = None
    fresh: int = 0
    gone: int = 0

    @property
    def ordered(self) -> bool:
        return self.levels is None

    def missing(self) -> tuple[int, int]:
        """Return how many values are missing in each."""
        if self.levels is None:
            return int(np.isnan(self.reference).sum()), int(np.isnan(self.current).sum())
        at = self.levels.index(MISSING) if MISSING in self.levels else -1
        return int((self.reference == at).sum()), int((self.current == at).sum())


def read_table(table: Any, what: str) -> dict[str, Any]:
    """Return the columns of a table by name.

    Parameters
    ----------
    table : DataFrame, array of shape (n, columns), mapping of name to column, or a table that Arrow reads
    what : str
        What it is called in an error.

    Raises
    ------
    InputError
        If it is no table, has no rows or columns, or two columns have one name.
    """
    if hasattr(table, "toarray"):
        raise InputError(f"{what} is a sparse matrix.", hint="Pass a DataFrame, or its toarray().")
    if isinstance(table, np.ndarray):
        if table.ndim != 2:
            raise InputError(f"{what} has {table.ndim} dimensions.", hint="Pass a table of rows and columns.")
        columns: Any = [(f"x{i}", table[:, i]) for i in range(table.shape[1])]
    else:
        columns = table_columns(table)
    if columns is None:
        raise InputError(f"{what} is {a_type(table)}, not a table.", hint="Pass a DataFrame or a 2-dimensional array.")
    if not columns or not len(columns[0][1]):
        raise InputError(f"{what} is empty.", hint="Pass at least one row and one column.")
    return dict(zip(text_names([name for name, _ in columns], what), (column for _, column in columns), strict=True))


def pair(name: str, reference: Any, current: Any) -> Pair:
    """Return two columns as they are compared.

    Numbers, dates, durations and ordered categories of the same categories are compared in their order; truth values
    and everything else as levels, by their text.
    """
    sides = [_values(column) for column in (reference, current)]
    orders = [_order(column) for column in sides]
    if _category_order(sides[0]) != _category_order(sides[1]):
        orders = ["", ""]
    if orders[0] and orders[0] == orders[1]:
        return Pair(name=name, reference=_numbers(sides[0], orders[0]), current=_numbers(sides[1], orders[1]))
    return _levels(name, *map(_texts, sides))


def _values(column: Any) -> Any:
    """Return a column as an array of NumPy or pandas; objects that are numbers throughout as numbers."""
    import pandas as pd

    column = as_column(column)
    column = column.array if hasattr(column, "iloc") else column
    if type(column).__module__.startswith("pyarrow"):
        column = from_arrow(column)
    if hasattr(column, "__arrow_array__") and hasattr(column, "dtype") and "string_view" in str(column.dtype):
        column = _strings(column)  # pandas knows nothing of the text of polars
    if not hasattr(column, "dtype"):
        column = np.asarray(column, dtype=object)
    if column.dtype == object and pd.api.types.infer_dtype(column, skipna=True) in {
        "integer",
        "floating",
        "mixed-integer-float",
        "decimal",
        "boolean",
        "datetime",
        "datetime64",
        "date",
    }:
        return pd.array(pd.Series(column).infer_objects().convert_dtypes()) if _plain(column) else _dates(column)
    return column


def _strings(column: Any) -> Any:
    import pyarrow as pa

    return from_arrow(pa.chunked_array(column.__arrow_array__()).cast(pa.large_string()))


def _plain(column: Any) -> bool:
    import pandas as pd

    return not pd.api.types.infer_dtype(column, skipna=True).startswith("date")


def _dates(column: Any) -> Any:
    import pandas as pd

    return pd.to_datetime(pd.Series(column), errors="coerce", utc=True).array


def _order(column: Any) -> str:
    """Return in which order values are compared, empty if in none."""
    import pandas as pd

    kind = column.dtype
    if isinstance(kind, pd.CategoricalDtype):
        return "category" if kind.ordered else ""
    if pd.api.types.is_bool_dtype(kind):
        return ""
    if pd.api.types.is_numeric_dtype(kind) and not pd.api.types.is_complex_dtype(kind):
        return "number"
    if pd.api.types.is_datetime64_any_dtype(kind):
        return "date"
    return "duration" if pd.api.types.is_timedelta64_dtype(kind) else ""


def _category_order(column: Any) -> Any:
    return list(column.categories) if _order(column) == "category" else None


def _numbers(column: Any, order: str) -> Floats:
    import pandas as pd

    if order == "category":
        codes = np.asarray(column.codes)
        return np.where(codes < 0, np.nan, codes.astype(np.float64))
    if order in ("date", "duration"):
        unit = "datetime64[ns]" if order == "date" else "timedelta64[ns]"
        times = pd.Series(column)
        if order == "date" and getattr(times.dt, "tz", None) is not None:
            times = times.dt.tz_convert("UTC").dt.tz_localize(None)
        stamps = times.to_numpy(dtype=unit)
        return np.where(np.isnat(stamps), np.nan, stamps.astype(np.int64).astype(np.float64))
    if isinstance(column, np.ndarray):
        return floats(column)
    return floats(pd.Series(column).to_numpy(dtype=np.float64, na_value=np.nan))


def _texts(column: Any) -> Any:
    """Return the text of each value, None where it is missing."""
    import pandas as pd

    values = pd.Series(column)
    codes, levels = pd.factorize(values, use_na_sentinel=True)
    texts = np.array([*map(str, levels), None], dtype=object)
    return texts[codes]


def _levels(name: str, reference: Any, current: Any) -> Pair:
    import pandas as pd

    n = len(reference)
    codes, found = pd.factorize(np.concatenate([reference, current]), use_na_sentinel=True)
    codes = np.where(codes < 0, len(found), codes)
    left = np.bincount(codes[:n], minlength=len(found) + 1)
    right = np.bincount(codes[n:], minlength=len(found) + 1)
    both = left + right
    # By number and then by name, so that the order of rows is of no account.
    ranked = sorted(range(len(found)), key=lambda i: (-both[i], found[i]))
    kept = [i for i in ranked[:LEVELS] if both[i] >= RARE * len(codes)]
    if len(ranked) - len(kept) == 1:
        kept = ranked  # one rare level is itself, not others
    names = [str(found[i]) for i in kept]
    place: Ints = np.full(len(found) + 1, len(kept))
    place[kept] = np.arange(len(kept))
    if len(kept) < len(found):
        names.append(OTHERS)
    if both[-1]:
        place[-1] = len(names)
        names.append(MISSING)
    told = place[codes]
    return Pair(
        name=name,
        reference=told[:n],
        current=told[n:],
        levels=tuple(names),
        fresh=int(((left == 0) & (right > 0))[:-1].sum()),
        gone=int(((left > 0) & (right == 0))[:-1].sum()),
    )
