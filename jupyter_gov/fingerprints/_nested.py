"""Columns made of columns: intervals and structs, lists, and arrays of more than two dimensions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._buffers import Cells, Mask, as_bytes, hash_slices
from ._format import payload, text
from ._rows import fold
from ._values import Values


class Struct(Values):
    """Rows that each hold one value of several named columns.

    Parameters
    ----------
    type_ : str
    fields : sequence of (name, column)
        Where the struct is missing, so are they.
    rows : int
    missing : array of bool, shape (rows,), optional
    """

    def __init__(
        self, type_: str, fields: Sequence[tuple[str, Values]], rows: int, missing: Mask | None = None
    ) -> None:
        super().__init__(type_, rows, missing)
        self._fields = fields

    def _parts(self) -> Iterator[bytes]:
        for name, values in self._fields:
            yield text(name) + values.digest()

    def _cells(self) -> Cells:
        return fold((values.cells() for _, values in self._fields), self.rows)


class Lists(Values):
    """Rows that each hold any number of values of one column.

    Parameters
    ----------
    ends : array of int64, shape (rows,)
        Where each row's values end in `child`; a missing row has none.
    child : Values
    missing : array of bool, shape (rows,), optional
    """

    def __init__(self, ends: NDArray[Any], child: Values, missing: Mask | None = None) -> None:
        super().__init__(f"list<{child.type}>", len(ends), missing)
        self._ends = ends.astype("<i8", copy=False)
        self._child = child

    def _parts(self) -> Iterator[bytes]:
        yield payload(as_bytes(self._ends))
        yield self._child.digest()

    def _cells(self) -> Cells:
        return hash_slices(as_bytes(self._child.cells().astype("<u8", copy=False)), self._ends * 8)


class Arrays(Values):
    """Rows that each hold an array of one shape, their elements in row-major order in `child`."""

    def __init__(self, child: Values, rows: int, shape: Sequence[int], missing: Mask | None = None) -> None:
        super().__init__(f"array<{child.type}, {', '.join(map(str, shape))}>", rows, missing)
        self._child = child

    @property
    def missing_count(self) -> int:
        return super().missing_count + self._child.missing_count

    def _parts(self) -> Iterator[bytes]:
        yield self._child.digest()

    def _cells(self) -> Cells:
        width = self._child.rows // self.rows if self.rows else 0
        ends = np.arange(1, self.rows + 1) * (8 * width)
        return hash_slices(as_bytes(self._child.cells().astype("<u8", copy=False)), ends)
