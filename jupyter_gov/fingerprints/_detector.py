"""The change detector: XXH3-128 over every byte, with a seed of this process.

Nothing is trusted by its identity. Memory that NumPy, Arrow or polars marks as read-only may still be a view of an
array that is not, so all of it is read again; that costs little more than keeping book of what is immutable.
"""

from __future__ import annotations

import os
from typing import Any

import numpy as np
import xxhash
from numpy.typing import NDArray

_SEED = int.from_bytes(os.urandom(8), "little")
"""Secret to the process, so that nobody can prepare two data sets that look the same; marks mean nothing elsewhere."""

_BLOCK = 1 << 18
"""Bytes gathered at a time of memory that does not lie end to end; they fit the processor's cache."""


class Detector:
    """Takes in the parts of data one by one; each says its own length, so that none can pass for two."""

    def __init__(self) -> None:
        self._hasher = xxhash.xxh3_128(seed=_SEED)

    def mark(self) -> bytes:
        """Return the value over all that was taken in, 16 bytes long."""
        return self._hasher.digest()

    def token(self, *parts: object) -> None:
        """Take in what is no memory: names of types, sizes, labels as bytes."""
        text = repr(parts).encode()
        self._hasher.update(b"%d:%b" % (len(text), text))

    def buffer(self, data: Any) -> None:
        """Take in a contiguous buffer of bytes."""
        view = memoryview(data)
        self.token(view.nbytes)
        self._hasher.update(view)

    def array(self, array: NDArray[Any]) -> None:
        """Take in an array whose bytes are its values, of any layout; its layout counts."""
        # Axes in the order of memory: a Fortran-ordered array is a contiguous one, turned.
        order = sorted(range(array.ndim), key=lambda axis: -abs(array.strides[axis]))
        self.token(array.dtype.str, array.shape, order)
        self._bytes(array.transpose(order) if array.ndim > 1 else array)

    def _bytes(self, array: NDArray[Any]) -> None:
        if array.flags.c_contiguous:
            raw: Any = array.reshape(-1).view(np.uint8)
            self._hasher.update(raw)
            return
        row = array[:1].nbytes
        if row > _BLOCK and array.ndim > 1:
            for part in array:
                self._bytes(part)
            return
        step = max(1, _BLOCK // max(row, 1))
        scratch = np.empty((min(step, len(array)), *array.shape[1:]), array.dtype)
        for low in range(0, len(array), step):
            part = array[low : low + step]
            np.copyto(scratch[: len(part)], part)
            raw = scratch[: len(part)].reshape(-1).view(np.uint8)
            self._hasher.update(raw)
