"""Finds the back end that reads a piece of data."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from jupyter_gov.errors import InputError

from ._names import label, type_name

if TYPE_CHECKING:
    from ._names import Label
    from ._values import Values

    Field = tuple[Label, bool, Values]
    """A column's name, whether it belongs to the index, and the column."""


def read(data: Any) -> tuple[int, Iterator[Field]]:
    """Return the number of rows of data and its columns, one at a time so that no more is held than is hashed.

    Classes are asked of the type alone: `isinstance` would ask the object itself, which may be anybody's.

    Raises
    ------
    InputError
        If no back end reads such data.
    """
    kind = type(data)
    # A library that another thread is still importing has no data yet, nor perhaps its classes.
    pd: Any = sys.modules.get("pandas")
    if hasattr(pd, "DataFrame") and issubclass(kind, (pd.DataFrame, pd.Series, pd.Index)):
        from ._pandas import frame_fields, index_fields, series_fields

        if issubclass(kind, pd.DataFrame):
            return len(data.index), frame_fields(data)
        return len(data), series_fields(data) if issubclass(kind, pd.Series) else index_fields(data, as_data=True)
    np: Any = sys.modules.get("numpy")
    if hasattr(np, "ndarray") and issubclass(kind, np.ndarray):
        from ._numpy import array_columns

        rows, columns = array_columns(data)
        return rows, ((label(name), False, values) for name, values in columns)
    raise InputError(
        f"A {type_name(kind)} cannot be fingerprinted.",
        hint="Pass a pandas DataFrame, Series or Index, or a NumPy array.",
    )
