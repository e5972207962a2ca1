"""Two tables as pairs of columns that can be compared: numbers in their order, or levels without one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ...errors import InputError, a_type
from .._columns import as_column, from_arrow, table_columns
from .._prepare import Ints, text_names
from .._table import SHARED, Order, order_of
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
    kind : str
        What the floats are, as of `Order`: numbers, days of dates and durations, or ranks.
    words : tuple of str
        What ranks stand for.
    fresh, gone : int
        Levels that only one of the data sets has, told apart or not.
    """

    name: str
    reference: Any
    current: Any
    levels: tuple[str, ...] | None = None
    kind: str = "number"
    words: tuple[str, ...] = ()
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
    and everything else as levels, by their text. Truth values beside numbers are numbers.
    """
    sides = [_values(column) for column in (reference, current)]
    orders = [order_of(column) for column in sides]
    first, second = orders
    if first is None or second is None or not _comparable(first, second):
        return _levels(name, *map(_texts, sides))
    kind, words = ("number", ()) if first.kind != second.kind else (first.kind, first.words)
    return Pair(name=name, reference=floats(first.keys), current=floats(second.keys), kind=kind, words=words)


def _comparable(first: Order, second: Order) -> bool:
    if first.kind == second.kind:
        return first.kind != "truth" and first.words == second.words
    return {first.kind, second.kind} == {"truth", "number"}


def _values(column: Any) -> Any:
    """Return a column as an array of NumPy or pandas."""
    column = as_column(column)
    column = column.array if hasattr(column, "iloc") else column
    if type(column).__module__.startswith("pyarrow"):
        column = from_arrow(column)
    if hasattr(column, "__arrow_array__") and hasattr(column, "dtype") and "string_view" in str(column.dtype):
        column = _strings(column)  # pandas knows nothing of the text of polars
    return column if hasattr(column, "dtype") else np.asarray(column, dtype=object)


def _strings(column: Any) -> Any:
    import pyarrow as pa

    return from_arrow(pa.chunked_array(column.__arrow_array__()).cast(pa.large_string()))


def _texts(column: Any) -> Any:
    """Return the text of each value, None where it is missing."""
    import pandas as pd

    codes, levels = pd.factorize(pd.Series(column), use_na_sentinel=True)
    texts = np.array([*map(_text, levels), None], dtype=object)
    return texts[codes]


def _text(value: Any) -> str:
    # One number has one text, also where a missing value has made floats of whole numbers.
    whole = isinstance(value, float | np.floating) and float(value).is_integer()
    return str(int(value)) if whole else str(value)


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
    kept = [i for i in ranked[:LEVELS] if both[i] >= max(SHARED, RARE * len(codes))]
    if len(ranked) - len(kept) == 1 and both[ranked[-1]] >= SHARED:
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
