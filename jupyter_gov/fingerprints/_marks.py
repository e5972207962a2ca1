"""What the change detector takes in of NumPy arrays, sparse matrices, lists, and columns of objects."""

from __future__ import annotations

import datetime as dt
import marshal
import math
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._detector import Detector

_IN_PLACE = "biufcmMUS"
"""Kinds of NumPy types whose values lie in the array itself."""


def take_array(seen: Detector, data: NDArray[Any]) -> None:
    """Take in an array of any shape, masked or not."""
    if isinstance(data, np.ma.MaskedArray):
        seen.token("masked")
        seen.array(np.ma.getmaskarray(data))
        data = np.ma.getdata(data, subok=False)
    array = np.asarray(data)  # so that no subclass takes part
    if array.dtype.kind in _IN_PLACE:
        seen.array(array)
        return
    seen.token(array.dtype.kind, array.shape)
    if array.ndim < 2:
        take_objects(seen, array.reshape(-1))
        return
    for column in array.reshape(len(array), math.prod(array.shape[1:])).T:
        take_objects(seen, column)


def take_objects(seen: Detector, column: NDArray[Any]) -> None:
    """Take in a column of objects by their values: its memory holds but their addresses, which others may get.

    Raises
    ------
    InputError
        If fingerprints do not cover an object.
    """
    from ._numpy import array_values

    kinds = set(map(id, map(type, column)))  # by identity: a type's own code must not run
    if kinds <= _PLAIN:
        seen.token("plain", len(column))
        for low in range(0, len(column), _BLOCK):
            seen.buffer(marshal.dumps(column[low : low + _BLOCK].tolist(), _BY_VALUE))
        return
    take = _MOMENTS.get((kinds - {_NONE}).pop()) if len(kinds - {_NONE}) == 1 else None
    there = column
    if take is not None and _NONE in kinds:
        held = np.fromiter((value is not None for value in column), np.bool_, len(column))
        seen.array(held)
        there = column[held]
    if take is None or not take(seen, there):
        seen.token(array_values(column, "0").digest())


def _take_dates(seen: Detector, dates: NDArray[Any]) -> bool:
    seen.token("dates")
    seen.array(np.fromiter(map(dt.date.toordinal, dates), np.int32, len(dates)))
    return True


def _take_datetimes(seen: Detector, moments: NDArray[Any]) -> bool:
    zones = {id(moment.tzinfo): moment.tzinfo for moment in moments}
    if len(zones) > 1 or not all(zone is None or type(zone) is dt.timezone for zone in zones.values()):
        return False  # a zone may be of the user's own making
    seen.token("datetimes", [repr(zone) for zone in zones.values()])
    seen.buffer("\n".join(map(dt.datetime.isoformat, moments)).encode())
    return True


def _take_decimals(seen: Detector, decimals: NDArray[Any]) -> bool:
    seen.token("decimals")
    seen.buffer("\n".join(map(Decimal.__str__, decimals)).encode())
    return True


_NONE = id(type(None))
_PLAIN = {id(str), id(bytes), id(bool), id(int), id(float), _NONE}
"""Types whose values `marshal` writes one by one, of which no subclass is one."""

_BY_VALUE = 2
"""The last version of that format in which what is written does not depend on who else holds a value."""

_BLOCK = 1 << 14

_MOMENTS: dict[int, Callable[[Detector, NDArray[Any]], bool]] = {
    id(dt.date): _take_dates,
    id(dt.datetime): _take_datetimes,
    id(Decimal): _take_decimals,
}
"""What takes in a column of one immutable type, by the identity of the type; False if it cannot."""


def take_sparse(seen: Detector, matrix: Any) -> None:
    """Take in a sparse matrix of SciPy as it is stored."""
    stored = matrix if matrix.format in ("csr", "csc", "bsr", "coo", "dia") else matrix.tocsr()
    seen.token("sparse", stored.format, stored.shape)
    for name in ("data", "indices", "indptr", "row", "col", "offsets"):
        part = getattr(stored, name, None)
        if part is not None:
            take_array(seen, part)


def take_list(seen: Detector, data: Any) -> None:
    """Take in a list or tuple of plain values, or of rows of them.

    Raises
    ------
    InputError
        If it holds anything else; no code of such an object runs.
    """
    from ._objects import kinds_of

    length = len(data)
    rows = {id(list), id(tuple)}
    if length and set(map(id, map(type, data))) <= rows:
        seen.token("rows", length)
        for row in data:
            take_list(seen, row)
        return
    kinds = kinds_of(data, "0")
    seen.token("list", sorted(kinds), length)
    if kinds <= {"bool", "int64", "float64"}:
        array = np.asarray(data)
        if len(kinds) < 2 and array.dtype.kind in {"bool": "b", "int64": "iu"}.get("".join(kinds), "f"):
            seen.array(array)
        else:
            seen.token(list(data))  # in full: an array would round large whole numbers to floats
        return
    column = np.empty(length, object)
    column[:] = data
    take_objects(seen, column)
