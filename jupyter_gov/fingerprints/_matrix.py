"""The columns of a row-major matrix, hashed by blocks: each column alone would read all of the memory again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from blake3 import blake3
from numpy.typing import NDArray

from ._buffers import Mask, has_nan, validity
from ._format import node, text, u64

_GROUP = 64
"""Columns turned at a time."""
_ROWS = 8192
"""Rows gathered before they are hashed: BLAKE3 is slow on less than some ten thousand bytes."""
_TILE = 1 << 16
"""Bytes turned at a time, so that the processor's nearest cache holds what is read beside what is written."""


def hash_columns(matrix: NDArray[Any], type_: str) -> Iterator[tuple[bytes, Mask | None]]:
    """Yield the digest of each column of a row-major matrix, and where it has NaN.

    Parameters
    ----------
    matrix : array, shape (rows, columns)
        Little-endian numbers.
    type_ : str
        Their logical type.
    """
    rows, columns = matrix.shape
    # A few values more a row keep the rows from competing for the same places in the cache.
    turned: Any = np.empty((min(_GROUP, columns), min(_ROWS, rows) + 16), matrix.dtype)
    for left in range(0, columns, _GROUP):
        part = slice(left, min(left + _GROUP, columns))
        states = [_Column(rows) for _ in range(columns)[part]]
        for top in range(0, rows, _ROWS):
            block = matrix[top : top + _ROWS, part]
            held = turned[: len(states), : len(block)]
            _turn(block, held)
            missing = has_nan(held)
            for state, values in zip(states, held, strict=True):
                state.update(values, top, missing=missing)
        for state in states:
            yield state.finish(type_, rows)


class _Column:
    """A column that is hashed piece by piece."""

    def __init__(self, rows: int) -> None:
        self._rows = rows
        self._hasher = blake3()
        self._missing: Mask | None = None

    def update(self, values: NDArray[Any], top: int, *, missing: bool) -> None:
        """Take in the values from row `top`; they may be overwritten."""
        if missing:
            gone = np.isnan(values)
            if gone.any():
                values[gone] = 0
                if self._missing is None:
                    self._missing = np.zeros(self._rows, np.bool_)
                self._missing[top : top + len(gone)] = gone
        data: Any = values.view(np.uint8)
        self._hasher.update(data)

    def finish(self, type_: str, rows: int) -> tuple[bytes, Mask | None]:
        """Return the column's digest, and where it has NaN."""
        missing = self._missing
        return node("column", text(type_), u64(rows), validity(missing), self._hasher.digest()), missing


def _turn(block: NDArray[Any], turned: NDArray[Any]) -> None:
    """Write the columns of a block as the rows of another array."""
    step = max(1, _TILE // (turned.itemsize * len(turned)))
    for low in range(0, len(block), step):
        tile = block[low : low + step]
        np.copyto(turned[:, low : low + len(tile)], tile.T)
