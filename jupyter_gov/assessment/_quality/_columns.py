"""The columns of any table, each looked at once."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import InputError, NotFoundError, a_type, did_you_mean
from .._columns import one_column, table_columns
from .._prepare import Bools, Floats, Ints

_EXACT = 2.0**53
_NUMBERS = (int, float, Decimal, np.integer, np.floating, np.bool_)
_MIX = ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB))
_VIEW = "string_view"
"""Polars' text, with which pandas cannot do much."""


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes
    ----------
    name : str
    values : Series
        With its own type.
    """

    name: str
    values: Any

    def __len__(self) -> int:
        return len(self.values)

    @cached_property
    def missing(self) -> Bools:
        """Which rows have no value."""
        return np.asarray(self.values.isna(), np.bool_)

    @cached_property
    def lacking(self) -> int:
        """How many rows have no value."""
        return int(np.count_nonzero(self.missing))

    @cached_property
    def kind(self) -> str:
        """``number``, ``truth``, ``date``, ``text``, ``mixed`` for text among others or several types, or ``other``.

        A column of objects that are all numbers is a column of numbers.
        """
        import pandas as pd

        types = pd.api.types
        if types.is_bool_dtype(self.values.dtype):
            return "truth"
        if types.is_numeric_dtype(self.values.dtype):
            return "other" if getattr(self.values.dtype, "kind", "") == "c" else "number"
        if types.is_datetime64_any_dtype(self.values.dtype):
            return "date"
        first = self.values[~self.missing].iloc[:1].tolist()
        if first and type(first[0]).__hash__ is None:  # lists and the like
            return "other"
        held = {type(level) for level in self.levels}
        if self.values.dtype == object and held and all(issubclass(one, _NUMBERS) for one in held):
            return "truth" if held <= {bool, np.bool_} else "mixed" if held & {bool, np.bool_} else "number"
        if held <= {str, np.str_}:
            return "text"
        return "mixed" if len(held) > 1 or held & {str, np.str_} else "other"

    @cached_property
    def rounded(self) -> bool:
        """Whether numbers lose digits as floats, as ids of 64 bits do."""
        if self.kind != "number" or getattr(self.values.dtype, "kind", "O") not in "iu":
            return False
        found = self.sorted
        return len(found) > 0 and max(-float(found[0]), float(found[-1])) > _EXACT

    @cached_property
    def whole(self) -> bool:
        """Whether all numbers, of which there are some, are whole."""
        found = self.sorted
        return len(found) > 0 and bool((np.floor(found) == found).all())

    @cached_property
    def numbers(self) -> Floats:
        """The values as floats, missing ones being NaN."""
        return np.asarray(self.values.to_numpy(np.float64, na_value=np.nan))

    @cached_property
    def sorted(self) -> Floats:
        """The finite numbers in ascending order."""
        return np.sort(self.numbers[np.isfinite(self.numbers)])

    @cached_property
    def counted(self) -> tuple[Floats, Ints]:
        """The different finite numbers, and how often each occurs."""
        found = self.sorted
        if not len(found):
            return found, np.zeros(0, np.int64)
        ends = np.append(np.flatnonzero(found[1:] != found[:-1]), len(found) - 1)
        return found[ends], np.diff(ends, prepend=-1)

    @cached_property
    def codes(self) -> tuple[NDArray[np.int64], Any]:
        """Codes of the values in the order of their first row, missing being −1, and the values."""
        import pandas as pd

        values = self.values
        if isinstance(values.dtype, pd.CategoricalDtype):
            values = values.astype(values.cat.categories.dtype) if len(values.cat.categories) else values
        try:
            codes, found = pd.factorize(values)
        except TypeError:  # lists and other values that cannot be compared
            codes, found = pd.factorize(values.astype(str))
        return np.asarray(codes, np.int64), found

    @cached_property
    def levels(self) -> list[Any]:
        """The different values, in the order of their first row."""
        return list(self.codes[1])

    @cached_property
    def frequencies(self) -> Ints:
        """How often each of the `levels` occurs."""
        codes = self.codes[0]
        return np.bincount(codes[codes >= 0], minlength=len(self.codes[1]))

    @cached_property
    def distinct(self) -> int:
        """How many different values there are; infinite ones count."""
        if self.kind == "number" and not self.rounded:
            infinite = len(self) - self.lacking - len(self.sorted)
            return len(self.counted[0]) + (len(np.unique(self.numbers[np.isinf(self.numbers)])) if infinite else 0)
        return len(self.codes[1])

    @cached_property
    def match(self) -> float:
        """The probability that two rows, drawn with replacement, have the same value."""
        counts = (self.counted[1] if self.kind == "number" else self.frequencies).astype(np.float64)
        other = len(self) - int(counts.sum()) - self.lacking  # infinite
        return float(counts @ counts + self.lacking**2 + other**2) / len(self) ** 2

    @cached_property
    def most(self) -> int:
        """How often the most frequent value occurs."""
        counts = self.counted[1] if self.kind == "number" and not self.rounded else self.frequencies
        return int(counts.max()) if len(counts) else 0

    def forget(self) -> None:
        """Let go of what is large and was needed by checks of this column alone, once what others need is known."""
        _ = self.match, self.distinct, self.most, self.rounded
        for name in ("sorted", "counted"):
            self.__dict__.pop(name, None)

    @cached_property
    def hashes(self) -> NDArray[np.uint64]:
        """A number for each row that is equal where values are, and only there.

        Steele, Lea & Flood (2014), OOPSLA: the mixing of SplitMix64, which maps 64 bits one to one.
        """
        if self.kind not in ("number", "truth") or self.rounded:
            bits = self.codes[0].view(np.uint64).copy()
        else:
            values = self.numbers if self.kind == "number" else self.values.to_numpy(np.float64, na_value=np.nan)
            bits = (values + 0.0).view(np.uint64)  # −0 is 0
            bits[self.missing] = np.array(np.nan).view(np.uint64)  # there are many NaN
        for shift, factor in _MIX:
            bits ^= bits >> np.uint64(shift)
            bits *= np.uint64(factor)
        return bits


def read_columns(data: Any) -> list[Column]:
    """Return the columns of a table of any library; those of the same name are told apart by their place.

    Parameters
    ----------
    data : DataFrame, mapping of name to column, table that Arrow reads, or ndarray of shape (n, columns)

    Raises
    ------
    InputError
        If it is no table, is empty, sparse, or its columns differ in length.
    """
    if hasattr(data, "toarray"):
        raise InputError("The data are a sparse matrix.", hint="Pass a DataFrame, or .toarray().")
    if hasattr(data, "iloc") and getattr(data, "ndim", 0) == 1:
        data = data.to_frame("value" if data.name is None else data.name)
    if isinstance(data, np.ndarray) and data.ndim in (1, 2):
        table = data.reshape(len(data), -1)
        named: list[tuple[Any, Any]] = [(f"x{i}", table[:, i]) for i in range(table.shape[1])]
    elif isinstance(data, str | bytes) or (found := table_columns(data)) is None:
        raise InputError(f"The data are {a_type(data)}, not a table.", hint="Pass a DataFrame or an array of two axes.")
    else:
        named = found
    if not named or not len(named[0][1]):
        raise InputError("The data are empty.", hint="Pass at least one row and one column.")
    lengths = {len(column) for _, column in named}
    if len(lengths) > 1:
        raise InputError("The columns have different numbers of rows.", hint="Pass columns of one length.")
    seen: dict[str, int] = {}
    columns = []
    for name, held in named:
        text = str(name)
        seen[text] = seen.get(text, 0) + 1
        columns.append(Column(text if seen[text] == 1 else f"{text} ({seen[text]})", _series(held)))
    return columns


def target_column(target: Any, columns: list[Column], default: str = "target") -> tuple[Column | None, list[Column]]:
    """Return the target as a column, and the other columns.

    Parameters
    ----------
    target : name of a column, array-like of shape (n,), or None
    columns : list of Column
    default : str
        What a target without a name is called.
    """
    if target is None:
        return None, columns
    if isinstance(target, str):
        for column in columns:
            if column.name == target:
                return column, [other for other in columns if other is not column]
        names = [column.name for column in columns]
        raise NotFoundError(f"There is no column {target!r}.", hint=did_you_mean(target, names, label="Columns"))
    held = one_column(target, "the target")
    if len(held) != len(columns[0]):
        raise InputError(
            f"The target has {len(held):,} rows and the data have {len(columns[0]):,}.", hint="Pass the same rows."
        )
    name = getattr(target, "name", None)
    return Column(str(name) if name not in (None, "") else default, _series(held)), columns


def _series(held: Any) -> Any:
    """Return a column as a Series; text of other libraries in the type that pandas gives it."""
    import pandas as pd

    if hasattr(held, "iloc"):
        return held.reset_index(drop=True)
    if not str(getattr(held, "dtype", "")).startswith(_VIEW):
        return pd.Series(held)
    import pyarrow as pa

    return pd.Series(pa.array(held).cast(pa.large_string()).to_pandas())
