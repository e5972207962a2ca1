"""Columns of few distinct values."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._buffers import Cells, Mask, as_bytes
from ._format import payload, text
from ._values import Values


class Category(Values):
    """Values of few kinds, with or without an order among them.

    Codes are given anew, by order where there is one and else by first appearance, so that neither the codes in memory
    nor categories that do not occur make a difference.

    Parameters
    ----------
    codes : array of int, shape (rows,)
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
        present = codes[~missing] if missing.any() else codes
        first = np.full(size, len(present), np.intp)
        # Assigned from the end: of equal codes the last assignment, the first appearance, stays.
        first[present[::-1]] = np.arange(len(present))[::-1]
        used = np.flatnonzero(first < len(present))
        if not ordered:
            used = used[np.argsort(first[used])]
        rank = np.zeros(size, np.uint32)
        rank[used] = np.arange(len(used))
        self._codes = np.zeros(len(codes), "<u4")
        self._codes[~missing] = rank[present]
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
        return self._categories.cells()[self._codes]
