"""The columns of a table as perturbations see them: numbers, dates and levels, changed without losing their type."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from .._prepare import Bools, Floats, Ints, text_names

Kind = Literal["number", "date", "level", "other"]
"""What can be added to and multiplied; moved in time; exchanged for another of its kind; or none of these."""

_FEW = 2
"""Distinct numbers up to which they are levels, such as 0 and 1."""
_NUMERIC = frozenset({"integer", "floating", "mixed-integer-float", "decimal"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a table of n rows.

    Attributes
    ----------
    name : str
    position : int
    kind : str
        See `Kind`.
    series : Series of shape (n,)
        As it is.
    numbers : ndarray of shape (n,)
        Of numbers and dates (in the unit of their type), NaN where missing; else empty.
    codes : ndarray of shape (n,)
        Of levels their positions in `levels`, -1 where missing; else empty.
    levels : sequence
        Distinct values by first appearance.
    whole : bool
        Whether numbers have no fractions.
    """

    name: str
    position: int
    kind: Kind
    series: Any
    numbers: Floats
    codes: Ints
    levels: Any
    whole: bool = False

    @property
    def missing(self) -> Bools:
        """Where there is no value."""
        return np.asarray(self.series.isna(), np.bool_)

    @property
    def known(self) -> Floats:
        """The numbers that there are."""
        return self.numbers[np.isfinite(self.numbers)]

    @property
    def deviation(self) -> float:
        """The standard deviation of the numbers that there are, 0 where there are none.

        The smallest and largest percent count as the value next to them, or else a few placeholders such as 999,999
        would be what noise is measured by; where that leaves no variation, they count as they are.
        """
        if not len(self.known):
            return 0.0
        low, high = np.quantile(self.known, [0.01, 0.99])
        return float(np.clip(self.known, low, high).std() or self.known.std())

    @property
    def is_category(self) -> bool:
        """Whether it holds text or a categorical type, which may meet a value that it has never seen."""
        import pandas as pd

        categorical = isinstance(self.series.dtype, pd.CategoricalDtype)
        return self.kind == "level" and (categorical or pd.api.types.infer_dtype(self.series) == "string")

    def with_numbers(self, numbers: Floats) -> Any:
        """Return numbers of shape (n,) as a column of this one's type, or of floats where that cannot hold them."""
        return typed(self.series, numbers)

    def with_codes(self, codes: Ints, like: Any = None) -> Any:
        """Return levels by their positions as a column of this one's type; a row whose level stays is as it was.

        Parameters
        ----------
        codes : ndarray of shape (m,)
            -1 where missing.
        like : Series of shape (m,), optional
            Whose index and missing values it has; by default all rows.
        """
        import pandas as pd

        like = self.series if like is None else like
        if not len(self.levels):
            return like
        taken = pd.Series(self.levels).take(np.maximum(codes, 0))
        made = pd.Series(taken.array, index=like.index).astype(self.series.dtype)
        return made if (codes >= 0).all() else made.where(codes >= 0, like)


def read_columns(table: Any, *, few: int = _FEW) -> list[Column]:
    """Return the columns of a DataFrame or an array of shape (n, columns).

    Numeric columns of at most `few` distinct values are levels.
    """
    import pandas as pd

    if hasattr(table, "iloc"):
        names = text_names(table.columns, "X")
        return [_column(table.iloc[:, i], name, i, few) for i, name in enumerate(names)]
    return [_column(pd.Series(table[:, i]), f"x{i}", i, few) for i in range(table.shape[1])]


def with_columns(table: Any, changed: Mapping[int, Any]) -> Any:
    """Return a table with some columns, by position, exchanged for others; the table itself stays as it is."""
    if hasattr(table, "iloc"):
        made = table.copy(deep=False)
        for position, column in changed.items():
            made.isetitem(position, column)
        return made
    columns = {position: np.asarray(column) for position, column in changed.items()}
    made = table.astype(np.result_type(table.dtype, *(column.dtype for column in columns.values())))
    for position, column in columns.items():
        made[:, position] = column
    return made


def typed(like: Any, numbers: Floats) -> Any:
    """Return numbers, NaN being missing, with the type of the Series `like`, or of a wider one if need be."""
    import pandas as pd

    made, dtype = pd.Series(numbers, index=like.index), like.dtype
    if dtype.kind in "mM":
        whole = np.where(np.isfinite(numbers), numbers, 0).astype(np.int64)
        return pd.Series(whole, index=like.index).astype(dtype).mask(~np.isfinite(numbers))
    if dtype.kind == "O" and not _is_extension(dtype):
        exact = pd.api.types.infer_dtype(like, skipna=True) == "integer" and _is_whole(numbers)
        held = [number if number != number else int(number) if exact else number for number in numbers.tolist()]
        return pd.Series(held, index=like.index, dtype=object)
    if dtype.kind == "f":
        return made.astype(dtype)
    if not _is_whole(numbers) or (not _is_extension(dtype) and np.isnan(numbers).any()):
        return made
    limits = np.iinfo(f"{dtype.kind}{getattr(dtype, 'itemsize', 8)}")
    known = numbers[np.isfinite(numbers)]
    fits = not len(known) or (known.min() >= limits.min and known.max() <= limits.max)
    return made.astype(dtype if fits else "Int64" if _is_extension(dtype) else np.int64)


def _is_extension(dtype: Any) -> bool:
    return not isinstance(dtype, np.dtype)


def _is_whole(numbers: Floats) -> bool:
    known = numbers[np.isfinite(numbers)]
    return bool((known == np.floor(known)).all() and (np.abs(known) < 2**53).all())


def _column(series: Any, name: str, position: int, few: int) -> Column:
    import pandas as pd

    dtype, none = series.dtype, np.empty(0, np.int64)
    # Arrow's dates without a time cannot be reckoned with as whole numbers.
    bare = isinstance(dtype, pd.CategoricalDtype) or dtype.type is datetime.date
    kind = "" if bare else dtype.kind
    if kind == "O" and not _is_extension(dtype) and pd.api.types.infer_dtype(series, skipna=True) in _NUMERIC:
        kind = "f"
    if kind and kind in "iuf":
        numbers = pd.to_numeric(series).to_numpy(dtype=np.float64, na_value=np.nan)
        if len(np.unique(numbers[np.isfinite(numbers)])) > few:
            whole = _is_whole(numbers)
            return Column(
                name=name, position=position, kind="number", series=series, numbers=numbers, codes=none, levels=(),
                whole=whole,
            )  # fmt: skip
    if kind and kind in "mM":
        numbers = np.where(series.isna(), np.nan, series.astype("int64", errors="ignore").to_numpy(np.float64))
        return Column(
            name=name, position=position, kind="date", series=series, numbers=numbers, codes=none, levels=(), whole=True
        )
    try:
        codes, levels = pd.factorize(series)
    except TypeError:  # lists and the like
        return Column(
            name=name, position=position, kind="other", series=series, numbers=np.empty(0), codes=none, levels=()
        )
    return Column(
        name=name,
        position=position,
        kind="level",
        series=series,
        numbers=np.empty(0),
        codes=codes.astype(np.int64),
        levels=levels,
    )
