"""Reads pandas frames, series and indexes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jupyter_gov.errors import InputError

from ._arrow import arrow_values
from ._category import Category
from ._names import Label, label, type_name
from ._nested import Struct
from ._numpy import array_columns, array_values
from ._objects import object_values
from ._values import Text, Values
from ._zones import zone_name

_AT_ONCE = 1 << 23
"""Bytes up to which a frame of one NumPy type is read as one matrix: making a series of each column takes longer."""

Field = tuple[Label, bool, Values]


def frame_fields(frame: pd.DataFrame) -> Iterator[Field]:
    """Return the columns of a frame's index, if it counts, and of the frame."""
    yield from index_fields(frame.index)
    labels = [label(name) for name in frame.columns]
    dtype = _one_type(list(frame.dtypes))
    if dtype is not None and frame.size * dtype.itemsize <= _AT_ONCE:
        _, columns = array_columns(frame.to_numpy())
        yield from ((name, False, values) for name, (_, values) in zip(labels, columns, strict=True))
        return
    for i, name in enumerate(labels):
        yield name, False, column_values(frame.iloc[:, i], name.name)


def _one_type(dtypes: list[Any]) -> np.dtype[Any] | None:
    """Return the NumPy type of numbers that all columns have, if they have one."""
    if not dtypes or not all(issubclass(type(dtype), np.dtype) for dtype in dtypes):
        return None
    first: np.dtype[Any] = dtypes[0]
    return first if first.kind in "biufc" and all(dtype == first for dtype in dtypes) else None


def series_fields(series: pd.Series[Any]) -> Iterator[Field]:
    """Return the columns of a series' index, if it counts, and the series, named "0" if it has no name."""
    yield from index_fields(series.index)
    name = label("0" if series.name is None else series.name)
    yield name, False, column_values(series, name.name)


def index_fields(index: pd.Index[Any], *, as_data: bool = False) -> Iterator[Field]:
    """Return the columns of an index: none if it only counts rows, one for each level of a multi-index.

    Parameters
    ----------
    index : pandas.Index
    as_data : bool
        Whether the index is itself the data: then its columns are like a frame's, named by position if by nothing else.
    """
    if not as_data and counts_rows(index):
        return
    levels = [index.get_level_values(i) for i in range(index.nlevels)] if isinstance(index, pd.MultiIndex) else [index]
    for position, level in enumerate(levels):
        name = label(str(position) if as_data and level.name is None else level.name)
        if not as_data:
            name = Label(f"index:{position if level.name is None else name.name}", name.encoded)
        yield name, not as_data, column_values(level, name.name)


def counts_rows(index: pd.Index[Any]) -> bool:
    """Return whether an index only counts rows, so that it is no data."""
    return isinstance(index, pd.RangeIndex) or (index.name is None and pd.api.types.is_integer_dtype(index.dtype))


def column_values(data: Any, name: str) -> Values:
    """Return what a series or an index of one level holds as a column.

    Raises
    ------
    InputError
        If its type is none that the format covers.
    """
    dtype = data.dtype
    kind = type(dtype)
    if issubclass(kind, np.dtype):
        return array_values(data.to_numpy(), name)
    array = data.array
    if kind is pd.CategoricalDtype:
        return _category(array, name)
    if kind is pd.DatetimeTZDtype:
        values = array_values(array.asi8.view(f"M8[{dtype.unit}]"), name)
        values.type = f"timestamp[{dtype.unit}, tz={zone_name(dtype.tz, name)}]"
        return values
    if kind is pd.StringDtype and dtype.storage == "python":
        return object_values(np.asarray(array, dtype=object), name, kind="string")
    if kind is pd.StringDtype or kind is pd.ArrowDtype or is_masked(kind):
        return arrow_values(array.__arrow_array__(), name)
    if kind is pd.IntervalDtype:
        missing = np.asarray(array.isna())
        ends = [(side, column_values(getattr(array, side), name)) for side in ("left", "right")]
        return Struct(f"interval<{ends[0][1].type}, {dtype.closed}>", ends, len(array), missing)
    if kind is pd.SparseDtype:
        return array_values(np.asarray(array), name)
    raise InputError(
        f"Column {name!r} has the pandas type {type_name(kind)}, which has no Arrow type here.",
        hint="Convert it to numbers, dates or strings, or leave it out.",
    )


_MASKED = (
    pd.BooleanDtype,
    pd.Float32Dtype,
    pd.Float64Dtype,
    pd.Int8Dtype,
    pd.Int16Dtype,
    pd.Int32Dtype,
    pd.Int64Dtype,
    pd.UInt8Dtype,
    pd.UInt16Dtype,
    pd.UInt32Dtype,
    pd.UInt64Dtype,
)


def is_masked(kind: type) -> bool:
    """Return whether columns of a type hold values and, beside them, where they are missing."""
    return any(kind is known for known in _MASKED)  # by identity, so that no metaclass is asked


def _category(array: Any, name: str) -> Values:
    codes = np.asarray(array.codes)
    categories = array.categories
    type_ = column_values(categories, name).type

    def take(used: NDArray[np.intp]) -> Values:
        if not len(used) and type_ in ("string", "binary"):
            return Text(type_, [])  # Python objects of which none is left would have no type
        return column_values(categories.take(used), name)

    return Category(codes, codes < 0, take, size=len(categories), ordered=bool(array.ordered))
