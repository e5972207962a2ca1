"""A column of data as a leakage check sees it: numbers, times, or objects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..data._tables import column_of

if TYPE_CHECKING:
    from numpy.typing import NDArray


def column_values(data: Any, place: int) -> NDArray[Any] | None:
    """Return a column by its place: numbers as float64 with NaN for missing, times as datetime64, else objects.

    Parameters
    ----------
    data : frame, series, array, table or list
    place : int
        Among the columns that are not of an index.

    Returns
    -------
    array of shape (rows,), or None
        Missing objects are None. None where there is no such thing as one value a row, as of a sparse matrix.
    """
    root = type(data).__module__.partition(".")[0]
    if root in ("scipy", "duckdb"):
        return None
    column = column_of(data, place)
    read = {"pandas": _of_pandas, "polars": _of_polars, "pyarrow": _of_arrow}.get(root, _of_array)
    return read(column)


def _of_pandas(column: Any) -> NDArray[Any] | None:
    """Read a series, without `astype`: that exchanges the warning filters of all threads for a while."""
    import numpy as np

    if hasattr(column.array, "codes"):
        kinds, codes = _of_array(column.array.categories), column.array.codes
        if kinds is None or not len(kinds):
            return kinds if kinds is None else np.full(len(codes), None, object)
        nothing = {"f": np.nan, "M": np.datetime64("NaT")}.get(kinds.dtype.kind)
        found: NDArray[Any] = np.append(kinds, np.array([nothing], kinds.dtype))[codes]
        return found
    kind = getattr(column.dtype, "kind", "O")
    if kind in "biuf":
        numbers: NDArray[Any] = column.to_numpy(dtype=np.float64, na_value=np.nan)
        return numbers
    if kind == "M":
        zone = getattr(column.dtype, "tz", None)
        plain = column if zone is None else column.dt.tz_convert("UTC").dt.tz_localize(None)
        return np.asarray(plain.to_numpy(), "datetime64[us]")
    return _objects(np.array([*column.tolist(), None], object)[:-1], column.isna().to_numpy())


def _of_polars(column: Any) -> NDArray[Any] | None:
    import numpy as np
    import polars as pl

    if column.dtype.is_numeric() or column.dtype == pl.Boolean:
        numbers: NDArray[Any] = column.cast(pl.Float64).to_numpy()
        return numbers
    if column.dtype in (pl.Date, pl.Datetime):
        times: NDArray[Any] = column.cast(pl.Datetime("us")).to_numpy().astype("datetime64[us]")
        return times
    return _objects(np.array([*column.to_list(), None], object)[:-1], column.is_null().to_numpy())


def _of_arrow(column: Any) -> NDArray[Any] | None:
    import numpy as np
    import pyarrow as pa

    kind = column.type
    if pa.types.is_floating(kind) or pa.types.is_integer(kind) or pa.types.is_boolean(kind):
        return np.array(column.cast(pa.float64()).to_numpy(zero_copy_only=False), np.float64)
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        plain = column.cast(pa.timestamp("us"))
        return np.asarray(plain.to_numpy(zero_copy_only=False), "datetime64[us]")
    return _objects(np.array([*column.to_pylist(), None], object)[:-1], column.is_null().to_numpy(zero_copy_only=False))


def _of_array(column: Any) -> NDArray[Any] | None:
    import numpy as np

    values: NDArray[Any] = np.asarray(column)
    if values.ndim != 1 or values.dtype.kind in "cV":
        return None
    if values.dtype.kind in "biuf":
        return values.astype(np.float64)
    if values.dtype.kind == "M":
        return values.astype("datetime64[us]")
    objects = values.astype(object)
    # Only a missing number differs from itself.
    return _objects(objects, np.array([v is None or (type(v) is float and v != v) for v in objects], bool))


def _objects(values: NDArray[Any], missing: NDArray[Any]) -> NDArray[Any]:
    if missing.any():
        values = values.copy()
        values[missing] = None
    return values
