"""Columns of few distinct values."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._buffers import Cells, Mask, as_bytes
from ._format import payload, text
from ._values import Values

_BLOCK = 1 << 16


class Category(Values):
    """Values of few kinds, with or without an order among them.

    Codes are given anew, by order where there is one and else by first appearance, so that neither the codes in memory
    nor categories that do not occur make a difference.

    Parameters
    ----------
    codes : array of int, shape (rows,)
        From 0 to `size` - 1, and -1 where a value is missing.
    missing : array of bool, shape (rows,)
    take : callable
        Returns the categories with the given codes as a column.
    size : int
        The number of codes.
    ordered : bool
    """

    def __init__(
        self,
        codes: NDArray[Any],
        missing: Mask,
        take: Callable[[NDArray[np.intp]], Values],
        *,
        size: int,
        ordered: bool,
    ) -> None:
        used = _appearing(codes, missing if missing.any() else None, size)
        if ordered:
            used = np.sort(used)
        rank = np.zeros(size + 1, "<u4")  # the last, which −1 finds, for missing values
        rank[used] = np.arange(len(used))
        self._codes = rank[codes]
        self._categories = take(used)
        self._ordered = ordered
        kind = self._categories.type
        super().__init__(f"category<{kind}, ordered>" if ordered else f"category<{kind}>", len(codes), missing)

    def _parts(self) -> Iterator[bytes]:
        yield self._categories.digest()
        yield payload(as_bytes(self._codes))

    def schema(self) -> bytes:
        return text(self.type) + (self._categories.digest() if self._ordered else b"")

    def _cells(self) -> Cells:
        if not self._categories.rows:
            return np.zeros(self.rows, np.uint64)
        cells: Cells = self._categories.cells()[self._codes]
        return cells


def _appearing(codes: NDArray[Any], missing: Mask | None, size: int) -> NDArray[np.intp]:
    """Return the codes that occur, by first appearance; looking no further once all have been seen."""
    first = np.full(size, len(codes), np.intp)
    step = max(_BLOCK, size)
    for low in range(0, len(codes), step):
        block = codes[low : low + step]
        places = np.arange(low, low + len(block))
        if missing is not None:
            there = ~missing[low : low + step]
            block, places = block[there], places[there]
        seen = np.full(size, len(codes), np.intp)
        # Assigned from the end: of equal codes the last assignment, the first appearance, stays.
        seen[block[::-1]] = places[::-1]
        np.minimum(first, seen, out=first)
        if first.max(initial=0) < len(codes):
            break
    order: NDArray[np.intp] = np.argsort(first, kind="stable")
    return order[: np.count_nonzero(first < len(codes))]
