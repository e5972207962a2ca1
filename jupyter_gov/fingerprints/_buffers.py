"""Arrays as bytes, and what is hashed of them."""

from __future__ import annotations

from typing import Any

import numpy as np
from blake3 import blake3
from numpy.typing import NDArray

from ._format import payload, payload_of, u64

Mask = NDArray[np.bool_]
Cells = NDArray[np.uint64]

WORDS = (1, 2, 4, 8)
"""Widths in bytes that an unsigned integer has."""

_BLOCK = 1 << 16


def validity(missing: Mask | None) -> bytes:
    """Return how many values are missing, and if any are, the hash of a bitmap of those that are there."""
    count = 0 if missing is None else int(np.count_nonzero(missing))
    if missing is None or not count:
        return u64(0)
    return u64(count) + payload(np.packbits(~missing, bitorder="little"))


def has_nan(values: NDArray[Any]) -> bool:
    """Return whether there is a NaN among numbers; any shape."""
    if not values.size or values.dtype.kind not in "fc":
        return False
    if values.dtype.kind == "c":
        return bool(np.isnan(values).any())
    # The least of numbers with a NaN among them is NaN, and is found twice as fast as the NaNs.
    with np.errstate(invalid="ignore"):
        return bool(np.isnan(values.min()))


def as_bytes(values: NDArray[Any]) -> NDArray[np.uint8]:
    """Return the bytes of an array of one dimension, copied only if they do not lie end to end."""
    return np.ascontiguousarray(values).view(np.uint8)


def fixed_bytes(values: NDArray[Any], missing: Mask | None) -> NDArray[np.uint8]:
    """Return the bytes of values, those of missing ones zero."""
    if missing is None:
        return as_bytes(values)
    width = values.dtype.itemsize
    data = as_bytes(values.copy())
    words = data.view(f"u{width}") if width in WORDS else data.reshape(-1, width)
    words[missing] = 0
    return data


def joined(buffers: list[NDArray[np.uint8]]) -> bytes:
    """Return the plain BLAKE3 of buffers laid end to end; one buffer may use several threads."""
    return payload(buffers[0]) if len(buffers) == 1 else payload_of(buffers)


def hash_slices(data: NDArray[np.uint8], ends: NDArray[Any]) -> Cells:
    """Return the first 8 bytes of the BLAKE3 of each slice of `data`, little-endian, shape (len(ends),)."""
    known: dict[bytes, bytes] = {}
    cells = np.empty(len(ends), np.uint64)
    start = 0
    for low in range(0, len(ends), _BLOCK):
        stops = ends[low : low + _BLOCK].tolist()
        origin, block = start, data[start : stops[-1]].tobytes()
        found = []
        for stop in stops:
            value = block[start - origin : stop - origin]
            start = stop
            hashed = known.get(value)
            if hashed is None:
                hashed = blake3(value).digest(8)
                if len(known) < _BLOCK:
                    known[value] = hashed
            found.append(hashed)
        cells[low : low + _BLOCK] = np.frombuffer(b"".join(found), "<u8")
    return cells
