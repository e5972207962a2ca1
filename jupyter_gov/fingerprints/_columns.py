"""Cells and row hashes for whoever looks for the rows and columns of one data set in another."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ._read import read

if TYPE_CHECKING:
    from ._buffers import Cells


def column_cells(data: Any) -> dict[str, Cells]:
    """Return 64 bits for each value of each column; equal values of one type have equal cells.

    Cells are those of `Fingerprint.rows_digest`: a number's are its bits, so that they compare only between columns of
    one type. The index is left out; of columns of one name the last counts.

    Parameters
    ----------
    data : any
        What `fingerprint` takes.

    Returns
    -------
    dict of str to array of uint64, shape (rows,)
        By column name.

    Raises
    ------
    InputError
        As `fingerprint` does.

    Examples
    --------
    >>> import numpy as np
    >>> from jupyter_gov.fingerprints import column_cells
    >>> {name: cells.tolist() for name, cells in column_cells(np.array([[1, 2], [3, 4]])).items()}
    {'0': [1, 3], '1': [2, 4]}
    """
    _, fields = read(data)
    return {label.name: values.cells() for label, index, values in fields if not index}


def fold_cells(columns: Iterable[Cells], rows: int) -> Cells:
    """Return one hash for each row over the cells of some columns, in their order.

    Made for finding equal rows, not for keeping an adversary out. Type and names of the columns take no part.

    Parameters
    ----------
    columns : iterable of arrays of uint64, shape (rows,)
        From `column_cells`.
    rows : int
        The number of rows.

    Returns
    -------
    array of uint64, shape (rows,)
    """
    from ._rows import fold

    return fold(columns, rows)
