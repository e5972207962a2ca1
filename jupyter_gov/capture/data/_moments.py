"""Smallest, largest, mean and standard deviation of millions of numbers, at the speed of memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from jupyter_gov.records import Json

_BLOCK = 1 << 17
"""Numbers read at a time, so that the passes over them find them in the processor's cache."""

_WIDE = 2048


@dataclass(frozen=True, slots=True)
class Moments:
    """What is known of numbers, the standard deviation being that of a sample (n - 1); NaN for a single number."""

    min: float | int
    max: float | int
    mean: float
    std: float

    @classmethod
    def of(cls, values: NDArray[Any]) -> Self | None:
        """Return the moments of an array of shape (n,) without NaN; None if it is empty."""
        if not len(values):
            return None
        found = matrix_moments(values.reshape(-1, 1))[0]
        return None if found is None else cls(found.min, found.max, found.mean, found.std)

    def to_json(self) -> dict[str, Json]:
        """Return what can be recorded; a number too few for a deviation has none."""
        found = {"min": self.min, "max": self.max, "mean": self.mean, "std": self.std}
        return {name: value for name, value in found.items() if value == value}


def matrix_moments(matrix: NDArray[Any]) -> list[Moments | None]:
    """Return the moments of each column of numbers without NaN.

    Deviations are summed around the mean of the first block, which keeps them exact where all values are large (the
    shifted data algorithm; Chan, Golub and LeVeque, The American Statistician 37(3), 1983).

    Parameters
    ----------
    matrix : array of int, uint or float, shape (rows, columns)
    """
    rows, columns = matrix.shape
    if not rows or not columns:
        return [None] * columns
    if columns > 1 and not matrix.flags.c_contiguous:
        return [matrix_moments(matrix[:, i : i + 1])[0] for i in range(columns)]
    # Several rows side by side: reductions along short rows are slow.
    beside = max(1, _WIDE // columns)
    step = beside * max(1, _BLOCK // (beside * columns))
    scratch = np.empty((step // beside, beside * columns))
    low, high = matrix[0], matrix[0]
    total, squares = np.zeros(columns), np.zeros(columns)
    # Of infinite numbers there is no deviation, and that is no reason to warn.
    with np.errstate(all="ignore"):
        shift = matrix[:step].mean(axis=0, dtype=np.float64)
        shifts = np.tile(shift, beside)
        for top in range(0, rows, step):
            block = np.ascontiguousarray(matrix[top : top + step])
            wide = block.reshape(scratch.shape) if len(block) == step else block
            low = np.minimum(low, wide.min(axis=0).reshape(-1, columns).min(axis=0))
            high = np.maximum(high, wide.max(axis=0).reshape(-1, columns).max(axis=0))
            moved = scratch if wide is not block else np.empty(block.shape)
            np.subtract(wide, shifts[: wide.shape[1]], out=moved)
            total += moved.sum(axis=0).reshape(-1, columns).sum(axis=0)
            np.multiply(moved, moved, out=moved)
            squares += moved.sum(axis=0).reshape(-1, columns).sum(axis=0)
        mean = shift + total / rows
        spread = (
            np.sqrt(np.maximum(squares - total**2 / rows, 0) / (rows - 1)) if rows > 1 else np.full(columns, np.nan)
        )
    return [Moments(low[i].item(), high[i].item(), float(mean[i]), float(spread[i])) for i in range(columns)]
