"""The row that is meant, whatever it is given as."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ...errors import InputError, NotFoundError, a_type
from .._prepare import dense, plain


class Row(NamedTuple):
    """A row of a table.

    Attributes
    ----------
    table : DataFrame or ndarray of shape (n, columns), or (n + 1, columns)
        The table, with the row below it if it is none of its own.
    position : int
    label : str, int or None
        Its index label, or its position in an array; None where it is given by itself and has no name.
    known : int
        How many rows the table had.
    """

    table: Any
    position: int
    label: Any
    known: int


def find_row(X: Any, row: Any) -> Row:
    """Return the row that is meant.

    Parameters
    ----------
    X : DataFrame or ndarray of shape (n, columns)
    row : label, int, Series, mapping, or table of one row
        An index label of `X`; a position where `X` has no labels, or none that are numbers; or the row itself.

    Raises
    ------
    NotFoundError
        If there is no such row. A number is never taken for a position where labels are numbers: it would be someone
        else's row.
    InputError
        If several rows have the label, or the row itself has other columns.
    """
    table = dense(X, "X")
    if hasattr(row, "items") or getattr(row, "ndim", 0) > 0:
        return _added(table, row)
    n = len(table)
    whole = isinstance(row, int | np.integer) and not isinstance(row, bool)
    if hasattr(table, "index"):
        try:
            at = table.index.get_loc(row)
        except (KeyError, TypeError, ValueError):
            if not (whole and not _numbered(table.index)):
                raise NotFoundError(
                    f"X has no row with the index label {plain(row)!r}.",
                    hint="Pass a label of X.index, such as X.index[0], or a table of one row, such as X.iloc[[0]].",
                ) from None
        else:
            if isinstance(at, int | np.integer):
                return Row(table, int(at), plain(row), n)
            count = at.stop - at.start if isinstance(at, slice) else int(np.asarray(at).sum())
            raise InputError(
                f"{count:,} rows of X have the index label {plain(row)!r}.", hint="Pass the row itself: X.iloc[[k]]."
            )
    if not whole:
        raise InputError(f"The row is {a_type(row)}.", hint="Pass its position, or a table of one row.")
    if not -n <= row < n:
        raise NotFoundError(f"X has {n:,} rows and none at position {row}.", hint=f"Positions are 0 to {n - 1:,}.")
    position = int(row) % n
    return Row(table, position, plain(table.index[position]) if hasattr(table, "index") else position, n)


def _numbered(index: Any) -> bool:
    return getattr(index, "dtype", None) is not None and index.dtype.kind in "iuf"


def _added(table: Any, row: Any) -> Row:
    """Return the table with a row of its kind below it."""
    n = len(table)
    if not hasattr(table, "iloc"):
        given = np.asarray(row, dtype=table.dtype).reshape(1, -1) if not hasattr(row, "items") else None
        if given is None or given.shape[1] != table.shape[1]:
            raise InputError(
                f"The row has other columns than X, which has {table.shape[1]}.", hint="Pass an array of one row."
            )
        return Row(np.concatenate([table, given]), n, None, n)
    import pandas as pd

    frame = row.to_pandas() if hasattr(row, "to_pandas") else row
    if isinstance(frame, pd.Series):
        frame = pd.DataFrame([frame.to_dict()], index=None if frame.name is None else [frame.name])
    elif not hasattr(frame, "iloc"):
        if not hasattr(frame, "items"):
            raise InputError(f"The row is {a_type(row)}, and X is a DataFrame.", hint="Pass a frame of one row.")
        frame = pd.DataFrame([dict(frame)])
    if len(frame) != 1:
        raise InputError(f"The row is a table of {len(frame):,} rows.", hint="Pass one row, such as X.iloc[[0]].")
    missing = [str(name) for name in table.columns if name not in frame.columns]
    if missing:
        raise InputError(f"The row lacks {', '.join(map(repr, missing[:6]))}.", hint="Pass the columns of X.")
    try:
        frame = frame[list(table.columns)].astype(table.dtypes.to_dict())
    except (TypeError, ValueError) as error:
        raise InputError(
            "The row has values that do not fit the types of X's columns.", hint="Pass them as they are in X."
        ) from error
    return Row(pd.concat([table, frame]), n, _label(table, frame), n)


def _label(table: Any, frame: Any) -> Any:
    """Return the label of a row that is given by itself, unless it is none or that of another row of the table."""
    import pandas as pd

    label = frame.index[0]
    if label in table.index:
        among = table.loc[[label]]
        return plain(label) if any(same_row(among.iloc[[i]], frame) for i in range(len(among))) else None
    return None if isinstance(frame.index, pd.RangeIndex) else plain(label)


def same_row(one: Any, other: Any) -> bool:
    """Return whether two tables of one row hold the same values, missing ones at the same places."""
    if not hasattr(one, "iloc"):
        return bool(np.array_equal(one, other, equal_nan=one.dtype.kind == "f"))
    return bool(one.reset_index(drop=True).equals(other.reset_index(drop=True)))
