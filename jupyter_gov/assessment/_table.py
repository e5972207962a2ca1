"""Tables as assessments read and change them: their columns, the order of values, and columns with other values."""

from __future__ import annotations

import datetime
import decimal
import math
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

import numpy as np

from ._prepare import Bools, Floats, Ints, text_names

SHARED = 5
"""Rows that must share a value for it to be stated: one that a few have may be an error, or say who they are."""
DIGITS = 3
"""Digits that are stated of a number of which fewer rows may share the exact value."""

Kind = Literal["number", "date", "duration", "truth", "rank"]
"""What has an order: numbers; dates and durations, in days; booleans; categories with an order, as positions."""

_DAY = 86_400e6
_UNITS = ("Y", "M", "D", "h", "m", "s")
_OBJECTS: dict[str, Kind] = {
    "integer": "number",
    "floating": "number",
    "mixed-integer-float": "number",
    "decimal": "number",
    "boolean": "truth",
    "date": "date",
    "datetime": "date",
    "datetime64": "date",
    "timedelta": "duration",
    "timedelta64": "duration",
}


class Order(NamedTuple):
    """A column as numbers that sort as its values do.

    Attributes
    ----------
    keys : ndarray of shape (n,)
        NaN where the value is missing.
    kind : str
        See `Kind`; dates are days since 1970, in UTC if they have a time zone.
    words : tuple of str
        Of booleans and categories, what each position stands for.
    """

    keys: Floats
    kind: Kind
    words: tuple[str, ...] = ()

    @property
    def measured(self) -> bool:
        """Whether differences between values mean something: of numbers, dates and durations."""
        return self.kind in ("number", "date", "duration")


def names_of(table: Any) -> list[str]:
    """Return the names of a table's columns; those of an array are ``x0``, ``x1`` and so on."""
    if hasattr(table, "columns"):
        return text_names(table.columns, "X")
    return [f"x{i}" for i in range(table.shape[1])]


def column_at(table: Any, position: int) -> Any:
    """Return a column of a DataFrame or an array by position."""
    return table.iloc[:, position] if hasattr(table, "iloc") else table[:, position]


def take(table: Any, rows: Ints) -> Any:
    """Return some rows of a table or column, by position."""
    if hasattr(table, "iloc"):
        return table.iloc[rows]
    return [table[i] for i in rows] if isinstance(table, list | tuple) else table[rows]


def with_columns(table: Any, changed: Mapping[int, Any]) -> Any:
    """Return a table with some columns exchanged for others; the table itself stays as it is.

    Parameters
    ----------
    table : DataFrame or ndarray of shape (n, columns)
    changed : mapping of position to column of shape (n,)
        Their rows are those of the table whatever their index; a DataFrame takes on their types, an array becomes of a
        type that holds all.
    """
    if hasattr(table, "iloc"):
        made = table.copy(deep=False)
        for position, column in changed.items():
            made.isetitem(position, column.set_axis(made.index) if hasattr(column, "set_axis") else column)
        return made
    columns = {position: np.asarray(column) for position, column in changed.items()}
    made = table.astype(np.result_type(table.dtype, *(column.dtype for column in columns.values())))
    for position, column in columns.items():
        made[:, position] = column
    return made


def crossed(table: Any, rows: Ints, position: int, places: Ints) -> Any:
    """Return some rows once for each of several values of one column; types stay as they are.

    Parameters
    ----------
    table : DataFrame or ndarray of shape (n, columns)
    rows : ndarray of shape (m,)
    position : int
        Of the column.
    places : ndarray of shape (G,)
        Rows whose values the column takes.

    Returns
    -------
    DataFrame or ndarray of shape (G · m, columns)
        All rows with the first value, then all with the second, and so on.
    """
    many = take(table, np.tile(rows, len(places)))
    if hasattr(many, "iloc"):
        many = many.reset_index(drop=True)
    return with_columns(many, {position: take(column_at(table, position), np.repeat(places, len(rows)))})


def order_of(column: Any) -> Order | None:
    """Return a column as numbers in the order of its values; None where these have no order, as text has none.

    Parameters
    ----------
    column : Series, array or extension array of shape (n,)
        Python's numbers, dates and the like are read as what they are, in a column of objects as in one of Arrow's.
    """
    import pandas as pd

    if str(getattr(column, "dtype", "")).startswith("string_view"):  # polars' text, of which pandas knows no kind
        return None
    series = column if hasattr(column, "iloc") else pd.Series(column)
    dtype = series.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        if not dtype.ordered:
            return None
        codes = series.cat.codes.to_numpy(np.float64)
        return Order(np.where(codes < 0, np.nan, codes), "rank", tuple(str(word) for word in dtype.categories))
    arrows = isinstance(dtype, pd.ArrowDtype) and dtype.type in (datetime.date, decimal.Decimal)
    if arrows or (isinstance(dtype, np.dtype) and dtype.kind == "O"):
        return _of_objects(series.astype(object))
    if pd.api.types.is_bool_dtype(dtype):
        held = np.asarray(series.astype("Float64").to_numpy(np.float64, na_value=np.nan), np.float64)
        return Order(held, "truth", ("False", "True"))
    if dtype.kind in "mM":
        whole = series.to_numpy(dtype=f"{dtype.kind}8[us]")
        days = np.asarray(np.where(np.isnat(whole), np.nan, whole.astype(np.int64) / _DAY), np.float64)
        return Order(days, "date" if dtype.kind == "M" else "duration")
    if pd.api.types.is_numeric_dtype(dtype) and not pd.api.types.is_complex_dtype(dtype):
        return Order(series.to_numpy(np.float64, na_value=np.nan), "number")
    return None


def ordered(column: Any) -> Floats | None:
    """Return the keys of `order_of`, or None."""
    found = order_of(column)
    return None if found is None else found.keys


def _of_objects(series: Any) -> Order | None:
    import pandas as pd

    kind = _OBJECTS.get(pd.api.types.infer_dtype(series, skipna=True))
    if kind is None:
        return None
    known: Bools = series.notna().to_numpy()
    values = series[known]
    if kind == "date":
        values = pd.to_datetime(values, utc=True)
    elif kind == "duration":
        values = pd.to_timedelta(values)
    else:
        values = values.astype(np.float64)
    found = order_of(values)
    keys = np.full(len(known), np.nan)
    keys[known] = found.keys if found is not None else np.nan
    return Order(keys, kind, ("False", "True") if kind == "truth" else ())


def rounded(values: Floats, digits: int = DIGITS) -> Floats:
    """Return different numbers with so many digits, or as many more as keep them apart.

    Parameters
    ----------
    values : ndarray of shape (n,)
        Finite.
    """
    for more in range(digits, 17):
        made = np.array([float(f"{value:.{more - 1}e}") for value in values.tolist()])
        if len(np.unique(made)) == len(np.unique(values)):
            return made
    return values


def round_number(below: float, above: float) -> float:
    """Return the number with the fewest digits that is at least `below` and less than `above`."""
    if below <= 0 < above:
        return 0.0
    top = math.floor(math.log10(max(abs(below), abs(above)))) + 1
    for power in range(top, top - 18, -1):
        candidate = float(f"{math.ceil(below / 10.0**power)}e{power}")
        if below <= candidate < above:
            return candidate
    return below


def round_date(below: float, above: float) -> tuple[float, str]:
    """Return the first start of a year, or else of a month, day and so on, after `below` and not after `above`.

    Both, and what is returned, besides the date in words, are days since 1970.
    """
    for unit in _UNITS:
        start = _moment(below).astype(f"datetime64[{unit}]") + 1
        found = float(start.astype("datetime64[us]").astype(np.int64) / _DAY)
        if below < found <= above:
            return found, _told(start)
    return above, _told(_moment(above))


def days_in_words(days: Floats, coarsest: Literal["M", "D"] = "D") -> list[str]:
    """Return different moments, in days since 1970, as dates; with the time as far as that keeps them apart.

    Months, where these are the coarsest, are without a day.
    """
    moments = [_moment(day) for day in days.tolist()]
    for unit in (*_UNITS[_UNITS.index(coarsest) :], "us"):
        step = f"datetime64[{'m' if unit == 'h' else unit}]"
        made = [str(moment.astype(f"datetime64[{unit}]").astype(step)).replace("T", " ") for moment in moments]
        if len(set(made)) == len(set(days.tolist())):
            break
    return made


def _moment(days: float) -> Any:
    return np.datetime64(round(days * _DAY), "us")


def _told(moment: Any) -> str:
    unit = np.datetime_data(moment.dtype)[0]
    shown = {"Y": "D", "M": "D", "h": "m"}.get(unit, unit)
    return str(moment.astype(f"datetime64[{shown}]")).replace("T", " ")
