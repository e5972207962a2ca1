"""Reads sparse matrices of SciPy, without ever making them dense."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupyter_gov.errors import InputError

from ._buffers import Cells, as_bytes, hash_slices
from ._format import payload
from ._numpy import array_values
from ._values import Values


class Sparse(Values):
    """Rows that each hold values at some of a number of places, and zero at all others.

    Parameters
    ----------
    width : int
        The number of places.
    ends : array of int64, shape (rows,)
        Where each row's values end in `child`.
    places : array of int64, shape (values,)
        Where in its row each value is, ascending within a row.
    child : Values
        The values that are not zero.
    """

    def __init__(self, width: int, ends: NDArray[Any], places: NDArray[Any], child: Values) -> None:
        super().__init__(f"sparse<{child.type}, {width}>", len(ends))
        self._ends = ends.astype("<i8", copy=False)
        self._places = places.astype("<i8", copy=False)
        self._child = child

    @property
    def missing_count(self) -> int:
        return self._child.missing_count

    def _parts(self) -> Iterator[bytes]:
        yield payload(as_bytes(self._ends))
        yield payload(as_bytes(self._places))
        yield self._child.digest()

    def _cells(self) -> Cells:
        pairs = np.column_stack([self._places.astype("<u8"), self._child.cells().astype("<u8", copy=False)])
        return hash_slices(as_bytes(pairs.reshape(-1)), self._ends * 16)


def sparse_values(data: Any) -> Sparse:
    """Return a sparse matrix of any format as one column: its rows, whatever the order and number of stored values.

    Raises
    ------
    InputError
        If it has not two dimensions, or if its values are of a type that fingerprints do not cover.
    """
    if len(data.shape) != 2:
        raise InputError("A sparse array of one dimension cannot be fingerprinted.", hint="Reshape it to one row.")
    matrix = data.tocsr()
    if not matrix.has_canonical_format:  # also puts places in order
        matrix = matrix.copy()
        matrix.sum_duplicates()
    values = matrix.data
    # A stored zero is no value; −0.0 is one.
    kept = values.view(np.uint8).reshape(len(values), values.dtype.itemsize).any(axis=1)
    ends = matrix.indptr[1:]
    if not kept.all():
        ends = np.concatenate([[0], np.cumsum(kept)])[ends]
    return Sparse(matrix.shape[1], ends, matrix.indices[kept], array_values(values[kept], "0"))
