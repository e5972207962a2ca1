"""Reads NumPy arrays."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Never

import numpy as np
from numpy.typing import NDArray

from jupyter_gov.errors import InputError

from ._buffers import Mask, has_nan
from ._matrix import hash_columns
from ._nested import Arrays
from ._values import Bits, Fixed, Values

_UNITS = ("s", "ms", "us", "ns")
_NOT_A_TIME = np.iinfo(np.int64).min
_TURN_FROM = 1 << 18
"""Elements from which a matrix is hashed by blocks; below, it is in the processor's cache anyway."""


def array_columns(data: NDArray[Any]) -> tuple[int, Iterator[tuple[str, Values]]]:
    """Return the rows of an array and its columns, named "0", "1", ….

    An array of more than two dimensions is one column "0" of arrays; one without dimensions is a single row.
    """
    mask: Mask | None = None
    if isinstance(data, np.ma.MaskedArray):
        mask = np.ma.getmaskarray(data)
        data = np.ma.getdata(data, subok=False)
    array = data.view(np.ndarray)  # so that no subclass takes part
    if array.ndim == 0:
        array, mask = array.reshape(1), None if mask is None else mask.reshape(1)
    if array.ndim == 1:
        return len(array), iter([("0", array_values(array, "0", mask=mask))])
    if array.ndim == 2:
        return len(array), _matrix_columns(array, mask)
    flat = array_values(array.reshape(-1), "0", mask=None if mask is None else mask.reshape(-1))
    return len(array), iter([("0", Arrays(flat, len(array), array.shape[1:]))])


def _matrix_columns(matrix: NDArray[Any], mask: Mask | None) -> Iterator[tuple[str, Values]]:
    columns = range(matrix.shape[1])
    numbers = matrix.dtype.kind in "iufc"
    by_row = abs(matrix.strides[0]) > abs(matrix.strides[1]) and len(columns) > 1
    if numbers and by_row and mask is None and matrix.size >= _TURN_FROM:
        type_, values = _numbers(matrix, "0")
        for i, (digest, missing) in enumerate(hash_columns(values, type_)):
            yield str(i), Fixed(type_, values[:, i], missing, digest=digest)
    elif numbers and mask is None and not has_nan(matrix):
        type_, values = _numbers(matrix, "0")
        for i in columns:
            yield str(i), Fixed(type_, values[:, i])
    else:
        for i in columns:
            yield str(i), array_values(matrix[:, i], str(i), mask=None if mask is None else mask[:, i])


def array_values(array: NDArray[Any], name: str, *, mask: Mask | None = None) -> Values:
    """Return an array of one dimension as a column.

    Parameters
    ----------
    array : array, shape (rows,)
    name : str
        The column's name, for the error.
    mask : array of bool, shape (rows,), optional
        Where values are missing besides NaN and NaT.

    Raises
    ------
    InputError
        If its type is neither complex nor one that Arrow has.
    """
    kind = array.dtype.kind
    if kind == "b":
        return Bits(array, mask)
    if kind in "OUST":
        from ._objects import object_values

        if kind == "O":
            return object_values(array, name, mask=mask)
        return object_values(array.astype(object), name, mask=mask, kind="binary" if kind == "S" else "string")
    if kind in "mM":
        type_, values, missing = _times(array, name)
    else:
        type_, values = _numbers(array, name)
        missing = np.isnan(values) if has_nan(values) else None
    if mask is not None:
        missing = mask if missing is None else missing | mask
    return Fixed(type_, values, missing)


def _numbers(array: NDArray[Any], name: str) -> tuple[str, NDArray[Any]]:
    """Return the logical type of numbers, and them little-endian; any shape."""
    dtype = array.dtype
    bits = 8 * dtype.itemsize
    kind = {"i": "int", "u": "uint", "f": "float", "c": "complex"}.get(dtype.kind)
    if kind is None or bits > (128 if kind == "complex" else 64):
        _refuse(name, dtype)
    return f"{kind}{bits}", array.astype(dtype.newbyteorder("<"), copy=False)


def _times(array: NDArray[Any], name: str) -> tuple[str, NDArray[Any], Mask | None]:
    """Return the logical type of dates, points in time or durations, their counts, and where they are NaT."""
    unit, count = np.datetime_data(array.dtype)
    ticks = array.astype(array.dtype.newbyteorder("<"), copy=False).view("<i8")
    missing = ticks == _NOT_A_TIME if ticks.size and ticks.min() == _NOT_A_TIME else None
    points = array.dtype.kind == "M"
    if points and unit == "D" and count == 1:
        days = ticks.astype("<i4")
        if not ((days == ticks) | (ticks == _NOT_A_TIME)).all():
            raise InputError(f"Column {name!r} has dates outside the 32 bits that Arrow gives to a day.")
        return "date32", days, missing
    if unit not in _UNITS or count != 1:
        _refuse(name, array.dtype)
    return f"{'timestamp' if points else 'duration'}[{unit}]", ticks, missing


def _refuse(name: str, dtype: np.dtype[Any]) -> Never:
    raise InputError(
        f"Column {name!r} has the NumPy type {dtype}, which has no Arrow type.",
        hint="Convert it to numbers, dates or strings, or leave it out.",
    )
