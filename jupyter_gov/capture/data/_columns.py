"""The columns of data as NumPy arrays of numbers and times, or as counted categories."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .._kinds import LISTS

Plain = NDArray[Any] | Counter[Any] | None
"""Numbers, truth values or times, NaN and NaT where there is none; how often each category occurs; or neither."""

_CATEGORIES = frozenset({str, bool, int, float, np.str_, np.bool_})
"""Classes of values that can be counted without asking an object of the user's own for anything."""


def columns_of(data: Any) -> Iterator[Any]:
    """Yield each column as it is held: a NumPy array, an Arrow array or a pandas series or index."""
    kind = type(data)
    root = kind.__module__.partition(".")[0]
    if kind in LISTS:
        yield np.asarray(data)
    elif isinstance(data, np.ndarray):
        if data.dtype.names is None and data.ndim in (1, 2):
            yield from [data] if data.ndim == 1 else (data[:, i] for i in range(data.shape[1]))
    elif root == "pandas" and data.ndim == 2:
        yield from (data.iloc[:, i] for i in range(data.shape[1]))
    elif root == "polars":
        yield from (c.to_arrow() for c in (data.get_columns() if hasattr(kind, "get_columns") else [data]))
    elif root == "pyarrow" and hasattr(kind, "columns"):
        yield from data.columns
    elif root == "pyarrow" or (root == "pandas" and getattr(data, "nlevels", 1) == 1):
        yield data


def matrix_of(data: Any) -> NDArray[Any] | None:
    """Return data as one matrix of numbers if that is how they are held."""
    if type(data).__module__.partition(".")[0] == "pandas":
        types = set(data.dtypes) if data.ndim == 2 else {data.dtype}
        if len(types) != 1 or not isinstance(next(iter(types)), np.dtype):
            return None
        data = data.to_numpy()
    if not isinstance(data, np.ndarray) or data.ndim not in (1, 2) or data.dtype.kind not in "iuf":
        return None
    return data if data.ndim == 2 else data.reshape(-1, 1)


def take(values: Any, positions: NDArray[np.intp]) -> Any:
    """Return some of a column's values."""
    return values[positions] if isinstance(values, np.ndarray) else values.take(positions)


def plain(values: Any) -> Plain:
    """Return a column in one of the forms that can be summarized."""
    if isinstance(values, np.ndarray):
        return _from_numpy(values)
    if type(values).__module__.partition(".")[0] == "pyarrow":
        return _from_arrow(values)
    dtype: Any = values.dtype
    if isinstance(dtype, np.dtype):
        return _from_numpy(values.to_numpy())
    array = values.array
    name = type(dtype).__name__
    if name == "DatetimeTZDtype":
        instants: NDArray[Any] = array.asi8.view(f"M8[{dtype.unit}]")
        return instants
    if name == "CategoricalDtype":
        return _counted(array.categories.take(array.codes[array.codes >= 0]).tolist())
    return _from_arrow(array.__arrow_array__()) if hasattr(type(array), "__arrow_array__") else None


def missing(values: NDArray[Any]) -> NDArray[np.bool_]:
    """Say where there is no number or time."""
    if values.dtype.kind not in "fM":
        return np.zeros(len(values), np.bool_)
    found: NDArray[np.bool_] = np.isnan(values) if values.dtype.kind == "f" else np.isnat(values)
    return found


def _from_numpy(values: NDArray[Any]) -> Plain:
    if values.dtype.kind in "biufM":
        return values
    return _counted(values.tolist()) if values.dtype.kind in "OUT" else None


def _counted(values: list[Any]) -> Plain:
    there = [v for v in values if v is not None]
    kinds = set(map(type, there))
    if float in kinds:
        there = [v for v in there if v == v]
    return Counter(there) if kinds <= _CATEGORIES else None


def _from_arrow(array: Any) -> Plain:
    import pyarrow as pa
    import pyarrow.compute as pc

    type_, is_ = array.type, pa.types
    if is_.is_dictionary(type_):
        return _from_arrow(array.cast(type_.value_type))
    if is_.is_string(type_) or is_.is_large_string(type_) or is_.is_string_view(type_):
        text = array.cast(pa.large_string()).drop_null() if is_.is_string_view(type_) else array.drop_null()
        counts = pc.value_counts(text)
        return Counter(dict(zip(counts.field(0).to_pylist(), counts.field(1).to_pylist(), strict=True)))
    if is_.is_boolean(type_):
        truths: NDArray[Any] = np.asarray(array.drop_null()).astype(bool)
        return truths
    if is_.is_integer(type_) or is_.is_floating(type_) or is_.is_decimal(type_):
        numbers: NDArray[Any] = np.asarray((array.cast(pa.float64()) if is_.is_decimal(type_) else array).drop_null())
        return numbers
    if is_.is_timestamp(type_) or is_.is_date(type_):
        # An instant, whatever its zone; a date as a day.
        unit = "D" if is_.is_date(type_) else type_.unit
        times: NDArray[Any] = np.asarray(array.cast(pa.timestamp("ms" if unit == "D" else unit))).astype(f"M8[{unit}]")
        return times
    return None
