"""Reads columns of Python objects, by the exact types that it knows, without running any code of an object's class."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, Never

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from jupyter_gov.errors import InputError

from ._arrow import arrow_values
from ._buffers import Mask
from ._moments import MOMENTS
from ._names import type_name
from ._values import Bits, Fixed, Null, Values

_BLOCK = 1 << 16
_MISSING = "missing"
_HINT = (
    "Convert it to one of str, bytes, bool, int, float, Decimal, date, time, datetime or timedelta, or leave it out."
)

_Column = NDArray[np.object_]


@cache
def _kinds() -> dict[int, str]:
    """Return what is known, by the identity of a type: looking up a type itself would run its metaclass."""
    known: dict[type, str] = {
        str: "string",
        np.str_: "string",
        bytes: "binary",
        np.bytes_: "binary",
        bool: "bool",
        np.bool_: "bool",
        int: "int64",
        float: "float64",
        Decimal: "decimal",
        dt.date: "date",
        dt.time: "time",
        dt.datetime: "datetime",
        dt.timedelta: "timedelta",
        pd.Timestamp: "Timestamp",
        pd.Timedelta: "Timedelta",
        type(None): _MISSING,
        type(pd.NA): _MISSING,
        type(pd.NaT): _MISSING,
    }
    for name in (
        "int8",
        "int16",
        "int32",
        "int64",
        "uint8",
        "uint16",
        "uint32",
        "uint64",
        "float16",
        "float32",
        "float64",
    ):
        known[np.dtype(name).type] = name
    return {id(type_): kind for type_, kind in known.items()}


def object_values(array: _Column, name: str, *, mask: Mask | None = None, kind: str | None = None) -> Values:
    """Return a column of Python objects, all missing or of one kind.

    Parameters
    ----------
    array : array of object, shape (rows,)
    name : str
        The column's name, for the error.
    mask : array of bool, shape (rows,), optional
        Where values are missing besides None, NaN, NaT and NA.
    kind : {"string", "binary"}, optional
        What the column is even if no value says so.

    Raises
    ------
    InputError
        If an object is of a type that Arrow does not have, or if kinds are mixed.
    """
    found = kind
    try:
        kinds, missing = _scan(array, name)
        if mask is not None:
            missing = missing | mask
        kinds |= {kind} if kind else set()
        if len(kinds) > 1:
            mixed = " and ".join(sorted(kinds))
            raise InputError(f"Column {name!r} mixes {mixed} values.", hint="Convert it to one type.")
        found = kinds.pop() if kinds else None
        return _convert(array, missing, found, name) if found else Null(len(array))
    except UnicodeEncodeError as error:
        raise InputError(f"Column {name!r} holds a string that is not valid Unicode.", hint=_HINT) from error
    except (OverflowError, ValueError, InvalidOperation, pa.ArrowException) as error:
        raise InputError(
            f"Column {name!r} holds {found or 'some'} values that no Arrow type can represent.",
            hint="Convert it to strings.",
        ) from error


def _scan(array: _Column, name: str) -> tuple[set[str], Mask]:
    """Return the kinds of the values that are there, and where values are missing."""
    kinds: set[str] = set()
    missing = np.zeros(len(array), np.bool_)
    for low in range(0, len(array), _BLOCK):
        block = array[low : low + _BLOCK]
        if _all_strings(block):
            kinds.add("string")
            continue
        found = kinds_of(block, name)
        if _MISSING in found or any(kind.startswith(("float", "decimal")) for kind in found):
            # Only values of known types get here, so looking for NaN runs nobody else's code.
            absent = pd.isna(block)
            missing[low : low + _BLOCK] = absent
            found = kinds_of(block[~absent], name)
        kinds |= found
    return kinds, missing


def _all_strings(block: _Column) -> bool:
    """Return whether all are strings; joining them is the fastest way to ask, and runs no subclass's code."""
    try:
        "".join(block)
    except TypeError:
        return False
    return True


def kinds_of(block: Iterable[Any], name: str) -> set[str]:
    """Return the kinds of values, asking nothing of them but their types.

    Raises
    ------
    InputError
        If one is of a type that Arrow does not have; `name` is its column's, for the error.
    """
    known = _kinds()
    ids = set(map(id, map(type, block)))
    kinds = {known[i] for i in ids if i in known}
    if ids - known.keys():
        for value in block:
            if id(type(value)) not in known:
                if not issubclass(type(value), str):
                    _refuse(name, type(value))
                kinds.add("string")
    return kinds


def _refuse(name: str, type_: type) -> Never:
    raise InputError(f"Column {name!r} holds {type_name(type_)} objects, which have no Arrow type here.", hint=_HINT)


def _convert(array: _Column, missing: Mask, kind: str, name: str) -> Values:
    if kind in ("string", "binary"):
        type_ = pa.large_string() if kind == "string" else pa.large_binary()
        chunks = [
            pa.array(array[low : low + _BLOCK], type_, mask=missing[low : low + _BLOCK])
            for low in range(0, len(array), _BLOCK)
        ]
        return arrow_values(pa.chunked_array(chunks, type_), name)
    present = array[~missing]
    if kind == "bool":
        bits = np.zeros(len(array), np.bool_)
        bits[~missing] = present.astype(np.bool_)
        return Bits(bits, missing)
    if kind == "decimal":
        return arrow_values(pa.array(array, _decimal_type(present), mask=missing), name)
    if kind in MOMENTS:
        type_text, filled = MOMENTS[kind](present, name)
    else:
        type_text, filled = kind, present.astype(np.dtype(kind))
    values = np.zeros(len(array), filled.dtype.newbyteorder("<"))
    values[~missing] = filled
    return Fixed(type_text, values, missing)


def _decimal_type(present: Iterable[Decimal]) -> Any:
    """Return the narrowest precision and scale that hold all values, in 128 bits if these suffice."""
    digits, scale = 0, 0
    for value in present:
        parts = value.as_tuple()
        exponent = int(parts.exponent)
        digits = max(digits, len(parts.digits) + exponent)
        scale = max(scale, -exponent)
    precision = max(digits + scale, 1)
    return pa.decimal128(precision, scale) if precision <= 38 else pa.decimal256(precision, scale)
