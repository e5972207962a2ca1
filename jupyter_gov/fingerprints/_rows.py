"""Row hashes: 64 bits a row, made for finding equal rows, not for keeping an adversary out."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from ._buffers import Cells

_STEP = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
_BLOCK = 1 << 15
"""Rows mixed at a time, so that the intermediate values stay in the processor's cache."""


def fold(columns: Iterable[Cells], rows: int) -> Cells:
    """Return one hash for each row: of each column in turn the cell is added and the sum mixed.

    The mixing is that of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).

    Parameters
    ----------
    columns : iterable of arrays of uint64, shape (rows,)
    rows : int

    Returns
    -------
    array of uint64, shape (rows,)
    """
    hashes = np.zeros(rows, np.uint64)
    scratch = np.empty(min(rows, _BLOCK), np.uint64)
    for cells in columns:
        for low in range(0, rows, _BLOCK):
            part = hashes[low : low + _BLOCK]
            moved = scratch[: len(part)]
            part += cells[low : low + _BLOCK]
            part += _STEP
            part ^= np.right_shift(part, np.uint64(30), out=moved)
            part *= _FIRST
            part ^= np.right_shift(part, np.uint64(27), out=moved)
            part *= _SECOND
            part ^= np.right_shift(part, np.uint64(31), out=moved)
    return hashes
