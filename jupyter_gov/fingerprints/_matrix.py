"""The columns of a row-major matrix, hashed by blocks: each column alone would read all of the memory again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from blake3 import blake3
from numpy.typing import NDArray

from ._buffers import Mask, validity
from ._format import node, text, u64

_GROUP = 64
"""Columns turned at a time."""
_ROWS = 8192
"""Rows gathered before they are hashed: BLAKE3 is slow on less than some ten thousand bytes."""


def hash_columns(matrix: NDArray[Any], type_: str, *, missing: bool) -> Iterator[tuple[bytes, Mask | None]]:
    """Yield the digest of each column of a row-major matrix, and where it has NaN.

    Parameters
    ----------
    matrix : array, shape (rows, columns)
        Little-endian numbers.
    type_ : str
        Their logical type.
    missing : bool
        Whether there are NaN among them.
    """
    rows, columns = matrix.shape
    turned: Any = np.empty((min(_GROUP, columns), min(_ROWS, rows)), matrix.dtype)
    for left in range(0, columns, _GROUP):
        part = slice(left, min(left + _GROUP, columns))
        states = [_Column() for _ in range(columns)[part]]
        for top in range(0, rows, _ROWS):
            block = matrix[top : top + _ROWS, part]
            _turn(block, turned)
            for state, values in zip(states, turned, strict=False):
                state.update(values[: len(block)], missing=missing)
        for state in states:
            yield state.finish(type_, rows)


class _Column:
    """A column that is hashed piece by piece."""

    def __init__(self) -> None:
        self._hasher = blake3()
        self._missing: list[Mask] = []

    def update(self, values: NDArray[Any], *, missing: bool) -> None:
        """Take in values, which may be overwritten."""
        if missing:
            gone = np.isnan(values)
            if gone.any():
                values[gone] = 0
            self._missing.append(gone)
        data: Any = values.view(np.uint8)
        self._hasher.update(data)

    def finish(self, type_: str, rows: int) -> tuple[bytes, Mask | None]:
        """Return the column's digest, and where it has NaN."""
        missing = np.concatenate(self._missing) if self._missing else None
        return node("column", text(type_), u64(rows), validity(missing), self._hasher.digest()), missing


def _turn(block: NDArray[Any], turned: NDArray[Any]) -> None:
    """Write the columns of a block as the rows of another array."""
    height, width = block.shape
    step = _rows_at_once(block.strides[0])
    for low in range(0, height, step):
        high = min(low + step, height)
        for column in range(width):
            turned[column, low:high] = block[low:high, column]


def _rows_at_once(stride: int) -> int:
    """Return how many rows to turn at a time, so that their memory pages stay in the processor's tables."""
    if abs(stride) <= 512:
        return 4096
    return 2048 if abs(stride) <= 2048 else 1024
