"""Values that a model may hold, as bytes: numbers, strings and arrays."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._buffers import has_nan
from ._format import payload, text, u64

_NAN = struct.pack("<d", float("nan"))


def _float(value: float) -> bytes:
    return b"f" + (struct.pack("<d", value) if value == value else _NAN)


PLAIN: dict[int, Callable[[Any], bytes]] = {
    id(type(None)): lambda _: b"N",
    id(bool): lambda value: b"B\1" if value else b"B\0",
    id(int): lambda value: b"i" + text(str(value)),
    id(float): _float,
    id(complex): lambda value: b"c" + _float(value.real) + _float(value.imag),
    id(str): lambda value: b"s" + text_of(value),
    id(bytes): lambda value: b"b" + u64(len(value)) + value,
}
"""By the identity of a type, what turns its values into bytes: looking up the type itself would run its metaclass."""


def text_of(value: str) -> bytes:
    """Return a string as the length of its UTF-8 form and that form; lone surrogates are kept."""
    data = value.encode("utf-8", "surrogatepass")
    return u64(len(data)) + data


def number(value: Any) -> bytes:
    """Return a scalar of NumPy: as the Python value that it equals, or as an array without dimensions."""
    kind = value.dtype.kind
    if kind in "biuUS" or value.dtype == np.float64:
        plain = value.item()
        return PLAIN[id(type(plain))](plain)
    return array(np.asarray(value))


def array(values: NDArray[Any]) -> bytes:
    """Return an array whose values lie in its memory: their type, the shape, and the hash of the values by rows."""
    dtype = values.dtype.newbyteorder("<")
    data = np.ascontiguousarray(values, dtype).reshape(-1)
    if has_nan(data):
        data = np.where(np.isnan(data), dtype.type("nan"), data)
    raw: Any = data.view(np.uint8)
    return b"a" + text(dtype.str) + shape(values) + payload(raw)


def shape(values: NDArray[Any]) -> bytes:
    """Return the number of dimensions and their lengths."""
    return u64(values.ndim) + b"".join(map(u64, values.shape))
